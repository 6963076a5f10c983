# crash kills a writing process at random moments and counts what was lost.

source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

dir=events/inbox/inboxtest/crash
if [[ ! -d $dir ]]; then
  say "no crash harness yet"
  exit 0
fi
go run "./$dir" -store bolt -kills 500
if [[ -d events/inbox/pginbox ]]; then go run "./$dir" -store pg -tx -kills 111; fi
