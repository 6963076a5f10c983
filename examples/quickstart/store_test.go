package main

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/eventstest"
	"github.com/linkhook/linkhook/events/pinwheel"
)

// deliver posts a signed account.added and returns the status.
func deliver(t *testing.T, h *host) int {
	t.Helper()
	raw, ok := eventstest.Fixture(pinwheel.AccountAdded.ID())
	require.True(t, ok)
	return h.post(t, "/hooks/pinwheel", byPinwheel(), string(raw))
}

func TestRestartHandlesWhatTheLastRunStored(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "sub", "events.db")
	first := start(t, func(c *config) { c.store, c.demo = path, false })
	require.Equal(t, http.StatusOK, deliver(t, first), "stored, although nothing runs handlers yet")
	ticketKey := first.pub.ticketKey
	require.NoError(t, first.pub.close())

	info, err := os.Stat(path + ".key")
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	stored, err := os.ReadFile(path)
	require.NoError(t, err)
	require.NotContains(t, string(stored), "platform_name", "bodies are encrypted")

	second := start(t, func(c *config) { c.store, c.demo = path, false })
	require.Equal(t, ticketKey, second.pub.ticketKey, "tickets of the last run stay good")
	runInbox(t, second)
	second.out.await(t, 1)
	require.Equal(t, "pinwheel/webhook/account.added", second.out.rows(t)[0]["kind"])
	require.Equal(t, http.StatusOK, deliver(t, second))
	require.Len(t, second.out.lines(t), 1, "a repeated delivery is not handled again")
}

func TestLineIsWrittenBeforeTheSuccessIsRecorded(t *testing.T) {
	t.Parallel()
	h := start(t, func(c *config) { c.store, c.demo = filepath.Join(t.TempDir(), "events.db"), false })
	recorded := make(chan int64, 1)
	h.bus.Watch().Observe(func(o events.Observation) {
		if o.What == events.Handled && o.Handler == "ledger" {
			stats, err := h.pub.box.Stats(context.Background())
			if err != nil || len(h.out.lines(t)) != 1 {
				stats.Done = -1
			}
			recorded <- stats.Done
		}
	})
	runInbox(t, h)
	require.Equal(t, http.StatusOK, deliver(t, h))
	h.out.await(t, 1)
	require.Zero(t, <-recorded, "the line is there and the event is not done yet")
}

func TestStoreInUseIsExplained(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "events.db")
	h := start(t, func(c *config) { c.store, c.demo = path, false })
	_, err := openIntake(path, h.bus, h.app)
	require.ErrorContains(t, err, "-store none")
	require.NoError(t, h.pub.close())
	require.NoError(t, os.WriteFile(path+".key", []byte("no key"), 0o600))
	_, err = openIntake(path, h.bus, h.app)
	require.ErrorContains(t, err, "64 hex digits")
}

// runInbox runs the handlers until the test ends.
func runInbox(t *testing.T, h *host) {
	t.Helper()
	done := make(chan error)
	go func() { done <- h.pub.run(context.Background()) }()
	t.Cleanup(func() {
		require.NoError(t, h.pub.drain(context.Background()))
		require.NoError(t, <-done)
		require.NoError(t, h.pub.close())
	})
}
