package pginbox

import (
	"context"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
)

// bell tells those who wait that the log of pushes has grown.
type bell struct {
	mu   sync.Mutex
	rung chan struct{}
	n    uint64 // times that it rang
	read uint64 // n when the log was last read
}

func newBell() *bell { return &bell{rung: make(chan struct{})} }

func (b *bell) ring() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.n++
	close(b.rung)
	b.rung = make(chan struct{})
}

// reading notes that the log is being read as it stands after all rings so far.
func (b *bell) reading() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.read = b.n
}

// wait returns the channel to wait on; it is closed already when the bell rang after the log was last read.
func (b *bell) wait() <-chan struct{} {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.n != b.read {
		done := make(chan struct{})
		close(done)
		return done
	}
	return b.rung
}

// AppendPush adds an entry to the log of pushes and then hints all nodes, outside the transaction. The entry goes after ttl.
// With [Store.PushesAfter] and [Store.WaitPush] the store is what linkbridge.Options.Fanout takes, so that a webhook that
// arrives at one node reaches a page that is connected to another.
func (s *Store) AppendPush(ctx context.Context, topic string, push []byte, ttl time.Duration) error {
	err := s.inTx(ctx, "append a push", func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, s.sql.lockPushes); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, s.sql.appendPush, clean(topic), push, ttl)
		return err
	})
	if err != nil {
		return err
	}
	s.bell.ring()
	select {
	case s.pushHints <- struct{}{}:
	default:
	}
	return nil
}

// PushesAfter calls fn for the entries with a number above after, in their order, and returns the last number of the log.
// Numbers grow over all topics and nodes.
func (s *Store) PushesAfter(ctx context.Context, after uint64, fn func(number uint64, topic string, push []byte)) (uint64, error) {
	if err := s.enter(); err != nil {
		return after, err
	}
	defer s.inflight.Done()
	s.bell.reading()
	rows, err := s.pool.Query(ctx, s.sql.pushesAfter, after)
	if err != nil {
		return after, wrap("read pushes", err)
	}
	var n uint64
	var topic string
	var push []byte
	_, err = pgx.ForEachRow(rows, []any{&n, &topic, &push}, func() error {
		fn(n, topic, append([]byte{}, push...))
		after = n
		return nil
	})
	if err != nil {
		return after, wrap("read pushes", err)
	}
	return after, nil
}

// WaitPush returns when the log of pushes has grown since PushesAfter last read it, as far as this node was told, or with
// ctx's error. A hint can be lost: whoever waits reads again after a while in any case.
func (s *Store) WaitPush(ctx context.Context) error {
	select {
	case <-s.bell.wait():
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
