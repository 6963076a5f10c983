package inboxtest

import (
	"fmt"
	"testing"
	"time"

	"github.com/linkhook/linkhook/events/inbox"
)

// ExerciseDurable checks what must survive the end of a process. Reopen closes the store and opens what it left behind.
// A store that other nodes share keeps leases over a restart; one that is alone (owned is true) must let go of them at once.
func ExerciseDurable(t *testing.T, owned bool, open func(t *testing.T) inbox.Store, reopen func(t *testing.T, s inbox.Store) inbox.Store) {
	t.Helper()
	for _, c := range durableTests(owned) {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b := &bench{T: t, store: open(t)}
			c.run(b, func() { b.store = reopen(t, b.store) })
		})
	}
}

// durableTest is a case that restarts the store.
type durableTest struct {
	name string
	run  func(b *bench, restart func())
}

func durableTests(owned bool) []durableTest {
	return []durableTest{
		{"Restart/keeps events in every state", func(b *bench, restart func()) {
			want := map[int64]inbox.State{}
			for _, state := range []inbox.State{inbox.Done, inbox.Ignored, inbox.Dead} {
				id := b.add(event(state.String(), ""))
				b.done(id, state)
				want[id] = state
			}
			want[b.add(event("ready", ""))] = inbox.Ready
			restart()
			for id, state := range want {
				b.state(id, state)
				if len(b.find(id).Body) == 0 {
					b.Fatalf("event %d has lost its body", id)
				}
			}
		}},
		{"Restart/keeps what deduplication needs", func(b *bench, restart func()) {
			id := b.add(event("a", ""))
			b.done(id, inbox.Done)
			restart()
			equal(b, "of", id, b.become(event("a", ""), inbox.Duplicate).ID)
		}},
		{"Restart/keeps recorded handlers, attempts and the time of the retry", func(b *bench, restart func()) {
			id := b.add(event("a", ""))
			b.finish(b.takes(id), inbox.Outcome{State: inbox.Ready, RetryIn: time.Minute, Handlers: []inbox.HandlerResult{{Name: "h"}}})
			restart()
			b.none("it waits")
			b.pass(time.Minute)
			c := b.takes(id)
			equal(b, "handlers", []inbox.HandlerResult{{Name: "h"}}, c.Handlers)
			equal(b, "attempt", 2, c.Meta.Attempt)
		}},
		{"Restart/an event in the hands of a worker is due again, and the attempt counts", func(b *bench, restart func()) {
			id := b.add(event("a", "acc"))
			first := b.takes(id)
			restart()
			if !owned {
				b.pass(lease)
			}
			c := b.takes(id)
			equal(b, "attempt", 2, c.Meta.Attempt)
			if c.Token <= first.Token {
				b.Fatalf("tokens %d, %d", first.Token, c.Token)
			}
			b.wants(b.store.Finish(b.ctx(), first.Ref(), inbox.Outcome{State: inbox.Dead}), inbox.ErrLeaseLost)
		}},
		{"Restart/keeps the order of a key", func(b *bench, restart func()) {
			var ids []int64
			for i := range 5 {
				ids = append(ids, b.add(event(fmt.Sprint(i), "acc")))
			}
			b.done(ids[0], inbox.Done)
			restart()
			for _, id := range ids[1:] {
				b.done(id, inbox.Done)
			}
		}},
		{"Restart/keeps entries, ids and figures", func(b *bench, restart func()) {
			b.put("k", "v", 0)
			id := b.add(event("a", ""))
			b.done(id, inbox.Dead)
			restart()
			b.has("k", "v")
			equal(b, "dead", int64(1), b.stats().Dead)
			if second := b.add(event("b", "")); second <= id {
				b.Fatalf("ids %d, %d", id, second)
			}
		}},
	}
}
