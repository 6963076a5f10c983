package router_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/router"
)

// burst is how many deliveries are measured at once: a millisecond, so that figure and floor meet the same machine.
const burst = 500

// BenchmarkBeside measures figure and floor in turn, in bursts, and reports the lower decile of each and their ratio. A
// machine that is shared slows the figures down more than the floors, which wait for one long chain of instructions most of the
// time; the lower decile is what both take where nobody interferes, and leaves most of the collector out.
func BenchmarkBeside(b *testing.B) {
	floorA, v1 := floorOf(b, nil), floorOf(b, decodesV1)
	body := benchBody(1)
	accept, one, eight := served(b, nowhere{}, body), served(b, paystubsBus(1), body), served(b, paystubsBus(8), body)
	for _, c := range []struct {
		name          string
		figure, floor func() bool
	}{
		{"accept", accept, floorA},
		{"typed", one, v1},
		{"eight", eight, one},
	} {
		b.Run(c.name, func(b *testing.B) {
			var figures, floors []time.Duration
			for b.Loop() {
				floors = append(floors, timed(b, c.floor))
				figures = append(figures, timed(b, c.figure))
			}
			figure, floor := lowerDecile(figures), lowerDecile(floors)
			b.ReportMetric(figure, "figure-ns")
			b.ReportMetric(floor, "floor-ns")
			b.ReportMetric(figure/floor, "x-floor")
		})
	}
}

func timed(b *testing.B, do func() bool) time.Duration {
	b.Helper()
	start := time.Now()
	for range burst {
		if !do() {
			b.Fatal("not done")
		}
	}
	return time.Since(start)
}

// lowerDecile returns nanoseconds for one delivery.
func lowerDecile(bursts []time.Duration) float64 {
	slices.Sort(bursts)
	return float64(bursts[len(bursts)/10].Nanoseconds()) / burst
}

func decodesV1(body []byte) bool {
	var ev v1Paystubs
	return json.Unmarshal(body, &ev) == nil && ev.Payload.AccountID != ""
}

func floorOf(b *testing.B, then func(body []byte) bool) func() bool {
	b.Helper()
	f, r := newFloor(), newReplay(b, benchWebhooks(), benchBody(1))
	return func() bool {
		r.rewind()
		return f.verify(r, then)
	}
}

// served returns what has the body taken in and reports whether it was answered with 200.
func served(tb testing.TB, pub events.Publisher, body []byte) func() bool {
	tb.Helper()
	webhooks := benchWebhooks()
	h := router.New(pub, webhooks, quiet())
	r := newReplay(tb, webhooks, body)
	w := &sink{header: http.Header{}}
	return func() bool {
		r.rewind()
		h.ServeHTTP(w, r.Request)
		return w.status == http.StatusOK
	}
}
