package events_test

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
)

// The tests of this file show the list of guarantees in the package comment, under the same names.

func TestOrder(t *testing.T) {
	t.Parallel()
	bus := events.New()
	var got []string
	for _, word := range []string{"first", "second", "third"} {
		events.On(bus, paystubsAdded, note(&got, word))
	}
	bus.OnAny(func(context.Context, events.Envelope) error { got = append(got, "any"); return nil })
	require.NoError(t, bus.Publish(t.Context(), genuine()))
	require.Equal(t, []string{"any", "first", "second", "third"}, got)
}

func TestEveryHandlerRuns(t *testing.T) {
	t.Parallel()
	bus := events.New()
	var got []string
	first, second := errors.New("first failed"), errors.New("second failed")
	events.On(bus.Named("one"), paystubsAdded, func(context.Context, events.Event[paystubs]) error { return first })
	events.On(bus.Named("two"), paystubsAdded, func(context.Context, events.Event[paystubs]) error { return second })
	events.On(bus, paystubsAdded, note(&got, "third"))
	err := bus.Publish(t.Context(), genuine())
	require.Equal(t, []string{"third"}, got)
	require.ErrorIs(t, err, first)
	require.ErrorIs(t, err, second)
	var failed *events.HandlerError
	require.ErrorAs(t, err, &failed)
	require.Equal(t, events.HandlerError{Kind: paystubsAdded.ID(), Handler: "one", Err: first}, *failed)
	require.EqualError(t, failed, "events: handler one of acme/webhook/paystubs.added: first failed")
}

func TestPanicsAreErrors(t *testing.T) {
	t.Parallel()
	angry := func(events.HandlerFunc) events.HandlerFunc {
		return func(context.Context, events.Envelope) error { panic("middleware") }
	}
	cause := errors.New("the cause")
	bus := events.New()
	var got []string
	events.On(bus, paystubsAdded, func(context.Context, events.Event[paystubs]) error { panic(cause) })
	events.On(bus.With(angry), paystubsAdded, note(&got, "never"))
	events.On(bus, paystubsAdded, func(_ context.Context, ev events.Event[paystubs]) error {
		_ = ev.Data.Added[99]
		return nil
	})
	events.On(bus, paystubsAdded, note(&got, "after"))
	err := bus.Publish(t.Context(), genuine())
	require.Equal(t, []string{"after"}, got)
	require.ErrorIs(t, err, cause, "a panic with an error wraps it")
	require.ErrorContains(t, err, "handler panicked with a value of type string")
	require.ErrorContains(t, err, "index out of range [99]", "errors of the runtime are shown")
	var panicked *events.PanicError
	require.ErrorAs(t, err, &panicked)
	require.Contains(t, string(panicked.Stack), "TestPanicsAreErrors")
}

type explosive struct{}

func (*explosive) UnmarshalJSON([]byte) error { panic(canary) }

func TestPanicsOfADecoderAreErrors(t *testing.T) {
	t.Parallel()
	kind := events.Webhook[explosive]("acme", "explosive")
	bus := events.New()
	events.On(bus, kind, func(context.Context, events.Event[explosive]) error { return errors.New("reached") })
	var reason error
	bus.OnUnhandled(func(_ context.Context, _ events.Envelope, err error) error { reason = err; return nil })
	require.NoError(t, bus.Publish(t.Context(), of(kind.ID(), `{}`)))
	require.EqualError(t, reason, "events: acme/webhook/explosive does not fit its type: the payload: the decoder of its type panicked")
}

// counting counts how often it is decoded.
type counting struct{ decodes *int }

var decodes = map[string]*int{} // written before the tests that read it run in parallel

func (c *counting) UnmarshalJSON(b []byte) error {
	c.decodes = decodes[string(b)]
	*c.decodes++
	return nil
}

func TestDecodedOnce(t *testing.T) { //nolint:paralleltest // it fills a map that a type's decoder reads
	kind := events.Webhook[counting]("acme", "counting")
	for payload, handlers := range map[string]int{`"none"`: 0, `"one"`: 1, `"eight"`: 8} {
		n := 0
		decodes[payload] = &n
		bus := events.New()
		bus.OnAny(nothing)
		for range handlers {
			events.On(bus, kind, func(_ context.Context, ev events.Event[counting]) error {
				require.Same(t, &n, ev.Data.decodes)
				return nil
			})
		}
		require.NoError(t, bus.Publish(t.Context(), of(kind.ID(), payload)))
		require.Equal(t, min(handlers, 1), n, "%d handlers", handlers)
	}
}

func TestOpenWorldUnknownKindsReachOnUnhandledWithTheirBytes(t *testing.T) {
	t.Parallel()
	bus := events.New()
	var got []string
	events.On(bus, paystubsAdded, note(&got, "never"))
	bus.OnUnhandled(func(_ context.Context, env events.Envelope, reason error) error {
		require.ErrorIs(t, reason, events.ErrNoHandler)
		got = append(got, env.Kind.Name+" "+string(env.Raw))
		return nil
	})
	env := of(events.KindID{Provider: "acme", Stream: events.StreamWebhook, Name: "brand.new"}, `not even {JSON`)
	require.NoError(t, bus.Publish(t.Context(), env))
	require.Equal(t, []string{"brand.new not even {JSON"}, got)
}

func TestOpenWorldUnfittingPayloadsReachOnUnhandledWithTheReason(t *testing.T) {
	t.Parallel()
	bus := events.New()
	events.On(bus, paystubsAdded, func(context.Context, events.Event[paystubs]) error { return errors.New("reached") })
	var reason error
	bus.OnUnhandled(func(_ context.Context, env events.Envelope, err error) error {
		require.NotEmpty(t, env.Raw)
		reason = err
		return nil
	})
	require.NoError(t, bus.Publish(t.Context(), of(paystubsAdded.ID(), `{"account_id":7}`)))
	var decode *events.DecodeError
	require.ErrorAs(t, reason, &decode)
	require.Equal(t, events.DecodeError{Kind: paystubsAdded.ID(), Pointer: "/account_id", Reason: "a JSON number cannot be read as string"}, *decode)
}

func TestOpenWorldUnhandledIsNoErrorWithoutOnUnhandled(t *testing.T) {
	t.Parallel()
	require.NoError(t, events.New().Publish(t.Context(), genuine()))
}

func TestOpenWorldUnknownFieldsAreNoErrors(t *testing.T) {
	t.Parallel()
	bus := events.New()
	var got []string
	events.On(bus, paystubsAdded, note(&got, "handled"))
	require.NoError(t, bus.Publish(t.Context(), of(paystubsAdded.ID(), `{"account_id":"a","new_field":{"deep":[1,null]}}`)))
	require.Equal(t, []string{"handled"}, got)
}

func TestHandlersMayPublish(t *testing.T) {
	t.Parallel()
	bus := events.New()
	var got []string
	events.On(bus, linkScreen, func(ctx context.Context, ev events.Event[claim]) error {
		got = append(got, ev.Data.Screen)
		return bus.Publish(ctx, genuine())
	})
	events.On(bus, paystubsAdded, note(&got, "nested"))
	require.NoError(t, bus.Publish(t.Context(), of(linkScreen.ID(), `{"screen":"LOGIN"}`)))
	require.Equal(t, []string{"LOGIN", "nested"}, got)
}

func TestHandlersMayRegisterAndCancel(t *testing.T) {
	t.Parallel()
	bus := events.New()
	var got []string
	var cancel func()
	cancel = events.On(bus, paystubsAdded, func(context.Context, events.Event[paystubs]) error {
		got = append(got, "once")
		cancel()
		events.On(bus, paystubsAdded, note(&got, "later"))
		return nil
	})
	require.NoError(t, bus.Publish(t.Context(), genuine()))
	require.Equal(t, []string{"once"}, got, "a registration counts from the next event on")
	require.NoError(t, bus.Publish(t.Context(), genuine()))
	require.Equal(t, []string{"once", "later"}, got)
}

func TestMiddlewareWrapsEachHandler(t *testing.T) {
	t.Parallel()
	var got []string
	say := func(word string) events.Middleware {
		return func(next events.HandlerFunc) events.HandlerFunc {
			return func(ctx context.Context, env events.Envelope) error {
				got = append(got, word+" "+env.Handler)
				return next(ctx, env)
			}
		}
	}
	bus := events.New(say("outer"), say("inner"))
	events.On(bus.With(say("view")).Named("a"), paystubsAdded, note(&got, "handler a"))
	events.On(bus.Named("b"), paystubsAdded, note(&got, "handler b"))
	require.NoError(t, bus.Publish(t.Context(), genuine()))
	require.Equal(t, []string{"outer a", "inner a", "view a", "handler a", "outer b", "inner b", "handler b"}, got)
}

func TestMiddlewareMayAnswerInTheHandlersPlace(t *testing.T) {
	t.Parallel()
	skip := func(events.HandlerFunc) events.HandlerFunc { return nothing }
	bus := events.New()
	var got []string
	events.On(bus.With(skip), paystubsAdded, note(&got, "never"))
	require.NoError(t, bus.Publish(t.Context(), genuine()))
	require.Empty(t, got)
}

func TestMiddlewareMayPassOnAnEnvelopeOfItsOwn(t *testing.T) {
	t.Parallel()
	replace := func(raw string) events.Middleware {
		return func(next events.HandlerFunc) events.HandlerFunc {
			return func(ctx context.Context, env events.Envelope) error {
				return next(ctx, events.Envelope{Meta: env.Meta, Raw: []byte(raw)})
			}
		}
	}
	bus := events.New()
	var got string
	handler := func(_ context.Context, ev events.Event[paystubs]) error { got = ev.Data.AccountID; return nil }
	events.On(bus.With(replace(`{"account_id":"other"}`)), paystubsAdded, handler)
	require.NoError(t, bus.Publish(t.Context(), genuine()))
	require.Equal(t, "other", got)
	events.On(bus.With(replace(`{}`)), paystubsAdded, handler)
	var decode *events.DecodeError
	require.ErrorAs(t, bus.Publish(t.Context(), genuine()), &decode)
}

func TestCloseWaits(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		bus := events.New()
		release, done := make(chan struct{}), make(chan error, 1)
		var nested error
		events.On(bus, paystubsAdded, func(ctx context.Context, _ events.Event[paystubs]) error {
			<-release
			nested = bus.Publish(ctx, genuine())
			return nil
		})
		go func() { done <- bus.Publish(t.Context(), genuine()) }()
		synctest.Wait()
		impatient, cancel := context.WithCancelCause(t.Context())
		cancel(errors.New("out of patience"))
		require.EqualError(t, bus.Close(impatient), "events: handlers still run: out of patience")
		require.ErrorIs(t, bus.Publish(t.Context(), genuine()), events.ErrClosed)
		require.True(t, bus.Deliver(t.Context(), genuine(), events.DeliverOptions{}).Closed)

		closed := make(chan error, 2)
		for range cap(closed) {
			go func() { closed <- bus.Close(t.Context()) }()
		}
		synctest.Wait()
		require.Empty(t, closed, "Close waits for the handler")
		close(release)
		require.NoError(t, <-done)
		require.NoError(t, <-closed)
		require.NoError(t, <-closed)
		require.ErrorIs(t, nested, events.ErrClosed)
		require.NoError(t, bus.Close(t.Context()), "closing again waits again")
	})
}

func TestCloseWaitsAlsoWhenAHandlerEndsItsGoroutine(t *testing.T) {
	t.Parallel()
	bus := events.New()
	events.On(bus, paystubsAdded, func(context.Context, events.Event[paystubs]) error {
		runtime.Goexit() // what t.FailNow does in a host's test
		return nil
	})
	var wg sync.WaitGroup
	wg.Go(func() { _ = bus.Publish(t.Context(), genuine()) })
	wg.Wait()
	require.NoError(t, bus.Close(t.Context()))
}

func TestClaimsNeverProve(t *testing.T) {
	t.Parallel()
	twin := events.Link[paystubs]("acme", "paystubs.added")
	bus := events.New()
	var got []string
	events.On(bus, paystubsAdded, note(&got, "webhook"))
	events.On(bus, twin, note(&got, "link"))
	require.NoError(t, bus.Publish(t.Context(), of(twin.ID(), `{"account_id":"a"}`)))
	require.Equal(t, []string{"link"}, got)
}

func TestOneNameOneType(t *testing.T) {
	t.Parallel()
	bus := events.New()
	cancel := events.On(bus, paystubsAdded, func(context.Context, events.Event[paystubs]) error { return nil })
	other := func() {
		events.On(bus, events.Webhook[claim]("acme", "paystubs.added"), func(context.Context, events.Event[claim]) error { return nil })
	}
	const sentence = "events: acme/webhook/paystubs.added is declared with two payload types, events_test.paystubs and events_test.claim"
	require.PanicsWithValue(t, sentence, other)
	cancel()
	require.PanicsWithValue(t, sentence, other, "also when nobody is registered any more")
	require.Empty(t, bus.Kinds())
}

func TestMisuseAtStartUpPanicsWithASentence(t *testing.T) {
	t.Parallel()
	bus := events.New()
	for sentence, misuse := range map[string]func(){
		"events: On needs a handler for acme/webhook/paystubs.added": func() { events.On(bus, paystubsAdded, nil) },
		"events: OnAny needs a handler":                              func() { bus.OnAny(nil) },
		"events: OnUnhandled needs a handler":                        func() { bus.OnUnhandled(nil) },
		"events: a middleware is nil":                                func() { events.New(nil) },
		"events: Named needs a name":                                 func() { bus.Named("") },
		"events: Observe needs a function":                           func() { bus.Watch().Observe(nil) },
	} {
		require.PanicsWithValue(t, sentence, misuse)
	}
	require.PanicsWithValue(t, "events: a middleware is nil", func() { bus.With(nil) })
}

func TestRegisteringWhilePublishing(t *testing.T) {
	t.Parallel()
	bus := events.New()
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 200 {
				cancel := events.On(bus, paystubsAdded, func(context.Context, events.Event[paystubs]) error { return nil })
				stop := bus.OnAny(nothing)
				end := bus.OnUnhandled(func(context.Context, events.Envelope, error) error { return nil })
				bus.Kinds()
				cancel()
				stop()
				end()
			}
		})
		wg.Go(func() {
			for range 200 {
				if err := bus.Publish(t.Context(), genuine()); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	require.Empty(t, bus.Kinds(), "every registration was cancelled")
	require.Empty(t, bus.Deliver(t.Context(), genuine(), events.DeliverOptions{}).Results)
}

func TestClosingWhilePublishing(t *testing.T) {
	t.Parallel()
	for range 50 {
		bus := events.New()
		var mu sync.Mutex
		running, closed := 0, false
		bus.OnAny(func(context.Context, events.Envelope) error {
			mu.Lock()
			defer mu.Unlock()
			running++
			if closed {
				t.Error("a handler ran after Close had returned")
			}
			return nil
		})
		var wg sync.WaitGroup
		accepted := make([]int, 4)
		for i := range accepted {
			wg.Go(func() {
				for bus.Publish(t.Context(), genuine()) == nil {
					accepted[i]++
				}
			})
		}
		require.NoError(t, bus.Close(t.Context()))
		mu.Lock()
		closed = true
		mu.Unlock()
		wg.Wait()
		sum := 0
		for _, n := range accepted {
			sum += n
		}
		require.Equal(t, sum, running, "what was accepted ran: %v", slices.Clone(accepted))
	}
}
