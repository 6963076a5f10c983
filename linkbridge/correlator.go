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
	Max       int              // claims and webhooks that wait at most; default 20,000; the oldest are decided early
	Logger    *slog.Logger     // gets ids and kinds; defaults to [slog.Default]
}

// Correlator watches a bus for claims of browsers and for the signed webhooks that prove them, and publishes what it finds:
// [ClaimConfirmed], [ClaimContradicted], [LinkClaimUnconfirmed], [WebhookUnclaimed]. It decides by the account that both name
// and by the Link token or the user that the ticket and the webhook name. What waits is kept in memory: a restart forgets
// it, and of several nodes each sees what it handles itself. Make one with [NewCorrelator]; its methods are safe for
// concurrent use.
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
	c.ctx, c.cancel = context.WithCancel(context.Background())
	c.remove = bus.Named("linkbridge.correlator").OnAny(c.observe)
	return c
}

// Close ends the watching and waits until what is being published is published, or until ctx is done. What waits is forgotten.
func (c *Correlator) Close(ctx context.Context) error {
	c.remove()
	c.mu.Lock()
	c.closed = true
	if c.timer != nil {
		c.timer.Stop()
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
	c.mu.Lock()
	if c.closed {
		c.mu.Unlock()
		return nil
	}
	var early *fact
	known := c.find(f)
	switch {
	case known != nil:
		f = known
	case !f.webhook && len(c.byKey[f.keys[0]]) >= maxPerLink:
		c.mu.Unlock()
		return nil
	default:
		early = c.keep(f)
	}
	partner := c.partner(f)
	if partner != nil {
		f.reporting, partner.reporting = true, true
	}
	c.mu.Unlock()
	if early != nil {
		c.tell(early, nil)
	}
	if partner == nil {
		return nil
	}
	return c.report(ctx, f, partner)
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
		if oldest := c.queue[0]; oldest.settled || oldest.reporting {
			c.forget(oldest)
		} else {
			early = oldest
			c.forget(oldest)
			early.reporting = true
		}
	}
	f.due = f.since.Add(c.opts.Grace)
	for _, key := range f.keys {
		c.byKey[key] = append(c.byKey[key], f)
	}
	heap.Push(&c.queue, f)
	c.arm()
	return early
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
	if f.reporting || f.settled && !f.doubted {
		return nil
	}
	return c.search(f, func(o *fact) bool { return o.account == f.account && (!o.settled || o.doubted) })
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
	env, doubted := verdictOf(claim, proof)
	err := c.pub.Publish(ctx, env)
	if _, ok := errors.AsType[*events.HandlerError](err); ok {
		c.log.LogAttrs(ctx, slog.LevelWarn, "linkbridge: a handler failed", slog.Any("event", env.Meta))
		err = nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, x := range [...]*fact{claim, proof} {
		if x == nil {
			continue
		}
		x.reporting = false
		if err == nil {
			x.settled, x.doubted = true, doubted && x == claim
		}
	}
	if err != nil {
		return fmt.Errorf("linkbridge: publishing a confirmation: %w", err)
	}
	return nil
}

// tell reports on behalf of nobody who could try again.
func (c *Correlator) tell(f, partner *fact) {
	if err := c.report(c.ctx, f, partner); err != nil {
		c.log.LogAttrs(c.ctx, slog.LevelWarn, "linkbridge: a confirmation was not taken", slog.Any("error", err))
	}
}

// verdictOf says what a claim and a webhook, of which one can be missing, mean together.
func verdictOf(claim, proof *fact) (env events.Envelope, doubted bool) {
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
