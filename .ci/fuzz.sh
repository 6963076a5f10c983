# fuzz runs every fuzz target for a few seconds: ten each, less when there are
# so many that the phase would take more than five minutes. Then it tries the
# properties of the inbox on the numbers of random cases that are promised, of
# which the tests try a few hundred.
#
# Making an interesting input smaller is bounded: it takes up to a minute by
# default, and where other goroutines run, so that the coverage differs from run to
# run, it took all the time that there was.

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
  (cd "$dir" && go test -run '^$' -fuzz "^$name\$" -fuzztime "${seconds}s" -fuzzminimizetime 20x -parallel 2 -timeout 5m .) >"$log" 2>&1 || status=$?
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

# cases DIR TEST FLAG runs one test with that many cases.
cases() {
  local log began=$SECONDS
  log=$(mktemp)
  if ! go test -count 1 -v -run "^$2\$" -timeout 10m "./$1" "$3" >"$log" 2>&1 || ! grep -q "^--- PASS: $2" "$log"; then
    cat "$log"
    failed+=("$1.$2")
    return
  fi
  say "ok   $1.$2 $3 $((SECONDS - began))s"
}
cases events/inbox/reconcile TestLossDoesNotChangeTheOutcome -rapid.checks=10000
cases events/inbox/inboxtest TestSimulation -seeds=20000

[[ ${#failed[@]} == 0 ]] || die "fuzzing found: ${failed[*]}"
