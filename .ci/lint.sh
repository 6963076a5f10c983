# lint runs golangci-lint with .ci/golangci.yml over the root and every nested module.

source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

lint=$(tools)/golangci-lint
"$lint" config verify --config "$CI/golangci.yml"
failed=()
for dir in . $(nested); do
  say "--- $dir"
  (cd "$dir" && "$lint" run --config "$CI/golangci.yml" --allow-parallel-runners --timeout 15m ./...) || failed+=("$dir")
done
[[ ${#failed[@]} == 0 ]] || die "findings in: ${failed[*]}"
