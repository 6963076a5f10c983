package inbox

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/linkhook/linkhook/events"
)

// errHandBack is the cause with which handlers are cancelled when they do not return in time.
var errHandBack = errors.New("inbox: shutting down")

const (
	// bookTime bounds a single write of the inbox's own, which must not hang a worker for good.
	bookTime = 30 * time.Second
	// firstPause and longestPause bound the waits between tries when the store does not answer.
	firstPause   = 100 * time.Millisecond
	longestPause = 10 * time.Second
	// claimsAtOnce bounds what is claimed in one go, so that several nodes share the work.
	claimsAtOnce = 64
)

// Run claims due events and runs their handlers until ctx is done or Shutdown is called, and returns when all of them have
// returned. When ctx is done the handlers are cancelled at once and their events handed back; Shutdown lets them finish.
// It returns nil, or [events.ErrClosed] when the bus was closed under it. It panics when it is called a second time.
func (b *Inbox) Run(ctx context.Context) error {
	if b.running.Swap(true) {
		panic("inbox: Run is called twice")
	}
	defer close(b.ended)
	stopAbort := context.AfterFunc(ctx, func() { b.abort(errHandBack) })
	defer stopAbort()
	claiming, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	unwatch := b.onClosing(func() { stop(errHandBack) })
	defer unwatch()

	var service errgroup.Group
	tending, rest := context.WithCancel(context.WithoutCancel(ctx))
	service.Go(func() error { b.extendLeases(tending); return nil })
	service.Go(func() error { b.tend(tending); return nil })

	err := b.claimLoop(ctx, claiming, stop)
	rest()
	_ = service.Wait()
	return err
}

// onClosing calls f when Shutdown is called, until the returned function has been called.
func (b *Inbox) onClosing(f func()) (cancel func()) {
	done := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		select {
		case <-b.closing:
			f()
		case <-done:
		}
	})
	return func() { close(done); wg.Wait() }
}

// claimLoop claims as many events as there are free workers, until claiming is done, and waits for the workers.
func (b *Inbox) claimLoop(ctx, claiming context.Context, stop context.CancelCauseFunc) error {
	var workers errgroup.Group
	pause := firstPause
	for claiming.Err() == nil {
		free, err := b.freeSlots(claiming)
		if err != nil {
			break
		}
		claims, next, err := b.claim(ctx, free)
		b.slots.Release(int64(free - len(claims)))
		if err != nil {
			b.opts.Logger.LogAttrs(ctx, slog.LevelError, "inbox: no events could be claimed", slog.String("error", err.Error()))
			b.wait(claiming, pause, false)
			pause = min(2*pause, longestPause)
			continue
		}
		pause = firstPause
		for i := range claims {
			c := &claims[i]
			workers.Go(func() error {
				defer b.signal()
				defer b.slots.Release(1)
				if err := b.work(ctx, c, claiming.Err() != nil); err != nil {
					stop(err)
				}
				return nil
			})
		}
		if len(claims) == 0 { // only then is it known how long there will be nothing
			b.wait(claiming, b.pollTime(next), true)
		}
	}
	_ = workers.Wait()
	if errors.Is(context.Cause(claiming), events.ErrClosed) {
		return events.ErrClosed
	}
	return nil
}

// freeSlots waits for a free worker and takes all that are free.
func (b *Inbox) freeSlots(ctx context.Context) (int, error) {
	if err := b.slots.Acquire(ctx, 1); err != nil {
		return 0, err //nolint:wrapcheck // only compared with nil
	}
	n := 1
	for n < min(claimsAtOnce, b.opts.Workers) && b.slots.TryAcquire(1) {
		n++
	}
	return n, nil
}

// claim asks the store. It does not use a context that ends with the run: a claim that was made and not seen would lie idle
// until its lease ends.
func (b *Inbox) claim(ctx context.Context, limit int) ([]Claim, time.Duration, error) {
	ctx, cancel := b.bookkeeping(ctx)
	defer cancel()
	claims, next, err := b.store.Claim(ctx, limit, b.opts.Lease)
	if err != nil {
		return nil, 0, fmt.Errorf("inbox: claiming: %w", err)
	}
	return claims, next, nil
}

// bookkeeping returns a context for a write that must not be lost because the caller is being stopped.
func (b *Inbox) bookkeeping(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), bookTime)
}

func (b *Inbox) pollTime(next time.Duration) time.Duration {
	if next < 0 {
		return b.opts.Poll
	}
	return min(next, b.opts.Poll)
}

// wait returns after d, or when ctx is done or, if woken is true, when something may have become due.
func (b *Inbox) wait(ctx context.Context, d time.Duration, woken bool) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	var wake, shared <-chan struct{}
	if woken {
		wake = b.wake
		if w, ok := b.store.(Waker); ok {
			shared = w.Wake()
		}
	}
	select {
	case <-timer.C:
	case <-wake:
	case <-shared:
	case <-ctx.Done():
	}
}

// flight is what is in the hands of workers.
type flight struct {
	mu     sync.Mutex
	claims map[int64]*carried
}

// carried is a claim in the hands of a worker.
type carried struct {
	ref    Ref
	cancel context.CancelCauseFunc
}

func (f *flight) add(c *carried) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.claims[c.ref.Token] = c
}

func (f *flight) remove(c *carried) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.claims, c.ref.Token)
}

func (f *flight) all() []*carried {
	f.mu.Lock()
	defer f.mu.Unlock()
	list := make([]*carried, 0, len(f.claims))
	for _, c := range f.claims {
		list = append(list, c)
	}
	slices.SortFunc(list, func(a, b *carried) int { return cmp.Compare(a.ref.Token, b.ref.Token) }) // the oldest first
	return list
}

// extendLeases keeps the leases of running handlers alive, however long these take.
func (b *Inbox) extendLeases(ctx context.Context) {
	ticker := time.NewTicker(max(b.opts.Lease/3, time.Millisecond))
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		for _, c := range b.flight.all() {
			b.extend(ctx, c)
		}
	}
}

func (b *Inbox) extend(ctx context.Context, c *carried) {
	book, cancel := context.WithTimeout(ctx, b.opts.Lease)
	defer cancel()
	err := b.store.Extend(book, c.ref, b.opts.Lease)
	switch {
	case errors.Is(err, ErrLeaseLost):
		c.cancel(ErrLeaseLost)
	case err != nil && ctx.Err() == nil:
		b.opts.Logger.LogAttrs(ctx, slog.LevelWarn, "inbox: a lease was not extended",
			slog.Int64("id", c.ref.ID), slog.String("error", err.Error()))
	}
}
