package linkbridge

import (
	"container/heap"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/linkhook/linkhook/events"
)

// CorrelatorOptions of a [Correlator]. Nil and the zero value are fit for production.
type CorrelatorOptions struct {
	Publisher events.Publisher // takes the derived events; defaults to the bus; an inbox makes them durable
	Timeout   time.Duration    // how long a claim, or a webhook, waits for the other; default 15 min
	Grace     time.Duration    // how long differing accounts wait for the fitting one, before they contradict; default 1 min
	Store     ClaimStore       // keeps what waits; defaults to Publisher, when it is a ClaimStore, as an inbox is, else to memory
	Max       int              // claims and webhooks that wait at most; default 20,000; the oldest are decided early
	Logger    *slog.Logger     // gets ids and kinds; defaults to [slog.Default]
}

// Correlator watches a bus for claims of browsers and for the signed webhooks that prove them, and publishes what it finds:
// [ClaimConfirmed], [ClaimContradicted], [LinkClaimUnconfirmed], [WebhookUnclaimed]. It decides by the account that both name
// and by the Link token or the user that the ticket and the webhook name.
//
// With a [ClaimStore] what waits survives a restart, and a claim that one node handles finds the webhook that another one
// handles. The id of a finding follows from the events that it is about, so that an inbox takes it once, also when two nodes
// find it or one stops half-way; a plain bus may then get it twice. What came in at a node that is gone is decided by
// another one, within two minutes of its time. Without a store a restart forgets what waits, and of several nodes each sees
// what it handles itself. Make one with [NewCorrelator]; its methods are safe for concurrent use.
type Correlator struct {
	pub     events.Publisher
	opts    CorrelatorOptions
	log     *slog.Logger
	remove  func()
	ctx     context.Context //nolint:containedctx // for events that a timer, not a request, makes
	cancel  context.CancelFunc
	running sync.WaitGroup

	mu     sync.Mutex
	byKey  map[string][]*fact
	queue  dueQueue
	timer  *time.Timer
	closed bool

	sweeper *time.Timer // nil without a store
}

// maxPerLink bounds what one Link, or one user, can claim at a time: a page must not crowd out the others.
const maxPerLink = 64

// retryAfter is how long an event waits that the publisher did not take.
const retryAfter = 5 * time.Second

// NewCorrelator starts to watch bus. Close ends it.
func NewCorrelator(bus *events.Bus, opts *CorrelatorOptions) *Correlator {
	c := &Correlator{pub: bus, byKey: map[string][]*fact{}}
	if opts != nil {
		c.opts = *opts
	}
	or(&c.opts.Timeout, 15*time.Minute)
	or(&c.opts.Grace, time.Minute)
	or(&c.opts.Max, 20_000)
	c.opts.Grace = min(c.opts.Grace, c.opts.Timeout)
	if c.opts.Publisher != nil {
		c.pub = c.opts.Publisher
	}
	c.log = c.opts.Logger
	if c.log == nil {
		c.log = slog.Default() //nolint:forbidigo // the documented default: what fails unheard costs its host hours
	}
	if c.opts.Store == nil {
		c.opts.Store, _ = c.opts.Publisher.(ClaimStore)
	}
	c.ctx, c.cancel = context.WithCancel(context.Background())
	if c.opts.Store != nil {
		c.mu.Lock() // the first sweep may end before the timer is there
		c.sweeper = time.AfterFunc(0, c.sweep)
		c.mu.Unlock()
	}
	c.remove = bus.Named("linkbridge.correlator").OnAny(c.observe)
	return c
}

// Close ends the watching and waits until what is being published is published, or until ctx is done. What waits is left to
// the store, and without one it is forgotten.
func (c *Correlator) Close(ctx context.Context) error {
	c.remove()
	c.mu.Lock()
	c.closed = true
	for _, t := range [...]*time.Timer{c.timer, c.sweeper} {
		if t != nil {
			t.Stop()
		}
	}
	c.mu.Unlock()
	done := make(chan struct{})
	go func() {
		c.running.Wait()
		close(done)
	}()
	defer c.cancel()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("linkbridge: the correlator still publishes: %w", context.Cause(ctx))
	}
}

// observe takes one envelope of the bus. It fails only when a derived event is not taken, so that an inbox retries.
func (c *Correlator) observe(ctx context.Context, env events.Envelope) error {
	f, ok := newFact(&env)
	if !ok {
		return nil
	}
	if c.opts.Store != nil {
		if err := c.adopt(ctx, f.keys); err != nil {
			return err
		}
	}
	f, early := c.enter(f)
	if early != nil {
		c.tell(early, nil)
	}
	if f == nil {
		return nil
	}
	if err := c.share(ctx, f); err != nil {
		return err
	}
	c.mu.Lock()
	partner := c.partner(f)
	if partner != nil {
		f.reporting, partner.reporting = true, true
	}
	c.mu.Unlock()
	if partner == nil {
		return nil
	}
	return c.report(ctx, f, partner)
}

// enter keeps the fact, unless it is known already, and returns the one that is kept, or nil when it is passed over. Early is
// another one that has to be decided early to make room.
func (c *Correlator) enter(f *fact) (kept, early *fact) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return nil, nil
	}
	if known := c.find(f); known != nil {
		return known, nil
	}
	if !f.webhook && len(c.byKey[f.keys[0]]) >= maxPerLink {
		return nil, nil
	}
	return f, c.keep(f)
}

// share writes a new fact to the store, and reads what others wrote: of two nodes that get the two sides at once, the one
// that reads later sees both.
func (c *Correlator) share(ctx context.Context, f *fact) error {
	c.mu.Lock()
	done := c.opts.Store == nil || f.stored
	c.mu.Unlock()
	if done {
		return nil
	}
	if err := c.persist(ctx, f); err != nil {
		return err
	}
	return c.adopt(ctx, f.keys)
}

// find returns the fact that is kept already, of a delivery that came before; c.mu is held.
func (c *Correlator) find(f *fact) *fact {
	for _, o := range c.byKey[f.keys[0]] {
		if o.same(f) {
			return o
		}
	}
	return nil
}

// keep stores a new fact, and returns the one that has to be decided early to make room; c.mu is held.
func (c *Correlator) keep(f *fact) (early *fact) {
	f.since = time.Now()
	if len(c.queue) >= c.opts.Max {
		if oldest := c.queue[0]; oldest.stage != waiting || oldest.reporting {
			c.forget(oldest)
		} else {
			early = oldest
			c.forget(oldest)
			early.reporting = true
		}
	}
	c.enqueue(f)
	return early
}

// enqueue puts a fact into the books; c.mu is held.
func (c *Correlator) enqueue(f *fact) {
	f.due = f.since.Add(c.opts.Grace + f.slack)
	for _, key := range f.keys {
		c.byKey[key] = append(c.byKey[key], f)
	}
	heap.Push(&c.queue, f)
	c.arm()
}

// forget drops a fact; c.mu is held.
func (c *Correlator) forget(f *fact) {
	if f.index >= 0 {
		heap.Remove(&c.queue, f.index)
	}
	for _, key := range f.keys {
		rest := slices.DeleteFunc(c.byKey[key], func(o *fact) bool { return o == f })
		if len(rest) == 0 {
			delete(c.byKey, key)
		} else {
			c.byKey[key] = rest
		}
	}
}

// partner returns the other side of f that names the same account; c.mu is held.
func (c *Correlator) partner(f *fact) *fact {
	if f.reporting || f.stage == settled {
		return nil
	}
	return c.search(f, func(o *fact) bool { return o.account == f.account && o.stage != settled })
}

func (c *Correlator) search(f *fact, fits func(*fact) bool) *fact {
	for _, key := range f.keys {
		for _, o := range c.byKey[key] {
			if f.opposes(o) && fits(o) {
				return o
			}
		}
	}
	return nil
}

// report publishes what was found out about f, and about its partner if there is one, and settles them.
func (c *Correlator) report(ctx context.Context, f, partner *fact) error {
	claim, proof := f, partner
	if f.webhook {
		claim, proof = partner, f
	}
	env, inDoubt := verdictOf(claim, proof)
	err := c.pub.Publish(ctx, env)
	if _, ok := errors.AsType[*events.HandlerError](err); ok {
		c.log.LogAttrs(ctx, slog.LevelWarn, "linkbridge: a handler failed", slog.Any("event", env.Meta), slog.Any("error", err))
		err = nil
	}
	c.mu.Lock()
	for _, x := range [...]*fact{claim, proof} {
		switch {
		case x == nil:
			continue
		case err != nil:
		case inDoubt && x == claim:
			x.stage = max(x.stage, doubted)
		default:
			x.stage = settled
		}
		x.reporting = false
	}
	c.mu.Unlock()
	if err != nil {
		return fmt.Errorf("linkbridge: publishing a confirmation: %w", err)
	}
	c.mark(ctx, claim, proof)
	return nil
}

// mark writes to the store what was decided. Where that fails, the same is found again, under the same id.
func (c *Correlator) mark(ctx context.Context, facts ...*fact) {
	for _, f := range facts {
		if c.opts.Store == nil || f == nil {
			continue
		}
		if err := c.persist(ctx, f); err != nil {
			c.log.LogAttrs(ctx, slog.LevelWarn, "linkbridge: a decision was not kept", slog.Any("error", err))
		}
	}
}

// tell reports on behalf of nobody who could try again.
func (c *Correlator) tell(f, partner *fact) {
	if err := c.report(c.ctx, f, partner); err != nil {
		c.log.LogAttrs(c.ctx, slog.LevelWarn, "linkbridge: a confirmation was not taken", slog.Any("error", err))
	}
}

// verdictOf says what a claim and a webhook, of which one can be missing, mean together.
func verdictOf(claim, proof *fact) (env events.Envelope, inDoubt bool) {
	switch {
	case proof == nil:
		return derive(LinkClaimUnconfirmed.ID(), claim, nil, encode(UnconfirmedClaim{Step: claim.step, Claim: claim.reference()})), false
	case claim == nil:
		return derive(WebhookUnclaimed.ID(), nil, proof, encode(confirmation(nil, proof, ""))), false
	case claim.account != proof.account:
		return derive(ClaimContradicted.ID(), claim, proof, encode(confirmation(claim, proof, "account"))), true
	case proof.failed:
		return derive(ClaimContradicted.ID(), claim, proof, encode(confirmation(claim, proof, "outcome"))), true
	default:
		return derive(ClaimConfirmed.ID(), claim, proof, encode(confirmation(claim, proof, ""))), false
	}
}
