package routertest

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/linkhook/linkhook/events"
)

// Sender is the provider's side of a delivery: what pinwheel.Webhooks and argyle.Webhooks offer besides verifying. Make it
// with the secret that the handler under test verifies with, or with another one to see the delivery refused.
type Sender interface {
	// Sign sets the headers that the provider would send with body.
	Sign(header http.Header, body []byte)
	// Compose returns the body that the provider would send around a payload.
	Compose(id events.KindID, meta events.Meta, payload []byte) ([]byte, error)
}

// Delivery says how an event is sent, where [Send] does not do.
type Delivery struct {
	// Path is where it is posted, with a query if wanted. Defaults to "/".
	Path string
	// Meta holds what the provider puts around the payload: the ID in the first place. Defaults to what the provider's Compose
	// makes up, a random id for Pinwheel.
	Meta events.Meta
	// Header is added to what Sign sets; a header that is in both is sent as it stands here.
	Header http.Header
}

// Send posts an event of that kind to h and returns the answer. Everything that the test does not say is made up.
func Send[T any](t testing.TB, h http.Handler, p Sender, kind events.Kind[T], data T) *httptest.ResponseRecorder {
	t.Helper()
	return SendWith(t, h, p, kind, data, Delivery{})
}

// SendWith posts an event of that kind to h, as d says, and returns the answer. Sending twice with one Meta.ID is how a
// provider redelivers.
func SendWith[T any](t testing.TB, h http.Handler, p Sender, kind events.Kind[T], data T, d Delivery) *httptest.ResponseRecorder {
	t.Helper()
	return serve(t, h, Request(t, p, Body(t, p, kind, data, d.Meta), d))
}

// SendFixture posts the [Fixture] of that kind to h and returns the answer.
func SendFixture(t testing.TB, h http.Handler, p Sender, id events.KindID) *httptest.ResponseRecorder {
	t.Helper()
	return SendRaw(t, h, p, Fixture(t, id))
}

// SendRaw signs exactly those bytes, posts them to h and returns the answer.
func SendRaw(t testing.TB, h http.Handler, p Sender, body []byte) *httptest.ResponseRecorder {
	t.Helper()
	return serve(t, h, Request(t, p, body, Delivery{}))
}

// Body returns the body that the provider would send.
func Body[T any](t testing.TB, p Sender, kind events.Kind[T], data T, meta events.Meta) []byte {
	t.Helper()
	if kind.ID().Stream != events.StreamWebhook {
		t.Fatalf("routertest: %s is no webhook: it comes from a browser, see package linkbridgetest", kind)
	}
	payload, err := kind.Encode(data)
	if err != nil {
		t.Fatalf("routertest: encoding %s: %v", kind, err)
	}
	body, err := p.Compose(kind.ID(), meta, payload)
	if err != nil {
		t.Fatalf("routertest: this sender does not send %s: %v", kind, err)
	}
	return body
}

// Request returns a signed request, for tests that change it before they serve it. For a real server set its URL and empty
// its RequestURI. The body is used as it is; d.Meta is not.
func Request(t testing.TB, p Sender, body []byte, d Delivery) *http.Request {
	t.Helper()
	path := d.Path
	if path == "" {
		path = "/"
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, path, bytes.NewReader(body))
	p.Sign(r.Header, body)
	if r.Header.Get("Content-Type") == "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for name, values := range d.Header {
		r.Header[http.CanonicalHeaderKey(name)] = values
	}
	return r
}

func serve(t testing.TB, h http.Handler, r *http.Request) *httptest.ResponseRecorder {
	t.Helper()
	if h == nil {
		t.Fatal("routertest: the handler is nil")
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}
