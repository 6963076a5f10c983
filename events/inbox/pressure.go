package inbox

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/linkhook/linkhook/events"
)

// overloadDelay is what a publisher is told to wait when the inbox is full. Pinwheel ignores it, Argyle waits 30 seconds
// whatever it says, a browser's script honours it.
const overloadDelay = 15 * time.Second

// gauge remembers the store's figures for a second, so that asking before each event costs next to nothing.
type gauge struct {
	mu      sync.Mutex
	asked   time.Time
	known   atomic.Bool // they were asked for once; until then nothing is held against an event
	backlog atomic.Int64
	free    atomic.Int64
}

func (g *gauge) add(n int64) { g.backlog.Add(n) }

// expire makes the next event ask the store.
func (g *gauge) expire() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.asked = time.Time{}
}

// admit returns an error when nothing more should be taken in.
func (b *Inbox) admit(ctx context.Context) error {
	g := &b.gauge
	if g.mu.TryLock() {
		err := b.refresh(ctx)
		g.mu.Unlock()
		if err != nil {
			return err
		}
	}
	if !g.known.Load() {
		return nil
	}
	if limit := b.opts.MaxBacklog; limit >= 0 && g.backlog.Load() >= limit {
		return events.RetryAfter(overloadDelay, fmt.Errorf("inbox: the backlog is at its bound: %w", events.ErrOverloaded))
	}
	if limit := b.opts.MinFree; limit >= 0 && g.free.Load() >= 0 && g.free.Load() < limit {
		return events.RetryAfter(overloadDelay, fmt.Errorf("inbox: the disk is nearly full: %w", events.ErrOverloaded))
	}
	return nil
}

// refresh asks the store once a second; g.mu is held.
func (b *Inbox) refresh(ctx context.Context) error {
	g := &b.gauge
	if !g.asked.IsZero() && time.Since(g.asked) < time.Second {
		return nil
	}
	s, err := b.store.Stats(ctx)
	if err != nil {
		return fmt.Errorf("inbox: the store does not answer: %w", err)
	}
	if s.Failed {
		return ErrStoreFailed
	}
	g.asked = time.Now()
	g.backlog.Store(s.Backlog())
	g.free.Store(s.Free)
	g.known.Store(true)
	return nil
}
