package inbox

import (
	"context"
	"errors"
	"log/slog"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/linkhook/linkhook/events"
)

// The reasons of failures and dead letters: fixed phrases, fit for a metric label.
const (
	reasonUnparseable = "unparseable"         // no parser of the endpoint could read it
	reasonUndecodable = "undecodable"         // the payload does not fit the type of its kind
	reasonPermanent   = "permanent"           // a handler said that trying again is pointless
	reasonGaveUp      = "gave up"             // handlers failed for as long as the policy allows
	reasonFailed      = "handler failed"      // to be tried again
	reasonUnreadable  = "body cannot be read" // the key service does not answer; to be tried again
	reasonCorrupt     = "body is corrupt"     // not what was stored
	reasonErased      = "subject was erased"  // the data key is gone
	reasonNoBody      = "body is gone"        // retention has removed it
	reasonHandedBack  = "interrupted"         // the inbox was shut down
	maxDetail         = 4 << 10               // bytes of error text that are kept
)

// delivery is one run of an event's handlers.
type delivery struct {
	box   *Inbox
	claim *Claim
	book  context.Context //nolint:containedctx // bookkeeping goes on when the handlers are cancelled

	done     map[string]bool // recorded handlers; true: it gave up
	prefix   string
	seen     map[string]int
	name     string          // recorded name of the handler that is next; empty: it has none
	pending  []HandlerResult // not recorded yet
	gaveUp   bool            // a handler gave up, now or earlier
	lost     bool            // the lease is lost
	failures []events.Result // to be tried again
	texts    []string
}

// work runs the handlers of a claim and settles it. It returns an error when nothing more should be claimed.
func (b *Inbox) work(ctx context.Context, c *Claim, stopping bool) error {
	book := context.WithoutCancel(ctx)
	if stopping || b.alive.Err() != nil {
		b.handBack(book, c)
		return nil
	}
	began := time.Now()
	env := events.Envelope{Meta: c.Meta}
	if err := b.openBody(book, &c.Record, &env); err != nil {
		b.settleUnreadable(book, c, err)
		return nil
	}
	suspicion := b.suspected(book, c)
	if suspicion.count >= maxCrashes {
		b.settleCrashed(book, c, &suspicion)
		return nil
	}
	if c.Replays > 0 {
		env.Source = events.SourceReplay
	}
	run, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	defer cancel(nil)
	defer context.AfterFunc(b.alive, func() { cancel(errHandBack) })()
	held := &carried{ref: c.Ref(), cancel: cancel}
	b.flight.add(held)
	defer b.flight.remove(held)

	if !b.begin(run, book, &suspicion) {
		b.handBack(book, c)
		return nil
	}
	defer b.returned(book, &suspicion)
	d := newDelivery(book, b, c)
	report := b.bus.Deliver(run, env, events.DeliverOptions{Skip: d.skip, Around: d.around, KeepUndecodable: true})
	if report.Closed {
		b.handBack(book, c)
		return events.ErrClosed
	}
	if d.lost || errors.Is(context.Cause(run), ErrLeaseLost) {
		b.opts.Logger.LogAttrs(book, slog.LevelWarn, "inbox: a lease was lost while handlers ran", slog.Any("event", env.Meta))
		return nil
	}
	o := d.outcome(report, time.Since(began), b.alive.Err() != nil)
	o.Detail = b.sealDetail(book, &c.Record, o.Reason, strings.Join(d.texts, "\n"))
	b.finish(book, c, o)
	return nil
}

// handBack ends a lease under which nothing was run.
func (b *Inbox) handBack(book context.Context, c *Claim) {
	b.finish(book, c, Outcome{State: Ready, Release: true, Reason: c.Reason, Detail: c.Detail})
}

func newDelivery(book context.Context, b *Inbox, c *Claim) *delivery {
	d := &delivery{box: b, claim: c, book: book, done: make(map[string]bool, len(c.Handlers)), seen: map[string]int{}}
	for _, h := range c.Handlers {
		d.done[h.Name] = h.GaveUp
		d.gaveUp = d.gaveUp || h.GaveUp
	}
	if !b.known.handles(b.bus, c.Meta.Kind) {
		d.prefix = "unhandled/" // a handler of the kind that is registered later has another identity
	}
	return d
}

// skip says whether a handler has had its say, and remembers under what name the one that is to run is recorded. Two
// handlers of one name, one for every kind and one for this, are told apart by their order.
func (d *delivery) skip(info events.HandlerInfo) bool {
	d.name = ""
	if !info.Stable {
		return false
	}
	name := d.prefix + info.Name
	d.seen[name]++
	if n := d.seen[name]; n > 1 {
		name += "#" + strconv.Itoa(n)
	}
	d.name = name
	_, recorded := d.done[name]
	return recorded
}

// around runs one handler and keeps the books. What earlier handlers achieved is recorded before the next one starts, so
// that a crash repeats the handler that was running and no other.
func (d *delivery) around(ctx context.Context, _ events.HandlerInfo, run func(context.Context) error) error {
	name := d.name
	if !d.lost {
		d.flush()
	}
	if d.lost {
		return ErrLeaseLost
	}
	recorded, err := d.run(ctx, name, run)
	switch {
	case errors.Is(err, ErrLeaseLost):
		d.lost = true
	case name == "" || recorded:
	case err == nil:
		d.pending = append(d.pending, HandlerResult{Name: name})
	case events.IsPermanent(err):
		d.pending = append(d.pending, HandlerResult{Name: name, GaveUp: true})
	}
	return err
}

func (d *delivery) run(ctx context.Context, name string, run func(context.Context) error) (recorded bool, err error) {
	if d.box.tx == nil {
		return false, run(ctx)
	}
	return d.box.tx.WithTx(ctx, d.claim.Ref(), name, run) //nolint:wrapcheck // the handler's error
}

// flush records what is pending. A store that does not answer is asked again when the event is settled.
func (d *delivery) flush() {
	if len(d.pending) == 0 {
		return
	}
	book, cancel := d.box.bookkeeping(d.book)
	defer cancel()
	err := d.box.store.Complete(book, d.claim.Ref(), d.pending...)
	switch {
	case err == nil:
		d.pending = nil
	case errors.Is(err, ErrLeaseLost):
		d.lost = true
	}
}

// outcome decides what becomes of the event.
func (d *delivery) outcome(report events.Report, took time.Duration, aborted bool) Outcome {
	o := Outcome{Handlers: d.pending, State: Done}
	var asked time.Duration
	hasAsked := false
	for _, r := range report.Results {
		if r.Err == nil {
			continue
		}
		d.texts = append(d.texts, r.Name+": "+r.Err.Error())
		if events.IsPermanent(r.Err) {
			d.gaveUp = true
			continue
		}
		d.failures = append(d.failures, r)
		if wait, ok := events.RetryDelay(r.Err); ok {
			asked, hasAsked = max(asked, wait), true
		}
	}
	switch {
	case len(d.failures) > 0 && aborted:
		o.State, o.Release, o.Reason = Ready, true, reasonHandedBack
	case len(d.failures) > 0:
		policy := d.box.opts.Retry(d.claim.Meta.Kind)
		wait, ok := policy.next(d.claim.Meta.Attempt, d.claim.Age+took, asked, hasAsked)
		o.State, o.RetryIn, o.Reason = Ready, wait, reasonFailed
		if !ok {
			o.State, o.Reason = Dead, reasonGaveUp
		}
	case report.Undecodable != nil:
		d.texts = append(d.texts, report.Undecodable.Error())
		o.State, o.Reason = Dead, reasonUndecodable
	case d.gaveUp:
		o.State, o.Reason = Dead, reasonPermanent
	case d.prefix != "":
		o.State = Ignored
	}
	return o
}

// settleUnreadable settles an event whose body could not be had.
func (b *Inbox) settleUnreadable(book context.Context, c *Claim, err error) {
	o := Outcome{State: Dead}
	switch {
	case errors.Is(err, ErrErased):
		o.Reason = reasonErased
	case errors.Is(err, ErrNoBody):
		o.Reason = reasonNoBody
	case errors.Is(err, ErrCorrupt):
		o.Reason = reasonCorrupt
	default: // no fault of the event's: never given up
		o.State, o.Reason = Ready, reasonUnreadable
		o.RetryIn = b.opts.Retry(c.Meta.Kind).Delay(c.Meta.Attempt)
	}
	b.finish(book, c, o)
}

// finish ends the lease and tells who watches. If the store does not answer, the lease runs out and the event is due again.
func (b *Inbox) finish(book context.Context, c *Claim, o Outcome) {
	ctx, cancel := b.bookkeeping(book)
	defer cancel()
	if err := b.store.Finish(ctx, c.Ref(), o); err != nil {
		b.opts.Logger.LogAttrs(ctx, slog.LevelError, "inbox: the end of an event's handling was not recorded",
			slog.Any("event", c.Meta), slog.String("error", err.Error()))
		return
	}
	switch {
	case o.State.Finished():
		b.gauge.add(-1)
	case o.Release:
		return
	default:
		b.Watch().Emit(events.Observation{What: events.Scheduled, Meta: c.Meta, Duration: o.RetryIn, Size: c.Size, Reason: o.Reason})
		return
	}
	if o.State == Dead {
		b.opts.Logger.LogAttrs(ctx, slog.LevelError, "inbox: an event is a dead letter",
			slog.Any("event", c.Meta), slog.Int64("id", c.ID), slog.String("reason", o.Reason))
		b.Watch().Emit(events.Observation{What: events.Dead, Meta: c.Meta, Size: c.Size, Reason: o.Reason})
	}
}

// openBody reads the body of r into env.
func (b *Inbox) openBody(ctx context.Context, r *Record, env *events.Envelope) error {
	switch {
	case r.State == Erased:
		return ErrErased
	case r.Body == nil:
		return ErrNoBody
	}
	packed, err := b.seal.open(ctx, r.Body, bodyAAD(&r.Meta))
	if err != nil {
		return err
	}
	return unpackBody(packed, env)
}

// sealDetail seals error texts, which can hold anything that a handler put into them, with the key of the body.
func (b *Inbox) sealDetail(ctx context.Context, r *Record, reason, text string) []byte {
	if reason == "" || text == "" {
		return nil
	}
	if b.opts.PlaintextAtRest {
		return b.seal.seal(nil, []byte(clip(text)), nil)
	}
	k, fresh, err := b.seal.key(ctx, ownerOf(&r.Meta.Subject))
	if err != nil || fresh { // erased meanwhile: there is nothing to seal it with
		return nil
	}
	return b.seal.seal(k, []byte(clip(text)), detailAAD(&r.Meta))
}

// clip bounds a text, at the start of a rune.
func clip(text string) string {
	if len(text) <= maxDetail {
		return text
	}
	return strings.ToValidUTF8(text[:maxDetail], "")
}

// kindCache remembers for a second which kinds have a handler.
type kindCache struct {
	mu      sync.Mutex
	asked   time.Time
	handled map[events.KindID]struct{}
}

// handles reports whether a handler is registered for the kind. A kind that seems to have none is looked up anew, so that a
// handler registered just now counts.
func (k *kindCache) handles(bus *events.Bus, id events.KindID) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	if _, ok := k.handled[id]; ok && time.Since(k.asked) < time.Second {
		return true
	}
	k.handled, k.asked = map[events.KindID]struct{}{}, time.Now()
	for _, kind := range bus.Kinds() {
		k.handled[kind.ID()] = struct{}{}
	}
	_, ok := k.handled[id]
	return ok
}
