package journey

import (
	"cmp"
	"slices"
	"time"
)

// Funnel is what many sessions have in common.
type Funnel struct {
	Sessions  int                   // how many there were
	Steps     [NumSteps]StepFigures // what happened at each step, in their order
	Endings   [4]int                // how the sessions ended, indexed by [Ending]
	Errors    []ErrorFigures        // what went wrong, the most frequent first
	Attempts  int                   // logins tried, over all sessions
	Direct    int                   // sessions that went straight to the login
	Synced    int                   // sessions after which a data set was complete
	SyncDelay Spread                // from the opening to the first complete data set
}

// StepFigures are the figures of one step.
type StepFigures struct {
	Step Step // which step it is
	// Reached counts the sessions that came at least this far. A session that skipped the step and came further counts: an
	// on-demand update never sends select events, and that is no drop-off.
	Reached int
	// Seen counts the sessions that reported the step itself.
	Seen int
	// Dropped counts the sessions that ended here: it was their furthest step, and they are neither completed nor open.
	Dropped int
	// Delay is the time from the session's opening to the step, over the sessions that reported it.
	Delay Spread
}

// Spread is the middle and the slow end of a set of durations; both are zero for an empty one.
type Spread struct {
	Median, P90 time.Duration // half of the durations are shorter; nine of ten are shorter than P90
}

// ErrorFigures count one error by its type and code.
type ErrorFigures struct {
	Type, Code string // the provider's words; see [Problem]
	Sessions   int    // sessions that saw it
	Times      int    // how often it was shown
	Recovered  int    // how often the session got further afterwards
}

// Conversion is the share of opened sessions that came as far as step, from 0 to 1; 0 when there are none.
func (f *Funnel) Conversion(step Step) float64 {
	if f.Sessions == 0 {
		return 0
	}
	return float64(f.Steps[step].Reached) / float64(f.Sessions)
}

// Measure computes the funnel of sessions. Use it on what [Sessions] returned, filtered as you like: by provider, platform
// or time.
func Measure(sessions []Session) Funnel {
	f := Funnel{Sessions: len(sessions)}
	var delays [NumSteps][]time.Duration
	var syncs []time.Duration
	errs := map[[2]string]*ErrorFigures{}
	for i := range sessions {
		s := &sessions[i]
		f.Endings[s.Ending]++
		f.Attempts += s.Attempts
		if s.Direct {
			f.Direct++
		}
		if !s.SyncedAt.IsZero() {
			f.Synced++
			syncs = append(syncs, s.SyncedAt.Sub(s.Steps[Opened]))
		}
		f.addSteps(s, &delays)
		addErrors(errs, s)
	}
	for step := range f.Steps {
		f.Steps[step].Step = Step(step)
		f.Steps[step].Delay = spread(delays[step])
	}
	f.SyncDelay = spread(syncs)
	for _, e := range errs {
		f.Errors = append(f.Errors, *e)
	}
	slices.SortFunc(f.Errors, func(a, b ErrorFigures) int {
		return cmp.Or(cmp.Compare(b.Times, a.Times), cmp.Compare(a.Type, b.Type), cmp.Compare(a.Code, b.Code))
	})
	return f
}

func (f *Funnel) addSteps(s *Session, delays *[NumSteps][]time.Duration) {
	for step := range f.Steps {
		if s.Reached(Step(step)) {
			f.Steps[step].Reached++
		}
		if !s.Steps[step].IsZero() {
			f.Steps[step].Seen++
			delays[step] = append(delays[step], max(s.Steps[step].Sub(s.Steps[Opened]), 0))
		}
	}
	if s.Ending == Left || s.Ending == Abandoned {
		f.Steps[s.Furthest].Dropped++
	}
}

func addErrors(errs map[[2]string]*ErrorFigures, s *Session) {
	counted := map[[2]string]bool{}
	for _, p := range s.Problems {
		key := [2]string{p.Type, p.Code}
		e := errs[key]
		if e == nil {
			e = &ErrorFigures{Type: p.Type, Code: p.Code}
			errs[key] = e
		}
		e.Times++
		if p.Recovered {
			e.Recovered++
		}
		if !counted[key] {
			counted[key] = true
			e.Sessions++
		}
	}
}

// spread takes the nearest-rank quantiles.
func spread(d []time.Duration) Spread {
	if len(d) == 0 {
		return Spread{}
	}
	slices.Sort(d)
	rank := func(q int) time.Duration { return d[max((len(d)*q+99)/100, 1)-1] }
	return Spread{Median: rank(50), P90: rank(90)}
}
