package inboxtest

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/inbox"
)

// Exercise runs the conformance suite. Open returns an empty store each time and arranges for it to be closed when its test
// ends; cases run in parallel, each with a store of its own. Time is moved with inbox.At, so no case waits.
func Exercise(t *testing.T, open func(t *testing.T) inbox.Store) {
	t.Helper()
	for _, group := range [][]test{
		appendTests(), dedupTests(), twinTests(), claimTests(), orderTests(), leaseTests(), finishTests(),
		adminTests(), listTests(), retentionTests(), eraseTests(), entryTests(), statsTests(), closeTests(),
	} {
		for _, c := range group {
			t.Run(c.name, func(t *testing.T) {
				t.Parallel()
				c.run(&bench{T: t, store: open(t)})
			})
		}
	}
}

// Tests returns the names of the cases of [Exercise].
func Tests() []string {
	var names []string
	for _, group := range [][]test{
		appendTests(), dedupTests(), twinTests(), claimTests(), orderTests(), leaseTests(), finishTests(),
		adminTests(), listTests(), retentionTests(), eraseTests(), entryTests(), statsTests(), closeTests(),
	} {
		for _, c := range group {
			names = append(names, c.name)
		}
	}
	return names
}

// test is a case: a sentence of the contract and what shows it.
type test struct {
	name string
	run  func(b *bench)
}

// bench is a store on the bench, with what cases need to say in short.
type bench struct {
	*testing.T

	store inbox.Store
	now   time.Duration // since start
}

// start is when the time of a case begins: on a whole microsecond, as databases like it.
var start = time.Date(2031, time.March, 4, 5, 6, 7, 8000, time.UTC) //nolint:gochecknoglobals // a constant

const (
	lease = 30 * time.Second
	day   = 24 * time.Hour
)

var kind = events.KindID{Provider: "acme", Stream: events.StreamWebhook, Name: "thing.happened"} //nolint:gochecknoglobals // a constant

// ctx is a context at the present of the case.
func (b *bench) ctx() context.Context {
	return inbox.At(b.Context(), b.time())
}

func (b *bench) time() time.Time { return start.Add(b.now) }

// pass lets time go by.
func (b *bench) pass(d time.Duration) { b.now += d }

// event makes an arrival with that id as its key, in the order of that account.
func event(id, account string) inbox.Arrival {
	a := inbox.Arrival{
		Meta: events.Meta{
			ID: id, Kind: kind, Endpoint: "acme", Source: events.SourceWebhook, Trust: events.Verified,
			Subject: events.Subject{AccountID: account}, ReceivedAt: start,
		},
		Keys: []inbox.Key{inbox.NewKey("id", id)},
		Body: []byte("body of " + id),
	}
	if account != "" {
		a.OrderKey = "acme/" + account
	}
	return a
}

// digested gives an arrival a digest of its own and a key for conflicts.
func digested(a inbox.Arrival, body string) inbox.Arrival {
	k := inbox.NewKey("digest", body)
	copy(a.Digest[:], k[:])
	a.ConflictKey = inbox.NewKey("conflict", a.Meta.ID, body)
	a.Body = []byte(body)
	return a
}

// job gives an arrival a correlation key; synthetic says that the reconciler made it.
func job(a inbox.Arrival, id string, synthetic bool) inbox.Arrival {
	a.Correlation = inbox.NewKey("job", id)
	a.Synthetic = synthetic
	if synthetic {
		a.Meta.Source = events.SourceReconcile
	}
	return a
}

func (b *bench) must(err error) {
	b.Helper()
	if err != nil {
		b.Fatalf("unexpected error: %v", err)
	}
}

func (b *bench) wants(err, target error) {
	b.Helper()
	if !errors.Is(err, target) {
		b.Fatalf("got error %v, want %v", err, target)
	}
}

// equal fails the case when got is not want.
func equal[T any](b *bench, what string, want, got T) {
	b.Helper()
	if !reflect.DeepEqual(want, got) {
		b.Fatalf("%s: got %v, want %v", what, got, want)
	}
}

func (b *bench) same(what string, want, got time.Time) {
	b.Helper()
	if d := got.Sub(want); d < -time.Microsecond || d > time.Microsecond {
		b.Fatalf("%s: got %v, want %v", what, got, want)
	}
}

// append appends a batch and returns what became of it.
func (b *bench) append(batch ...inbox.Arrival) []inbox.Appended {
	b.Helper()
	out, err := b.store.Append(b.ctx(), batch)
	b.must(err)
	equal(b, "answers of Append", len(batch), len(out))
	return out
}

// add appends one event, which must be stored, and returns its id.
func (b *bench) add(a inbox.Arrival) int64 {
	b.Helper()
	out := b.append(a)
	equal(b, "disposition", inbox.Stored, out[0].Disposition)
	return out[0].ID
}

// become appends one event and checks what became of it.
func (b *bench) become(a inbox.Arrival, want inbox.Disposition) inbox.Appended {
	b.Helper()
	out := b.append(a)
	equal(b, "disposition", want.String(), out[0].Disposition.String())
	return out[0]
}

// claim claims up to n events.
func (b *bench) claim(n int) []inbox.Claim {
	b.Helper()
	claims, _, err := b.store.Claim(b.ctx(), n, lease)
	b.must(err)
	return claims
}

// one claims one event, which must be there.
func (b *bench) one() inbox.Claim {
	b.Helper()
	claims := b.claim(1)
	if len(claims) != 1 {
		b.Fatalf("an event is due, but none was claimed")
	}
	return claims[0]
}

// none checks that nothing can be claimed.
func (b *bench) none(why string) {
	b.Helper()
	if claims := b.claim(10); len(claims) > 0 {
		b.Fatalf("%s, but event %d was claimed", why, claims[0].ID)
	}
}

// takes claims one event and checks that it is that one.
func (b *bench) takes(id int64) inbox.Claim {
	b.Helper()
	c := b.one()
	equal(b, "the event that is claimed", id, c.ID)
	return c
}

func (b *bench) finish(c inbox.Claim, o inbox.Outcome) {
	b.Helper()
	b.must(b.store.Finish(b.ctx(), c.Ref(), o))
}

// done claims the event that is due, which must be that one, and finishes it in that state.
func (b *bench) done(id int64, state inbox.State) {
	b.Helper()
	b.finish(b.takes(id), inbox.Outcome{State: state, Reason: reasonOf(state)})
}

func reasonOf(state inbox.State) string {
	if state == inbox.Dead {
		return "permanent"
	}
	return ""
}

func (b *bench) find(id int64) inbox.Record {
	b.Helper()
	r, err := b.store.Find(b.ctx(), id)
	b.must(err)
	return r
}

func (b *bench) state(id int64, want inbox.State) {
	b.Helper()
	if got := b.find(id).State; got != want {
		b.Fatalf("event %d is %v, want %v", id, got, want)
	}
}

func (b *bench) gone(id int64) {
	b.Helper()
	_, err := b.store.Find(b.ctx(), id)
	b.wants(err, inbox.ErrNotFound)
}

// list returns the ids that f selects.
func (b *bench) list(f inbox.Filter) []int64 {
	b.Helper()
	records, err := b.store.List(b.ctx(), f)
	b.must(err)
	ids := make([]int64, len(records))
	for i := range records {
		ids[i] = records[i].ID
		if records[i].Body != nil || records[i].Detail != nil {
			b.Fatalf("event %d is listed with its body or detail", ids[i])
		}
	}
	if !slices.IsSorted(ids) {
		b.Fatalf("the list is not in order of the ids: %v", ids)
	}
	return ids
}

func (b *bench) stats() inbox.Stats {
	b.Helper()
	s, err := b.store.Stats(b.ctx())
	b.must(err)
	return s
}

// prune prunes until nothing is left to do.
func (b *bench) prune(r inbox.Retention) int {
	b.Helper()
	total := 0
	for range 1000 {
		n, err := b.store.Prune(b.ctx(), r, 10)
		b.must(err)
		if n == 0 {
			return total
		}
		total += n
	}
	b.Fatalf("Prune does not come to an end")
	return 0
}

// several returns n events of different accounts, named with the prefix.
func several(prefix string, n int) []inbox.Arrival {
	out := make([]inbox.Arrival, n)
	for i := range out {
		out[i] = event(fmt.Sprintf("%s%d", prefix, i), fmt.Sprintf("acc %s%d", prefix, i))
	}
	return out
}
