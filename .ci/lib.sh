# Shared by the scripts of .ci: sourced, never run. It leaves the shell at the
# repository's root and defines paths and a few verbs; nothing here takes time.

set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
CI=$ROOT/.ci
CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/linkhook-ci
cd "$ROOT"

# A checkout that belongs to another user is read all the same: without git the
# list of files would be empty, and nothing would be looked at.
if ! git rev-parse --git-dir >/dev/null 2>&1; then
  export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=safe.directory GIT_CONFIG_VALUE_0='*'
  git rev-parse --git-dir >/dev/null || exit 1
fi

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

# root_do runs a command as root.
root_do() { if [[ $(id -u) == 0 ]]; then "$@"; else sudo "$@"; fi; }

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
    # 'set -e' does not reach into $(tools): what fails must not look done.
    (cd "$CI/tools" && retry timeout 900 go mod download && GOBIN=$dir go install tool) >&2 || return 1
    touch "$dir/.done"
  fi
  say "$dir"
}

# checks prints the folder of the programs of .ci/checks, freshly built.
checks() {
  mkdir -p "$CACHE/checks"
  (cd "$CI/checks" && GOBIN=$CACHE/checks go install ./...) >&2 || return 1
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
