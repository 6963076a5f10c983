# Shared by the scripts of .ci: sourced, never run. It leaves the shell at the
# repository's root and defines paths and a few verbs; nothing here takes time.

set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
CI=$ROOT/.ci
CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/linkhook-ci
cd "$ROOT"

# A missing browser or server is a failure here, not a skip.
export LINKHOOK_CI=1
# The toolchain that is installed is the one that is tested.
export GOTOOLCHAIN=local
export NO_UPDATE_NOTIFIER=1 npm_config_update_notifier=false npm_config_fund=false npm_config_audit=false

say() { printf '%s\n' "$*"; }

# die SENTENCE ends the phase.
die() {
  printf 'ci: %s\n' "$*" >&2
  exit 1
}

have() { command -v "$1" >/dev/null 2>&1; }

# retry COMMAND… tries a download three times. Tests are never retried.
retry() {
  local try
  for try in 1 2 3; do
    if "$@"; then return 0; fi
    say "ci: try $try of 3 failed: $*" >&2
    sleep $((try * 5))
  done
  return 1
}

# files prints every file that is, or would be, committed.
files() {
  git ls-files --cached --others --exclude-standard | LC_ALL=C sort -u | while IFS= read -r file; do
    if [[ -e $file ]]; then say "$file"; fi
  done
}

# modules prints the folder of every Go module, the root ('.') first.
modules() {
  local file
  for file in $(files | grep -E '(^|/)go\.mod$' | grep -v '/testdata/'); do dirname "$file"; done | LC_ALL=C sort
}

# has_go FOLDER tells whether the module in FOLDER has packages.
has_go() { [[ -n $(find "$1" -name '*.go' -not -path '*/node_modules/*' -print -quit) ]]; }

# nested prints the folder of every module that has packages, but the root's.
nested() {
  local dir
  for dir in $(modules); do
    if [[ $dir != . ]] && has_go "$dir"; then say "$dir"; fi
  done
}

# tools prints the folder of the pinned Go tools. They are built when
# tools/go.mod or the toolchain has changed, and kept otherwise.
tools() {
  local key dir
  key=$( (cat "$CI/tools/go.mod" && go env GOVERSION) | sha256sum | cut -c1-16)
  dir=$CACHE/tools-$key
  if [[ ! -e $dir/.done ]]; then
    mkdir -p "$dir"
    (cd "$CI/tools" && retry go mod download && GOBIN=$dir go install tool) >&2
    touch "$dir/.done"
  fi
  say "$dir"
}

# checks prints the folder of the programs of .ci/checks, freshly built.
checks() {
  mkdir -p "$CACHE/checks"
  (cd "$CI/checks" && GOBIN=$CACHE/checks go install ./...) >&2
  say "$CACHE/checks"
}

# tested FOLDER ARGUMENTS… runs 'go test -json' with the arguments in FOLDER.
# testlog prints what a reader needs, notes the counts and the skips for the end
# of the run, and fails when no test ran.
tested() {
  local dir=$1
  shift
  (cd "$dir" && go test -json "$@" | "$(checks)/testlog" -record "${LINKHOOK_LOGS:?start this with .ci/run}" -dir "$dir")
}
