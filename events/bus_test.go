package events_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
)

type ledger struct{ runs int }

func (l *ledger) Pull(context.Context, events.Event[paystubs]) error { l.runs++; return nil }

func pull(context.Context, events.Event[paystubs]) error { return nil }

// handlers returns what ran for one genuine event.
func handlers(t *testing.T, bus *events.Bus) []events.HandlerInfo {
	t.Helper()
	var infos []events.HandlerInfo
	for _, r := range bus.Deliver(t.Context(), genuine(), events.DeliverOptions{}).Results {
		require.NoError(t, r.Err)
		require.Equal(t, paystubsAdded.ID(), r.Kind)
		infos = append(infos, r.HandlerInfo)
	}
	return infos
}

func info(name string, stable bool) events.HandlerInfo {
	return events.HandlerInfo{Kind: paystubsAdded.ID(), Name: name, Stable: stable}
}

func TestHandlerNames(t *testing.T) {
	t.Parallel()
	bus := events.New()
	one := &ledger{}
	events.On(bus, paystubsAdded, pull)
	events.On(bus, paystubsAdded, one.Pull)
	events.On(bus.Named("given"), paystubsAdded, func(context.Context, events.Event[paystubs]) error { return nil })
	events.On(bus, paystubsAdded, func(context.Context, events.Event[paystubs]) error { return nil })
	require.Equal(t, []events.HandlerInfo{
		info("events_test.pull", true),
		info("events_test.(*ledger).Pull", true),
		info("given", true),
		info("events_test.TestHandlerNames.func2", false),
	}, handlers(t, bus), "a closure has no stable name")
	require.Equal(t, 1, one.runs)
}

func TestMethodsOfTwoValuesCannotBeToldApart(t *testing.T) {
	t.Parallel()
	bus := events.New()
	one, two := &ledger{}, &ledger{}
	cancel := events.On(bus, paystubsAdded, one.Pull)
	events.On(bus, paystubsAdded, two.Pull)
	name := "events_test.(*ledger).Pull"
	require.Equal(t, []events.HandlerInfo{info(name, false), info(name, false)}, handlers(t, bus))
	cancel()
	require.Len(t, handlers(t, bus), 1, "the cancel of the first takes away the first")
	require.Equal(t, ledger{runs: 1}, *one)
	require.Equal(t, ledger{runs: 2}, *two)
}

func TestOneGivenNameTwicePanics(t *testing.T) {
	t.Parallel()
	bus := events.New().Named("ledger")
	cancel := events.On(bus, paystubsAdded, pull)
	require.PanicsWithValue(t, `events: the name "ledger" is registered twice for acme/webhook/paystubs.added`,
		func() { events.On(bus, paystubsAdded, pull) })
	events.On(bus, accountAdded, func(context.Context, events.Event[struct{}]) error { return nil })
	cancel()
	events.On(bus, paystubsAdded, pull)
	require.Len(t, handlers(t, bus), 1, "the name is free again")

	bus.OnAny(nothing)
	require.PanicsWithValue(t, `events: the name "ledger" is registered twice for any kind`, func() { bus.OnAny(nothing) })
}

func TestAGivenNameWinsOverAFoundOne(t *testing.T) {
	t.Parallel()
	bus := events.New()
	events.On(bus.Named("events_test.pull"), paystubsAdded, pull)
	events.On(bus, paystubsAdded, pull)
	require.Equal(t, []events.HandlerInfo{info("events_test.pull", true), info("events_test.pull", false)}, handlers(t, bus))
}

func TestNamedAndWithKeepEachOther(t *testing.T) {
	t.Parallel()
	wrapped := 0
	wrap := func(next events.HandlerFunc) events.HandlerFunc { wrapped++; return next }
	bus := events.New()
	events.On(bus.With(wrap).Named("a"), paystubsAdded, pull)
	events.On(bus.Named("b").With(wrap), paystubsAdded, pull)
	require.Equal(t, []events.HandlerInfo{info("a", true), info("b", true)}, handlers(t, bus))
	require.Equal(t, 2, wrapped, "middleware is applied when a handler is registered, not for each event")
}

func TestCancelTwiceIsHarmless(t *testing.T) {
	t.Parallel()
	bus := events.New()
	cancel := events.On(bus, paystubsAdded, pull)
	stop := bus.OnAny(nothing)
	events.On(bus, paystubsAdded, (&ledger{}).Pull)
	for range 2 {
		cancel()
		stop()
	}
	require.Equal(t, []events.HandlerInfo{info("events_test.(*ledger).Pull", true)}, handlers(t, bus))
}

func TestKindsAreThoseWithAHandler(t *testing.T) {
	t.Parallel()
	bus := events.New()
	events.On(bus, paystubsAdded, pull)
	cancel := events.On(bus, accountAdded, func(context.Context, events.Event[struct{}]) error { return nil })
	events.On(bus, linkScreen, func(context.Context, events.Event[claim]) error { return nil })
	require.Equal(t, []events.AnyKind{linkScreen, accountAdded, paystubsAdded}, bus.Kinds())
	require.Equal(t, []string{"account.added", "paystubs.added"}, events.EnabledEvents(bus, "acme"), "Link events need no subscription")
	require.Empty(t, events.EnabledEvents(bus, "other"))
	cancel()
	require.Equal(t, []string{"paystubs.added"}, events.EnabledEvents(bus, "acme"))
}

func TestTheContextReachesTheHandler(t *testing.T) {
	t.Parallel()
	type key struct{}
	bus := events.New()
	var got any
	bus.OnAny(func(ctx context.Context, _ events.Envelope) error { got = ctx.Value(key{}); return nil })
	require.NoError(t, bus.Publish(context.WithValue(t.Context(), key{}, "value"), genuine()))
	require.Equal(t, "value", got)
}

func TestAttemptCountsFromOne(t *testing.T) {
	t.Parallel()
	bus := events.New()
	var got []int
	events.On(bus, paystubsAdded, func(_ context.Context, ev events.Event[paystubs]) error {
		got = append(got, ev.Attempt)
		return nil
	})
	env := genuine()
	require.NoError(t, bus.Publish(t.Context(), env))
	env.Attempt = 5
	require.NoError(t, bus.Publish(t.Context(), env))
	require.Equal(t, []int{1, 5}, got)
}
