package events_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
)

func TestDeliverReportsEachHandler(t *testing.T) {
	t.Parallel()
	failure := errors.New("no")
	bus := events.New()
	bus.OnAny(nothing)
	events.On(bus.Named("a"), paystubsAdded, func(context.Context, events.Event[paystubs]) error { return failure })
	events.On(bus.Named("b"), paystubsAdded, pull)
	report := bus.Deliver(t.Context(), genuine(), events.DeliverOptions{})
	require.Len(t, report.Results, 3)
	require.Equal(t, events.Result{HandlerInfo: info("a", true), Err: failure}, report.Results[1])
	require.Equal(t, events.Result{HandlerInfo: info("b", true)}, report.Results[2])
	require.NoError(t, report.Undecodable)
	require.False(t, report.Closed)
}

func TestDeliverSkipsWhatHasSucceeded(t *testing.T) {
	t.Parallel()
	bus := events.New()
	var got []string
	events.On(bus.Named("a"), paystubsAdded, note(&got, "a"))
	events.On(bus.Named("b"), paystubsAdded, note(&got, "b"))
	report := bus.Deliver(t.Context(), genuine(), events.DeliverOptions{
		Skip: func(h events.HandlerInfo) bool { return h == info("a", true) },
	})
	require.Equal(t, []string{"b"}, got)
	require.Len(t, report.Results, 1)
}

func TestDeliverAroundEachHandler(t *testing.T) {
	t.Parallel()
	type tx struct{}
	rollback := errors.New("rolled back")
	bus := events.New()
	var got []any
	for _, name := range []string{"a", "b", "c"} {
		events.On(bus.Named(name), paystubsAdded, func(ctx context.Context, ev events.Event[paystubs]) error {
			got = append(got, ctx.Value(tx{}), ev.Handler)
			return nil
		})
	}
	report := bus.Deliver(t.Context(), genuine(), events.DeliverOptions{
		Around: func(ctx context.Context, h events.HandlerInfo, run func(context.Context) error) error {
			switch h.Name {
			case "b":
				return rollback
			case "c":
				panic("the store broke")
			}
			return run(context.WithValue(ctx, tx{}, "tx"))
		},
	})
	require.Equal(t, []any{"tx", "a"}, got)
	require.NoError(t, report.Results[0].Err)
	require.Equal(t, rollback, report.Results[1].Err)
	require.ErrorContains(t, report.Results[2].Err, "panicked")
}

func TestDeliverKeepsTheUndecodableForItsCaller(t *testing.T) {
	t.Parallel()
	bus := events.New()
	events.On(bus, paystubsAdded, pull)
	var got []error
	bus.OnUnhandled(func(_ context.Context, _ events.Envelope, reason error) error { got = append(got, reason); return nil })
	broken := of(paystubsAdded.ID(), `{"account_id":"a","account_id":"b"}`)

	report := bus.Deliver(t.Context(), broken, events.DeliverOptions{KeepUndecodable: true})
	require.EqualError(t, report.Undecodable,
		"events: acme/webhook/paystubs.added does not fit its type: /account_id: the same name stands twice in one object")
	require.Empty(t, report.Results)
	require.Empty(t, got)

	report = bus.Deliver(t.Context(), broken, events.DeliverOptions{})
	require.Error(t, report.Undecodable)
	require.Len(t, report.Results, 1, "OnUnhandled ran")
	require.Equal(t, []error{report.Undecodable}, got)

	unknown := of(events.KindID{Provider: "acme", Stream: events.StreamWebhook, Name: "new"}, `{}`)
	report = bus.Deliver(t.Context(), unknown, events.DeliverOptions{KeepUndecodable: true})
	require.NoError(t, report.Undecodable)
	require.Len(t, report.Results, 1)
	require.ErrorIs(t, got[1], events.ErrNoHandler)
}
