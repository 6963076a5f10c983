# A throw-away Postgres for the tests; sourced. postgres_start exports
# LINKHOOK_PG_URL, postgres_stop ends the server. It runs as another user, since
# Postgres refuses root, and listens below the ephemeral ports.

POSTGRES_DIR=

# postgres_do runs a command as a user that Postgres accepts.
postgres_do() { if [[ $(id -u) == 0 ]]; then runuser -u postgres -- "$@"; else "$@"; fi; }

postgres_start() {
  if [[ -n $POSTGRES_DIR ]]; then return 0; fi
  local bin port
  bin=$(compgen -G '/usr/lib/postgresql/*/bin' | sort -V | tail -1)
  [[ -n $bin ]] || die "no Postgres is installed: .ci/run setup"
  POSTGRES_DIR=$(mktemp -d)
  if [[ $(id -u) == 0 ]]; then chown postgres "$POSTGRES_DIR"; fi
  for port in $(shuf -i 20000-32000 -n 20); do
    if ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then break; fi
  done
  postgres_do "$bin/initdb" -D "$POSTGRES_DIR/data" -U postgres --auth=trust --no-sync >/dev/null
  postgres_do "$bin/pg_ctl" -D "$POSTGRES_DIR/data" -l "$POSTGRES_DIR/log" -w -t 60 \
    -o "-c listen_addresses=127.0.0.1 -c port=$port -c unix_socket_directories=" start >/dev/null ||
    die "Postgres did not start: $(tail -3 "$POSTGRES_DIR/log")"
  POSTGRES_BIN=$bin
  export LINKHOOK_PG_URL="postgres://postgres@127.0.0.1:$port/postgres?sslmode=disable"
}

postgres_stop() {
  if [[ -z $POSTGRES_DIR ]]; then return 0; fi
  postgres_do "$POSTGRES_BIN/pg_ctl" -D "$POSTGRES_DIR/data" -m immediate -w stop >/dev/null || true
  rm -rf "$POSTGRES_DIR"
  POSTGRES_DIR=
}
