# tidy fails when 'go mod tidy' would change the go.mod or go.sum of any module.

source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# compared FOLDER FILE writes into FILE what would change. It fails when that
# cannot be said, as when a download failed.
compared() { (cd "$1" && go mod tidy -diff) >"$2" || [[ -s $2 ]]; }

failed=()
diff=$(mktemp)
for dir in $(modules); do
  if ! retry compared "$dir" "$diff" || [[ -s $diff ]]; then
    cat "$diff"
    failed+=("$dir")
  fi
done
[[ ${#failed[@]} == 0 ]] || die "not tidy: ${failed[*]}"
