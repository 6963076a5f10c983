package events_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
)

func TestPermanentMarksAnError(t *testing.T) {
	t.Parallel()
	cause := errors.New("account is closed")
	err := fmt.Errorf("booking: %w", events.Permanent(cause))
	require.True(t, events.IsPermanent(err))
	require.ErrorIs(t, err, cause)
	require.EqualError(t, err, "booking: account is closed")
	require.False(t, events.IsPermanent(cause))
	require.False(t, events.IsPermanent(nil))
	require.NoError(t, events.Permanent(nil))
}

func TestRetryAfterCarriesADelay(t *testing.T) {
	t.Parallel()
	cause := errors.New("limit reached")
	err := fmt.Errorf("booking: %w", events.RetryAfter(time.Minute, cause))
	delay, ok := events.RetryDelay(err)
	require.True(t, ok)
	require.Equal(t, time.Minute, delay)
	require.ErrorIs(t, err, cause)
	require.EqualError(t, err, "booking: limit reached")

	delay, ok = events.RetryDelay(events.RetryAfter(-time.Second, cause))
	require.True(t, ok)
	require.Zero(t, delay, "a negative delay counts as zero")
	_, ok = events.RetryDelay(cause)
	require.False(t, ok)
	require.NoError(t, events.RetryAfter(time.Minute, nil))
}

func TestMarksTravelThroughTheBus(t *testing.T) {
	t.Parallel()
	bus := events.New()
	bus.OnAny(nothing)
	events.On(bus, paystubsAdded, failing(events.Permanent(errors.New("gone"))))
	events.On(bus, paystubsAdded, failing(events.RetryAfter(time.Second, errors.New("later"))))
	err := bus.Publish(t.Context(), genuine())
	require.True(t, events.IsPermanent(err))
	delay, ok := events.RetryDelay(err)
	require.True(t, ok)
	require.Equal(t, time.Second, delay)
}

func TestPanicErrorKeepsTheStackOfThePanic(t *testing.T) {
	t.Parallel()
	var err *events.PanicError
	func() {
		defer func() { err = events.NewPanicError(recover()) }()
		panic("boom")
	}()
	require.EqualError(t, err, "events: handler panicked with a value of type string")
	require.Contains(t, string(err.Stack), "TestPanicErrorKeepsTheStackOfThePanic")
	require.NoError(t, errors.Unwrap(err))
}
