package reconcile

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/inbox"
)

// Options steer a [Reconciler]. The zero value is right for production.
type Options struct {
	// Grace is how old something must be before its webhook counts as lost. Defaults to 20 minutes: Pinwheel's retries
	// take 15.
	Grace time.Duration
	// Every is the time between two passes. Defaults to 5 minutes; the first comes a minute after the start.
	Every time.Duration
	// Look is how far back a pass looks at least. Defaults to 2 hours; a pass also covers everything since the last good
	// one, and once a day the last Sweep.
	Look time.Duration
	// Sweep is how far back the daily pass looks, and how far back any pass looks at most. Defaults to 72 hours.
	Sweep time.Duration
	// Since is the time before which nothing is looked for. Defaults to the reconciler's first start on this store, so that a
	// host that begins to use it is not told what it knows already.
	Since time.Time
	// Endpoint is the endpoint's name in the events, see [events.Meta.Endpoint]. Defaults to the provider's.
	Endpoint string
	// Logger gets a line per pass that found something or failed. Defaults to [slog.Default] at the time of [New].
	Logger *slog.Logger
}

func (o *Options) withDefaults() Options {
	d := Options{}
	if o != nil {
		d = *o
	}
	for _, f := range []struct {
		value *time.Duration
		def   time.Duration
	}{{&d.Grace, 20 * time.Minute}, {&d.Every, 5 * time.Minute}, {&d.Look, 2 * time.Hour}, {&d.Sweep, 72 * time.Hour}} {
		if *f.value <= 0 {
			*f.value = f.def
		}
	}
	if d.Logger == nil {
		d.Logger = slog.Default() //nolint:forbidigo // the documented default: what fails unheard costs its host hours
	}
	return d
}

// Reconciler finds what never came. Make one with [New]; its methods are safe for concurrent use.
type Reconciler struct {
	box     *inbox.Inbox
	sources []Source
	opts    Options
	holder  string // this process's name in leases
}

// New makes a reconciler that publishes into box. It panics when box is nil, when there is no source, or when two have one name.
func New(box *inbox.Inbox, opts *Options, sources ...Source) *Reconciler {
	if box == nil || len(sources) == 0 {
		panic("reconcile: New needs an inbox and at least one source")
	}
	seen := map[string]bool{}
	for _, s := range sources {
		if seen[s.Name()] {
			panic("reconcile: two sources are called " + s.Name())
		}
		seen[s.Name()] = true
	}
	return &Reconciler{box: box, sources: sources, opts: opts.withDefaults(), holder: rand.Text()}
}

// Pass says what one pass over one source did.
type Pass struct {
	Source    string // the name of the [Source]
	Window    Window // what it looked at
	Expected  int    // things that happened within the window
	Published int    // that had not come and were published
	Overdue   int    // jobs that have been pending for over 24 hours
	// Skipped says that another node is at it.
	Skipped bool
	Err     error // why the pass ended early; the next one begins at the same place
}

// Run makes passes until ctx is done, and returns nil then. Errors are logged and the next pass tries again.
func (r *Reconciler) Run(ctx context.Context) error {
	for _, s := range r.sources {
		m := marks{box: r.box, source: s.Name()}
		if _, err := m.window(ctx, time.Now(), &r.opts); err != nil && ctx.Err() == nil { // notes the first start
			r.log(ctx, &Pass{Source: s.Name(), Err: err})
		}
	}
	wait := min(time.Minute, r.opts.Every)
	for {
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			timer.Stop()
			return nil
		case <-timer.C:
		}
		r.Once(ctx)
		wait = r.opts.Every
	}
}

// Once makes one pass over every source now, unless another node is at it.
func (r *Reconciler) Once(ctx context.Context) []Pass {
	passes := make([]Pass, 0, len(r.sources))
	for _, s := range r.sources {
		p := r.pass(ctx, s)
		r.log(ctx, &p)
		passes = append(passes, p)
	}
	return passes
}

func (r *Reconciler) log(ctx context.Context, p *Pass) {
	attrs := []slog.Attr{
		slog.String("source", p.Source), slog.Int("expected", p.Expected), slog.Int("published", p.Published),
		slog.Int("overdue", p.Overdue), slog.Time("from", p.Window.From), slog.Time("to", p.Window.To),
	}
	switch {
	case p.Err != nil && ctx.Err() == nil:
		r.opts.Logger.LogAttrs(ctx, slog.LevelWarn, "reconcile: a pass ended early and will be repeated",
			append(attrs, slog.String("error", p.Err.Error()))...)
	case p.Published > 0 || p.Overdue > 0:
		r.opts.Logger.LogAttrs(ctx, slog.LevelWarn, "reconcile: webhooks had not come and were made up for", attrs...)
	}
}

// leaseFor is how long a node may be silent before another takes over. It is renewed while a pass goes on.
const leaseFor = 2 * time.Minute

func (r *Reconciler) pass(ctx context.Context, s Source) Pass {
	p := Pass{Source: s.Name()}
	name := "reconcile/" + s.Name()
	mine, err := r.box.Lease(ctx, name, r.holder, leaseFor)
	if err != nil || !mine {
		p.Skipped, p.Err = err == nil, err
		return p
	}
	defer func() { // the node that ends keeps nobody waiting
		if err := r.box.Release(context.WithoutCancel(ctx), name, r.holder); err != nil && p.Err == nil {
			p.Err = err
		}
	}()
	marks := marks{box: r.box, source: s.Name()}
	now := time.Now()
	if p.Window, err = marks.window(ctx, now, &r.opts); err != nil || !p.Window.From.Before(p.Window.To) {
		p.Err = err
		return p
	}
	if p.Err = r.walk(ctx, s, name, &p); p.Err == nil {
		p.Err = marks.done(ctx, now, p.Window)
	}
	return p
}

// walk publishes what is missing within the window.
func (r *Reconciler) walk(ctx context.Context, s Source, lease string, p *Pass) error {
	var stored atomic.Int64
	cancel := r.box.Watch().Observe(func(o events.Observation) {
		if o.What == events.Stored && o.Meta.Source == events.SourceReconcile && o.Meta.Kind.Provider != Provider {
			stored.Add(1)
		}
	})
	defer cancel()
	renewed := time.Now()
	for c, err := range s.Expected(ctx, r.memory(s), p.Window) {
		if err != nil {
			return err
		}
		if time.Since(renewed) > leaseFor/4 {
			mine, err := r.box.Lease(ctx, lease, r.holder, leaseFor)
			if err != nil || !mine {
				return errors.Join(err, errors.New("reconcile: another node took over"))
			}
			renewed = time.Now()
		}
		p.Expected++
		if err := r.publish(ctx, &c); err != nil {
			return err
		}
		if c.Overdue {
			p.Overdue++
		}
		p.Published = int(stored.Load())
	}
	return nil
}

// publish hands one candidate to the inbox, which drops it if it is known.
func (r *Reconciler) publish(ctx context.Context, c *Candidate) error {
	env := c.Envelope
	env.Source, env.Trust, env.ReceivedAt, env.Endpoint = events.SourceReconcile, events.Verified, time.Now(), r.opts.Endpoint
	if env.EndUserID == "" && env.LinkTokenID != "" {
		user, err := r.box.Get(ctx, trackKey(env.LinkTokenID))
		if err != nil {
			return err
		}
		env.EndUserID = string(user)
	}
	if c.Jobless {
		came, err := r.box.List(ctx, inbox.Filter{
			Kind: env.Kind, Subject: events.Subject{AccountID: env.AccountID}, From: env.OccurredAt.Add(-time.Minute), Limit: 1,
		})
		if err != nil || len(came) > 0 {
			return err
		}
	}
	if err := r.box.Publish(ctx, env); err != nil {
		return fmt.Errorf("reconcile: publishing: %w", err)
	}
	if !c.Overdue {
		return nil
	}
	overdue, err := newOverdue(&env)
	if err != nil {
		return err
	}
	if err := r.box.Publish(ctx, overdue); err != nil {
		return fmt.Errorf("reconcile: publishing: %w", err)
	}
	return nil
}

// trackFor is how long a tracked Link token is remembered: longer than jobs of it can stay pending or a sweep looks back.
const trackFor = 30 * 24 * time.Hour

// Track tells the reconciler whose Link token that is, when it is created, so that events found for it name their end user as
// webhooks do.
func (r *Reconciler) Track(ctx context.Context, linkTokenID, endUserID string) error {
	if linkTokenID == "" || endUserID == "" {
		return errors.New("reconcile: Track needs a Link token's id and an end user's")
	}
	return r.box.Put(ctx, trackKey(linkTokenID), []byte(endUserID), trackFor)
}

func trackKey(linkTokenID string) string {
	key := inbox.NewKey("link token", linkTokenID)
	return fmt.Sprintf("reconcile/track/%x", key[:])
}
