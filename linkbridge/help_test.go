package linkbridge_test

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/linkbridge"
)

// sink is a publisher that keeps what it is given, and fails when it is told to.
type sink struct {
	mu   sync.Mutex
	got  []events.Envelope
	fail func(events.Envelope) error
}

func (s *sink) Publish(_ context.Context, env events.Envelope) error {
	s.mu.Lock()
	fail := s.fail
	s.mu.Unlock()
	if fail != nil {
		if err := fail(env); err != nil {
			return err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.got = append(s.got, env)
	return nil
}

func (s *sink) failWith(fail func(events.Envelope) error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fail = fail
}

func (s *sink) all() []events.Envelope {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]events.Envelope(nil), s.got...)
}

func (s *sink) seqs() []uint64 {
	var seqs []uint64
	for _, env := range s.all() {
		seqs = append(seqs, env.Seq)
	}
	return seqs
}

var (
	secret = []byte("0123456789abcdef0123456789abcdef")
	user   = linkbridge.Principal{Provider: "pinwheel", EndUserID: "user-1", LinkTokenID: "lt-1"}
)

// start makes a bridge and shuts it down with the test.
func start(t testing.TB, pub events.Publisher, opts *linkbridge.Options) *linkbridge.Bridge {
	t.Helper()
	return startWith(t, pub, linkbridge.Keys(secret), opts)
}

func startWith(t testing.TB, pub events.Publisher, keys *linkbridge.Keyring, opts *linkbridge.Options) *linkbridge.Bridge {
	t.Helper()
	b := linkbridge.New(pub, keys, quiet(opts))
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), testWait)
		defer cancel()
		require.NoError(t, b.Shutdown(ctx))
	})
	return b
}

var silent = slog.New(slog.DiscardHandler)

// quiet makes a bridge log nothing where the test does not want its log.
func quiet(opts *linkbridge.Options) *linkbridge.Options {
	var o linkbridge.Options
	if opts != nil {
		o = *opts
	}
	if o.Logger == nil {
		o.Logger = silent
	}
	return &o
}

func serve(t testing.TB, h http.Handler) *httptest.Server {
	t.Helper()
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	return srv
}

func ticket(t testing.TB, b *linkbridge.Bridge, p linkbridge.Principal) string {
	t.Helper()
	token, err := b.Ticket(p)
	require.NoError(t, err)
	return token
}

func newID() string {
	var id [16]byte
	_, _ = rand.Read(id[:])
	return hex.EncodeToString(id[:])
}

// raw is a websocket client without manners.
type raw struct {
	t  testing.TB
	ws *websocket.Conn
}

// object is a frame.
type object map[string]any

// dial opens a websocket with the server's own origin.
func dial(t testing.TB, srv *httptest.Server, header http.Header) *raw {
	t.Helper()
	if header == nil {
		header = http.Header{"Origin": {srv.URL}}
	}
	d := websocket.Dialer{Subprotocols: []string{"linkbridge.v1"}}
	ws, _, err := d.Dial("ws"+strings.TrimPrefix(srv.URL, "http"), header)
	require.NoError(t, err)
	t.Cleanup(func() { _ = ws.Close() })
	return &raw{t: t, ws: ws}
}

func (r *raw) send(v any) {
	r.t.Helper()
	data, ok := v.(string)
	if !ok {
		b, err := json.Marshal(v)
		require.NoError(r.t, err)
		data = string(b)
	}
	require.NoError(r.t, r.ws.WriteMessage(websocket.TextMessage, []byte(data)))
}

// next reads the next frame that is no ping.
func (r *raw) next() object {
	r.t.Helper()
	for {
		require.NoError(r.t, r.ws.SetReadDeadline(time.Now().Add(testWait)))
		_, data, err := r.ws.ReadMessage()
		require.NoError(r.t, err)
		var f object
		require.NoError(r.t, json.Unmarshal(data, &f))
		if f["type"] != "ping" {
			return f
		}
	}
}

// await reads until a frame of that type comes.
func (r *raw) await(kind string) object {
	r.t.Helper()
	for {
		if f := r.next(); f["type"] == kind {
			return f
		}
	}
}

// closed reads until the connection ends and returns the close code, and the code of the bye before it.
func (r *raw) closed() (code int, bye object) {
	r.t.Helper()
	for {
		require.NoError(r.t, r.ws.SetReadDeadline(time.Now().Add(testWait)))
		_, data, err := r.ws.ReadMessage()
		if err != nil {
			var e *websocket.CloseError
			require.ErrorAs(r.t, err, &e)
			return e.Code, bye
		}
		var f object
		require.NoError(r.t, json.Unmarshal(data, &f))
		if f["type"] == "bye" {
			bye = f
		}
	}
}

// rest reads everything until the connection ends, and returns it with the close code.
func (r *raw) rest() (frames []object) {
	for {
		_, data, err := r.ws.ReadMessage()
		if err != nil {
			code := linkbridge.CodeDropped
			if e, ok := errors.AsType[*websocket.CloseError](err); ok {
				code = e.Code
			}
			return append(frames, object{"closed": code})
		}
		var f object
		if json.Unmarshal(data, &f) == nil && f["type"] != "ping" {
			frames = append(frames, f)
		}
	}
}

// helloFrame is the hello of a page that has used more numbers than any test sends.
func helloFrame(ticket string) object {
	return object{"type": "hello", "v": 1, "session": newID(), "instance": newID(), "ticket": ticket, "sdk": "test/1",
		"acked": 0, "seq": 100_000_000, "want": []string{}, "push_after": 0, "epoch": ""}
}

func eventFrame(seq int, name string, payload any) object {
	return object{"type": "event", "seq": seq, "id": newID(), "provider": "pinwheel", "name": name,
		"at": time.Now().UnixMilli(), "mono": 1, "payload": payload}
}

// enter dials and says hello.
func enter(t testing.TB, srv *httptest.Server, hello object) (r *raw, welcome object) {
	t.Helper()
	r = dial(t, srv, nil)
	r.send(hello)
	welcome = r.next()
	require.Equal(t, "welcome", welcome["type"])
	return r, welcome
}

func isTimeout(err error) bool {
	var e net.Error
	return errors.As(err, &e) && e.Timeout()
}

func jsonOf(v any) (string, error) {
	b, err := json.Marshal(v)
	return string(b), err
}
