package eventstest

import (
	"context"
	"slices"
	"sync"
	"testing"

	"github.com/linkhook/linkhook/events"
)

// Recorder keeps every envelope that comes to a bus, in the order of arrival. It is safe for concurrent use.
type Recorder struct {
	mu   sync.Mutex
	seen []events.Envelope
	more chan struct{} // closed, and replaced, when another envelope was seen
}

// Record starts to keep every envelope that comes to the bus, of known kinds and unknown ones, until the test ends. An
// envelope is kept before the handlers of its kind run; one that an inbox tries again is kept once for each run. Give it the
// bus itself rather than a view whose middleware drops events.
func Record(t testing.TB, bus *events.Bus) *Recorder {
	t.Helper()
	r := &Recorder{more: make(chan struct{})}
	t.Cleanup(bus.OnAny(func(_ context.Context, env events.Envelope) error {
		r.mu.Lock()
		defer r.mu.Unlock()
		env.Handler = "" // the recorder's own
		r.seen = append(r.seen, env)
		close(r.more)
		r.more = make(chan struct{})
		return nil
	}))
	return r
}

// Envelopes returns what was seen so far.
func (r *Recorder) Envelopes() []events.Envelope {
	seen, _ := r.state()
	return seen
}

// Reset forgets what was seen so far.
func (r *Recorder) Reset() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.seen = nil
}

// state returns what was seen so far, and a channel that is closed when there is more.
func (r *Recorder) state() ([]events.Envelope, <-chan struct{}) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.seen), r.more
}
