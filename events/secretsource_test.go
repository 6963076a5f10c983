package events_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
)

type safeBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *safeBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *safeBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

func TestRefreshReplacesTheKeys(t *testing.T) {
	t.Parallel()
	ring := events.NewKeyring(events.Key{ID: "old", Secret: "s1"})
	err := ring.Refresh(t.Context(), func(context.Context) ([]events.Key, error) {
		return []events.Key{{ID: "new", Secret: "s2"}, {ID: "old", Secret: "s1"}}, nil
	})
	require.NoError(t, err)
	require.Equal(t, []string{"new", "old"}, ring.IDs())
}

func TestAFailedRefreshKeepsThePresentKeys(t *testing.T) {
	t.Parallel()
	ring := events.NewKeyring(events.Key{ID: "old", Secret: "s1"})
	down := errors.New("vault is down")
	for _, src := range []events.SecretSource{
		func(context.Context) ([]events.Key, error) { return nil, down },
		func(context.Context) ([]events.Key, error) { return nil, nil },
		func(context.Context) ([]events.Key, error) {
			return []events.Key{{ID: "new", Secret: canary + "\n"}}, nil
		},
	} {
		err := ring.Refresh(t.Context(), src)
		require.Error(t, err)
		require.NotContains(t, err.Error(), canary)
		require.Equal(t, []string{"old"}, ring.IDs())
	}
	require.ErrorIs(t, ring.Refresh(t.Context(), func(context.Context) ([]events.Key, error) { return nil, down }), down)
}

func TestFollowRefreshesUntilItsContextIsDone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ring := events.NewKeyring(events.Key{ID: "v0", Secret: "s"})
		var calls int // only the follower's goroutine counts
		src := func(context.Context) ([]events.Key, error) {
			calls++
			if calls == 2 {
				return nil, errors.New("vault is down")
			}
			return []events.Key{{ID: []string{"v1", "", "v3"}[calls-1], Secret: "s"}}, nil
		}
		var out safeBuffer
		ctx, cancel := context.WithCancelCause(t.Context())
		done := make(chan error)
		go func() { done <- ring.Follow(ctx, time.Minute, src, slog.New(slog.NewTextHandler(&out, nil))) }()

		time.Sleep(time.Minute)
		synctest.Wait()
		require.Equal(t, []string{"v1"}, ring.IDs())
		require.Empty(t, out.String())
		time.Sleep(time.Minute)
		synctest.Wait()
		require.Equal(t, []string{"v1"}, ring.IDs())
		require.Contains(t, out.String(), "vault is down")
		time.Sleep(time.Minute)
		synctest.Wait()
		require.Equal(t, []string{"v3"}, ring.IDs())

		stop := errors.New("shutting down")
		cancel(stop)
		require.ErrorIs(t, <-done, stop)
	})
}

func TestFollowWithoutALogUsesTheDefault(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 90*time.Second)
		defer cancel()
		ring := events.Keys("s")
		sealed := func(context.Context) ([]events.Key, error) { return nil, errors.New("vault is sealed") }
		err := ring.Follow(ctx, time.Minute, sealed, nil)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.Equal(t, []string{"1"}, ring.IDs())
		require.Contains(t, defaultLog.String(), "vault is sealed")
	})
}

func TestFollowNeedsAnInterval(t *testing.T) {
	t.Parallel()
	src := func(context.Context) ([]events.Key, error) { return nil, nil }
	require.PanicsWithValue(t, "events: Follow needs a positive interval", func() { _ = events.Keys("s").Follow(t.Context(), 0, src, nil) })
}
