# faults lets the disk under a writing process fail and looks at what it had
# acknowledged: EIO and ENOSPC at chosen calls, short writes, a full tmpfs.

source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

go run ./events/inbox/inboxtest/faults -n 300
