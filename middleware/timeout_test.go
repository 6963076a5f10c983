package middleware_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/middleware"
)

func TestTimeoutEndsTheContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		bus := events.New().Named("ledger").With(middleware.Timeout(time.Minute))
		events.On(bus, added, handler(func(ctx context.Context) error {
			<-ctx.Done()
			return ctx.Err()
		}))
		start := time.Now()
		err := bus.Publish(t.Context(), envelope())
		require.Equal(t, time.Minute, time.Since(start))
		var late *middleware.TimeoutError
		require.ErrorAs(t, err, &late)
		require.Equal(t, middleware.TimeoutError{Handler: "ledger", Limit: time.Minute}, *late)
		require.True(t, late.Timeout())
		require.ErrorIs(t, late, context.DeadlineExceeded)
		require.ErrorContains(t, err, "middleware: handler ledger took longer than 1m0s")
	})
}

func TestTimeoutWaitsForTheHandler(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		run := middleware.Timeout(time.Second)(func(context.Context, events.Envelope) error {
			time.Sleep(time.Hour)
			return nil
		})
		start := time.Now()
		require.NoError(t, run(t.Context(), envelope()), "what succeeds late has succeeded")
		require.Equal(t, time.Hour, time.Since(start))
	})
}

func TestTimeoutLeavesOtherErrorsAlone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		failure := errors.New("no")
		run := middleware.Timeout(time.Hour)(func(context.Context, events.Envelope) error { return failure })
		require.Equal(t, failure, run(t.Context(), envelope()))

		stop := errors.New("shutting down")
		ctx, cancel := context.WithCancelCause(t.Context())
		cancel(stop)
		run = middleware.Timeout(time.Hour)(func(ctx context.Context, _ events.Envelope) error { return context.Cause(ctx) })
		require.Equal(t, stop, run(ctx, envelope()), "the caller's end is no timeout of the handler")
	})
}

func TestTimeoutKeepsTheMarksOfTheError(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		run := middleware.Timeout(time.Second)(func(ctx context.Context, _ events.Envelope) error {
			<-ctx.Done()
			return events.RetryAfter(time.Hour, ctx.Err())
		})
		delay, ok := events.RetryDelay(run(t.Context(), envelope()))
		require.True(t, ok)
		require.Equal(t, time.Hour, delay)
	})
}

func TestTimeoutNeedsALimit(t *testing.T) {
	t.Parallel()
	for _, limit := range []time.Duration{0, -time.Second} {
		require.PanicsWithValue(t, "middleware: Timeout needs a positive limit", func() { middleware.Timeout(limit) })
	}
}
