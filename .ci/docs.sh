# docs fails when an exported name, or a package, has no comment.

source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

files | grep -E '\.go$' | "$(checks)/doccheck"
