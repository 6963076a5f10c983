package linkbridgetest

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/gorilla/websocket"
)

// Options of a [Browser]. Nil and the zero value are a page on the bridge's own origin that wants no pushes.
type Options struct {
	Origin  string        // of the page; defaults to the origin of the bridge's URL
	Want    []string      // names of webhooks that the page wants to be told of
	Timeout time.Duration // of every wait; defaults to 30 s, which only a test that fails takes
	// Dial opens the page's connections. Defaults to TCP; with one end of a net.Pipe, whose other end an http.Server accepts, a
	// test can let time pass under testing/synctest.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
}

// Push is what the bridge told the page of a webhook.
type Push struct {
	Seq      uint64         `json:"pseq"`     // number within the epoch
	Name     string         `json:"name"`     // of the webhook
	Provider string         `json:"provider"` // of the webhook
	At       int64          `json:"at"`       // when it happened, Unix milliseconds
	Data     jsontext.Value `json:"data"`     // account and outcome
}

// Browser is one page that hosts Link. Its methods fail the test rather than return errors, and are for the goroutine of
// the test.
type Browser struct {
	tb     testing.TB
	url    string
	opts   Options
	ticket string

	session  string
	instance string
	seq      uint64
	tracked  int
	reader   sync.WaitGroup
	writing  sync.Mutex // held while a frame is written

	mu      sync.Mutex
	changed chan struct{} // closed and replaced whenever a field below changes
	ws      *websocket.Conn
	welcome bool
	resumed bool
	resume  string
	acked   uint64
	epoch   string
	pseq    uint64
	queue   []event // not acknowledged, in order
	pushes  []Push
	nacks   map[uint64]string
	code    int // close code of the connection that ended last
	ended   bool
}

// Dial opens a page against the bridge, or whatever handler it is mounted in, behind a server of its own, and waits for the
// welcome. The page is closed with the test.
func Dial(tb testing.TB, bridge http.Handler, ticket string, opts *Options) *Browser {
	tb.Helper()
	srv := httptest.NewServer(bridge)
	tb.Cleanup(srv.Close)
	return DialURL(tb, srv.URL, ticket, opts)
}

// DialURL is [Dial] for a bridge that is served already, at an http, https, ws or wss URL.
func DialURL(tb testing.TB, url, ticket string, opts *Options) *Browser {
	tb.Helper()
	b := New(tb, url, ticket, opts)
	b.Reconnect()
	return b
}

// New makes a page that has not connected yet.
func New(tb testing.TB, url, ticket string, opts *Options) *Browser {
	tb.Helper()
	b := &Browser{tb: tb, url: "ws" + strings.TrimPrefix(url, "http"), ticket: ticket, session: randomID(), instance: randomID(),
		changed: make(chan struct{}), nacks: map[uint64]string{}}
	if strings.HasPrefix(url, "ws") {
		b.url = url
	}
	if opts != nil {
		b.opts = *opts
	}
	if b.opts.Origin == "" {
		scheme, rest, _ := strings.Cut("http"+strings.TrimPrefix(b.url, "ws"), "://")
		host, _, _ := strings.Cut(rest, "/")
		b.opts.Origin = scheme + "://" + host
	}
	if b.opts.Timeout == 0 {
		b.opts.Timeout = 30 * time.Second
	}
	tb.Cleanup(func() {
		b.Drop()
		b.reader.Wait()
	})
	return b
}

// Session returns the id of the link session.
func (b *Browser) Session() string { return b.session }

// Reconnect opens a new connection of the same page, waits for the welcome, and sends again what is not acknowledged.
func (b *Browser) Reconnect() {
	b.tb.Helper()
	if code := b.TryConnect(); code != 0 {
		b.tb.Fatalf("linkbridgetest: the bridge closed with %d instead of saying welcome", code)
	}
}

// Reload is what a reload of the page does: the connection breaks, and another page goes on with the session.
func (b *Browser) Reload() {
	b.tb.Helper()
	b.Drop()
	b.instance = randomID()
	b.Reconnect()
}

// Tracked returns how many events were tracked.
func (b *Browser) Tracked() int { return b.tracked }

// leap is how far the numbers of a copy are ahead, so that they are no others'. The script takes a random one.
const leap = 1_000_000

// Clone returns a copy of the page, as a browser makes it when a tab opens a window: it has the same link session and the
// same queue until it connects; its new events have numbers far ahead.
func (b *Browser) Clone() *Browser {
	b.tb.Helper()
	twin := New(b.tb, b.url, b.ticket, &b.opts)
	b.mu.Lock()
	defer b.mu.Unlock()
	twin.session, twin.seq = b.session, b.seq+leap
	twin.resume, twin.acked, twin.epoch, twin.pseq = b.resume, b.acked, b.epoch, b.pseq
	twin.queue = append(twin.queue, b.queue...)
	return twin
}

// Drop cuts the connection without a close frame, as a lost network does.
func (b *Browser) Drop() {
	b.mu.Lock()
	ws := b.ws
	b.mu.Unlock()
	if ws != nil {
		_ = ws.Close() // it is cut either way
	}
	b.reader.Wait()
}

// Ended reports whether the connection has ended.
func (b *Browser) Ended() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.ended
}

// wait blocks until cond holds; b.mu is held while cond runs.
func (b *Browser) wait(what string, cond func() bool) {
	b.tb.Helper()
	timeout := time.NewTimer(b.opts.Timeout)
	defer timeout.Stop()
	for {
		b.mu.Lock()
		ok, changed := cond(), b.changed
		b.mu.Unlock()
		if ok {
			return
		}
		select {
		case <-changed:
		case <-timeout.C:
			b.tb.Fatalf("linkbridgetest: no %s within %v", what, b.opts.Timeout)
		}
	}
}

// notify wakes the waiters; b.mu is held.
func (b *Browser) notify() {
	close(b.changed)
	b.changed = make(chan struct{})
}

func randomID() string {
	var id [16]byte
	_, _ = rand.Read(id[:]) // crypto/rand never fails
	return hex.EncodeToString(id[:])
}
