package linkbridgetest_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/eventstest"
	"github.com/linkhook/linkhook/events/pinwheel"
	"github.com/linkhook/linkhook/linkbridge"
	"github.com/linkhook/linkhook/linkbridge/linkbridgetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var user = linkbridge.Principal{Provider: pinwheel.Provider, EndUserID: "user-1", LinkTokenID: "lt-1"}

func newBridge(t *testing.T, opts *linkbridge.Options) (*events.Bus, *linkbridge.Bridge, string) {
	t.Helper()
	bus := events.New()
	b := linkbridge.New(bus, linkbridge.Keys([]byte(strings.Repeat("k", 32))), opts)
	t.Cleanup(func() { require.NoError(t, b.Shutdown(context.Background())) })
	ticket, err := b.Ticket(user)
	require.NoError(t, err)
	return bus, b, ticket
}

func TestAHostTestsItsLinkHandler(t *testing.T) {
	t.Parallel()
	bus, bridge, ticket := newBridge(t, &linkbridge.Options{Origins: []string{"https://app.example.com"}})
	rec := eventstest.Record(t, bus)
	mux := http.NewServeMux()
	mux.Handle("/hooks/link", bridge)
	srv := httptest.NewServer(mux)
	t.Cleanup(srv.Close)
	page := linkbridgetest.DialURL(t, srv.URL+"/hooks/link", ticket, &linkbridgetest.Options{Origin: "https://app.example.com"})
	page.WaitAck(linkbridgetest.Track(page, pinwheel.LinkLogin, pinwheel.LoginClaim{AccountID: "acc-1"}))
	got := eventstest.Require(t, rec, pinwheel.LinkLogin)
	require.Equal(t, "acc-1", got.Data.AccountID)
	require.Equal(t, page.Session(), got.Session)
}

func TestWhatIsTrackedOfflineArrivesAfterTheReconnect(t *testing.T) {
	t.Parallel()
	bus, bridge, ticket := newBridge(t, nil)
	var mu sync.Mutex
	var names []string
	bus.OnAny(func(_ context.Context, env events.Envelope) error {
		mu.Lock()
		defer mu.Unlock()
		names = append(names, env.Kind.Name)
		return nil
	})
	page := linkbridgetest.Dial(t, bridge, ticket, nil)
	page.Drop()
	require.Equal(t, 1006, page.WaitClose())
	page.Track("pinwheel", "one", nil)
	last := page.Track("pinwheel", "two", nil)
	page.Reconnect()
	require.True(t, page.Resumed())
	page.WaitAck(last)
	require.Equal(t, []string{"one", "two"}, names)
}

func TestARefusedHandshakeGivesTheStatus(t *testing.T) {
	t.Parallel()
	_, bridge, ticket := newBridge(t, &linkbridge.Options{Origins: []string{"https://app.example.com"}})
	srv := httptest.NewServer(bridge)
	t.Cleanup(srv.Close)
	require.Equal(t, http.StatusForbidden, linkbridgetest.New(t, srv.URL, ticket, nil).TryConnect())
}

// pipes is a listener without sockets.
type pipes chan net.Conn

func (p pipes) Accept() (net.Conn, error) {
	c, ok := <-p
	if !ok {
		return nil, net.ErrClosed
	}
	return c, nil
}

func (p pipes) Close() error   { close(p); return nil }
func (p pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipe", Net: "unix"} }

func (p pipes) dial(context.Context, string, string) (net.Conn, error) {
	page, server := net.Pipe()
	p <- server
	return page, nil
}

func TestTimePassesWithoutSockets(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		_, bridge, ticket := newBridge(t, nil)
		p, srv := make(pipes), &http.Server{Handler: bridge}
		go func() { _ = srv.Serve(p) }()
		t.Cleanup(func() { require.NoError(t, srv.Close()) })
		page := linkbridgetest.DialURL(t, "http://host.test", ticket, &linkbridgetest.Options{Dial: p.dial, Timeout: time.Hour})
		seq := page.Track(pinwheel.Provider, "open", nil)
		page.WaitAck(seq)
		require.Equal(t, http.StatusOK, page.Leave())
		time.Sleep(55 * time.Minute)
		require.False(t, page.Ended(), "it has answered every ping")
		ticket, err := bridge.Ticket(user)
		require.NoError(t, err)
		require.Equal(t, "linkbridgetest: no push within 1h0m0s", said(t, func(tb testing.TB) {
			linkbridgetest.DialURL(tb, "http://host.test", ticket, &linkbridgetest.Options{Dial: p.dial, Timeout: time.Hour}).WaitPush()
		}))
	})
}

// failing is a test that records its failure instead of failing the real one.
type failing struct {
	testing.TB

	said string
}

func (f *failing) Helper() {}

func (f *failing) Fatalf(format string, args ...any) {
	f.said = fmt.Sprintf(format, args...)
	runtime.Goexit()
}

// said returns the sentence with which fn fails.
func said(t *testing.T, fn func(tb testing.TB)) string {
	t.Helper()
	f := &failing{TB: t}
	done := make(chan struct{})
	go func() {
		defer close(done)
		fn(f)
	}()
	<-done
	return f.said
}

func TestItFailsWell(t *testing.T) {
	t.Parallel()
	_, bridge, ticket := newBridge(t, nil)
	require.Equal(t, "linkbridgetest: the bridge closed with 4401 instead of saying welcome",
		said(t, func(tb testing.TB) { linkbridgetest.Dial(tb, bridge, "forged", nil) }))
	require.Contains(t, said(t, func(tb testing.TB) { linkbridgetest.DialURL(tb, "http://127.0.0.1:1", ticket, nil) }), "linkbridgetest: no connection to the bridge: ")
	require.Contains(t, said(t, func(tb testing.TB) {
		linkbridgetest.New(tb, "http://127.0.0.1:1", ticket, nil).Track("p", "n", func() {})
	}),
		"linkbridgetest: encoding the payload: ")
}
