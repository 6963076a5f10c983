package inboxtest

import (
	"time"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/inbox"
)

func adminTests() []test {
	return []test{
		{"Replay/makes dead, done and ignored events due again", func(b *bench) {
			for _, state := range []inbox.State{inbox.Done, inbox.Ignored, inbox.Dead} {
				id := b.add(event(state.String(), "acc"))
				b.done(id, state)
				b.replays([]int64{id}, true, 1)
				r := b.find(id)
				equal(b, "state", inbox.Ready, r.State)
				equal(b, "replays", 1, r.Replays)
				equal(b, "reason", "", r.Reason)
				b.done(id, inbox.Done)
			}
		}},
		{"Replay/keeps handlers that succeeded and forgets those that gave up", func(b *bench) {
			id := b.add(event("a", ""))
			b.finish(b.one(), inbox.Outcome{State: inbox.Dead, Handlers: []inbox.HandlerResult{{Name: "good"}, {Name: "bad", GaveUp: true}}})
			b.replays([]int64{id}, false, 1)
			equal(b, "handlers", []inbox.HandlerResult{{Name: "good"}}, b.takes(id).Handlers)
		}},
		{"Replay/afresh forgets all handlers", func(b *bench) {
			id := b.add(event("a", ""))
			b.finish(b.one(), inbox.Outcome{State: inbox.Done, Handlers: []inbox.HandlerResult{{Name: "good"}}})
			b.replays([]int64{id}, true, 1)
			equal(b, "handlers", 0, len(b.takes(id).Handlers))
		}},
		{"Replay/counts age and attempts anew", func(b *bench) {
			id := b.add(event("a", ""))
			b.done(id, inbox.Dead)
			b.pass(day)
			b.replays([]int64{id}, false, 1)
			b.pass(time.Minute)
			c := b.takes(id)
			equal(b, "age", time.Minute, c.Age)
			equal(b, "attempt", 1, c.Meta.Attempt)
		}},
		{"Replay/leaves ready, leased, erased and unknown events alone", func(b *bench) {
			leased, erased := b.add(event("l", "")), b.add(event("e", ""))
			b.must(b.store.Erase(b.ctx(), []int64{erased}, nil))
			b.takes(leased)
			ready := b.add(event("r", ""))
			b.replays([]int64{ready, leased, erased, 4711}, true, 0)
			b.state(leased, inbox.Leased)
			b.state(erased, inbox.Erased)
		}},
		{"Replay/leaves events alone whose body is gone", func(b *bench) {
			id := b.add(event("a", ""))
			b.done(id, inbox.Done)
			b.pass(8 * day)
			b.prune(inbox.DefaultRetention())
			b.replays([]int64{id}, true, 0)
		}},
		{"Replay/keeps to the order of its key", func(b *bench) {
			first, second := b.add(event("a", "acc")), b.add(event("b", "acc"))
			b.done(first, inbox.Dead)
			c := b.takes(second)
			b.replays([]int64{first}, false, 1)
			b.none("the account is busy")
			b.finish(c, inbox.Outcome{State: inbox.Done})
			b.takes(first)
		}},
		{"Discard/puts dead letters away and leaves others alone", func(b *bench) {
			dead, done := b.add(event("a", "")), b.add(event("b", ""))
			b.done(dead, inbox.Dead)
			b.done(done, inbox.Done)
			n, err := b.store.Discard(b.ctx(), []int64{dead, done, 4711})
			b.must(err)
			equal(b, "discarded", 1, n)
			b.state(dead, inbox.Discarded)
			b.state(done, inbox.Done)
			b.replays([]int64{dead}, false, 1)
		}},
	}
}

func (b *bench) replays(ids []int64, fresh bool, want int) {
	b.Helper()
	n, err := b.store.Replay(b.ctx(), ids, fresh)
	b.must(err)
	equal(b, "replayed", want, n)
}

func listTests() []test {
	return []test{
		{"Find/of an unknown id is ErrNotFound", func(b *bench) { b.gone(4711) }},
		{"List/pages through all events by ascending id", func(b *bench) {
			var want, got []int64
			for _, o := range b.append(several("e", 25)...) {
				want = append(want, o.ID)
			}
			f := inbox.Filter{Limit: 10}
			for {
				page := b.list(f)
				if len(page) == 0 {
					break
				}
				got = append(got, page...)
				f.After = page[len(page)-1]
			}
			equal(b, "ids", want, got)
		}},
		{"List/has 100 events when no limit is given", func(b *bench) {
			b.append(several("e", 120)...)
			equal(b, "length", 100, len(b.list(inbox.Filter{})))
		}},
		{"List/by ids", func(b *bench) {
			out := b.append(several("e", 4)...)
			equal(b, "ids", []int64{out[1].ID, out[3].ID}, b.list(inbox.Filter{IDs: []int64{out[3].ID, out[1].ID, 4711}}))
		}},
		{"List/by state", func(b *bench) {
			dead := b.add(event("a", ""))
			b.done(dead, inbox.Dead)
			leased := b.add(event("b", ""))
			b.takes(leased)
			ready := b.add(event("c", ""))
			equal(b, "dead", []int64{dead}, b.list(inbox.Filter{States: []inbox.State{inbox.Dead}}))
			equal(b, "leased", []int64{leased}, b.list(inbox.Filter{States: []inbox.State{inbox.Leased}}))
			equal(b, "both", []int64{dead, ready}, b.list(inbox.Filter{States: []inbox.State{inbox.Ready, inbox.Dead}}))
		}},
		{"List/by kind and by provider", func(b *bench) {
			a := b.add(event("a", ""))
			other := event("b", "")
			other.Meta.Kind.Name = "other.happened"
			o := b.add(other)
			equal(b, "kind", []int64{a}, b.list(inbox.Filter{Kind: kind}))
			equal(b, "provider", []int64{a, o}, b.list(inbox.Filter{Provider: "acme"}))
			equal(b, "provider", 0, len(b.list(inbox.Filter{Provider: "acm"})))
		}},
		{"List/by any id of the subject", func(b *bench) {
			a := b.add(event("a", "acc 1"))
			u := event("b", "acc 2")
			u.Meta.EndUserID = "user"
			user := b.add(u)
			b.add(event("c", "acc 3"))
			equal(b, "account", []int64{a}, b.list(inbox.Filter{Subject: events.Subject{AccountID: "acc 1"}}))
			equal(b, "either", []int64{a, user}, b.list(inbox.Filter{Subject: events.Subject{AccountID: "acc 1", EndUserID: "user"}}))
		}},
		{"List/by the time of storing", func(b *bench) {
			b.add(event("a", ""))
			b.pass(time.Hour)
			second := b.add(event("b", ""))
			b.pass(time.Hour)
			b.add(event("c", ""))
			equal(b, "between", []int64{second}, b.list(inbox.Filter{From: start.Add(time.Hour), To: start.Add(2 * time.Hour)}))
		}},
		{"List/by reason and by order key", func(b *bench) {
			a := b.add(event("a", "x"))
			b.done(a, inbox.Dead)
			c := b.add(event("b", "y"))
			equal(b, "reason", []int64{a}, b.list(inbox.Filter{Reason: "permanent"}))
			equal(b, "order key", []int64{c}, b.list(inbox.Filter{OrderKey: "acme/y"}))
		}},
	}
}

func statsTests() []test {
	return []test{
		{"Stats/counts by state", func(b *bench) {
			for _, state := range []inbox.State{inbox.Done, inbox.Ignored, inbox.Dead} {
				b.done(b.add(event(state.String(), "")), state)
			}
			b.takes(b.add(event("leased", "")))
			b.add(event("ready", ""))
			s := b.stats()
			got := []int64{s.Ready, s.Leased, s.Done, s.Ignored, s.Dead}
			equal(b, "ready, leased, done, ignored, dead", []int64{1, 1, 1, 1, 1}, got)
			equal(b, "backlog", int64(2), s.Backlog())
		}},
		{"Stats/tells the age of the oldest event that is not finished", func(b *bench) {
			if at := b.stats().Oldest; !at.IsZero() {
				b.Fatalf("an empty store has an oldest event of %v", at)
			}
			first := b.add(event("a", ""))
			b.pass(time.Hour)
			b.add(event("b", ""))
			b.same("oldest", start, b.stats().Oldest)
			b.done(first, inbox.Done)
			b.same("oldest", start.Add(time.Hour), b.stats().Oldest)
		}},
		{"Stats/counts events that wait for a retry", func(b *bench) {
			b.add(event("a", ""))
			b.finish(b.one(), inbox.Outcome{State: inbox.Ready, RetryIn: time.Hour})
			b.add(event("b", ""))
			s := b.stats()
			equal(b, "ready", int64(2), s.Ready)
			equal(b, "waiting", int64(1), s.Waiting)
			b.same("oldest", start, s.Oldest)
		}},
		{"Stats/keeps counting right through replay, erasure and retention", func(b *bench) {
			id := b.add(event("a", ""))
			b.done(id, inbox.Dead)
			b.replays([]int64{id}, false, 1)
			equal(b, "ready", int64(1), b.stats().Ready)
			b.must(b.store.Erase(b.ctx(), []int64{id}, nil))
			s := b.stats()
			equal(b, "ready, dead, erased", []int64{0, 0, 1}, []int64{s.Ready, s.Dead, s.Erased})
			b.pass(31 * day)
			b.prune(inbox.DefaultRetention())
			equal(b, "erased", int64(0), b.stats().Erased)
		}},
	}
}
