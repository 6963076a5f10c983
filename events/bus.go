package events

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
)

// HandlerFunc is the untyped form of a handler, the one that middleware wraps and OnAny registers.
type HandlerFunc func(ctx context.Context, env Envelope) error

// Middleware wraps every handler registered through the bus, or the view of it, that it was given to. It runs once per
// handler and event, not once per event.
type Middleware func(next HandlerFunc) HandlerFunc

// Bus hands each envelope to the handlers of its kind. See the package comment for what it guarantees.
// All methods are safe for concurrent use, also from handlers; make one with [New].
type Bus struct {
	hub        *hub
	middleware []Middleware
	name       string
}

// hub is what all views of one bus share.
type hub struct {
	mu         sync.Mutex // guards changes of the table
	table      atomic.Pointer[table]
	types      map[KindID]AnyKind // first declaration of each name, guarded by mu
	registered int                // registrations so far, guarded by mu
	watch      Watch
	// load counts the publishes under way; closing sets a high bit, so that one atomic addition counts in and asks.
	load  atomic.Int64
	idle  chan struct{} // closed when the bus is closed and nothing is under way
	ended sync.Once
}

const closing = int64(1) << 62

// New makes a bus. The middleware wraps every handler, the first one outermost.
func New(middleware ...Middleware) *Bus {
	h := &hub{types: map[KindID]AnyKind{}, idle: make(chan struct{})}
	h.table.Store(&table{routes: map[KindID]*route{}})
	return &Bus{hub: h, middleware: checked(middleware)}
}

func checked(middleware []Middleware) []Middleware {
	if slices.ContainsFunc(middleware, func(m Middleware) bool { return m == nil }) {
		panic("events: a middleware is nil")
	}
	return middleware
}

// With returns a view of the bus whose registrations are wrapped by more middleware, inside of what b already has.
// Publishing through a view is the same as publishing through the bus.
func (b *Bus) With(middleware ...Middleware) *Bus {
	return &Bus{hub: b.hub, middleware: slices.Concat(b.middleware, checked(middleware)), name: b.name}
}

// Named returns a view of the bus whose registrations carry that name. With an inbox, completion is recorded under kind and
// handler name, so a name must stay the same over releases. It panics on an empty name.
func (b *Bus) Named(name string) *Bus {
	if name == "" {
		panic("events: Named needs a name")
	}
	return &Bus{hub: b.hub, middleware: b.middleware, name: name}
}

// Watch returns the point where everything that happens on the bus can be observed.
func (b *Bus) Watch() *Watch { return &b.hub.watch }

// On registers fn for events of kind k and returns the function that takes it away again. Handlers of one kind run in the
// order of their registration. The handler's name is the one given with [Bus.Named], else that of the declared function
// or method; a closure has no stable name.
//
// It panics when fn is nil, when k was declared with another payload type before, and when the same [Bus.Named] name is
// registered twice for one kind.
func On[T any](b *Bus, k Kind[T], fn func(context.Context, Event[T]) error) (cancel func()) {
	if fn == nil {
		panic("events: On needs a handler for " + k.String())
	}
	hn := b.newHandler(fn, func(ctx context.Context, env Envelope) error {
		data, ok := env.data.(*T)
		if !ok { // middleware passed on an envelope that it made itself
			v, err := k.Decode(env)
			if err != nil {
				return err
			}
			data = &v
		}
		return fn(ctx, Event[T]{Meta: env.Meta, Data: *data, Raw: env.Raw})
	})
	hn.several = several[T]
	if len(b.middleware) == 0 {
		hn.fn = fn
	}
	return b.register(k, hn)
}

// OnAny registers fn for every envelope, known kind or not, with its raw bytes. It runs before the handlers of the kind. It
// panics when fn is nil.
func (b *Bus) OnAny(fn HandlerFunc) (cancel func()) {
	if fn == nil {
		panic("events: OnAny needs a handler")
	}
	return b.registerIn(func(t *table) *[]*handler { return &t.any }, fn, fn)
}

// OnUnhandled registers fn for envelopes that no handler of [On] takes. The reason is [ErrNoHandler] or, for a genuine
// payload that does not fit the type of its kind, a [DecodeError]. It panics when fn is nil.
func (b *Bus) OnUnhandled(fn func(ctx context.Context, env Envelope, reason error) error) (cancel func()) {
	if fn == nil {
		panic("events: OnUnhandled needs a handler")
	}
	return b.registerIn(func(t *table) *[]*handler { return &t.unhandled }, fn, func(ctx context.Context, env Envelope) error {
		return fn(ctx, env, env.reason)
	})
}

// Kinds returns the kinds that have a handler of [On], sorted by name.
func (b *Bus) Kinds() []AnyKind {
	t := b.hub.table.Load()
	kinds := make([]AnyKind, 0, len(t.routes))
	for _, r := range t.routes {
		kinds = append(kinds, r.kind)
	}
	return slices.Collect(NewCatalog(kinds...).All())
}

// Close stops taking envelopes and waits until the handlers that run have returned, or until ctx is done. Publish returns
// [ErrClosed] from then on. Closing again waits again.
func (b *Bus) Close(ctx context.Context) error {
	h := b.hub
	if h.load.Or(closing)&^closing == 0 {
		h.finish()
	}
	select {
	case <-h.idle:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("events: handlers still run: %w", context.Cause(ctx))
	}
}

// enter counts a publish in, unless the bus is closed.
func (h *hub) enter() bool {
	if h.load.Add(1) < closing {
		return true
	}
	h.leave()
	return false
}

// leave counts a publish out.
func (h *hub) leave() {
	if h.load.Add(-1) == closing {
		h.finish()
	}
}

func (h *hub) finish() { h.ended.Do(func() { close(h.idle) }) }
