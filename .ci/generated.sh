# generated runs every //go:generate line and fails when a file changes.

source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# state prints a digest of everything that is not committed.
state() { { git status --porcelain && git diff; } | sha256sum; }

if ! git grep -q --untracked -E '^//go:generate ' -- '*.go'; then
  say "nothing is generated"
  exit 0
fi
before=$(state)
for dir in . $(nested); do
  (cd "$dir" && go generate ./...)
done
if [[ $(state) != "$before" ]]; then
  git status --short
  git --no-pager diff --stat
  die "generated files are stale: commit what 'go generate ./...' writes"
fi
