package events

import (
	"context"
	"errors"
	"time"
)

// Publish hands env to its handlers, one after the other in this goroutine, and returns when the last one has returned. One
// handler's error does not keep the next from running; the errors come back joined, each a [HandlerError]. A panic is an
// error. An envelope that no handler takes, or whose payload does not fit, goes to OnUnhandled and is no error.
func (b *Bus) Publish(ctx context.Context, env Envelope) error {
	h := b.hub
	if !h.enter() {
		return ErrClosed
	}
	defer h.leave()
	if env.Attempt < 1 {
		env.Attempt = 1
	}
	d := delivery{hub: h, ctx: ctx}
	d.run(&env)
	return d.err
}

// HandlerInfo says which handler is to be run.
type HandlerInfo struct {
	// Kind is the kind of the event at hand, also for handlers of every kind.
	Kind KindID
	// Name is the one given with [Bus.Named], or that of the declared function or method.
	Name string
	// Stable is false when the name does not identify the handler over restarts: a closure, or two methods of one name.
	Stable bool
}

// Result is what became of one handler's run.
type Result struct {
	// HandlerInfo says which handler it was.
	HandlerInfo
	// Err is what it returned, or a [PanicError]; nil is success.
	Err error
}

// DeliverOptions steer [Bus.Deliver]. The zero value runs everything.
type DeliverOptions struct {
	// Skip says which handlers have already succeeded and are not run again.
	Skip func(HandlerInfo) bool
	// Around runs one handler: it must call run at most once and returns the handler's error, or its own.
	// A store uses it to put the handler's effects and the record of its success into one transaction.
	Around func(ctx context.Context, info HandlerInfo, run func(context.Context) error) error
	// KeepUndecodable keeps a payload that does not fit its type from OnUnhandled: the caller keeps it as a dead letter.
	KeepUndecodable bool
}

// Report is what [Bus.Deliver] did.
type Report struct {
	// Results has an entry for every handler that was run, in that order.
	Results []Result
	// Undecodable is the [DecodeError] of a payload that does not fit its type, else nil.
	Undecodable error
	// Closed says that the bus takes nothing any more; nothing was run.
	Closed bool
}

// Deliver does what [Bus.Publish] does, for a caller that keeps books per handler, such as an inbox.
func (b *Bus) Deliver(ctx context.Context, env Envelope, opts DeliverOptions) Report {
	h := b.hub
	if !h.enter() {
		return Report{Closed: true}
	}
	defer h.leave()
	env.Attempt = max(env.Attempt, 1)
	var report Report
	d := delivery{hub: h, ctx: ctx, opts: &opts, report: &report}
	d.run(&env)
	return report
}

// delivery is one envelope on its way through the handlers. It lives on the stack of Publish or Deliver.
type delivery struct {
	hub    *hub
	ctx    context.Context //nolint:containedctx // the delivery does not outlive the call that it belongs to
	opts   *DeliverOptions // nil for Publish
	report *Report         // nil for Publish
	err    error
}

func (d *delivery) run(env *Envelope) {
	t := d.hub.table.Load()
	watch := &d.hub.watch
	active := watch.Active()
	if active {
		watch.Emit(Observation{What: Received, Meta: env.Meta, Size: len(env.Raw)})
	}
	for _, hn := range t.any {
		d.call(hn, env)
	}
	r := t.routes[env.Kind]
	if r == nil {
		d.unhandled(t, env, nil)
		return
	}
	data, err := r.kind.decode(env.Payload())
	if err != nil {
		d.unhandled(t, env, err)
		return
	}
	env.data = data
	if len(r.handlers) > 1 && d.opts == nil && !active {
		d.err = errors.Join(d.err, r.handlers[0].several(d.ctx, *env, r.handlers))
		return
	}
	for _, hn := range r.handlers {
		d.call(hn, env)
	}
}

// unhandled takes what no handler took: an unknown kind, or a payload that does not fit, with its error.
func (d *delivery) unhandled(t *table, env *Envelope, undecodable error) {
	env.Handler = ""
	if watch := &d.hub.watch; watch.Active() {
		o := Observation{What: Unhandled, Meta: env.Meta, Size: len(env.Raw), Err: ErrNoHandler}
		if undecodable != nil {
			o.What, o.Reason, o.Err = Undecodable, undecodable.Error(), undecodable
		}
		watch.Emit(o)
	}
	if undecodable != nil && d.report != nil {
		d.report.Undecodable = undecodable
		if d.opts.KeepUndecodable {
			return
		}
	}
	if len(t.unhandled) == 0 {
		return
	}
	env.reason = ErrNoHandler
	if undecodable != nil {
		env.reason = undecodable
	}
	for _, hn := range t.unhandled {
		d.call(hn, env)
	}
}

// call runs one handler. What nobody watches and nobody keeps books of takes the short way.
func (d *delivery) call(hn *handler, env *Envelope) {
	env.Handler = hn.name
	if d.opts == nil && !d.hub.watch.Active() {
		if err := protect(d.ctx, hn, env); err != nil {
			d.fail(hn, env, err)
		}
		return
	}
	if d.opts == nil || d.opts.Skip == nil || !d.opts.Skip(hn.info(env)) {
		d.book(hn, env)
	}
}

// book runs one handler and keeps the books.
func (d *delivery) book(hn *handler, env *Envelope) {
	watch := &d.hub.watch
	active := watch.Active()
	var start time.Time
	if active {
		start = time.Now()
	}
	err := d.invoke(hn, env)
	if active {
		o := Observation{What: Handled, Meta: env.Meta, Handler: hn.name, Duration: time.Since(start), Size: len(env.Raw)}
		if err != nil {
			o.What, o.Err = Failed, err
		}
		watch.Emit(o)
	}
	if d.report != nil {
		d.report.Results = append(d.report.Results, Result{HandlerInfo: hn.info(env), Err: err})
	} else if err != nil {
		d.fail(hn, env, err)
	}
}

func (d *delivery) fail(hn *handler, env *Envelope, err error) {
	d.err = errors.Join(d.err, failure(hn, env, err))
}

func (d *delivery) invoke(hn *handler, env *Envelope) error {
	if d.opts == nil || d.opts.Around == nil {
		return protect(d.ctx, hn, env)
	}
	own := *env // the closure would drag env itself to the heap, for Publish too
	return d.around(hn, &own)
}

// around gives the run of the handler into the caller's hands. A panic of the caller's own part is an error as well.
func (d *delivery) around(hn *handler, env *Envelope) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = NewPanicError(v)
		}
	}()
	return d.opts.Around(d.ctx, hn.info(env), func(ctx context.Context) error { return protect(ctx, hn, env) })
}

// several runs handlers one after the other on an event that is made once. Events are large, so each handler gets one copy and no
// more: a variable is copied straight to where the handler reads it, what a pointer points to first to a place in between.
func several[T any](ctx context.Context, env Envelope, handlers []*handler) (failed error) {
	data, _ := env.data.(*T)
	ev := Event[T]{Meta: env.Meta, Data: *data, Raw: env.Raw}
	next := 0
	for next < len(handlers) { // again only behind a handler that panicked
		failed = errors.Join(failed, each(ctx, ev, &env, handlers, &next))
		next++
	}
	return failed
}

// each runs handlers from the next one on, until one panics, which is an error as well.
func each[T any](ctx context.Context, ev Event[T], env *Envelope, handlers []*handler, next *int) (failed error) {
	defer func() {
		if v := recover(); v != nil {
			failed = errors.Join(failed, failure(handlers[*next], env, NewPanicError(v)))
		}
	}()
	for ; *next < len(handlers); *next++ {
		hn := handlers[*next]
		var err error
		if fn, ok := hn.fn.(func(context.Context, Event[T]) error); ok {
			ev.Handler = hn.name
			err = fn(ctx, ev)
		} else {
			env.Handler = hn.name
			err = protect(ctx, hn, env)
		}
		if err != nil {
			failed = errors.Join(failed, failure(hn, env, err))
		}
	}
	return failed
}

func failure(hn *handler, env *Envelope, err error) error {
	return &HandlerError{Kind: env.Kind, Handler: hn.name, Err: err}
}

// protect runs the handler and turns a panic into an error. The envelope is large, so the one copy made of it is the
// handler's own.
func protect(ctx context.Context, hn *handler, env *Envelope) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = NewPanicError(v)
		}
	}()
	return hn.run(ctx, *env)
}
