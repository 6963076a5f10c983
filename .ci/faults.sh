# faults lets the disk under a writing process fail and looks at what it had
# acknowledged: EIO and ENOSPC at chosen calls, short writes, a full tmpfs.

source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# Only root can mount the tmpfs, and root need not have Go.
program=$(mktemp -d)/faults
go build -o "$program" ./events/inbox/inboxtest/faults
root_do env LINKHOOK_CI=1 TMPDIR="$TMPDIR" "$program" -n 300
