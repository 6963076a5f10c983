# tidy fails when 'go mod tidy' would change the go.mod or go.sum of any module.

source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

failed=()
for dir in $(modules); do
  (cd "$dir" && go mod tidy -diff) || failed+=("$dir")
done
[[ ${#failed[@]} == 0 ]] || die "not tidy: ${failed[*]}"
