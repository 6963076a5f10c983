# setup installs what the phases need and this machine lacks: tools that the
# tree's own tests name, npm packages, Go modules, the pinned Go tools.

source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

wanted=()

# named VARIABLE tells whether a test looks for the tool behind the variable; a
# browser that no test drives is not installed.
named() { git grep -q --untracked -F "$1" -- '*_test.go' '*test/*.go' 'js/test' '.ci/*.sh' ':!.ci/setup.sh' 2>/dev/null; }

# want VARIABLE PACKAGE COMMAND… wants PACKAGE when the tree names VARIABLE and no COMMAND is there.
want() {
  local variable=$1 package=$2 command
  shift 2
  named "$variable" || return 0
  if [[ -n ${!variable:-} ]]; then return 0; fi
  for command in "$@"; do
    if have "$command"; then return 0; fi
  done
  wanted+=("$package")
}

for command in go git gcc node npm; do
  have "$command" || die "$command has to be on PATH before this script"
done

want LINKHOOK_CHROMIUM chromium chromium chromium-browser google-chrome google-chrome-stable
want LINKHOOK_FIREFOX firefox-esr firefox-esr firefox
want LINKHOOK_NGINX nginx nginx /usr/sbin/nginx
want LINKHOOK_STRACE strace strace
want LINKHOOK_PGBOUNCER pgbouncer pgbouncer /usr/sbin/pgbouncer
if named LINKHOOK_PYTHON; then
  /usr/bin/python3 -c 'import websockets' 2>/dev/null || wanted+=(python3 python3-websockets)
  /usr/bin/python3 -c 'import autobahn' 2>/dev/null || wanted+=(python3 python3-autobahn)
fi
if git grep -q --untracked 'jackc/pgx' -- '*go.mod' && ! compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null; then
  wanted+=(postgresql)
fi

if [[ ${#wanted[@]} != 0 ]]; then
  say "installing ${wanted[*]}"
  export DEBIAN_FRONTEND=noninteractive
  apt=(timeout 1200 apt-get -o DPkg::Lock::Timeout=600 -o Acquire::Retries=3 -qy)
  # One source of packages that is down need not be the one that has them.
  retry root_do "${apt[@]}" update >/dev/null || say "ci: the lists of packages are not fresh"
  # The packages of servers start them; the tests start their own.
  policy=/usr/sbin/policy-rc.d
  if [[ ! -e $policy ]]; then
    printf '#!/bin/sh\nexit 101\n' | root_do tee "$policy" >/dev/null
    root_do chmod 755 "$policy"
    trap 'root_do rm -f "$policy"' EXIT
  fi
  retry root_do "${apt[@]}" --no-install-recommends install "${wanted[@]}" >/dev/null
fi

for lock in $(files | grep -E '(^|/)package-lock\.json$' | grep -v '/testdata/'); do
  dir=$(dirname "$lock")
  if [[ $dir/node_modules/.package-lock.json -nt $lock ]]; then continue; fi
  say "npm ci in $dir"
  (cd "$dir" && retry timeout 900 npm ci --no-audit --no-fund --loglevel=error)
done

for dir in $(modules); do
  (cd "$dir" && retry timeout 900 go mod download)
done

tools=$(tools)
say "tools in $tools"
checks >/dev/null
for command in chromium firefox-esr nginx strace; do
  if have "$command"; then say "$command: $(command -v "$command")"; fi
done
go version
say "node $(node --version), npm $(npm --version)"
