package inboxtest

import (
	"fmt"
	"sync"
	"time"

	"github.com/linkhook/linkhook/events/inbox"
)

func claimTests() []test {
	return []test{
		{"Claim/returns due events with their bodies, the oldest first", func(b *bench) {
			for i, a := range several("e", 5) {
				b.pass(time.Duration(i) * time.Second)
				b.add(a)
			}
			for i, c := range b.claim(5) {
				equal(b, "body", fmt.Sprintf("body of e%d", i), string(c.Body))
				equal(b, "state", inbox.Leased, c.State)
			}
		}},
		{"Claim/returns at most limit", func(b *bench) {
			b.append(several("e", 5)...)
			equal(b, "claimed", 3, len(b.claim(3)))
			equal(b, "claimed", 2, len(b.claim(3)))
			equal(b, "claimed", 0, len(b.claim(3)))
		}},
		{"Claim/counts as an attempt", func(b *bench) {
			b.add(event("a", ""))
			for attempt := 1; attempt <= 3; attempt++ {
				c := b.one()
				equal(b, "attempt", attempt, c.Meta.Attempt)
				b.finish(c, inbox.Outcome{State: inbox.Ready})
			}
		}},
		{"Claim/tells the age since it was stored", func(b *bench) {
			b.add(event("a", ""))
			b.pass(time.Hour)
			equal(b, "age", time.Hour, b.one().Age)
		}},
		{"Claim/of nothing says how long until a retry is due", func(b *bench) {
			b.add(event("a", ""))
			b.finish(b.one(), inbox.Outcome{State: inbox.Ready, RetryIn: time.Minute})
			b.pass(20 * time.Second)
			_, next, err := b.store.Claim(b.ctx(), 1, lease)
			b.must(err)
			if next >= 0 && (next < 39*time.Second || next > 41*time.Second) {
				b.Fatalf("next is %v, want 40s or a negative one", next)
			}
		}},
		{"Claim/by many at once hands out each event once", claimAtOnce},
		{"Claim/does not hand out finished events", func(b *bench) {
			for _, state := range []inbox.State{inbox.Done, inbox.Ignored, inbox.Dead} {
				b.done(b.add(event(state.String(), "")), state)
			}
			b.none("all are finished")
		}},
		{"Claim/on an empty store returns nothing", func(b *bench) { b.none("the store is empty") }},
	}
}

func claimAtOnce(b *bench) {
	const total, workers = 60, 6
	b.append(several("e", total)...)
	ctx := b.ctx()
	var mu sync.Mutex
	seen := map[int64]int{}
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for range total {
				claims, _, err := b.store.Claim(ctx, 3, lease)
				if err != nil {
					b.Errorf("Claim: %v", err)
					return
				}
				mu.Lock()
				for _, c := range claims {
					seen[c.ID]++
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	equal(b, "events handed out", total, len(seen))
	for id, n := range seen {
		if n != 1 {
			b.Fatalf("event %d was handed out %d times", id, n)
		}
	}
}

func orderTests() []test {
	return []test{
		{"Order/at most one event of an order key is leased", func(b *bench) {
			first := b.add(event("a", "acc"))
			b.add(event("b", "acc"))
			b.takes(first)
			b.none("the account is busy")
		}},
		{"Order/events of a key are claimed as they were stored", func(b *bench) {
			var ids []int64
			for i := range 10 {
				ids = append(ids, b.add(event(fmt.Sprint(i), "acc")))
			}
			for _, id := range ids {
				b.done(id, inbox.Done)
			}
		}},
		{"Order/of one batch is kept", func(b *bench) {
			out := b.append(event("a", "acc"), event("b", "acc"), event("c", "acc"))
			for _, o := range out {
				b.done(o.ID, inbox.Done)
			}
		}},
		{"Order/a claim of many takes one of each key", func(b *bench) {
			for i := range 3 {
				for _, account := range []string{"x", "y"} {
					b.add(event(fmt.Sprint(account, i), account))
				}
			}
			claims := b.claim(10)
			equal(b, "claimed", 2, len(claims))
			if claims[0].OrderKey == claims[1].OrderKey {
				b.Fatal("both have one order key")
			}
		}},
		{"Order/another key is not held up", func(b *bench) {
			b.takes(b.add(event("a", "x")))
			b.takes(b.add(event("b", "y")))
		}},
		{"Order/events without a key are independent", func(b *bench) {
			b.add(event("a", ""))
			b.add(event("b", ""))
			equal(b, "claimed", 2, len(b.claim(5)))
		}},
		{"Order/an event that waits for its retry holds nobody up", func(b *bench) {
			first := b.add(event("a", "acc"))
			second := b.add(event("b", "acc"))
			b.finish(b.takes(first), inbox.Outcome{State: inbox.Ready, RetryIn: time.Minute})
			b.done(second, inbox.Done)
			b.none("the first waits")
			b.pass(time.Minute)
			b.takes(first)
		}},
		{"Order/among due events of a key the oldest goes first, also after its retry", func(b *bench) {
			first := b.add(event("a", "acc"))
			second := b.add(event("b", "acc"))
			third := b.add(event("c", "acc"))
			b.finish(b.takes(first), inbox.Outcome{State: inbox.Ready, RetryIn: 10 * time.Second})
			c := b.takes(second)
			b.pass(20 * time.Second)
			b.none("the account is busy")
			b.finish(c, inbox.Outcome{State: inbox.Done})
			b.done(first, inbox.Done)
			b.done(third, inbox.Done)
		}},
		{"Order/a retry that comes due goes ahead of a younger event that is due", func(b *bench) {
			first := b.add(event("a", "acc"))
			b.finish(b.takes(first), inbox.Outcome{State: inbox.Ready, RetryIn: time.Minute})
			second := b.add(event("b", "acc"))
			b.pass(2 * time.Minute)
			b.done(first, inbox.Done)
			b.done(second, inbox.Done)
		}},
		{"Order/an immediate retry goes first", func(b *bench) {
			first := b.add(event("a", "acc"))
			b.add(event("b", "acc"))
			b.finish(b.takes(first), inbox.Outcome{State: inbox.Ready})
			b.takes(first)
		}},
		{"Order/a dead letter lets the next one come", func(b *bench) {
			first, second := b.add(event("a", "acc")), b.add(event("b", "acc"))
			b.done(first, inbox.Dead)
			b.takes(second)
		}},
		{"Order/a long queue of one key does not hide another key", func(b *bench) {
			for i := range 300 {
				b.add(event(fmt.Sprint(i), "busy"))
			}
			other := b.add(event("other", "idle"))
			b.one()
			b.takes(other)
		}},
		{"Order/keys that look alike are different keys", func(b *bench) {
			for _, account := range []string{"a", "a/", "A", "a b", "ab"} {
				b.add(event("e"+account, account))
			}
			equal(b, "claimed", 5, len(b.claim(10)))
		}},
	}
}
