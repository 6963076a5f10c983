package inbox

import (
	"context"
	"log/slog"
	"time"
)

const (
	// pruneEvery is the rest between two rounds of retention, pruneChunk what one commit of it takes and pruneRest the
	// breath between two commits, in which ingest goes ahead.
	pruneEvery = 10 * time.Minute
	pruneChunk = 500
	pruneRest  = 20 * time.Millisecond
	// checkEvery is how often a store that has failed is examined.
	checkEvery = 5 * time.Second
)

// tend prunes, and examines a store that has failed so that it comes back by itself once its disk does.
func (b *Inbox) tend(ctx context.Context) {
	checker, _ := b.store.(Checker)
	every := pruneEvery
	if checker != nil {
		every = checkEvery
	}
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	b.prune(ctx)
	pruned := time.Now()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		if checker != nil {
			b.check(ctx, checker)
		}
		if time.Since(pruned) >= pruneEvery {
			b.prune(ctx)
			pruned = time.Now()
		}
	}
}

// prune applies retention in small commits until nothing is left to do.
func (b *Inbox) prune(ctx context.Context) {
	for ctx.Err() == nil {
		n, err := b.store.Prune(ctx, *b.opts.Retention, pruneChunk)
		if err != nil && ctx.Err() == nil {
			b.opts.Logger.LogAttrs(ctx, slog.LevelError, "inbox: retention was not applied", slog.String("error", err.Error()))
		}
		if err != nil || n == 0 {
			return
		}
		b.wait(ctx, pruneRest, false)
	}
}

// check examines the store if its last write failed.
func (b *Inbox) check(ctx context.Context, checker Checker) {
	if s, err := b.store.Stats(ctx); err == nil && !s.Failed {
		return
	}
	if err := checker.Check(ctx); err != nil {
		b.opts.Logger.LogAttrs(ctx, slog.LevelError, "inbox: the store has failed and is not well yet", slog.String("error", err.Error()))
		return
	}
	b.opts.Logger.LogAttrs(ctx, slog.LevelWarn, "inbox: the store had failed; it was checked and takes events again")
	b.signal()
}
