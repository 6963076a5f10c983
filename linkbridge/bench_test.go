package linkbridge_test

import (
	"bufio"
	"context"
	"encoding/binary"
	"encoding/hex"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/linkbridge"
)

// perSession is how many events one link session has in the benchmarks: as many as it may have by default.
const perSession = 2000

// wide lifts the limits on rates, which would measure themselves.
var wide = linkbridge.Limits{RatePerSecond: 1e9, RateBurst: 1 << 30, SessionEvents: 1 << 30, ConnsPerPrincipal: 1 << 20}

// counter is a publisher that does nothing, and says when it has done it often enough.
type counter struct {
	left atomic.Int64
	done chan struct{}
}

func (c *counter) Publish(context.Context, events.Envelope) error {
	if c.left.Add(-1) == 0 {
		c.done <- struct{}{}
	}
	return nil
}

// feed is a connection on which a page sends frames as fast as they are read: what is measured is the reader alone.
type feed struct {
	first []byte // the hello
	frame []byte // an event, with its number and id patched in place
	seq   int    // offset of the number
	id    int    // offset of the id
	next  uint64
	last  uint64
	rest  []byte
	done  chan struct{}
	once  sync.Once
}

// firstSeq has as many digits as the numbers that follow it.
const firstSeq = 10_000_000

func newFeed(hello string, frames int) *feed {
	text := `{"type":"event","seq":10000000,"id":"c0ffee00c0ffee00c0ffee0000000000","provider":"pinwheel","name":"login",` +
		`"at":1780000000000,"mono":4211,"payload":{"accountId":"934f6406-c332-4c05-a3e8-6a90765c842d","platformId":"5965580e-380f-4b86-8a8a-7278c77f73cb"}}`
	f := &feed{frame: masked(text), next: firstSeq, last: firstSeq + uint64(frames), done: make(chan struct{})}
	if hello != "" {
		f.first = masked(hello)
	}
	f.seq = strings.Index(string(f.frame), "10000000")
	f.id = strings.Index(string(f.frame), "c0ffee")
	return f
}

// masked makes a client's text frame with the mask of zeros.
func masked(text string) []byte {
	b := []byte{0x81}
	if len(text) < 126 {
		b = append(b, 0x80|byte(len(text)))
	} else {
		b = append(b, 0x80|126)
		b = binary.BigEndian.AppendUint16(b, uint16(len(text)))
	}
	return append(append(b, 0, 0, 0, 0), text...)
}

func (f *feed) Read(p []byte) (int, error) {
	if len(f.rest) == 0 {
		switch {
		case f.first != nil:
			f.rest, f.first = f.first, nil
		case f.next < f.last:
			strconv.AppendUint(f.frame[f.seq:f.seq], f.next, 10)
			var id [8]byte
			binary.BigEndian.PutUint64(id[:], f.next)
			hex.Encode(f.frame[f.id+16:], id[:])
			f.next++
			f.rest = f.frame
		default:
			<-f.done
			return 0, io.EOF
		}
	}
	n := copy(p, f.rest)
	f.rest = f.rest[n:]
	return n, nil
}

func (f *feed) Write(p []byte) (int, error)      { return len(p), nil }
func (f *feed) Close() error                     { f.once.Do(func() { close(f.done) }); return nil }
func (f *feed) LocalAddr() net.Addr              { return &net.TCPAddr{} }
func (f *feed) RemoteAddr() net.Addr             { return &net.TCPAddr{} }
func (f *feed) SetDeadline(time.Time) error      { return nil }
func (f *feed) SetReadDeadline(time.Time) error  { return nil }
func (f *feed) SetWriteDeadline(time.Time) error { return nil }

// Hijack hands the feed to the upgrader.
type hijack struct {
	*httptest.ResponseRecorder
	f *feed
}

func (h hijack) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	return h.f, bufio.NewReadWriter(bufio.NewReader(h.f), bufio.NewWriter(h.f)), nil
}

func upgradeRequest() *http.Request {
	r := httptest.NewRequest(http.MethodGet, "http://host.test/", nil)
	r.RemoteAddr = "127.0.0.1:1"
	for k, v := range map[string]string{"Origin": "http://host.test", "Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
		"Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Protocol": "linkbridge.v1"} {
		r.Header.Set(k, v)
	}
	return r
}

// BenchmarkFloorFrame is what any bridge on gorilla pays for an event: a bare read and a decode with json v2.
func BenchmarkFloorFrame(b *testing.B) {
	b.ReportAllocs()
	upgrader := websocket.Upgrader{Subprotocols: []string{"linkbridge.v1"}}
	for left := b.N; left > 0; left -= perSession {
		n := min(left, perSession)
		ws, err := upgrader.Upgrade(hijack{httptest.NewRecorder(), newFeed("", n)}, upgradeRequest(), nil)
		require.NoError(b, err)
		for range n {
			_, data, err := ws.ReadMessage()
			if err != nil {
				b.Fatal(err)
			}
			var e struct {
				Type     string         `json:"type"`
				Seq      uint64         `json:"seq"`
				ID       string         `json:"id"`
				Provider string         `json:"provider"`
				Name     string         `json:"name"`
				At       int64          `json:"at"`
				Mono     int64          `json:"mono"`
				Payload  jsontext.Value `json:"payload"`
			}
			if err := json.Unmarshal(data, &e); err != nil {
				b.Fatal(err)
			}
		}
		_ = ws.Close()
	}
}

// BenchmarkFrame is one event on its way from the websocket to the publisher: limits, checks, deduplication, redaction and
// acknowledgement included, and every 2,000 events a new link session with its hello.
func BenchmarkFrame(b *testing.B) {
	b.ReportAllocs()
	c := &counter{done: make(chan struct{})}
	bridge := start(b, c, &linkbridge.Options{Limits: wide})
	for left := b.N; left > 0; left -= perSession {
		n := min(left, perSession)
		page := linkbridge.Principal{Provider: "pinwheel", EndUserID: strconv.Itoa(left)} // ids are known per principal
		hello, err := json.Marshal(helloFrame(ticket(b, bridge, page)))
		require.NoError(b, err)
		f := newFeed(string(hello), n)
		c.left.Store(int64(n))
		bridge.ServeHTTP(hijack{httptest.NewRecorder(), f}, upgradeRequest())
		<-c.done
		_ = f.Close()
	}
}

// BenchmarkIngest sends events over loopback, eight pages at once, client and server in one process.
func BenchmarkIngest(b *testing.B) {
	const pages = 8
	c := &counter{done: make(chan struct{}, 1)}
	bridge := start(b, c, &linkbridge.Options{Limits: wide})
	srv := serve(b, bridge)
	var conns []*raw
	for i := range pages {
		page := linkbridge.Principal{Provider: "pinwheel", EndUserID: strconv.Itoa(i)}
		r, _ := enter(b, srv, helloFrame(ticket(b, bridge, page)))
		require.NoError(b, r.ws.SetReadDeadline(time.Time{}))
		conns = append(conns, r)
	}
	b.ResetTimer()
	n := b.N/pages + 1
	c.left.Store(int64(n * pages))
	var readers sync.WaitGroup
	for _, r := range conns {
		readers.Go(func() {
			for {
				if _, _, err := r.ws.NextReader(); err != nil {
					return
				}
			}
		})
		go func() {
			f := newFeed("", n)
			buf := make([]byte, 1024)
			for range n {
				size, _ := f.Read(buf)
				if _, err := r.ws.NetConn().Write(buf[:size]); err != nil {
					return
				}
			}
		}()
	}
	<-c.done
	b.StopTimer()
	b.ReportMetric(float64(n*pages)/b.Elapsed().Seconds(), "events/s")
	for _, r := range conns {
		_ = r.ws.Close()
	}
	readers.Wait()
}
