package eventstest

import (
	"testing"
	"time"

	"github.com/linkhook/linkhook/events"
)

// patience is how long Await waits. It only passes in a test that fails, so it is generous to a loaded machine.
const patience = 10 * time.Second

// Require returns the first event of kind k that was seen and that every match accepts, and stops the test when there is
// none. It does not wait: everything published through a bus has been seen when Publish returns. Behind an inbox or a
// browser use [Await].
func Require[T any](t testing.TB, r *Recorder, k events.Kind[T], match ...func(events.Event[T]) bool) events.Event[T] {
	t.Helper()
	found, missed := find(r.Envelopes(), k, match)
	if len(found) == 0 {
		t.Fatal(missed.explain())
	}
	return found[0]
}

// Await is [Require] for events that come later: it waits up to ten seconds, in testing/synctest of the fake clock.
func Await[T any](t testing.TB, r *Recorder, k events.Kind[T], match ...func(events.Event[T]) bool) events.Event[T] {
	t.Helper()
	timeout := time.NewTimer(patience)
	defer timeout.Stop()
	for {
		seen, more := r.state()
		found, missed := find(seen, k, match)
		if len(found) > 0 {
			return found[0]
		}
		select {
		case <-more:
		case <-timeout.C:
			t.Fatalf("%s\n  waited for %s", missed.explain(), patience)
		}
	}
}

// All returns every event of kind k that was seen, in the order of arrival. It stops the test when a payload does not fit.
func All[T any](t testing.TB, r *Recorder, k events.Kind[T]) []events.Event[T] {
	t.Helper()
	found, missed := find(r.Envelopes(), k, nil)
	if missed.undecodable != nil {
		t.Fatal(missed.explain())
	}
	return found
}

// RequireNone stops the test when an event of kind k was seen that every match accepts. It does not wait, so it says nothing
// about what comes later.
func RequireNone[T any](t testing.TB, r *Recorder, k events.Kind[T], match ...func(events.Event[T]) bool) {
	t.Helper()
	found, missed := find(r.Envelopes(), k, match)
	switch {
	case missed.undecodable != nil:
		t.Fatal(missed.explain())
	case len(found) > 0:
		t.Fatal(tooMany(k.ID(), found))
	}
}

// find returns the events of kind k that every match accepts, and what is to be said when there is none.
func find[T any](seen []events.Envelope, k events.Kind[T], match []func(events.Event[T]) bool) ([]events.Event[T], miss) {
	missed := miss{want: k.ID(), seen: seen}
	var found []events.Event[T]
	for _, env := range seen {
		if env.Kind != k.ID() {
			continue
		}
		data, err := k.Decode(env)
		if err != nil {
			missed.undecodable = err
			continue
		}
		ev := events.Event[T]{Meta: env.Meta, Data: data, Raw: env.Raw}
		if n := refusedBy(ev, match); n > 0 {
			missed.refused = append(missed.refused, refusal{meta: env.Meta, match: n, of: len(match)})
			continue
		}
		found = append(found, ev)
	}
	return found, missed
}

// refusedBy returns the number, from 1, of the first match that refuses ev, and 0 when none does.
func refusedBy[T any](ev events.Event[T], match []func(events.Event[T]) bool) int {
	for i, accepts := range match {
		if !accepts(ev) {
			return i + 1
		}
	}
	return 0
}
