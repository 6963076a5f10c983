# tree checks the shape of the repository: what stands at the top level, how
# long files are, what lockfiles and texts must not hold, which of our packages
# import which, and what a host links.

source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

programs=$(checks)
failed=()

files | "$programs/treecheck" || failed+=("shape")

unformatted=$(files | grep -E '\.go$' | grep -v '/testdata/' | xargs -r gofmt -l)
[[ -z $unformatted ]] || failed+=("gofmt: $unformatted")

go list -f '{{.ImportPath}}{{"\t"}}{{join .Imports " "}}' ./... | "$programs/archcheck" || failed+=("imports")

# A host that imports every package of the root module.
mapfile -t library < <(go list -f '{{if ne .Name "main"}}{{.ImportPath}}{{end}}' ./... | sed '/^$/d')
linked=$(go list -deps -f '{{with .Module}}{{if not .Main}}{{.Path}}{{end}}{{end}}' "${library[@]}" | sort -u)
say "a host that imports everything links $(wc -l <<<"$linked") other modules"
if (($(wc -l <<<"$linked") > 14)); then failed+=("links too much: $linked"); fi
for module in github.com/stretchr/testify go.uber.org/goleak pgregory.net/rapid; do
  if grep -qxF "$module" <<<"$linked"; then failed+=("$module is linked into hosts"); fi
done
cgo=$(go list -deps -f '{{if and (not .Standard) .CgoFiles}}{{.ImportPath}}{{end}}' "${library[@]}")
[[ -z $cgo ]] || failed+=("cgo: $cgo")

if [[ ${#failed[@]} != 0 ]]; then
  printf 'ci: %s\n' "${failed[@]}" >&2
  exit 1
fi
