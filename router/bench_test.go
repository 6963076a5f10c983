package router_test

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/pinwheel"
)

const benchSecret = "test_secret_for_benchmarks_0123456789abcdef"

// benchItems is how many paystubs make a body of that size. The body has the form of a recorded paystubs.added.
var benchItems = []struct {
	size  string
	items int
}{{"0.6kB", 1}, {"4kB", 34}, {"64kB", 632}}

func benchBody(items int) []byte {
	const item = `{"id": "c80ed2d6-a0fe-4b63-8c92-92414cea9b37", "document_type": null, "year": null, "pay_date": null}`
	return []byte(`{"event_id": "3cfe63ad-c0fd-4b87-8dcb-3ab178cbc9c4", "event": "paystubs.added", "payload": {"added": [` +
		strings.Repeat(item+", ", items-1) + item + `], "deleted": [], "id": "ff3a851d-ccf6-442d-b144-e55545280e2a", ` +
		`"name": "paystubs", "timestamp": "2025-06-24T22:04:35.048975+00:00", "outcome": "success", "error_code": null, ` +
		`"error_type": null, "link_token_id": "a63c75ef-3e91-4fff-8147-78cf7efeddd2", "params": {"count": 1, ` +
		`"from_pay_date": "2025-06-24", "to_pay_date": "2025-06-24", "sync_status": "in_progress"}, ` +
		`"account_id": "934f6406-c332-4c05-a3e8-6a90765c842d", "end_user_id": "6a927ef1-6c91-43c9-abbe-6728dc8ef877"}}`)
}

// eachSize runs a benchmark for every size of body.
func eachSize(b *testing.B, run func(b *testing.B, body []byte)) {
	b.Helper()
	for _, s := range benchItems {
		body := benchBody(s.items)
		b.Run(s.size, func(b *testing.B) {
			b.ReportAllocs()
			run(b, body)
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(body)), "ns/B")
		})
	}
}

// replay is one request that can be served again and again, without costs of its own.
type replay struct {
	*http.Request
	body bytes.Reader
	raw  []byte
}

func (r *replay) Read(p []byte) (int, error) { return r.body.Read(p) }
func (r *replay) Close() error               { return nil }
func (r *replay) rewind()                    { r.body.Reset(r.raw) }

func newReplay(tb testing.TB, webhooks *pinwheel.Webhooks, raw []byte) *replay {
	tb.Helper()
	r := &replay{raw: raw}
	req, err := http.NewRequestWithContext(tb.Context(), http.MethodPost, "/hooks/pinwheel", nil)
	require.NoError(tb, err)
	webhooks.Sign(req.Header, raw)
	req.Body, req.ContentLength = r, int64(len(raw))
	r.Request = req
	return r
}

// sink is a response writer that takes everything, deadlines too, as a server's does.
type sink struct {
	header http.Header
	status int
}

func (s *sink) Header() http.Header             { return s.header }
func (s *sink) Write(p []byte) (int, error)     { return len(p), nil }
func (s *sink) WriteHeader(status int)          { s.status = status }
func (s *sink) SetReadDeadline(time.Time) error { return nil }

// floor reads a body into a pooled buffer and checks its signature, as directly as it can be done.
type floor struct{ pool sync.Pool }

// floorState is what one request needs, reused.
type floorState struct {
	mac  hash.Hash
	head [32]byte
	sum  [sha256.Size]byte
	text [2 * sha256.Size]byte
	body []byte
}

func newFloor() *floor {
	return &floor{sync.Pool{New: func() any {
		return &floorState{mac: hmac.New(sha256.New, []byte(benchSecret)), body: make([]byte, 80<<10)}
	}}}
}

// verify reads and checks the request, and calls then with the body, which it does not own.
func (f *floor) verify(r *replay, then func(body []byte) bool) bool {
	st := f.pool.Get().(*floorState)
	defer f.pool.Put(st)
	n := 0
	for {
		m, err := r.Body.Read(st.body[n:])
		n += m
		if err == io.EOF {
			break
		}
		if err != nil {
			return false
		}
	}
	body := st.body[:n]
	st.mac.Reset()
	st.mac.Write(append(append(append(st.head[:0], "v2:"...), r.Header["X-Timestamp"][0]...), ':'))
	st.mac.Write(body)
	hex.Encode(st.text[:], st.mac.Sum(st.sum[:0]))
	signature := r.Header["X-Pinwheel-Signature"][0]
	if len(signature) != 3+len(st.text) || !hmac.Equal(st.text[:], []byte(signature[3:])) {
		return false
	}
	return then == nil || then(body)
}

// BenchmarkFloorA is what no receiver can do without: read the body, check its signature.
func BenchmarkFloorA(b *testing.B) {
	eachSize(b, func(b *testing.B, body []byte) {
		f, r := newFloor(), newReplay(b, benchWebhooks(), body)
		for b.Loop() {
			r.rewind()
			if !f.verify(r, nil) {
				b.Fatal("not verified")
			}
		}
	})
}

// v1Paystubs is the event as a host would write it down for encoding/json.
type v1Paystubs struct {
	EventID string `json:"event_id"`
	Event   string `json:"event"`
	Payload struct {
		Added, Deleted []struct {
			ID           string  `json:"id"`
			DocumentType *string `json:"document_type"`
			Year         *int    `json:"year"`
			PayDate      *string `json:"pay_date"`
		}
		ID          string  `json:"id"`
		Name        string  `json:"name"`
		Timestamp   string  `json:"timestamp"`
		Outcome     string  `json:"outcome"`
		ErrorCode   *string `json:"error_code"`
		ErrorType   *string `json:"error_type"`
		LinkTokenID *string `json:"link_token_id"`
		Params      struct {
			Count       int    `json:"count"`
			FromPayDate string `json:"from_pay_date"`
			ToPayDate   string `json:"to_pay_date"`
			SyncStatus  string `json:"sync_status"`
		} `json:"params"`
		AccountID string `json:"account_id"`
		EndUserID string `json:"end_user_id"`
	} `json:"payload"`
}

// BenchmarkV1Floor is what a hand-written receiver does: floor A and encoding/json into one struct.
func BenchmarkV1Floor(b *testing.B) {
	eachSize(b, func(b *testing.B, body []byte) {
		f, r := newFloor(), newReplay(b, benchWebhooks(), body)
		for b.Loop() {
			r.rewind()
			if !f.verify(r, decodesV1) {
				b.Fatal("not decoded")
			}
		}
	})
}

func benchWebhooks() *pinwheel.Webhooks {
	return pinwheel.NewWebhooks(events.Keys(benchSecret), nil)
}

// serveAgain measures a handler alone, without a server around it.
func serveAgain(b *testing.B, pub events.Publisher, body []byte) {
	b.Helper()
	serve := served(b, pub, body)
	for b.Loop() {
		if !serve() {
			b.Fatal("not answered with 200")
		}
	}
}

// nowhere is the publisher that does nothing, and so keeps nothing.
type nowhere struct{}

func (nowhere) Publish(context.Context, events.Envelope) error { return nil }

func (nowhere) Borrows(p events.Publisher) bool { return p == events.Publisher(nowhere{}) }

// BenchmarkAccept verifies, reads the envelope and publishes to nowhere: what a provider waits for, besides an inbox's disk.
func BenchmarkAccept(b *testing.B) {
	eachSize(b, func(b *testing.B, body []byte) { serveAgain(b, nowhere{}, body) })
}

// paystubsBus has so many handlers of the benchmarked event.
func paystubsBus(handlers int) *events.Bus {
	bus := events.New()
	for range handlers {
		events.On(bus, pinwheel.PaystubsAdded, func(_ context.Context, ev events.Event[pinwheel.Paystubs]) error {
			if len(ev.Data.Added) == 0 {
				return io.ErrUnexpectedEOF
			}
			return nil
		})
	}
	return bus
}

// BenchmarkTyped verifies, decodes, validates and runs one handler.
func BenchmarkTyped(b *testing.B) {
	eachSize(b, func(b *testing.B, body []byte) { serveAgain(b, paystubsBus(1), body) })
}

// BenchmarkTypedEight runs eight handlers on the one decoded event.
func BenchmarkTypedEight(b *testing.B) {
	eachSize(b, func(b *testing.B, body []byte) { serveAgain(b, paystubsBus(8), body) })
}
