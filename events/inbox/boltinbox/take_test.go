package boltinbox_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events/inbox"
)

// of makes an event of that account.
func of(account, id string) inbox.Arrival {
	a := arrival(id)
	a.OrderKey = account
	return a
}

func TestABusyAccountWithALongQueueDoesNotHideTheOthersBehindIt(t *testing.T) {
	t.Parallel()
	s := openQuick(t)
	const queue = 10_000
	batch := make([]inbox.Arrival, 0, queue+1)
	for i := range queue {
		batch = append(batch, of("busy", fmt.Sprint("ev_", i)))
	}
	batch = append(batch, of("other", "last"))
	_, err := s.Append(t.Context(), batch)
	require.NoError(t, err)
	first, _, err := s.Claim(t.Context(), 1, time.Hour)
	require.NoError(t, err)
	require.Len(t, first, 1)

	for range queue {
		claims, next, err := s.Claim(t.Context(), 64, time.Hour)
		require.NoError(t, err)
		if len(claims) > 0 {
			require.Equal(t, "last", claims[0].Meta.ID)
			return
		}
		require.Zero(t, next, "there is more to look at")
	}
	t.Fatal("the event of the other account was not found")
}

func TestAReplayedEventWaitsForTheOlderOnesOfItsAccountThatWereNotLookedAtYet(t *testing.T) {
	t.Parallel()
	s := openQuick(t)
	letter := of("acc", "letter")
	letter.DeadReason = "conflict"
	results, err := s.Append(t.Context(), []inbox.Arrival{of("acc", "first"), letter, of("acc", "last")})
	require.NoError(t, err)
	n, err := s.Replay(t.Context(), []int64{results[1].ID}, false)
	require.NoError(t, err)
	require.Equal(t, 1, n)
	for _, want := range []string{"first", "letter", "last"} {
		claims, _, err := s.Claim(t.Context(), 10, time.Hour)
		require.NoError(t, err)
		require.Len(t, claims, 1)
		require.Equal(t, want, claims[0].Meta.ID)
		require.NoError(t, s.Finish(t.Context(), claims[0].Ref(), inbox.Outcome{State: inbox.Done}))
	}
}

func TestAnEventThatNoClaimHasLookedAtCanBeErased(t *testing.T) {
	t.Parallel()
	s := openQuick(t)
	results, err := s.Append(t.Context(), []inbox.Arrival{of("acc", "first"), of("acc", "second")})
	require.NoError(t, err)
	require.NoError(t, s.Erase(t.Context(), []int64{results[0].ID}, nil))
	claims, _, err := s.Claim(t.Context(), 10, time.Hour)
	require.NoError(t, err)
	require.Len(t, claims, 1)
	require.Equal(t, "second", claims[0].Meta.ID)
}
