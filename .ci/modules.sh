# modules vets and tests every nested module. A module that requires pgx gets a
# Postgres of its own, thrown away afterwards: never the machine's.

source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
source "$CI/postgres.sh"
trap postgres_stop EXIT

failed=()
for dir in $(nested); do
  say "--- $dir"
  if grep -q 'jackc/pgx' "$dir/go.mod"; then postgres_start; fi
  if ! compgen -G "$dir/**/*_test.go" >/dev/null && [[ -z $(find "$dir" -name '*_test.go' -print -quit) ]]; then
    say "no tests in $dir"
    (cd "$dir" && go vet ./...) || failed+=("$dir")
    continue
  fi
  { (cd "$dir" && go vet ./...) && tested "$dir" -race -timeout 10m ./...; } || failed+=("$dir")
done
[[ ${#failed[@]} == 0 ]] || die "nested modules failed: ${failed[*]}"
