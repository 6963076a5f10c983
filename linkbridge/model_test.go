package linkbridge_test

import (
	"net/http"
	"slices"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/linkbridge"
	"github.com/linkhook/linkhook/linkbridge/linkbridgetest"
)

// TestNoLossOverDropsReloadsAndRestarts walks a page at random: events, cut connections, reloads, batches by POST beside the
// websocket, a publisher that is overloaded for a while, and restarts of the server. In the end the publisher has every
// event exactly once.
func TestNoLossOverDropsReloadsAndRestarts(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		steps := rapid.SliceOfN(rapid.SampledFrom([]string{"track", "track", "track", "drop", "reload", "restart", "overload", "leave"}), 1, 25).Draw(rt, "steps")
		synctest.Test(t, func(t *testing.T) { walk(t, steps) })
		if t.Failed() {
			rt.Fatalf("after %v", steps)
		}
	})
}

// walk takes a page through the steps, on pipes, so that no time passes while it waits.
func walk(t *testing.T, steps []string) {
	t.Helper()
	d := newDurable()
	var bridge *linkbridge.Bridge
	restart := func() {
		old := bridge
		bridge = linkbridge.New(d, linkbridge.Keys(secret), quiet(nil))
		if old != nil {
			require.NoError(t, old.Shutdown(t.Context()))
		}
	}
	restart()
	p := servePipes(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { bridge.ServeHTTP(w, r) }))
	page := linkbridgetest.New(t, "http://host.test", ticket(t, bridge, user), &linkbridgetest.Options{Dial: p.connect})
	defer page.Drop()
	page.Reconnect()
	var last uint64
	for _, step := range steps {
		switch step {
		case "track":
			last = page.Track("pinwheel", "a", nil)
		case "drop":
			page.Drop()
			page.Reconnect()
		case "reload":
			page.Reload()
		case "restart":
			page.Drop()
			restart()
			page.Reconnect()
		case "overload":
			d.failWith(func(events.Envelope) error { return events.RetryAfter(0, events.ErrOverloaded) })
			refused := page.Track("pinwheel", "b", nil)
			require.Equal(t, "rate", page.WaitNack(refused))
			d.failWith(nil)
			last = page.Resend()
		case "leave":
			page.Leave()
		}
	}
	page.WaitAck(last)
	ids := map[string]bool{}
	var seqs []uint64
	for _, env := range d.distinct() {
		require.False(t, ids[env.ID])
		ids[env.ID] = true
		seqs = append(seqs, env.Seq)
	}
	require.Len(t, ids, page.Tracked())
	require.True(t, slices.IsSorted(seqs), seqs)
	page.Drop()
	require.NoError(t, bridge.Shutdown(t.Context()))
}

// distinct returns what an inbox would have kept: a known id of a session is a duplicate.
func (d *durable) distinct() []events.Envelope {
	seen := map[string]bool{}
	return slices.DeleteFunc(d.all(), func(env events.Envelope) bool {
		known := seen[env.Session+env.ID]
		seen[env.Session+env.ID] = true
		return known
	})
}
