package events

import (
	"sync"
	"sync/atomic"
	"time"
)

// What says what happened in an [Observation].
type What uint8

// What can happen to an envelope or to a request. The zero What is nothing.
const (
	Received    What = iota + 1 // a genuine envelope came in
	Refused                     // a request or frame was refused before it became an envelope; Reason says why
	Stored                      // the envelope is on disk
	Duplicate                   // the envelope was already known and is not run again
	Handled                     // one handler returned nil
	Failed                      // one handler returned an error or panicked
	Unhandled                   // no handler is registered for the kind
	Undecodable                 // a genuine payload does not fit the type of its kind
	Scheduled                   // the envelope will be tried again; Duration is the wait
	Dead                        // the envelope will not be tried again by itself; Reason says why
	Conflict                    // the same event id came with another body
	Connected                   // a bridge connection was opened
	Closed                      // a bridge connection was closed; Reason holds the close code
	Drifted                     // a [DriftReport] saw what no catalogue knows; Reason says of what sort
)

var whatWords = [...]string{
	"nothing", "received", "refused", "stored", "duplicate", "handled", "failed", "unhandled", "undecodable",
	"scheduled", "dead", "conflict", "connected", "closed", "drifted",
}

// String returns the constant's name in lower case.
func (w What) String() string {
	if int(w) < len(whatWords) {
		return whatWords[w]
	}
	return whatWords[0]
}

// Observation is one thing that happened. It never holds a payload, a secret or a signature.
type Observation struct {
	What     What          // one of the constants; it says which of the other fields are set
	At       time.Time     // when it was observed
	Meta     Meta          // what is known of the envelope; empty fields where it is not
	Handler  string        // the handler, for Handled and Failed
	Duration time.Duration // how long the handler ran
	Size     int           // bytes of the body or frame
	Reason   string        // a short fixed phrase, fit for a metric label
	Err      error         // what the handler returned; it can hold what the host put into it
}

// Watch is the one point where everything that happens can be observed: metrics, an inspector, a test kit and logs
// all read from it, and none of them needs a hook of its own. Observing is for people and figures: program logic belongs in
// handlers. The zero Watch is ready, is safe for concurrent use and costs next to nothing while nobody observes.
type Watch struct {
	mu   sync.Mutex
	next int
	subs atomic.Pointer[[]observer]
}

type observer struct {
	id int
	fn func(Observation)
}

// Observe calls fn for everything that happens from now on, synchronously and from many goroutines at once: fn must be quick,
// safe for concurrent use and must not panic. Cancel ends it; a call under way may still finish.
func (w *Watch) Observe(fn func(Observation)) (cancel func()) {
	if fn == nil {
		panic("events: Observe needs a function")
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.next++
	id := w.next
	w.replace(func(subs []observer) []observer { return append(subs, observer{id: id, fn: fn}) })
	return func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.replace(func(subs []observer) []observer {
			kept := subs[:0]
			for _, s := range subs {
				if s.id != id {
					kept = append(kept, s)
				}
			}
			return kept
		})
	}
}

// replace swaps in a changed copy of the observers; w.mu is held.
func (w *Watch) replace(change func([]observer) []observer) {
	var subs []observer
	if old := w.subs.Load(); old != nil {
		subs = append(subs, *old...)
	}
	subs = change(subs)
	if len(subs) == 0 {
		w.subs.Store(nil)
		return
	}
	w.subs.Store(&subs)
}

// Active reports whether anybody observes: ask before gathering what only an observer needs. A nil Watch is inactive.
func (w *Watch) Active() bool { return w != nil && w.subs.Load() != nil }

// Emit tells every observer. It sets At when it is zero. On a nil Watch it does nothing.
func (w *Watch) Emit(o Observation) {
	if w == nil {
		return
	}
	subs := w.subs.Load()
	if subs == nil {
		return
	}
	if o.At.IsZero() {
		o.At = time.Now()
	}
	for _, s := range *subs {
		s.fn(o)
	}
}

// Watched is what has a [Watch]: the bus, and what is built around it. The router and the bridge report to the Watch of the
// publisher that they are given.
type Watched interface {
	// Watch returns the point of observation, the same one every time.
	Watch() *Watch
}

// WatchOf returns the Watch of p, or nil, which observes nothing, when it has none.
func WatchOf(p Publisher) *Watch {
	if w, ok := p.(Watched); ok {
		return w.Watch()
	}
	return nil
}
