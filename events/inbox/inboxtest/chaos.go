package inboxtest

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"github.com/linkhook/linkhook/events/inbox"
)

var (
	errStore = errors.New("inboxtest: the store of the story fails")
	errDead  = errors.New("inboxtest: the process of the story is dead")
)

// chaos is a store as one process sees it: slow, failing, and gone when the process dies.
type chaos struct {
	inbox.Store

	world      *world
	generation int
	dead       atomic.Bool
	claims     atomic.Int64
}

func (c *chaos) die() { c.dead.Store(true) }

// act does one thing with the store, with what the story has in store for it. The label says which one, whatever the order
// in which goroutines come. It reports whether the caller was told the truth.
func (c *chaos) act(ctx context.Context, do func() error, label ...any) error {
	if c.dead.Load() {
		return errDead
	}
	if c.world.isHealed() {
		return do()
	}
	r := c.world.roll(append([]any{"store", c.generation}, label...)...)
	time.Sleep(time.Duration(r.IntN(300_000)) * time.Microsecond)
	if c.dead.Load() {
		return errDead
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	const odds = 25
	switch r.IntN(odds) {
	case 0:
		return errStore
	case 1:
		if err := do(); err != nil {
			return err
		}
		return errStore // it was written, and nobody knows
	}
	return do()
}

// Append implements inbox.Store.
func (c *chaos) Append(ctx context.Context, batch []inbox.Arrival) (out []inbox.Appended, err error) {
	m := &batch[0].Meta
	err = c.act(ctx, func() error {
		c.world.mu.Lock()
		defer c.world.mu.Unlock()
		out, err = c.Store.Append(ctx, batch)
		for i := range out {
			if out[i].Disposition == inbox.Stored && batch[i].DeadReason == "" {
				c.world.stored = append(c.world.stored, line(batch[i].OrderKey, nameOf(&batch[i].Meta)))
			}
		}
		return err
	}, "append", nameOf(m), m.Source, time.Now().UnixNano())
	return out, err
}

// Claim implements inbox.Store.
func (c *chaos) Claim(ctx context.Context, limit int, period time.Duration) (claims []inbox.Claim, next time.Duration, err error) {
	err = c.act(ctx, func() error {
		claims, next, err = c.Store.Claim(ctx, limit, period)
		return err
	}, "claim", c.claims.Add(1))
	if err != nil {
		return nil, 0, err
	}
	return claims, next, nil
}

// Extend implements inbox.Store.
func (c *chaos) Extend(ctx context.Context, ref inbox.Ref, period time.Duration) error {
	err := c.act(ctx, func() error { return c.Store.Extend(ctx, ref, period) }, "extend", ref, time.Now().Unix())
	if err != nil {
		c.hides(ref)
	}
	return err
}

// Complete implements inbox.Store.
func (c *chaos) Complete(ctx context.Context, ref inbox.Ref, handlers ...inbox.HandlerResult) error {
	return c.act(ctx, func() error { return c.Store.Complete(ctx, ref, handlers...) }, "complete", ref, len(handlers))
}

// Finish implements inbox.Store.
func (c *chaos) Finish(ctx context.Context, ref inbox.Ref, o inbox.Outcome) error {
	err := c.act(ctx, func() error { return c.Store.Finish(ctx, ref, o) }, "finish", ref)
	if err != nil {
		c.hides(ref)
	}
	return err
}

// hides notes that a success of an event's handlers may be hidden from the inbox.
func (c *chaos) hides(ref inbox.Ref) {
	if r, err := c.Find(context.Background(), ref.ID); err == nil {
		c.world.excuse(&r)
	}
}
