package router

import (
	"context"
	"sync"
	"time"
)

// budget is the context in which an event is published: the request's values without its cancellation, and a deadline before
// the provider stops waiting. Most events are handled without anybody asking for Done, so the timer behind it is only made
// when somebody does: that saves four allocations per request. It is a context.Context.
type budget struct {
	parent   context.Context //nolint:containedctx // it is a context itself
	deadline time.Time       // zero: none

	mu     sync.Mutex
	inner  context.Context //nolint:containedctx // made on demand
	cancel context.CancelFunc
	ended  bool
}

func newBudget(parent context.Context, start time.Time, patience time.Duration) *budget {
	b := &budget{parent: parent}
	if patience > 0 {
		b.deadline = start.Add(patience)
	}
	return b
}

// end cancels the context: the event is published.
func (b *budget) end() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.ended = true
	if b.cancel != nil {
		b.cancel()
	}
}

// context makes the real context behind b.
func (b *budget) context() context.Context {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.inner != nil {
		return b.inner
	}
	b.inner = context.WithoutCancel(b.parent)
	if b.deadline.IsZero() {
		b.inner, b.cancel = context.WithCancel(b.inner)
	} else {
		b.inner, b.cancel = context.WithDeadline(b.inner, b.deadline)
	}
	if b.ended {
		b.cancel()
	}
	return b.inner
}

// Deadline returns when the provider stops waiting, less a margin for the answer.
func (b *budget) Deadline() (time.Time, bool) { return b.deadline, !b.deadline.IsZero() }

// Done returns the channel that closes at the deadline, or when the event is published.
func (b *budget) Done() <-chan struct{} { return b.context().Done() }

// Err returns nil until Done closes, or would.
func (b *budget) Err() error {
	b.mu.Lock()
	undecided := b.inner == nil && !b.ended && (b.deadline.IsZero() || time.Now().Before(b.deadline))
	b.mu.Unlock()
	if undecided {
		return nil
	}
	return b.context().Err()
}

// Value returns the request's values. Package context looks a context's own cancellation up by a key of type *int: that must
// find ours, never the request's, so that context.Cause tells the truth and derived contexts need no goroutine.
func (b *budget) Value(key any) any {
	if _, own := key.(*int); own {
		return b.context().Value(key)
	}
	return b.parent.Value(key)
}
