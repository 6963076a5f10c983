package inboxtest

import (
	"context"
	"slices"
	"strings"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/inbox"
)

// verify says what is wrong at the end of the story.
func (w *world) verify(ctx context.Context) []string {
	box := inbox.New(w.store, events.New(), &inbox.Options{KeyWrapper: w.wrapper})
	list, err := box.List(ctx, inbox.Filter{Limit: 10_000})
	if err != nil {
		return []string{"List: " + err.Error()}
	}
	bodies := map[string]bool{} // what is stored
	for i := range list {
		r := &list[i]
		env, err := box.Reveal(ctx, inbox.By{Who: "simulation", Why: "the end of the story"}, r.ID)
		if err != nil {
			w.problemf("event %d: %v", r.ID, err)
			continue
		}
		bodies[nameOf(&r.Meta)+string(env.Raw)] = true
		w.verifyRecord(r)
	}
	w.verifyAcks(bodies)
	w.verifySuccesses()
	if _, err := box.VerifyAudit(ctx); err != nil {
		w.problemf("the audit record: %v", err)
	}
	return w.problems
}

// verifyRecord checks that an event ended as it should.
func (w *world) verifyRecord(r *inbox.Record) {
	name := nameOf(&r.Meta)
	gaveUp := slices.ContainsFunc(handlersOf(r.Meta.Kind), func(h string) bool { return w.givesUp(h + ": " + name) })
	want := inbox.Done
	switch {
	case r.Reason == inbox.ConflictReason:
		want = inbox.Dead
	case w.isUndecodable(&r.Meta):
		want = inbox.Dead
	case gaveUp:
		want = inbox.Dead
	case r.Meta.Kind == simUnknown.ID():
		want = inbox.Ignored
	}
	if r.State != want {
		w.problemf("%s is %v (%s), want %v", name, r.State, r.Reason, want)
	}
	if want != inbox.Done {
		return
	}
	for _, h := range handlersOf(r.Meta.Kind) {
		if w.success[h+": "+name] == 0 {
			w.problemf("%s is done, but %s never succeeded", name, h)
		}
	}
}

// isUndecodable reports whether the story has a body for the event that does not fit its type.
func (w *world) isUndecodable(m *events.Meta) bool {
	return slices.ContainsFunc(w.story, func(d *delivery) bool {
		return nameOf(&d.env.Meta) == nameOf(m) && string(d.env.Raw) == `{"n":"this does not fit"}`
	})
}

func handlersOf(kind events.KindID) []string {
	switch kind {
	case simUnknown.ID():
		return []string{"log", "fallback"}
	case simChanged.ID():
		return []string{"log", "ledger"}
	default:
		return []string{"log", "ledger", "mail"}
	}
}

// verifyAcks checks that what was acknowledged is stored, and that what is stored was delivered.
func (w *world) verifyAcks(bodies map[string]bool) {
	told := map[string]bool{}
	for _, d := range w.story {
		key := nameOf(&d.env.Meta) + string(d.env.Raw)
		told[key] = true
		if d.acked && !bodies[key] {
			w.problemf("%s was acknowledged and is lost", nameOf(&d.env.Meta))
		}
	}
	for key := range bodies {
		if !told[key] {
			w.problemf("a body is stored that nobody delivered")
		}
	}
}

// verifySuccesses checks that no success was repeated without need.
func (w *world) verifySuccesses() {
	for key, n := range w.success {
		_, event, _ := strings.Cut(key, ": ")
		if allowed := 1 + w.excuses[event]; n > allowed {
			w.problemf("%s succeeded %d times, and %d can be explained", key, n, allowed)
		}
	}
}
