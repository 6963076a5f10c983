package linkbridge_test

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/inbox"
	"github.com/linkhook/linkhook/linkbridge"
)

// nodesOf returns bridges that share a store.
func nodesOf(t *testing.T, n int) (*inbox.Memory, []*linkbridge.Bridge) {
	t.Helper()
	store := inbox.NewMemory()
	nodes := make([]*linkbridge.Bridge, n)
	for i := range nodes {
		nodes[i] = start(t, inbox.New(store, events.New(), nil), nil)
	}
	return store, nodes
}

// storedIDs returns the ids of the stored events, in their order.
func storedIDs(t *testing.T, store *inbox.Memory) []any {
	t.Helper()
	list, err := store.List(t.Context(), inbox.Filter{Limit: 1000})
	require.NoError(t, err)
	ids := make([]any, len(list))
	for i, r := range list {
		ids[i] = r.Meta.ID
	}
	return ids
}

// TestACopyOnAnotherNodeTakesTheSessionOver has the copy of a tab connect to another node than the tab itself, which hears of
// it as soon as it sends something, and before that is published.
func TestACopyOnAnotherNodeTakesTheSessionOver(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		store, nodes := nodesOf(t, 2)
		one, two, three := eventFrame(1, "one", nil), eventFrame(2, "two", nil), eventFrame(1_000_001, "three", nil)
		h := helloFrame(ticket(t, nodes[0], user))
		page := servePipes(t, nodes[0]).enter(t, h)
		page.send(one)
		require.Equal(t, float64(1), page.await("ack")["ack"])
		twin := batchHello(h)
		twin["instance"], twin["acked"], twin["seq"] = newID(), 1, 1_000_000
		other := servePipes(t, nodes[1]).enter(t, twin)
		other.send(three)
		other.await("ack")

		page.send(two)
		require.Equal(t, object{"type": "ack", "ack": float64(1)}, page.await("ack"), "as it stood when the copy came")
		code, bye := page.closed()
		require.Equal(t, linkbridge.CodeSuperseded, code)
		require.Equal(t, true, bye["reconnect"])
		require.Equal(t, []any{one["id"], three["id"]}, storedIDs(t, store), "nothing out of its order")
		late := servePipes(t, nodes[0]).dial(t)
		late.send(h)
		require.Equal(t, object{"type": "ack", "ack": float64(1)}, late.next())
		code, _ = late.closed()
		require.Equal(t, linkbridge.CodeSuperseded, code, "it stays superseded, on every node")

		other.send(eventFrame(1_000_002, "four", nil))
		require.Equal(t, float64(1_000_002), other.await("ack")["ack"])
	})
}

func TestASessionThatEndedOnOneNodeHasEndedOnAll(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		store, nodes := nodesOf(t, 2)
		h := helloFrame(ticket(t, nodes[0], user))
		page := servePipes(t, nodes[0]).enter(t, h)
		status, _, _ := post(t, nodes[1], batch(h))
		require.Equal(t, http.StatusOK, status)
		require.Equal(t, 1, nodes[1].CloseWhere(func(p linkbridge.Principal) bool { return p == user }))
		page.send(eventFrame(1, "a", nil))
		code, _ := page.closed()
		require.Equal(t, linkbridge.CodeForbidden, code)
		require.Empty(t, storedIDs(t, store))
	})
}

// tab is a page without a websocket that knows what a 409 asks of it.
type tab struct {
	node  *linkbridge.Bridge
	hello object
	queue []object
	seq   int
}

// deliver sends what the tab has, one event at a time, until all of it is acknowledged.
func (c *tab) deliver(t *testing.T) {
	t.Helper()
	for len(c.queue) > 0 {
		c.hello["acked"], c.hello["seq"] = c.queue[0]["seq"].(int)-1, c.seq
		status, answer, _ := post(t, c.node, batch(c.hello, c.queue[0]))
		require.Contains(t, []int{http.StatusOK, http.StatusConflict}, status)
		for len(c.queue) > 0 && float64(c.queue[0]["seq"].(int)) <= answer["ack"].(float64) {
			c.queue = c.queue[1:]
		}
		if status == http.StatusConflict {
			c.hello["session"], c.hello["ticket"] = newID(), ticket(t, c.node, user)
		}
		if status == http.StatusConflict || answer["retry_ms"] != nil {
			c.renumber()
		}
	}
}

func (c *tab) renumber() {
	for i := range c.queue {
		c.seq++
		c.queue[i]["seq"] = c.seq
	}
}

// TestCopiesThatRaceOnTwoNodes has two copies of a tab, one on each node, send at the same time what they share and what
// each has alone. One of them keeps the session, the other one is told that it has lost it, and every event is stored once.
func TestCopiesThatRaceOnTwoNodes(t *testing.T) {
	t.Parallel()
	for range 40 {
		store, nodes := nodesOf(t, 2)
		h := helloFrame(ticket(t, nodes[0], user))
		h["seq"] = 3
		shared := []object{eventFrame(1, "a", nil), eventFrame(2, "b", nil), eventFrame(3, "c", nil)}
		_, answer, _ := post(t, nodes[0], batch(h, shared[0]))
		require.Equal(t, float64(1), answer["ack"])
		tabs := []*tab{{node: nodes[0], hello: h, seq: 3}, {node: nodes[1], hello: batchHello(h), seq: 1_000_000}}
		tabs[1].hello["instance"] = newID()
		first := []object{batchHello(h), batchHello(tabs[1].hello)}
		for i, c := range tabs {
			for _, e := range shared[1:] {
				c.queue = append(c.queue, maps.Clone(e))
			}
			for range 3 {
				c.seq++
				c.queue = append(c.queue, eventFrame(c.seq, "own", object{"tab": i}))
			}
		}
		var both sync.WaitGroup
		for _, c := range tabs {
			both.Go(func() { c.deliver(t) })
		}
		both.Wait()
		answers := make([]int, 2)
		for i, h := range first {
			h["acked"], h["seq"] = 2_000_000, 2_000_000
			answers[i], _, _ = post(t, nodes[i], batch(h))
		}
		require.ElementsMatch(t, []int{http.StatusOK, http.StatusConflict}, answers, "one of them has the session")
		ids := map[any]bool{}
		for _, id := range storedIDs(t, store) {
			require.False(t, ids[id], "each id once")
			ids[id] = true
		}
		require.Len(t, ids, 3+3+3)
	}
}

// TestOfTwoHellosAtOnceOneHasTheSession opens both websockets at the same time, on nodes that have both read the state that
// neither of them has written yet.
func TestOfTwoHellosAtOnceOneHasTheSession(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &meeting{durable: newDurable()}
		nodes := []*linkbridge.Bridge{start(t, s, nil), start(t, s, nil)}
		h := helloFrame(ticket(t, nodes[0], user))
		post(t, nodes[0], batch(h))
		s.meet(2)
		var pages []*raw
		for _, b := range nodes {
			h := batchHello(h)
			h["instance"] = newID()
			r := servePipes(t, b).dial(t)
			r.send(h)
			pages = append(pages, r)
		}
		loser := 0
		var first []any
		for i, r := range pages {
			f := r.next()
			first = append(first, f["type"])
			if f["type"] == "ack" {
				loser = i
			}
		}
		require.ElementsMatch(t, []any{"welcome", "ack"}, first)
		code, _ := pages[loser].closed()
		require.Equal(t, linkbridge.CodeSuperseded, code)
		pages[1-loser].send(eventFrame(100_000_001, "a", nil))
		require.Equal(t, float64(100_000_001), pages[1-loser].await("ack")["ack"])
	})
}

// meeting is a store in which writers wait for each other before the first of them writes.
type meeting struct {
	*durable

	gate   sync.Mutex
	left   int
	opened chan struct{}
}

func (m *meeting) meet(n int) {
	m.gate.Lock()
	defer m.gate.Unlock()
	m.left, m.opened = n, make(chan struct{})
}

func (m *meeting) SwapSession(ctx context.Context, id string, old, next []byte, ttl time.Duration) (bool, error) {
	m.gate.Lock()
	opened := m.opened
	if m.left > 0 {
		if m.left--; m.left == 0 {
			close(m.opened)
		}
	}
	m.gate.Unlock()
	if opened != nil {
		<-opened
	}
	return m.durable.SwapSession(ctx, id, old, next, ttl)
}

// TestProgressOfTheOldPageDoesNotUndoATakeover has the old page's node write an ack between the read and the write of the
// node that gives its session to a reloaded page.
func TestProgressOfTheOldPageDoesNotUndoATakeover(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &interposer{durable: newDurable()}
		a, b := start(t, s, nil), start(t, s, nil)
		h := helloFrame(ticket(t, a, user))
		old := servePipes(t, a).enter(t, h)
		reloaded := batchHello(h)
		reloaded["instance"] = newID()
		s.before(func() {
			old.send(eventFrame(1, "a", nil))
			require.Equal(t, float64(1), old.await("ack")["ack"])
		})
		r := servePipes(t, b).enter(t, reloaded)
		r.send(eventFrame(100_000_001, "b", nil))
		r.await("ack")
		old.send(eventFrame(2, "c", nil))
		require.Equal(t, object{"type": "ack", "ack": float64(1)}, old.await("ack"), "what its node had taken counts")
		code, _ := old.closed()
		require.Equal(t, linkbridge.CodeSuperseded, code)
	})
}

// interposer is a store in front of whose next write something happens.
type interposer struct {
	*durable

	gate  sync.Mutex
	first func()
}

func (i *interposer) before(fn func()) {
	i.gate.Lock()
	defer i.gate.Unlock()
	i.first = fn
}

func (i *interposer) SwapSession(ctx context.Context, id string, old, next []byte, ttl time.Duration) (bool, error) {
	i.gate.Lock()
	first := i.first
	i.first = nil
	i.gate.Unlock()
	if first != nil {
		first()
	}
	return i.durable.SwapSession(ctx, id, old, next, ttl)
}

func TestAnEventIsNotPublishedWhileTheStoreIsDown(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := newDurable()
		b := start(t, d, nil)
		r := servePipes(t, b).enter(t, helloFrame(ticket(t, b, user)))
		d.failStore(errors.New("down"))
		r.send(eventFrame(1, "a", nil))
		require.Equal(t, "rate", r.await("nack")["code"])
		require.Empty(t, d.all())
		d.failStore(nil)
		r.send(eventFrame(2, "a", nil))
		for r.await("ack")["ack"] != float64(2) {
		}
	})
}

func TestAStoreThatNeverAgreesIsNoEndlessLoop(t *testing.T) {
	t.Parallel()
	d := &stubborn{durable: newDurable()}
	b := start(t, d, nil)
	status, _, _ := post(t, b, batch(helloFrame(ticket(t, b, user))))
	require.Equal(t, http.StatusServiceUnavailable, status)
}

// stubborn is a store in which somebody else is always first.
type stubborn struct{ *durable }

func (stubborn) SwapSession(context.Context, string, []byte, []byte, time.Duration) (bool, error) {
	return false, nil
}
