# test runs the README's own test command, taken from the README, so that what
# we promise there is what is proven here.

source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

[[ -f README.md ]] || die "README.md is missing"
command=$(awk '/^```/ { inside = !inside; next } inside && /^(\$ )?go test/ { sub(/^\$ /, ""); sub(/[ \t]+#.*/, ""); print; exit }' README.md)
[[ -n $command ]] || die "README.md shows no command that starts with 'go test' in a fenced block"

say "\$ $command"
log=$(mktemp)
bash -c "$command" 2>&1 | tee "$log" | { grep -v 'no test files' || true; } || die "the README's test command failed"
grep -Eq '^ok[[:space:]]' "$log" || die "the README's test command ran no test"
if grep -E '\[no tests to run\]' "$log"; then die "these packages have test files and no test"; fi

# The audit ends by itself, so the README's line is run as it stands; without secrets it asks a server of its own.
say "\$ go run ./examples/audit"
env -u PINWHEEL_API_SECRET -u ARGYLE_API_KEY_ID -u ARGYLE_API_KEY_SECRET go run ./examples/audit >/dev/null || die "the audit of the README failed"
