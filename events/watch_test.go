package events_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
)

func TestWatchSeesWhatHappensOnTheBus(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		failure := errors.New("no")
		bus := events.New()
		var got []events.Observation
		bus.Watch().Observe(func(o events.Observation) { got = append(got, o) })
		events.On(bus.Named("slow"), paystubsAdded, func(context.Context, events.Event[paystubs]) error {
			time.Sleep(time.Second)
			return nil
		})
		events.On(bus.Named("bad"), paystubsAdded, failing(failure))
		env := genuine()
		start := time.Now()
		require.Error(t, bus.Publish(t.Context(), env))
		size := len(env.Raw)
		meta := env.Meta
		meta.Attempt = 1
		slow, bad := meta, meta
		slow.Handler, bad.Handler = "slow", "bad"
		require.Equal(t, []events.Observation{
			{What: events.Received, At: start, Meta: meta, Size: size},
			{What: events.Handled, At: start.Add(time.Second), Meta: slow, Handler: "slow", Duration: time.Second, Size: size},
			{What: events.Failed, At: start.Add(time.Second), Meta: bad, Handler: "bad", Size: size, Err: failure},
		}, got)
	})
}

func TestWatchSeesWhatNoHandlerTook(t *testing.T) {
	t.Parallel()
	bus := events.New()
	bus.OnAny(nothing)
	var got []events.Observation
	bus.Watch().Observe(func(o events.Observation) {
		if o.What != events.Received && o.What != events.Handled {
			got = append(got, o)
		}
	})
	events.On(bus, paystubsAdded, pull)
	require.NoError(t, bus.Publish(t.Context(), of(linkScreen.ID(), `{}`)))
	require.NoError(t, bus.Publish(t.Context(), of(paystubsAdded.ID(), `{"account_id":"`+canary)))
	require.Len(t, got, 2)
	require.Equal(t, events.Unhandled, got[0].What)
	require.ErrorIs(t, got[0].Err, events.ErrNoHandler)
	require.Empty(t, got[0].Meta.Handler)
	require.Equal(t, events.Undecodable, got[1].What)
	require.Equal(t, got[1].Err.Error(), got[1].Reason)
	require.NotContains(t, got[1].Reason, canary)
}

func TestWatchCancelAndOthersGoOn(t *testing.T) {
	t.Parallel()
	var w events.Watch
	var a, b int
	cancelA := w.Observe(func(events.Observation) { a++ })
	cancelB := w.Observe(func(events.Observation) { b++ })
	w.Emit(events.Observation{What: events.Stored})
	cancelA()
	cancelA()
	require.True(t, w.Active())
	w.Emit(events.Observation{What: events.Stored})
	cancelB()
	require.False(t, w.Active())
	w.Emit(events.Observation{What: events.Stored})
	require.Equal(t, []int{1, 2}, []int{a, b})
}

func TestWatchSetsTheTimeUnlessItIsGiven(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var w events.Watch
		var got []time.Time
		w.Observe(func(o events.Observation) { got = append(got, o.At) })
		given := time.Now().Add(-time.Hour)
		w.Emit(events.Observation{})
		w.Emit(events.Observation{At: given})
		require.Equal(t, []time.Time{time.Now(), given}, got)
	})
}

func TestANilWatchIsInactive(t *testing.T) {
	t.Parallel()
	var w *events.Watch
	require.False(t, w.Active())
	w.Emit(events.Observation{})
}

type silent struct{}

func (silent) Publish(context.Context, events.Envelope) error { return nil }

func TestWatchOfAPublisher(t *testing.T) {
	t.Parallel()
	bus := events.New()
	require.Same(t, bus.Watch(), events.WatchOf(bus))
	require.Same(t, bus.Watch(), events.WatchOf(bus.Named("view").With()))
	require.Nil(t, events.WatchOf(silent{}))
}

func TestWatchWhileEmitting(t *testing.T) {
	t.Parallel()
	var w events.Watch
	var seen atomic.Int64
	defer w.Observe(func(events.Observation) { seen.Add(1) })()
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 500 {
				w.Observe(func(events.Observation) {})()
				w.Emit(events.Observation{What: events.Received})
			}
		})
	}
	wg.Wait()
	require.Equal(t, int64(2000), seen.Load(), "an observer misses nothing while others come and go")
}

func TestWhatWords(t *testing.T) {
	t.Parallel()
	words := map[string]events.What{
		"nothing": 0, "received": events.Received, "refused": events.Refused, "stored": events.Stored, "duplicate": events.Duplicate,
		"handled": events.Handled, "failed": events.Failed, "unhandled": events.Unhandled, "undecodable": events.Undecodable,
		"scheduled": events.Scheduled, "dead": events.Dead, "conflict": events.Conflict, "connected": events.Connected, "closed": events.Closed,
		"drifted": events.Drifted,
	}
	for word, what := range words {
		require.Equal(t, word, what.String())
	}
	require.Equal(t, "nothing", events.What(200).String())
}
