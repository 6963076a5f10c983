package router

import (
	"context"
	"sync/atomic"
	"time"
)

// budget is the context in which an event is published: the request's values without its cancellation, and a deadline before
// the provider stops waiting. Most events are handled without anybody asking for Done, so the timer behind it is only made
// when somebody does: that saves four allocations per request. It is a context.Context.
type budget struct {
	parent   context.Context        //nolint:containedctx // it is a context itself
	start    time.Time              // when the request came in
	patience time.Duration          // how long after that the context ends; zero or less: never
	real     atomic.Pointer[timing] // nil: nobody has asked, and the event is not published; over: nobody had asked
}

// timing is the real context behind a budget.
type timing struct {
	ctx    context.Context //nolint:containedctx // made on demand
	cancel context.CancelFunc
}

var over timing

// budgetsAtOnce is how many budgets are allocated together. Each is used once, since a handler may keep its context for longer
// than the request lives; a few in one piece of memory cost the collector less than as many on their own. The price is that who
// keeps one keeps the request contexts of its neighbours alive, so there are no more of them.
const budgetsAtOnce = 8

func (x *exchange) budget(parent context.Context, patience time.Duration) *budget {
	if len(x.spare) == 0 {
		x.spare = make([]budget, budgetsAtOnce)
	}
	b := &x.spare[0]
	x.spare = x.spare[1:]
	b.parent, b.start, b.patience = parent, x.start, patience
	return b
}

// end cancels the context: the event is published.
func (b *budget) end() {
	if !b.real.CompareAndSwap(nil, &over) {
		b.real.Load().cancel()
	}
}

// context makes the real context behind b.
func (b *budget) context() context.Context {
	for {
		t := b.real.Load()
		if t != nil && t != &over {
			return t.ctx
		}
		made := b.timing()
		if t == &over {
			made.cancel()
		}
		if b.real.CompareAndSwap(t, made) {
			return made.ctx
		}
		made.cancel() // somebody else was quicker
	}
}

func (b *budget) timing() *timing {
	var t timing
	ctx := context.WithoutCancel(b.parent)
	if deadline, ok := b.Deadline(); ok {
		t.ctx, t.cancel = context.WithDeadline(ctx, deadline)
	} else {
		t.ctx, t.cancel = context.WithCancel(ctx)
	}
	return &t
}

// Deadline returns when the provider stops waiting, less a margin for the answer.
func (b *budget) Deadline() (time.Time, bool) {
	if b.patience <= 0 {
		return time.Time{}, false
	}
	return b.start.Add(b.patience), true
}

// Done returns the channel that closes at the deadline, or when the event is published.
func (b *budget) Done() <-chan struct{} { return b.context().Done() }

// Err returns nil until Done closes, or would.
func (b *budget) Err() error {
	if b.real.Load() == nil && (b.patience <= 0 || time.Since(b.start) < b.patience) {
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
