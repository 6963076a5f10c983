package middleware_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/middleware"
)

func TestRecoverShowsAPanicAsAnErrorToWhatIsOutside(t *testing.T) {
	t.Parallel()
	cause := errors.New("the cause")
	var seen error
	outside := func(next events.HandlerFunc) events.HandlerFunc {
		return func(ctx context.Context, env events.Envelope) error {
			seen = next(ctx, env)
			return nil
		}
	}
	bus := events.New(outside, middleware.Recover())
	events.On(bus, added, handler(func(context.Context) error { panic(cause) }))
	require.NoError(t, bus.Publish(t.Context(), envelope()))
	var panicked *events.PanicError
	require.ErrorAs(t, seen, &panicked)
	require.ErrorIs(t, seen, cause)
	require.Contains(t, string(panicked.Stack), "TestRecoverShowsAPanic")
}

func TestRecoverLeavesErrorsAlone(t *testing.T) {
	t.Parallel()
	failure := errors.New("no")
	for _, want := range []error{nil, failure} {
		run := middleware.Recover()(func(context.Context, events.Envelope) error { return want })
		require.Equal(t, want, run(t.Context(), envelope()))
	}
}
