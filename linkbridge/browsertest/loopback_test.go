package browsertest_test

import (
	"fmt"
	"net"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
)

var lastLoopback atomic.Uint32

// listen opens a port on a loopback address that nobody else has. Firefox connects the websockets of all pages to one
// address, whatever the port, one after the other: a server that hangs would hold up the tests beside it until their
// bridges take websockets for blocked.
func listen(tb testing.TB) net.Listener {
	tb.Helper()
	n := lastLoopback.Add(1)
	listener, err := net.Listen("tcp", fmt.Sprintf("127.1.%d.%d:0", n/250, 1+n%250))
	require.NoError(tb, err)
	return listener
}
