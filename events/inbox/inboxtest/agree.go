package inboxtest

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/linkhook/linkhook/events/inbox"
)

// Agree takes a store and the memory store through the same random history, with everything that the contract leaves no
// choice in, and fails when they differ: a conformance test of what nobody thought of. The seed is that of the history.
func Agree(t *testing.T, seed uint64, open func(t *testing.T) inbox.Store) {
	t.Helper()
	h := &history{
		r:     roll(seed, "history"),
		real:  side{bench: &bench{T: t, store: open(t)}, ids: map[int64]string{}, named: map[string]int64{}, held: map[string]inbox.Claim{}},
		model: side{bench: &bench{T: t, store: inbox.NewMemory()}, ids: map[int64]string{}, named: map[string]int64{}, held: map[string]inbox.Claim{}},
	}
	const steps = 60
	for range steps {
		h.step(t)
	}
	if t.Failed() {
		t.Logf("the history of seed %d:\n%s", seed, strings.Join(h.log, "\n"))
	}
}

// history is a random history under way.
type history struct {
	r           *rand.Rand
	real, model side
	log         []string
	events      int
}

// side is one of the two stores. Events go by name, because ids may differ.
type side struct {
	*bench

	ids   map[int64]string
	named map[string]int64
	held  map[string]inbox.Claim
}

// both does something to both stores and compares what they say.
func (h *history) both(t *testing.T, what string, do func(s *side) string) {
	t.Helper()
	want, got := do(&h.model), do(&h.real)
	h.log = append(h.log, fmt.Sprintf("%s: %s", what, want))
	if want != got {
		t.Errorf("%s: the store says %q, the memory store %q\n%s", what, got, want, strings.Join(h.log, "\n"))
		t.FailNow()
	}
}

func (h *history) step(t *testing.T) {
	t.Helper()
	switch h.r.IntN(12) {
	case 0, 1, 2, 3:
		h.arrive(t)
	case 4, 5:
		h.both(t, "claim", func(s *side) string { return s.claimAll() })
	case 6, 7:
		h.finish(t)
	case 8:
		wait := time.Duration(h.r.IntN(120)) * time.Second
		h.both(t, "wait "+wait.String(), func(s *side) string { s.pass(wait); return "" })
	case 9:
		h.admin(t)
	case 10:
		h.both(t, "stats", func(s *side) string {
			st := s.stats()
			st.Bytes, st.Free, st.Oldest = 0, 0, time.Time{}
			return fmt.Sprintf("%+v", st)
		})
	default:
		h.both(t, "list", func(s *side) string { return s.show() })
	}
}

// arrive appends an event that may be known, conflict, or stand for another.
func (h *history) arrive(t *testing.T) {
	t.Helper()
	n := h.r.IntN(h.events + 2)
	h.events = max(h.events, n)
	name := fmt.Sprint("e", n)
	a := event(name, []string{"", "x", "y", "z"}[n%4])
	switch h.r.IntN(6) {
	case 0:
		a = digested(a, fmt.Sprint("body ", h.r.IntN(2)))
	case 1:
		a = job(a, fmt.Sprint("job ", n/2), h.r.IntN(2) == 0)
		a.Rerun = h.r.IntN(2) == 0
	case 2:
		a.DedupFor = time.Minute
	case 3:
		a.Keys = append(a.Keys, inbox.NewKey("second", fmt.Sprint(n/3)))
	}
	label := fmt.Sprintf("append %s (%x)", name, a.Digest[:2])
	h.both(t, label, func(s *side) string {
		out := s.append(a)[0]
		if out.Disposition == inbox.Stored || out.Disposition == inbox.Conflict {
			unique := fmt.Sprintf("%s#%d", name, len(s.ids))
			s.ids[out.ID], s.named[unique] = unique, out.ID
		}
		return out.Disposition.String() + " " + s.ids[out.ID] + " of " + s.ids[out.Of]
	})
}

// claimAll claims everything that is due.
func (s *side) claimAll() string {
	var names []string
	for _, c := range s.claim(1000) {
		name := s.ids[c.ID]
		s.held[name] = c
		names = append(names, fmt.Sprintf("%s(%d,%d,%s)", name, c.Meta.Attempt, len(c.Handlers), c.Age))
	}
	slices.Sort(names)
	return strings.Join(names, " ")
}

// finish settles one of the claims, which may have been lost meanwhile.
func (h *history) finish(t *testing.T) {
	t.Helper()
	names := sortedNames(h.model.held)
	if len(names) == 0 {
		return
	}
	name := names[h.r.IntN(len(names))]
	o := inbox.Outcome{State: []inbox.State{inbox.Done, inbox.Ready, inbox.Dead, inbox.Ignored}[h.r.IntN(4)], Release: h.r.IntN(5) == 0}
	if o.State == inbox.Ready {
		o.RetryIn = time.Duration(h.r.IntN(90)) * time.Second
	}
	if h.r.IntN(2) == 0 {
		o.Handlers = []inbox.HandlerResult{{Name: fmt.Sprint("h", h.r.IntN(3)), GaveUp: h.r.IntN(2) == 0}}
	}
	how := h.r.IntN(4)
	h.both(t, fmt.Sprintf("settle %s as %v", name, o.State), func(s *side) string {
		c := s.held[name]
		if how == 0 {
			if len(o.Handlers) == 0 {
				return fmt.Sprint(s.store.Extend(s.ctx(), c.Ref(), time.Minute) == nil)
			}
			return fmt.Sprint(s.store.Complete(s.ctx(), c.Ref(), o.Handlers...) == nil)
		}
		delete(s.held, name)
		return fmt.Sprint(s.store.Finish(s.ctx(), c.Ref(), o) == nil)
	})
}

// admin does what people and retention do.
func (h *history) admin(t *testing.T) {
	t.Helper()
	names := sortedNames(h.model.named)
	if len(names) == 0 {
		return
	}
	name := names[h.r.IntN(len(names))]
	how, fresh := h.r.IntN(5), h.r.IntN(2) == 0
	h.both(t, fmt.Sprintf("admin %d %s", how, name), func(s *side) string {
		ids := []int64{s.named[name]}
		switch how {
		case 0:
			s.must(s.store.Erase(s.ctx(), ids, nil))
			return ""
		case 1:
			n, err := s.store.Discard(s.ctx(), ids)
			return fmt.Sprint(n, err)
		case 2:
			s.prune(inbox.Retention{Bodies: time.Minute, Events: 4 * time.Minute, Dead: 5 * time.Minute})
			return ""
		default:
			n, err := s.store.Replay(s.ctx(), ids, fresh)
			return fmt.Sprint(n, err)
		}
	})
}

// show describes everything that is stored.
func (s *side) show() string {
	records, err := s.store.List(s.ctx(), inbox.Filter{Limit: 1000})
	s.must(err)
	var lines []string
	for i := range records {
		r := &records[i]
		lines = append(lines, fmt.Sprintf("%s %v %q attempt=%d handlers=%v replays=%d size=%d of=%q %v/%v since=%s next=%s end=%s",
			s.ids[r.ID], r.State, r.Reason, r.Meta.Attempt, r.Handlers, r.Replays, r.Size, s.ids[r.ConflictOf],
			r.Synthetic, r.Confirmed, after(r.Since), after(r.NextAt), after(r.FinishedAt)))
	}
	return strings.Join(lines, "\n")
}

// after shows a time as what has passed since the history began.
func after(at time.Time) string {
	if at.IsZero() {
		return "-"
	}
	return at.Sub(start).Round(time.Microsecond).String()
}

func sortedNames[V any](m map[string]V) []string {
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
