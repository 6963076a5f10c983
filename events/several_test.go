package events_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
)

// TestHandlersOfOneEventDoNotSeeEachOther mixes those that run on the event that is made once with one that has middleware.
func TestHandlersOfOneEventDoNotSeeEachOther(t *testing.T) {
	t.Parallel()
	type note struct {
		Text string `json:"text"`
	}
	kind := events.Webhook[note]("acme", "note.added")
	bus := events.New()
	var ran []string
	var seen []string
	handler := func(err error) func(context.Context, events.Event[note]) error {
		return func(_ context.Context, ev events.Event[note]) error {
			ran = append(ran, ev.Handler)
			seen = append(seen, ev.ID+" "+ev.Data.Text+" "+string(ev.Raw))
			ev.ID, ev.Data.Text, ev.Handler, ev.Raw = "changed", "changed", "changed", nil
			if err != nil && err.Error() == "panic" {
				panic("on purpose")
			}
			return err
		}
	}
	around := func(next events.HandlerFunc) events.HandlerFunc {
		return func(ctx context.Context, env events.Envelope) error {
			ran = append(ran, "around "+env.Handler)
			return next(ctx, env)
		}
	}
	broken := errors.New("broken")
	bus.OnAny(func(context.Context, events.Envelope) error { return nil })
	events.On(bus.Named("a"), kind, handler(nil))
	events.On(bus.Named("b"), kind, handler(broken))
	events.On(bus.With(around).Named("c"), kind, handler(nil))
	events.On(bus.Named("d"), kind, handler(errors.New("panic")))
	events.On(bus.Named("e"), kind, handler(nil))

	raw := `{"text":"hi"}`
	err := bus.Publish(t.Context(), events.Envelope{Meta: events.Meta{ID: "1", Kind: kind.ID()}, Raw: []byte(raw)})
	require.Equal(t, []string{"a", "b", "around c", "c", "d", "e"}, ran)
	for _, s := range seen {
		require.Equal(t, "1 hi "+raw, s)
	}
	require.ErrorIs(t, err, broken)
	failed := map[string]bool{}
	var walk func(error)
	walk = func(err error) {
		if joined, ok := err.(interface{ Unwrap() []error }); ok {
			for _, e := range joined.Unwrap() {
				walk(e)
			}
			return
		}
		he, ok := errors.AsType[*events.HandlerError](err)
		require.True(t, ok)
		failed[he.Handler] = true
	}
	walk(err)
	require.Equal(t, map[string]bool{"b": true, "d": true}, failed)
	_, panicked := errors.AsType[*events.PanicError](err)
	require.True(t, panicked)
}
