package inboxtest

import (
	"time"

	"github.com/linkhook/linkhook/events/inbox"
)

func leaseTests() []test {
	return []test{
		{"Lease/an event whose lease has ended is due again", func(b *bench) {
			id := b.add(event("a", "acc"))
			b.takes(id)
			b.pass(lease - time.Second)
			b.none("the lease lasts")
			b.pass(time.Second)
			c := b.takes(id)
			equal(b, "attempt", 2, c.Meta.Attempt)
		}},
		{"Lease/the next claim has a greater token", func(b *bench) {
			id := b.add(event("a", ""))
			first := b.takes(id)
			b.pass(lease)
			if second := b.takes(id); second.Token <= first.Token {
				b.Fatalf("tokens %d, %d", first.Token, second.Token)
			}
		}},
		{"Lease/a stalled worker cannot finish after another took over", func(b *bench) {
			id := b.add(event("a", ""))
			stalled := b.takes(id)
			b.pass(lease)
			other := b.takes(id)
			b.wants(b.store.Finish(b.ctx(), stalled.Ref(), inbox.Outcome{State: inbox.Dead}), inbox.ErrLeaseLost)
			b.state(id, inbox.Leased)
			b.finish(other, inbox.Outcome{State: inbox.Done})
			b.state(id, inbox.Done)
		}},
		{"Lease/a stalled worker cannot record a handler", func(b *bench) {
			id := b.add(event("a", ""))
			stalled := b.takes(id)
			b.pass(lease)
			b.takes(id)
			b.wants(b.store.Complete(b.ctx(), stalled.Ref(), inbox.HandlerResult{Name: "h"}), inbox.ErrLeaseLost)
			equal(b, "recorded handlers", 0, len(b.find(id).Handlers))
		}},
		{"Lease/a stalled worker cannot extend", func(b *bench) {
			id := b.add(event("a", ""))
			stalled := b.takes(id)
			b.pass(lease)
			b.takes(id)
			b.wants(b.store.Extend(b.ctx(), stalled.Ref(), lease), inbox.ErrLeaseLost)
		}},
		{"Lease/a finished event cannot be finished again", func(b *bench) {
			c := b.takes(b.add(event("a", "")))
			b.finish(c, inbox.Outcome{State: inbox.Done})
			b.wants(b.store.Finish(b.ctx(), c.Ref(), inbox.Outcome{State: inbox.Dead}), inbox.ErrLeaseLost)
			b.state(c.ID, inbox.Done)
		}},
		{"Lease/Extend counts from now", func(b *bench) {
			id := b.add(event("a", ""))
			c := b.takes(id)
			b.pass(20 * time.Second)
			b.must(b.store.Extend(b.ctx(), c.Ref(), lease))
			b.pass(29 * time.Second)
			b.none("the lease was extended")
			b.pass(time.Second)
			b.takes(id)
		}},
		{"Lease/Extend may shorten", func(b *bench) {
			id := b.add(event("a", ""))
			c := b.takes(id)
			b.must(b.store.Extend(b.ctx(), c.Ref(), time.Second))
			b.pass(time.Second)
			b.takes(id)
		}},
		{"Lease/of an unknown event is lost", func(b *bench) {
			ref := inbox.Ref{ID: 4711, Token: 1}
			b.wants(b.store.Extend(b.ctx(), ref, lease), inbox.ErrLeaseLost)
			b.wants(b.store.Complete(b.ctx(), ref, inbox.HandlerResult{Name: "h"}), inbox.ErrLeaseLost)
			b.wants(b.store.Finish(b.ctx(), ref, inbox.Outcome{State: inbox.Done}), inbox.ErrLeaseLost)
		}},
		{"Lease/that ends frees the order key", func(b *bench) {
			first := b.add(event("a", "acc"))
			second := b.add(event("b", "acc"))
			b.takes(first)
			b.pass(lease)
			b.done(first, inbox.Done)
			b.takes(second)
		}},
		{"Lease/handlers recorded before it ended are kept", func(b *bench) {
			id := b.add(event("a", ""))
			c := b.takes(id)
			b.must(b.store.Complete(b.ctx(), c.Ref(), inbox.HandlerResult{Name: "h"}))
			b.pass(lease)
			equal(b, "handlers", []inbox.HandlerResult{{Name: "h"}}, b.takes(id).Handlers)
		}},
	}
}

func finishTests() []test {
	return []test{
		{"Finish/Done, Ignored and Dead end it", func(b *bench) {
			for _, state := range []inbox.State{inbox.Done, inbox.Ignored, inbox.Dead} {
				id := b.add(event(state.String(), ""))
				b.pass(time.Minute)
				b.done(id, state)
				r := b.find(id)
				equal(b, "state", state, r.State)
				equal(b, "reason", reasonOf(state), r.Reason)
				b.same("FinishedAt", b.time(), r.FinishedAt)
			}
		}},
		{"Finish/Ready makes it due after RetryIn", func(b *bench) {
			id := b.add(event("a", ""))
			b.finish(b.takes(id), inbox.Outcome{State: inbox.Ready, RetryIn: time.Minute, Reason: "handler failed", Detail: []byte("d")})
			r := b.find(id)
			equal(b, "state", inbox.Ready, r.State)
			equal(b, "reason", "handler failed", r.Reason)
			equal(b, "detail", "d", string(r.Detail))
			b.same("NextAt", b.time().Add(time.Minute), r.NextAt)
			b.pass(time.Minute - time.Second)
			b.none("it waits")
			b.pass(time.Second)
			b.takes(id)
		}},
		{"Finish/a retry after days comes after days", func(b *bench) {
			id := b.add(event("a", ""))
			b.finish(b.takes(id), inbox.Outcome{State: inbox.Ready, RetryIn: 40 * day})
			b.pass(40*day - time.Second)
			b.none("it waits")
			b.pass(time.Second)
			b.takes(id)
		}},
		{"Finish/records handlers in the same step", func(b *bench) {
			id := b.add(event("a", ""))
			b.finish(b.takes(id), inbox.Outcome{State: inbox.Ready, Handlers: []inbox.HandlerResult{{Name: "b"}, {Name: "a", GaveUp: true}}})
			equal(b, "handlers", []inbox.HandlerResult{{Name: "a", GaveUp: true}, {Name: "b"}}, b.takes(id).Handlers)
		}},
		{"Finish/Release takes the attempt back", func(b *bench) {
			id := b.add(event("a", ""))
			b.finish(b.takes(id), inbox.Outcome{State: inbox.Ready, Release: true})
			equal(b, "attempt", 1, b.takes(id).Meta.Attempt)
		}},
		{"Finish/Reason and Detail replace those of before", func(b *bench) {
			id := b.add(event("a", ""))
			b.finish(b.takes(id), inbox.Outcome{State: inbox.Ready, Reason: "handler failed", Detail: []byte("d")})
			b.finish(b.takes(id), inbox.Outcome{State: inbox.Done})
			r := b.find(id)
			equal(b, "reason", "", r.Reason)
			equal(b, "detail", 0, len(r.Detail))
		}},
		{"Complete/records handlers one after the other, sorted by name", func(b *bench) {
			id := b.add(event("a", ""))
			c := b.takes(id)
			b.must(b.store.Complete(b.ctx(), c.Ref(), inbox.HandlerResult{Name: "z"}))
			b.must(b.store.Complete(b.ctx(), c.Ref(), inbox.HandlerResult{Name: "a"}, inbox.HandlerResult{Name: "m", GaveUp: true}))
			equal(b, "handlers", []inbox.HandlerResult{{Name: "a"}, {Name: "m", GaveUp: true}, {Name: "z"}}, b.find(id).Handlers)
		}},
		{"Complete/replaces a name that is recorded already", func(b *bench) {
			id := b.add(event("a", ""))
			c := b.takes(id)
			b.must(b.store.Complete(b.ctx(), c.Ref(), inbox.HandlerResult{Name: "h", GaveUp: true}))
			b.must(b.store.Complete(b.ctx(), c.Ref(), inbox.HandlerResult{Name: "h"}))
			equal(b, "handlers", []inbox.HandlerResult{{Name: "h"}}, b.find(id).Handlers)
		}},
		{"Complete/does not end the lease", func(b *bench) {
			id := b.add(event("a", ""))
			c := b.takes(id)
			b.must(b.store.Complete(b.ctx(), c.Ref(), inbox.HandlerResult{Name: "h"}))
			b.state(id, inbox.Leased)
			b.none("it is leased")
			b.finish(c, inbox.Outcome{State: inbox.Done})
		}},
	}
}
