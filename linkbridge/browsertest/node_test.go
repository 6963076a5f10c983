package browsertest_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/inbox"
	"github.com/linkhook/linkhook/events/inbox/boltinbox"
	"github.com/linkhook/linkhook/linkbridge"
)

// nodeVariable in the environment turns the test's binary into a server: a bridge over an inbox in that folder.
const (
	nodeVariable   = "LINKHOOK_BROWSERTEST_NODE"
	originVariable = "LINKHOOK_BROWSERTEST_ORIGIN"
)

// telling is an inbox that prints the id of each event when it is stored, or was stored before.
type telling struct{ *inbox.Inbox }

func (b telling) Publish(ctx context.Context, env events.Envelope) error {
	err := b.Inbox.Publish(ctx, env)
	if err == nil {
		fmt.Fprintln(os.Stdout, "stored", env.ID)
	}
	return err
}

func openStore(dir string) (*boltinbox.Store, error) {
	return boltinbox.Open(dir+"/events.db", &boltinbox.Options{LockTimeout: patience})
}

// runNode is a server that is killed. It stores events and leaves their handlers to the test: what a handler does outside
// of the store can happen twice when its process dies, and that is not the bridge's doing.
func runNode(dir string) int {
	store, err := openStore(dir)
	if err != nil {
		fmt.Fprintln(os.Stdout, err)
		return 1
	}
	box := inbox.New(store, events.New(), nil)
	bridge := linkbridge.New(telling{box}, linkbridge.Keys(secret), &linkbridge.Options{Origins: []string{os.Getenv(originVariable)}})
	mux := http.NewServeMux()
	mux.Handle("/hooks/link", bridge)
	srv := httptest.NewServer(mux)
	fmt.Fprintln(os.Stdout, "serving", srv.Listener.Addr())
	_, _ = io.Copy(io.Discard, os.Stdin) // a node does not outlive its test
	return 0
}

// nodes is a server of which one process runs at a time, and whose processes die.
type nodes struct {
	t       testing.TB
	dir     string
	origin  string
	running *node

	mu     sync.Mutex
	stored map[string]bool // ids
	moved  chan struct{}   // closed when stored has grown
}

// node is one process.
type node struct {
	cmd     *exec.Cmd
	address chan string
	ended   chan struct{}
}

// launch starts a process. It waits for the store until the one before it is gone.
func (n *nodes) launch() *node {
	n.t.Helper()
	binary, err := os.Executable()
	require.NoError(n.t, err)
	p := &node{cmd: command(binary), address: make(chan string, 1), ended: make(chan struct{})}
	p.cmd.Env = append(os.Environ(), nodeVariable+"="+n.dir, originVariable+"="+n.origin)
	_, err = p.cmd.StdinPipe()
	require.NoError(n.t, err)
	stdout, err := p.cmd.StdoutPipe()
	require.NoError(n.t, err)
	require.NoError(n.t, p.cmd.Start())
	go func() {
		defer close(p.ended)
		for lines := bufio.NewScanner(stdout); lines.Scan(); {
			switch word, rest, _ := strings.Cut(lines.Text(), " "); word {
			case "serving":
				p.address <- rest
			case "stored":
				n.note(rest)
			}
		}
	}()
	n.t.Cleanup(func() { p.stop() })
	return p
}

func (p *node) stop() {
	kill(p.cmd)
	<-p.ended
}

func (n *nodes) note(id string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if !n.stored[id] {
		n.stored[id] = true
		close(n.moved)
		n.moved = make(chan struct{})
	}
}

// startNodes starts the first process, and a proxy before it.
func startNodes(t testing.TB, origin string) (*nodes, *proxy) {
	t.Helper()
	n := &nodes{t: t, dir: t.TempDir(), origin: origin, stored: map[string]bool{}, moved: make(chan struct{})}
	p := newProxy(t)
	n.running = n.launch()
	p.to(n.await(n.running))
	return n, p
}

func (n *nodes) await(p *node) (address string) {
	n.t.Helper()
	select {
	case address = <-p.address:
	case <-p.ended:
		require.FailNow(n.t, "the server did not start")
	}
	return address
}

// fail kills the running process without a word; another one takes over when the work is done that may happen meanwhile.
func (n *nodes) fail(p *proxy, meanwhile func()) {
	n.t.Helper()
	next := n.launch()
	n.running.stop()
	meanwhile()
	n.running = next
	p.to(n.await(next))
}

// awaitStored waits until that many different events have been stored.
func (n *nodes) awaitStored(want int) {
	n.t.Helper()
	for {
		n.mu.Lock()
		have, moved := len(n.stored), n.moved
		n.mu.Unlock()
		if have >= want {
			return
		}
		awaitOrFail(n.t, moved, "events are missing", func() string { return fmt.Sprintf("%d of %d", have, want) })
	}
}

// drain ends the server and hands what it has stored to the bus.
func (n *nodes) drain(bus *events.Bus, done func()) {
	n.t.Helper()
	n.running.stop()
	store, err := openStore(n.dir)
	require.NoError(n.t, err)
	box := inbox.New(store, bus, nil)
	ran := make(chan error, 1)
	go func() { ran <- box.Run(context.WithoutCancel(n.t.Context())) }()
	done()
	ctx, cancel := context.WithTimeout(n.t.Context(), patience)
	defer cancel()
	require.NoError(n.t, box.Shutdown(ctx))
	require.NoError(n.t, <-ran)
	require.NoError(n.t, store.Close())
}
