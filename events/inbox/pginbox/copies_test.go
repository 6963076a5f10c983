package pginbox_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events/inbox"
	"github.com/linkhook/linkhook/linkbridge"
)

var _ linkbridge.SessionStore = (*inbox.Inbox)(nil)

// copied is one of two copies of a tab, on the node that it is connected to.
type copied struct {
	node              *server
	session, instance string
	ticket            string
	seq               int
	events            []string // ids, the first of which both copies have
}

// post sends all events of the copy and returns the status.
func (c *copied) post(tb testing.TB) int {
	tb.Helper()
	batch := map[string]any{"type": "events", "v": 1, "session": c.session, "instance": c.instance, "ticket": c.ticket, "acked": c.seq, "seq": c.seq + 10}
	var list []any
	for i, id := range c.events {
		list = append(list, map[string]any{"type": "event", "seq": c.seq + 1 + i, "id": id, "provider": "acme", "name": "step", "payload": map[string]any{}})
	}
	batch["events"] = list
	body, err := json.Marshal(batch)
	require.NoError(tb, err)
	r := httptest.NewRequest(http.MethodPost, "http://host.test/", bytes.NewReader(body))
	r.Header.Set("Origin", "http://host.test")
	r.Header.Set("Content-Type", "text/plain")
	w := httptest.NewRecorder()
	c.node.bridge.ServeHTTP(w, r)
	return w.Code
}

// TestCopiesOfATabOnTwoNodesEndWithOneOwner has a tab and its copy send to two nodes at once, again and again. One of them
// has the session afterwards, the other one goes on under a session of its own, and every event is stored once.
func TestCopiesOfATabOnTwoNodesEndWithOneOwner(t *testing.T) {
	t.Parallel()
	pool, schema := database(t)
	nodes := []*server{newServer(t, pool, schema, "off"), newServer(t, pool, schema, "off")}
	id := func(what, i int) string { return fmt.Sprintf("%016x%016x", what, i) }
	const rounds = 10
	for i := range rounds {
		tabs := make([]*copied, 2)
		for n := range tabs {
			tabs[n] = &copied{node: nodes[n], session: id(1, i), instance: id(10+n, i), ticket: ticket(t, nodes[0].bridge),
				seq: n * 1000, events: []string{id(2, i), id(20+n, i)}}
		}
		tabs[1].ticket = tabs[0].ticket
		var both sync.WaitGroup
		raced := make([]int, len(tabs))
		for n, c := range tabs {
			both.Go(func() { raced[n] = c.post(t) })
		}
		both.Wait()
		for _, status := range raced {
			require.Contains(t, []int{http.StatusOK, http.StatusConflict}, status, "the ticket is good for both")
		}
		loser := tabs[0]
		first, second := tabs[0].post(t), tabs[1].post(t)
		if first == http.StatusOK {
			loser = tabs[1]
		}
		require.ElementsMatch(t, []int{http.StatusOK, http.StatusConflict}, []int{first, second})
		loser.session, loser.ticket = id(3, i), ticket(t, nodes[0].bridge)
		require.Equal(t, http.StatusOK, loser.post(t))
	}
	list, err := nodes[0].box.List(t.Context(), inbox.Filter{Limit: 1000})
	require.NoError(t, err)
	seen := map[string]bool{}
	for _, r := range list {
		require.False(t, seen[r.Meta.ID], "each id once")
		seen[r.Meta.ID] = true
	}
	require.Len(t, seen, 3*rounds)
}
