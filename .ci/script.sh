# script checks the browser script of js: that dist is what src builds to and is
# small enough (check), its unit tests, its types and its packaging.

source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

if [[ ! -f js/package.json ]]; then
  say "no script yet"
  exit 0
fi
cd js

# defined NAME tells whether package.json has the script NAME.
defined() { node -e 'process.exit(process.argv[1] in (require("./package.json").scripts ?? {}) ? 0 : 1)' "$1"; }

for name in check test; do
  defined "$name" || die "js/package.json has no script \"$name\""
done
for name in check test types lint:package; do
  if ! defined "$name"; then continue; fi
  say "--- npm run $name"
  if [[ $name != test ]]; then
    npm run --silent "$name"
    continue
  fi
  # What passed is counted, not listed; Node's runner says so in its last lines.
  log=$(mktemp)
  if ! npm run --silent test >"$log" 2>&1; then
    grep -vE '^ *✔' "$log"
    die "the script's tests failed"
  fi
  grep -E '^(ℹ|#) (tests|pass|fail|skipped|duration_ms) ' "$log" || die "the script's tests say no counts"
  grep -qE '^(ℹ|#) pass [1-9]' "$log" || die "no test of the script has run"
  if grep -qE '^(ℹ|#) (skipped|todo) [1-9]' "$log"; then
    grep -iE 'skip|todo' "$log"
    die "tests of the script were skipped"
  fi
done
