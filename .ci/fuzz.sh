# fuzz runs every fuzz target for a few seconds: ten each, less when there are
# so many that the phase would take more than five minutes.

source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

targets=()
for file in $(files | grep -E '_test\.go$' | grep -v -e '/testdata/' -e '^\.ci/'); do
  for name in $(sed -nE 's/^func (Fuzz[A-Za-z0-9_]+)\(.*/\1/p' "$file"); do
    targets+=("$(dirname "$file") $name")
  done
done
if [[ ${#targets[@]} == 0 ]]; then
  say "no fuzz targets yet"
  exit 0
fi
seconds=$((300 / ${#targets[@]}))
if ((seconds > 10)); then seconds=10; fi
if ((seconds < 2)); then seconds=2; fi

failed=()
for target in "${targets[@]}"; do
  read -r dir name <<<"$target"
  log=$(mktemp)
  status=0
  (cd "$dir" && go test -run '^$' -fuzz "^$name\$" -fuzztime "${seconds}s" -parallel 2 -timeout 5m .) >"$log" 2>&1 || status=$?
  # The fuzzer sometimes reports its own end of time as a failure and names no
  # input (go.dev/issue/75804, fixed in Go 1.27). A finding always names one.
  if [[ $status != 0 ]] && grep -q 'context deadline exceeded' "$log" &&
    ! grep -qE 'Failing input|panic|DATA RACE|[a-z0-9_]+_test\.go:[0-9]+:' "$log"; then
    status=0
  fi
  if [[ $status != 0 ]]; then
    cat "$log"
    failed+=("$dir.$name")
    continue
  fi
  grep -qE '^fuzz: elapsed' "$log" || { cat "$log" && die "$dir.$name did not fuzz"; }
  say "ok   $dir.$name ${seconds}s $(grep -oE 'execs: [0-9]+' "$log" | tail -1)"
done
[[ ${#failed[@]} == 0 ]] || die "fuzzing found: ${failed[*]}"
