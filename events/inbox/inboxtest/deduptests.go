package inboxtest

import (
	"time"

	"github.com/linkhook/linkhook/events/inbox"
)

func dedupTests() []test {
	return []test{
		{"Dedup/a second event with the key of a ready one is a duplicate", func(b *bench) {
			id := b.add(event("a", ""))
			equal(b, "of", id, b.become(event("a", ""), inbox.Duplicate).ID)
		}},
		{"Dedup/of a leased event", func(b *bench) {
			b.add(event("a", ""))
			b.one()
			b.become(event("a", ""), inbox.Duplicate)
		}},
		{"Dedup/of an event that is done, ignored, dead or discarded", func(b *bench) {
			for _, state := range []inbox.State{inbox.Done, inbox.Ignored, inbox.Dead} {
				id := b.add(event(state.String(), ""))
				b.done(id, state)
				b.become(event(state.String(), ""), inbox.Duplicate)
			}
			id := b.add(event("put away", ""))
			b.done(id, inbox.Dead)
			_, err := b.store.Discard(b.ctx(), []int64{id})
			b.must(err)
			b.become(event("put away", ""), inbox.Duplicate)
		}},
		{"Dedup/any one of several keys is enough", func(b *bench) {
			a := event("a", "")
			a.Keys = []inbox.Key{inbox.NewKey("seq", "1"), inbox.NewKey("id", "x")}
			id := b.add(a)
			for _, k := range a.Keys {
				again := event("again", "")
				again.Keys = []inbox.Key{inbox.NewKey("new", "key"), k}
				equal(b, "of", id, b.become(again, inbox.Duplicate).ID)
			}
			b.add(event("again", "")) // a duplicate takes no keys
			other := event("other", "")
			other.Keys = []inbox.Key{inbox.NewKey("new", "key")}
			b.add(other)
		}},
		{"Dedup/an event without keys is never a duplicate, and zero keys are skipped", func(b *bench) {
			a := event("a", "")
			a.Keys = nil
			b.add(a)
			b.add(a)
			a.Keys = []inbox.Key{{}}
			b.add(a)
			b.add(a)
		}},
		{"Dedup/within one batch", func(b *bench) {
			out := b.append(event("a", ""), event("a", ""))
			equal(b, "second", inbox.Duplicate, out[1].Disposition)
		}},
		{"DedupFor/counts while the twin is not finished, however long that takes", func(b *bench) {
			a := event("a", "")
			a.DedupFor = 5 * time.Minute
			b.add(a)
			b.pass(10 * day)
			b.become(a, inbox.Duplicate)
		}},
		{"DedupFor/ends that long after the event was finished", func(b *bench) {
			a := event("a", "")
			a.DedupFor = 5 * time.Minute
			first := b.add(a)
			b.pass(time.Hour)
			b.done(first, inbox.Done)
			b.pass(5*time.Minute - time.Second)
			b.become(a, inbox.Duplicate)
			b.pass(time.Second)
			second := b.add(a)
			equal(b, "of", second, b.become(a, inbox.Duplicate).ID)
			b.state(first, inbox.Done)
		}},
		{"DedupFor/of zero counts as long as the event is kept", func(b *bench) {
			id := b.add(event("a", ""))
			b.done(id, inbox.Done)
			b.pass(29 * day)
			b.become(event("a", ""), inbox.Duplicate)
		}},
		{"Dedup/a key that was taken over outlives the event that had it before", func(b *bench) {
			a := event("a", "")
			a.DedupFor = time.Minute
			b.done(b.add(a), inbox.Done)
			b.pass(31 * day)
			second := b.add(a)
			b.prune(inbox.DefaultRetention())
			equal(b, "of", second, b.become(a, inbox.Duplicate).ID)
		}},
		{"Conflict/the same key with another digest is stored as a dead letter", func(b *bench) {
			first := b.add(digested(event("a", "acc"), "one"))
			out := b.become(digested(event("a", "acc"), "two"), inbox.Conflict)
			equal(b, "of", first, out.Of)
			r := b.find(out.ID)
			equal(b, "state", inbox.Dead, r.State)
			equal(b, "reason", inbox.ConflictReason, r.Reason)
			equal(b, "conflict of", first, r.ConflictOf)
			equal(b, "body", "two", string(r.Body))
			equal(b, "body of the first", "one", string(b.find(first).Body))
		}},
		{"Conflict/stored once however often it comes", func(b *bench) {
			b.add(digested(event("a", ""), "one"))
			out := b.become(digested(event("a", ""), "two"), inbox.Conflict)
			equal(b, "of", out.ID, b.become(digested(event("a", ""), "two"), inbox.Duplicate).ID)
			b.become(digested(event("a", ""), "three"), inbox.Conflict)
		}},
		{"Conflict/an equal digest is a duplicate", func(b *bench) {
			b.add(digested(event("a", ""), "one"))
			b.become(digested(event("a", ""), "one"), inbox.Duplicate)
		}},
		{"Conflict/without a digest on either side it is a duplicate", func(b *bench) {
			b.add(event("a", ""))
			b.become(digested(event("a", ""), "one"), inbox.Duplicate)
			b.add(digested(event("b", ""), "one"))
			b.become(event("b", ""), inbox.Duplicate)
		}},
		{"Conflict/without a conflict key it is a duplicate", func(b *bench) {
			b.add(digested(event("a", ""), "one"))
			second := digested(event("a", ""), "two")
			second.ConflictKey = inbox.Key{}
			b.become(second, inbox.Duplicate)
		}},
		{"Conflict/of an erased event is a duplicate", func(b *bench) {
			id := b.add(digested(event("a", ""), "one"))
			b.must(b.store.Erase(b.ctx(), []int64{id}, nil))
			b.become(digested(event("a", ""), "two"), inbox.Duplicate)
		}},
	}
}

func twinTests() []test {
	return []test{
		{"Correlation/a synthetic event after the real one is a duplicate", func(b *bench) {
			id := b.add(job(event("real", "acc"), "j", false))
			equal(b, "of", id, b.become(job(event("made", "acc"), "j", true), inbox.Duplicate).ID)
		}},
		{"Correlation/a synthetic event after a synthetic one is a duplicate", func(b *bench) {
			b.add(job(event("made", "acc"), "j", true))
			b.become(job(event("made again", "acc"), "j", true), inbox.Duplicate)
		}},
		{"Correlation/two real events are never compared by it", func(b *bench) {
			b.add(job(event("one", "acc"), "j", false))
			b.add(job(event("two", "acc"), "j", false))
		}},
		{"Correlation/a real event confirms a ready synthetic one, which is handled once with the real body", func(b *bench) {
			made := b.add(job(event("made", "acc"), "j", true))
			equal(b, "Synthetic", true, b.find(made).Synthetic)
			equal(b, "of", made, b.become(job(event("real", "acc"), "j", false), inbox.Confirmed).ID)
			c := b.takes(made)
			equal(b, "id", "real", c.Meta.ID)
			equal(b, "body", "body of real", string(c.Body))
			equal(b, "Confirmed", true, c.Confirmed)
			equal(b, "Synthetic", false, c.Synthetic)
			b.finish(c, inbox.Outcome{State: inbox.Done})
			b.none("there was one event")
		}},
		{"Correlation/a real event confirms one that is done, which is not run again", func(b *bench) {
			made := b.add(job(event("made", "acc"), "j", true))
			b.done(made, inbox.Done)
			b.become(job(event("real", "acc"), "j", false), inbox.Confirmed)
			b.state(made, inbox.Done)
			equal(b, "body", "body of real", string(b.find(made).Body))
			b.none("it is done")
		}},
		{"Correlation/confirming runs it again where that is wished", func(b *bench) {
			made := b.add(job(event("made", "acc"), "j", true))
			b.finish(b.takes(made), inbox.Outcome{State: inbox.Done, Handlers: []inbox.HandlerResult{{Name: "h"}}})
			genuine := job(event("real", "acc"), "j", false)
			genuine.Rerun = true
			b.become(genuine, inbox.Confirmed)
			c := b.takes(made)
			equal(b, "recorded handlers", 0, len(c.Handlers))
			equal(b, "attempt", 1, c.Meta.Attempt)
		}},
		{"Correlation/a leased synthetic event is confirmed and keeps its lease", func(b *bench) {
			made := b.add(job(event("made", "acc"), "j", true))
			c := b.takes(made)
			b.become(job(event("real", "acc"), "j", false), inbox.Confirmed)
			b.finish(c, inbox.Outcome{State: inbox.Done})
			equal(b, "Confirmed", true, b.find(made).Confirmed)
		}},
		{"Correlation/the keys of the real event belong to the one that it confirmed", func(b *bench) {
			made := b.add(job(event("made", "acc"), "j", true))
			b.become(job(event("real", "acc"), "j", false), inbox.Confirmed)
			equal(b, "of", made, b.become(job(event("real", "acc"), "j", false), inbox.Duplicate).ID)
			equal(b, "of", made, b.become(event("made", "acc"), inbox.Duplicate).ID)
		}},
		{"Correlation/it confirms once: the next real event is stored", func(b *bench) {
			b.add(job(event("made", "acc"), "j", true))
			b.become(job(event("real", "acc"), "j", false), inbox.Confirmed)
			b.add(job(event("other", "acc"), "j", false))
		}},
		{"Correlation/a dead synthetic event is confirmed and tried again, but for the handlers that succeeded", func(b *bench) {
			made := b.add(job(event("made", "acc"), "j", true))
			b.finish(b.takes(made), inbox.Outcome{
				State: inbox.Dead, Reason: "permanent", Handlers: []inbox.HandlerResult{{Name: "good"}, {Name: "bad", GaveUp: true}},
			})
			b.become(job(event("real", "acc"), "j", false), inbox.Confirmed)
			c := b.takes(made)
			equal(b, "handlers", []inbox.HandlerResult{{Name: "good"}}, c.Handlers)
			equal(b, "body", "body of real", string(c.Body))
			equal(b, "replays", 0, c.Replays)
		}},
		{"Correlation/a discarded or erased synthetic event is not confirmed: the real one is stored", func(b *bench) {
			made := b.add(job(event("made", "acc"), "j", true))
			b.done(made, inbox.Dead)
			_, err := b.store.Discard(b.ctx(), []int64{made})
			b.must(err)
			b.takes(b.add(job(event("real", "acc"), "j", false)))
			erased := b.add(job(event("made 2", ""), "j2", true))
			b.must(b.store.Erase(b.ctx(), []int64{erased}, nil))
			b.takes(b.add(job(event("real 2", ""), "j2", false)))
		}},
	}
}
