package middleware_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/middleware"
)

// logged publishes env to a handler that logs and returns the line.
func logged(t *testing.T, env events.Envelope, inside []events.Middleware, fn func(context.Context) error) map[string]any {
	t.Helper()
	var out bytes.Buffer
	log := slog.New(slog.NewJSONHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug}))
	bus := events.New(middleware.Log(log)).With(inside...).Named("ledger")
	events.On(bus, added, handler(fn))
	events.On(bus, screen, handler(fn))
	_ = bus.Publish(t.Context(), env)
	require.NotContains(t, out.String(), canary)
	line := map[string]any{}
	require.NoError(t, json.Unmarshal(out.Bytes(), &line), "exactly one line")
	return line
}

func TestLogWritesIDsSizesAndDurations(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		env := envelope()
		env.Attempt = 3
		got := logged(t, env, nil, func(context.Context) error { time.Sleep(1500 * time.Millisecond); return nil })
		delete(got, "time")
		require.Equal(t, map[string]any{
			"level": "INFO", "msg": "handled", "size": float64(len(env.Raw)), "attempt": 3.0, "took": 1.5e9,
			"event": map[string]any{
				"kind": "acme/webhook/paystubs.added", "id": "ev_1", "account_id": "acc_1", "handler": "ledger", "source": "webhook",
				"trust": "verified", "attempt": 3.0,
			},
		}, got)
	})
}

func TestLogLevels(t *testing.T) {
	t.Parallel()
	failure := errors.New("ledger is closed")
	claim := envelope()
	claim.Kind, claim.Source = screen.ID(), events.SourceLink
	for name, c := range map[string]struct {
		env        events.Envelope
		result     error
		level, msg string
		errorText  any
		retryAfter any
	}{
		"success":            {env: envelope(), level: "INFO", msg: "handled"},
		"success of a claim": {env: claim, level: "DEBUG", msg: "handled"},
		"failure":            {env: envelope(), result: failure, level: "WARN", msg: "handler failed", errorText: "ledger is closed"},
		"failure of a claim": {env: claim, result: failure, level: "WARN", msg: "handler failed", errorText: "ledger is closed"},
		"retry after": {
			env: envelope(), result: events.RetryAfter(time.Second, failure), level: "WARN", msg: "handler failed",
			errorText: "ledger is closed", retryAfter: 1e9,
		},
		"permanent": {env: envelope(), result: events.Permanent(failure), level: "ERROR", msg: "handler gave up", errorText: "ledger is closed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := logged(t, c.env, nil, func(context.Context) error { return c.result })
			require.Equal(t, []any{c.level, c.msg, c.errorText, c.retryAfter}, []any{got["level"], got["msg"], got["error"], got["retry_after"]})
		})
	}
}

func TestLogWritesAlsoWhenTheNextPanics(t *testing.T) {
	t.Parallel()
	angry := func(context.Context) error { panic(canary) }
	got := logged(t, envelope(), nil, angry)
	require.Equal(t, []any{"ERROR", "handler panicked", nil}, []any{got["level"], got["msg"], got["error"]})

	got = logged(t, envelope(), []events.Middleware{middleware.Recover()}, angry)
	require.Equal(t, []any{"ERROR", "handler panicked", "events: handler panicked with a value of type string"},
		[]any{got["level"], got["msg"], got["error"]})
}

func TestLogWritesNothingBelowItsLevel(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	log := slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{Level: slog.LevelError}))
	run := middleware.Log(log)(func(context.Context, events.Envelope) error { return nil })
	require.NoError(t, run(t.Context(), envelope()))
	require.Empty(t, out.String())
}

func TestLogNeedsALogger(t *testing.T) {
	t.Parallel()
	require.PanicsWithValue(t, "middleware: Log needs a logger", func() { middleware.Log(nil) })
}
