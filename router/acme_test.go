package router_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/router"
)

const acmeSecret = "test_secret_of_acme"

// acme is a provider as a host would write one: it shows that the interface alone is enough.
type acme struct {
	keys  *events.Keyring
	shape *events.Shape
	// wait is the ack budget, a panic in Verify when negative.
	wait time.Duration
}

var (
	_ router.Provider  = acme{}
	_ router.Diagnoser = acme{}
)

var errAcmeSignature = errors.New("acme: the signature does not match")

type widget struct {
	Name string `json:"name"`
}

var widgetMade = events.Webhook[widget]("acme", "widget.made")

func newAcme() acme {
	return acme{
		keys:  events.NewKeyring(events.Key{ID: "blue", Secret: acmeSecret}),
		shape: events.NewShape("id", "type", "data"),
		wait:  15 * time.Second,
	}
}

func (a acme) Name() string             { return "acme" }
func (a acme) AckBudget() time.Duration { return a.wait }

func (a acme) Verify(header http.Header, body []byte, at time.Time) (string, error) {
	if a.wait < 0 {
		panic("acme: " + acmeSecret)
	}
	sum, err := hex.DecodeString(header.Get("X-Acme-Signature"))
	if err != nil {
		return "", errAcmeSignature
	}
	id, ok := a.keys.Verify(events.HMACSHA256, at, sum, body)
	if !ok {
		return "", errAcmeSignature
	}
	return id, nil
}

func (a acme) Parse(_ http.Header, body []byte) (events.Envelope, error) {
	env := events.Envelope{Raw: body}
	env.ID = "unparsed"
	var spans [3]events.Span
	if err := a.shape.Scan(body, spans[:]); err != nil {
		return env, err
	}
	env.ID = strings.Trim(string(spans[0].Of(body)), `"`)
	env.Kind = events.KindID{Provider: "acme", Stream: events.StreamWebhook, Name: strings.Trim(string(spans[1].Of(body)), `"`)}
	env.Start, env.End = spans[2].Start, spans[2].End
	return env, nil
}

func (a acme) Diagnose(header http.Header, body []byte, _ error) string {
	if why := events.DiagnoseHeader(header, "X-Acme-Signature"); why != "" {
		return why
	}
	sum, err := hex.DecodeString(header.Get("X-Acme-Signature"))
	if err != nil {
		return "the signature is not hexadecimal"
	}
	return a.keys.Diagnose(events.HMACSHA256, time.Now(), sum, body)
}

func (a acme) Sign(header http.Header, body []byte) {
	header.Set("X-Acme-Signature", hex.EncodeToString(a.keys.Sign(nil, events.HMACSHA256, time.Now(), body)))
}

func (a acme) Compose(id events.KindID, meta events.Meta, payload []byte) ([]byte, error) {
	return []byte(`{"id":"` + meta.ID + `","type":"` + id.Name + `","data":` + string(payload) + `}`), nil
}

const widgetBody = `{"id":"w1","type":"widget.made","data":{"name":"cog"}}`

// signed is a delivery of acme, fit for a direct call of the handler.
func signed(tb testing.TB, body string) *http.Request {
	tb.Helper()
	r := httptest.NewRequest(http.MethodPost, "/hooks/acme", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	newAcme().Sign(r.Header, []byte(body))
	return r
}

// publisher keeps what it was given and answers what it is told to.
type publisher struct {
	err error

	mu  sync.Mutex
	got []events.Envelope
}

func (p *publisher) Publish(_ context.Context, env events.Envelope) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.got = append(p.got, env)
	return p.err
}

func (p *publisher) taken() []events.Envelope {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.got
}

// keeper is a publisher that also keeps what cannot be parsed, as an inbox does.
type keeper struct {
	publisher
	keepErr error
	kept    []events.Envelope
	reasons []error
}

func (k *keeper) Keep(_ context.Context, env events.Envelope, reason error) error {
	k.kept, k.reasons = append(k.kept, env), append(k.reasons, reason)
	return k.keepErr
}

// serve runs one request through a handler and returns the answer.
func serve(h http.Handler, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// quiet is the options of a test that does not look at the log.
func quiet() *router.Options { return &router.Options{Logger: discard} }

// requireRefused checks an answer and that nothing was published.
func requireRefused(t *testing.T, w *httptest.ResponseRecorder, pub *publisher, status int) {
	t.Helper()
	require.Equal(t, status, w.Code)
	require.Equal(t, http.StatusText(status)+"\n", w.Body.String())
	require.Empty(t, pub.taken())
}

// hmacOf is a sender's side, written with the standard library alone.
func hmacOf(m events.MAC, secret, message string) []byte {
	fn := sha256.New
	if m == events.HMACSHA512 {
		fn = sha512.New
	}
	mac := hmac.New(fn, []byte(secret))
	mac.Write([]byte(message))
	return mac.Sum(nil)
}
