package inboxtest

import (
	"strconv"
	"time"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/inbox"
)

func retentionTests() []test {
	return []test{
		{"Prune/takes the bodies of done, ignored and discarded events first, then the events", func(b *bench) {
			var ids []int64
			for _, state := range []inbox.State{inbox.Done, inbox.Ignored, inbox.Dead} {
				id := b.add(event(state.String(), ""))
				b.done(id, state)
				ids = append(ids, id)
			}
			_, err := b.store.Discard(b.ctx(), ids[2:])
			b.must(err)
			b.pass(7*day - time.Second)
			equal(b, "pruned", 0, b.prune(inbox.DefaultRetention()))
			b.pass(time.Second)
			equal(b, "pruned", 3, b.prune(inbox.DefaultRetention()))
			for _, id := range ids {
				r := b.find(id)
				equal(b, "body and size", 0, len(r.Body)+r.Size)
			}
			b.pass(23 * day)
			b.prune(inbox.DefaultRetention())
			for _, id := range ids {
				b.gone(id)
			}
		}},
		{"Prune/keeps dead letters whole until their time", func(b *bench) {
			id := b.add(event("a", ""))
			b.done(id, inbox.Dead)
			b.pass(90*day - time.Second)
			equal(b, "pruned", 0, b.prune(inbox.DefaultRetention()))
			equal(b, "body", "body of a", string(b.find(id).Body))
			b.pass(time.Second)
			b.prune(inbox.DefaultRetention())
			b.gone(id)
		}},
		{"Prune/never touches events that are not finished", func(b *bench) {
			ready := b.add(event("a", "acc"))
			leased := b.add(event("b", ""))
			b.claim(2)
			b.pass(lease)
			b.takes(ready)
			b.pass(1000 * day)
			equal(b, "pruned", 0, b.prune(inbox.DefaultRetention()))
			equal(b, "body", "body of b", string(b.find(leased).Body))
		}},
		{"Prune/frees the deduplication keys with the event", func(b *bench) {
			id := b.add(event("a", ""))
			b.done(id, inbox.Done)
			b.pass(30 * day)
			b.prune(inbox.DefaultRetention())
			b.add(event("a", ""))
		}},
		{"Prune/does a bounded amount at once", func(b *bench) {
			for i := range 40 {
				b.done(b.add(event(strconv.Itoa(i), "")), inbox.Done)
			}
			b.pass(31 * day)
			n, err := b.store.Prune(b.ctx(), inbox.DefaultRetention(), 10)
			b.must(err)
			if n < 1 || n > 20 {
				b.Fatalf("pruned %d at once, want about 10", n)
			}
		}},
		{"Prune/a zero retention keeps for good", func(b *bench) {
			id := b.add(event("a", ""))
			b.done(id, inbox.Done)
			b.pass(5000 * day)
			equal(b, "pruned", 0, b.prune(inbox.Retention{}))
			equal(b, "body", "body of a", string(b.find(id).Body))
		}},
		{"Prune/starts the time anew for a replayed event", func(b *bench) {
			id := b.add(event("a", ""))
			b.done(id, inbox.Done)
			b.pass(6 * day)
			b.replays([]int64{id}, true, 1)
			b.done(id, inbox.Done)
			b.pass(6 * day)
			equal(b, "pruned", 0, b.prune(inbox.DefaultRetention()))
		}},
	}
}

func eraseTests() []test {
	return []test{
		{"Erase/empties events in every state and keeps kind, endpoint and times", func(b *bench) {
			var ids []int64
			for _, state := range []inbox.State{inbox.Done, inbox.Ignored, inbox.Dead} {
				id := b.add(event(state.String(), "acc"))
				b.finish(b.takes(id), inbox.Outcome{State: state, Detail: []byte("d"), Handlers: []inbox.HandlerResult{{Name: "h"}}})
				ids = append(ids, id)
			}
			leased, ready := b.add(event("l", "acc")), b.add(event("r", "acc"))
			b.takes(leased)
			ids = append(ids, leased, ready)
			b.must(b.store.Erase(b.ctx(), ids, nil))
			for _, id := range ids {
				r := b.find(id)
				equal(b, "state", inbox.Erased, r.State)
				equal(b, "what is left", 0, len(r.Body)+len(r.Detail)+len(r.Handlers)+r.Size)
				equal(b, "subject", events.Subject{}, r.Meta.Subject)
				equal(b, "id, order key", "", r.Meta.ID+r.OrderKey)
				equal(b, "kind", kind, r.Meta.Kind)
				equal(b, "endpoint", "acme", r.Meta.Endpoint)
				b.same("StoredAt", start, r.StoredAt)
			}
			b.none("all are erased")
		}},
		{"Erase/a late redelivery is still a duplicate", func(b *bench) {
			id := b.add(event("a", "acc"))
			b.must(b.store.Erase(b.ctx(), []int64{id}, nil))
			b.become(event("a", "acc"), inbox.Duplicate)
		}},
		{"Erase/a worker finds its lease lost", func(b *bench) {
			id := b.add(event("a", "acc"))
			c := b.takes(id)
			b.must(b.store.Erase(b.ctx(), []int64{id}, nil))
			b.wants(b.store.Finish(b.ctx(), c.Ref(), inbox.Outcome{State: inbox.Done}), inbox.ErrLeaseLost)
			b.wants(b.store.Extend(b.ctx(), c.Ref(), lease), inbox.ErrLeaseLost)
			b.state(id, inbox.Erased)
		}},
		{"Erase/of a leased event frees its order key", func(b *bench) {
			first, second := b.add(event("a", "acc")), b.add(event("b", "acc"))
			b.takes(first)
			b.must(b.store.Erase(b.ctx(), []int64{first}, nil))
			b.takes(second)
		}},
		{"Erase/of the event at the head lets the next one come", func(b *bench) {
			first, second, third := b.add(event("a", "acc")), b.add(event("b", "acc")), b.add(event("c", "acc"))
			b.must(b.store.Erase(b.ctx(), []int64{first, second}, nil))
			b.takes(third)
		}},
		{"Erase/of an event in the middle or waiting leaves the others in order", func(b *bench) {
			first, second, third := b.add(event("a", "acc")), b.add(event("b", "acc")), b.add(event("c", "acc"))
			c := b.takes(first)
			b.must(b.store.Erase(b.ctx(), []int64{second}, nil))
			b.finish(c, inbox.Outcome{State: inbox.Ready, RetryIn: time.Minute})
			b.must(b.store.Erase(b.ctx(), []int64{first}, nil))
			b.done(third, inbox.Done)
			b.pass(time.Hour)
			b.none("the others are erased")
		}},
		{"Erase/removes entries in the same step", func(b *bench) {
			b.put("k", "v", 0)
			b.must(b.store.Erase(b.ctx(), nil, []string{"k", "unknown"}))
			b.absent("k")
		}},
		{"Erase/may be repeated, and takes unknown ids", func(b *bench) {
			id := b.add(event("a", "acc"))
			for range 2 {
				b.must(b.store.Erase(b.ctx(), []int64{id, 4711}, nil))
			}
			equal(b, "erased", int64(1), b.stats().Erased)
		}},
	}
}
