package router_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"regexp"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/pinwheel"
	"github.com/linkhook/linkhook/router"
)

// burst is how many deliveries are measured at once: a millisecond, so that figure and floor meet the same machine.
const burst = 500

// BenchmarkBeside measures figure and floor in turn, in bursts, and reports the lower decile of each and their ratio. A
// machine that is shared slows the figures down more than the floors, which wait for one long chain of instructions most of the
// time; the lower decile is what both take where nobody interferes, and leaves most of the collector out.
func BenchmarkBeside(b *testing.B) {
	body, mixed := benchBody(1), mixedBodies(b)
	floorA, v1 := floorOf(b, nil, body), floorOf(b, decodesV1, body)
	accept, one, eight := served(b, nowhere{}, body), served(b, paystubsBus(1), body), served(b, paystubsBus(8), body)
	for _, c := range []struct {
		name          string
		figure, floor func() bool
	}{
		{"accept", accept, floorA},
		{"mixed", served(b, nowhere{}, mixed...), floorOf(b, nil, mixed...)},
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

// inTurn returns what gives one request after the other, rewound.
func inTurn(tb testing.TB, webhooks *pinwheel.Webhooks, bodies [][]byte) func() *replay {
	tb.Helper()
	replays := make([]*replay, len(bodies))
	for i, body := range bodies {
		replays[i] = newReplay(tb, webhooks, body)
	}
	next := 0
	return func() *replay {
		r := replays[next]
		if next++; next == len(replays) {
			next = 0
		}
		r.rewind()
		return r
	}
}

func floorOf(b *testing.B, then func(body []byte) bool, bodies ...[]byte) func() bool {
	b.Helper()
	f, request := newFloor(), inTurn(b, benchWebhooks(), bodies)
	return func() bool { return f.verify(request(), then) }
}

// served returns what has the next body taken in and reports whether it was answered with 200.
func served(tb testing.TB, pub events.Publisher, bodies ...[]byte) func() bool {
	tb.Helper()
	webhooks := benchWebhooks()
	h, request := router.New(pub, webhooks, quiet()), inTurn(tb, webhooks, bodies)
	w := &sink{header: http.Header{}}
	return func() bool {
		h.ServeHTTP(w, request().Request)
		return w.status == http.StatusOK
	}
}

var uuidDigits = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)

// mixedBodies are the recorded deliveries of all kinds and lengths, each with several sets of ids, in no order: what one body
// sent again and again leaves out, since whatever learns has learnt it and the processor knows every branch.
func mixedBodies(tb testing.TB) [][]byte {
	tb.Helper()
	content, err := os.ReadFile("../events/pinwheel/testdata/deliveries.json")
	require.NoError(tb, err)
	var file struct{ Deliveries []struct{ Body string } }
	require.NoError(tb, json.Unmarshal(content, &file))
	require.NotEmpty(tb, file.Deliveries)
	random := rand.New(rand.NewPCG(1, 2))
	var bodies [][]byte
	for _, d := range file.Deliveries {
		for range 16 {
			bodies = append(bodies, uuidDigits.ReplaceAllFunc([]byte(d.Body), func([]byte) []byte {
				x := fmt.Sprintf("%016x%016x", random.Uint64(), random.Uint64())
				return []byte(x[:8] + "-" + x[8:12] + "-" + x[12:16] + "-" + x[16:20] + "-" + x[20:])
			}))
		}
	}
	random.Shuffle(len(bodies), func(i, j int) { bodies[i], bodies[j] = bodies[j], bodies[i] })
	return bodies
}
