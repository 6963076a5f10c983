# A throw-away Postgres for the tests; sourced. postgres_start exports
# LINKHOOK_PG_URL, postgres_stop ends the server. It runs as another user, since
# Postgres refuses root, and listens below the ephemeral ports.

POSTGRES_DIR=
POSTGRES_BIN=

# postgres_do runs a command as a user that Postgres accepts.
postgres_do() { if [[ $(id -u) == 0 ]]; then runuser -u postgres -- "$@"; else "$@"; fi; }

postgres_start() {
  if [[ -n $POSTGRES_DIR ]]; then return 0; fi
  local port
  POSTGRES_BIN=$(compgen -G '/usr/lib/postgresql/*/bin' | sort -V | tail -1) || true
  [[ -n $POSTGRES_BIN ]] || die "no Postgres is installed: .ci/run setup"
  POSTGRES_DIR=$(mktemp -d)
  if [[ $(id -u) == 0 ]]; then chown postgres "$POSTGRES_DIR"; fi
  # Neither the machine's locale nor its encoding are the tests' business.
  postgres_do "$POSTGRES_BIN/initdb" -D "$POSTGRES_DIR/data" -U postgres --auth=trust --no-sync --no-locale --encoding=UTF8 >/dev/null
  # A port that is free now may be taken when the server asks for it.
  for port in $(shuf -i 20000-32000 -n 5); do
    if postgres_do "$POSTGRES_BIN/pg_ctl" -D "$POSTGRES_DIR/data" -l "$POSTGRES_DIR/log" -w -t 180 \
      -o "-c listen_addresses=127.0.0.1 -c port=$port -c unix_socket_directories=" start >/dev/null; then break; fi
    port=
  done
  [[ -n $port ]] || die "Postgres did not start: $(tail -3 "$POSTGRES_DIR/log")"
  export LINKHOOK_PG_URL="postgres://postgres@127.0.0.1:$port/postgres?sslmode=disable"
}

postgres_stop() {
  if [[ -z $POSTGRES_DIR ]]; then return 0; fi
  postgres_do "$POSTGRES_BIN/pg_ctl" -D "$POSTGRES_DIR/data" -m immediate -w stop >/dev/null || true
  rm -rf "$POSTGRES_DIR"
  POSTGRES_DIR=
}
