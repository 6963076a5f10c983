package linkbridge

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/go-json-experiment/json"
)

// Fanout carries pushes between nodes: a durable log first, a hint that it has grown second. A webhook arrives at one node,
// the page is connected to another; a lost hint costs the time of one poll, never a push. It uses standard types only, so
// that a store is one without importing this package. All methods are called concurrently.
type Fanout interface {
	// AppendPush adds a push to the log and then hints all nodes. The entry may be dropped after that long.
	AppendPush(ctx context.Context, key string, push []byte, ttl time.Duration) error
	// PushesAfter calls fn for the entries with a number above after, in their order, and returns the last number in the
	// log. Numbers grow over all keys and nodes; an entry becomes visible only after all entries with a lower number.
	PushesAfter(ctx context.Context, after uint64, fn func(number uint64, key string, push []byte)) (last uint64, err error)
	// WaitPush returns when the log may have grown, or with ctx's error. It may miss growth, and return for nothing.
	WaitPush(ctx context.Context) error
}

// pollEvery is how long a push waits at most when its hint was lost.
const pollEvery = 2 * time.Second

// append writes a push to the log between nodes.
func (b *Bridge) append(ctx context.Context, key string, p pushed) error {
	if err := b.options.Fanout.AppendPush(ctx, key, encode(p), ringKeep); err != nil {
		return fmt.Errorf("linkbridge: appending a push: %w", err)
	}
	return nil
}

// follow reads the log between nodes until the bridge ends.
func (b *Bridge) follow() {
	var after uint64
	for b.ctx.Err() == nil {
		last, err := b.options.Fanout.PushesAfter(b.ctx, after, func(number uint64, key string, push []byte) {
			p := pushed{seq: number}
			if json.Unmarshal(push, &p) == nil {
				b.pushes.add(key, p)
			}
		})
		if err == nil {
			after = max(after, last)
		} else if b.ctx.Err() == nil {
			b.log.LogAttrs(b.ctx, slog.LevelWarn, "linkbridge: reading the log of pushes failed", slog.Any("error", err))
		}
		b.awaitHint()
	}
}

// awaitHint waits for a hint, but no longer than one poll, and not shorter when hints fail.
func (b *Bridge) awaitHint() {
	ctx, cancel := context.WithTimeout(b.ctx, pollEvery)
	defer cancel()
	if err := b.options.Fanout.WaitPush(ctx); err != nil {
		<-ctx.Done()
	}
}
