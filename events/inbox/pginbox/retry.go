package pginbox

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/cenkalti/backoff/v4"
)

const (
	// retryFirst and retryMost bound the wait before a transaction is run again after the database rolled it back. By then
	// the one it was in the way of is mostly over; the jitter parts two that would meet again.
	retryFirst = 2 * time.Millisecond
	retryMost  = 250 * time.Millisecond
)

// again runs fn, a transaction, until it is not rolled back for another's sake, as long as ctx and commitTime allow: nothing
// is wrong with what it carries, so nobody should be answered with an error.
func (s *Store) again(ctx context.Context, step string, fn func() error) error {
	err := fn()
	if !transient(err) {
		return err
	}
	waits := backoff.NewExponentialBackOff(backoff.WithInitialInterval(retryFirst), backoff.WithMaxInterval(retryMost),
		backoff.WithMaxElapsedTime(commitTime))
	for tries := 1; transient(err); tries++ {
		wait := waits.NextBackOff()
		level := slog.LevelWarn
		if errors.Is(err, errKeyGone) {
			level = slog.LevelDebug
		}
		s.log.LogAttrs(ctx, level, "pginbox: the database rolled a transaction back for another's sake; it runs again",
			slog.String("step", step), slog.Int("tries", tries), slog.Duration("retry_in", wait), slog.String("error", err.Error()))
		if wait == backoff.Stop {
			return err
		}
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			timer.Stop()
			return err
		case <-timer.C:
		}
		err = fn()
	}
	return err
}
