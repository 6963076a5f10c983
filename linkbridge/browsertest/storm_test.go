package browsertest_test

import (
	"fmt"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
)

// number returns the number that walk gave the event.
func number(t testing.TB, env events.Envelope) int {
	t.Helper()
	var payload struct {
		I int `json:"i"`
	}
	require.NoError(t, json.Unmarshal(env.Raw, &payload))
	return payload.I
}

// requireEachOnce fails unless the events are those that walk tracked with the numbers up to n, each once and in order
// within its link session.
func requireEachOnce(t *testing.T, seen []events.Envelope, n int) {
	t.Helper()
	ids, numbers := map[string]bool{}, map[int]bool{}
	lastNumber, lastSeq := map[string]int{}, map[string]uint64{}
	for _, env := range seen {
		i := number(t, env)
		require.Greater(t, i, lastNumber[env.Session], "in the order of the page")
		require.Greater(t, env.Seq, lastSeq[env.Session], "in the order of their numbers")
		lastNumber[env.Session], lastSeq[env.Session] = i, env.Seq
		ids[env.ID], numbers[i] = true, true
	}
	require.Len(t, numbers, n, "none is lost")
	require.Len(t, seen, n, "none comes twice")
	require.Len(t, ids, n)
}

// requireEachOnceInAnyOrder is requireEachOnce for pages that track side by side.
func requireEachOnceInAnyOrder(t *testing.T, seen []events.Envelope, n int) {
	t.Helper()
	times, ids := map[int]int{}, map[string]bool{}
	for _, env := range seen {
		times[number(t, env)]++
		ids[env.ID] = true
	}
	for i := 1; i <= n; i++ {
		require.Equal(t, 1, times[i], "event %d", i)
	}
	require.Len(t, seen, n)
	require.Len(t, ids, n)
}

func TestTwoHundredEventsOutliveFiveKillsCutConnectionsTwoReloadsAndAClosedTab(t *testing.T) {
	t.Parallel()
	for _, e := range engines() {
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t, nil)
			n, server := startNodes(t, s.url)
			p := e.tab(t).load(s.page(t, "page", page{
				options: object{"url": server.url() + "/hooks/link"}, policy: open, before: []string{"acks.js"},
			}))
			walk := func(from, to int) { p.run(fmt.Sprintf("walk(%d, %d)", from, to)) }
			// More than fifty events that are not acknowledged travel in two beacons, which can overtake each other.
			settle := func(stored int) {
				n.awaitStored(stored)
				p.run("await settled()")
			}
			cut := func(from, to int) {
				happened := server.cutNext()
				walk(from, to)
				awaitOrFail(t, happened, "no connection was cut", nil)
			}

			walk(1, 20)
			n.awaitStored(1)
			n.fail(server, func() { walk(21, 40) })
			n.awaitStored(40)
			cut(41, 60)
			n.awaitStored(60)
			n.fail(server, func() { walk(61, 70); p.reload() }) // with nobody there to take the beacon
			n.awaitStored(70)
			walk(71, 90)
			n.fail(server, func() {})
			n.awaitStored(90)
			cut(91, 110)
			settle(110)
			walk(111, 120)
			p.reload() // in the middle of it
			walk(121, 140)
			n.fail(server, func() {})
			n.awaitStored(140)
			cut(141, 160)
			n.fail(server, func() { walk(161, 180) })
			settle(180)
			walk(181, 200)
			p.close()
			n.awaitStored(200)

			n.drain(s.bus, func() { s.await(t, 200) })
			seen := s.await(t, 200)
			requireEachOnce(t, seen, 200)
			sessions := map[string]bool{}
			for _, env := range seen {
				sessions[env.Session] = true
			}
			require.Len(t, sessions, 1, "one link session lives through it all")
		})
	}
}
