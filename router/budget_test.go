package router_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/router"
)

// publishFunc is a publisher of one function.
type publishFunc func(ctx context.Context) error

func (f publishFunc) Publish(ctx context.Context, _ events.Envelope) error { return f(ctx) }

type budgetKey struct{}

var errHungUp = errors.New("the client hung up")

// within runs fn with the context that publishers get, in a request that is cancelled already.
func within(t *testing.T, opts router.Options, fn func(ctx context.Context)) {
	t.Helper()
	opts.Logger = discard
	ran := false
	h := router.New(publishFunc(func(ctx context.Context) error {
		fn(ctx)
		ran = true
		return nil
	}), newAcme(), &opts)
	ctx, cancel := context.WithCancelCause(context.WithValue(t.Context(), budgetKey{}, "kept"))
	cancel(errHungUp)
	require.Equal(t, http.StatusOK, serve(h, signed(t, widgetBody).WithContext(ctx)).Code)
	require.True(t, ran)
}

func TestContextKeepsValuesAndDropsTheRequestsEnd(t *testing.T) {
	t.Parallel()
	for name, ask := range map[string]func(ctx context.Context){
		"err":   func(ctx context.Context) { require.NoError(t, ctx.Err()) },
		"cause": func(ctx context.Context) { require.NoError(t, context.Cause(ctx)) },
		"done": func(ctx context.Context) {
			select {
			case <-ctx.Done():
				require.Fail(t, "done at once")
			default:
			}
		},
		"value": func(ctx context.Context) { require.Equal(t, "kept", ctx.Value(budgetKey{})) },
		"child": func(ctx context.Context) {
			child, cancel := context.WithTimeout(ctx, time.Minute)
			defer cancel()
			require.NoError(t, child.Err())
			require.Equal(t, "kept", child.Value(budgetKey{}))
			before, _ := ctx.Deadline()
			after, _ := child.Deadline()
			require.Equal(t, before, after)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			within(t, router.Options{}, ask)
		})
	}
}

func TestContextEndsBeforeTheProviderStopsWaiting(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		within(t, router.Options{}, func(ctx context.Context) {
			deadline, ok := ctx.Deadline()
			require.True(t, ok)
			require.Equal(t, 14*time.Second, time.Until(deadline))
			time.Sleep(14*time.Second - 1)
			require.NoError(t, ctx.Err())
			time.Sleep(time.Nanosecond)
			require.ErrorIs(t, ctx.Err(), context.DeadlineExceeded)
			<-ctx.Done()
			require.ErrorIs(t, context.Cause(ctx), context.DeadlineExceeded)
		})
		within(t, router.Options{}, func(ctx context.Context) {
			child, cancel := context.WithCancel(ctx)
			defer cancel()
			<-child.Done()
			require.ErrorIs(t, context.Cause(child), context.DeadlineExceeded)
			require.ErrorIs(t, ctx.Err(), context.DeadlineExceeded)
		})
	})
}

func TestContextWithoutBudgetHasNoDeadline(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		within(t, router.Options{AckBudget: -1}, func(ctx context.Context) {
			_, ok := ctx.Deadline()
			require.False(t, ok)
			time.Sleep(time.Hour)
			require.NoError(t, ctx.Err())
		})
	})
}

func TestContextEndsWithTheEvent(t *testing.T) {
	t.Parallel()
	for name, before := range map[string]func(ctx context.Context){
		"asked before":     func(ctx context.Context) { _ = ctx.Done() },
		"not asked before": func(context.Context) {},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, budget := range []time.Duration{0, -1} {
				var kept context.Context
				within(t, router.Options{AckBudget: budget}, func(ctx context.Context) {
					before(ctx)
					kept = ctx
				})
				require.ErrorIs(t, kept.Err(), context.Canceled)
				<-kept.Done()
				require.ErrorIs(t, context.Cause(kept), context.Canceled)
				require.Equal(t, "kept", kept.Value(budgetKey{}))
			}
		})
	}
}

// TestAKeptContextIsNeverThatOfALaterRequest keeps contexts, some of which nobody has asked anything, over many requests.
func TestAKeptContextIsNeverThatOfALaterRequest(t *testing.T) {
	t.Parallel()
	var kept []context.Context
	h := router.New(publishFunc(func(ctx context.Context) error {
		if len(kept)%3 == 0 {
			_ = ctx.Done()
		}
		kept = append(kept, ctx)
		return nil
	}), newAcme(), &router.Options{Logger: discard})
	for n := range 100 {
		r := signed(t, widgetBody)
		require.Equal(t, http.StatusOK, serve(h, r.WithContext(context.WithValue(r.Context(), budgetKey{}, n))).Code)
	}
	for n, ctx := range kept {
		require.Equal(t, n, ctx.Value(budgetKey{}))
		require.ErrorIs(t, ctx.Err(), context.Canceled)
	}
}
