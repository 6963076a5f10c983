package inbox_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/inbox"
)

// mortal is the connection of one process to a store. Once that process is dead it writes nothing more.
type mortal struct {
	inbox.Store

	dead atomic.Bool
}

var errDead = errors.New("the process is dead")

func (m *mortal) Finish(ctx context.Context, ref inbox.Ref, o inbox.Outcome) error {
	if m.dead.Load() {
		return errDead
	}
	return m.Store.Finish(ctx, ref, o)
}

func (m *mortal) Put(ctx context.Context, key string, value []byte, ttl time.Duration) error {
	if m.dead.Load() {
		return errDead
	}
	return m.Store.Put(ctx, key, value, ttl)
}

// lives runs one process after the other on the store, each until the event "poison" has killed it, at most that many, and
// returns how many were killed.
func lives(t *testing.T, store inbox.Store, most int, opts *inbox.Options) int {
	t.Helper()
	killed := 0
	for range most {
		life := &mortal{Store: store}
		bus := events.New()
		ctx, die := context.WithCancel(t.Context())
		events.On(bus.Named("ledger"), paystubsAdded, func(ctx context.Context, ev events.Event[paystubs]) error {
			if ev.ID != "poison" {
				time.Sleep(time.Second) // so that it is under way when the process dies
				return context.Cause(ctx)
			}
			time.Sleep(time.Second / 2)
			life.dead.Store(true)
			die()
			return errDead
		})
		box := inbox.New(life, bus, opts)
		done := make(chan error, 1)
		go func() { done <- box.Run(ctx) }()
		pass(5 * time.Minute)
		died := life.dead.Load()
		die()
		require.NoError(t, <-done)
		if !died {
			return killed
		}
		killed++
	}
	return killed
}

func TestAnEventThatEndsTheProcessEachTimeBecomesADeadLetterAndThoseBesideItDoNot(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		store := inbox.NewMemory()
		opts := &inbox.Options{KeyWrapper: inbox.StaticKey(make([]byte, 32))}
		box := inbox.New(store, events.New(), opts)
		require.NoError(t, box.Publish(t.Context(), genuine("poison", "acc_0")))
		for _, id := range []string{"a", "b", "c"} {
			require.NoError(t, box.Publish(t.Context(), genuine(id, "acc_"+id)))
		}
		killed := lives(t, store, 100, opts)
		require.Equal(t, 23, killed)

		list, err := store.List(t.Context(), inbox.Filter{})
		require.NoError(t, err)
		require.Len(t, list, 4)
		require.Equal(t, inbox.Dead, list[0].State)
		require.Equal(t, "crashed", list[0].Reason)
		for _, r := range list[1:] {
			require.Equal(t, inbox.Done, r.State)
		}
		left, err := store.Scan(t.Context(), "crash/", "", 10)
		require.NoError(t, err)
		require.Empty(t, left)

		letter, err := box.Inspect(t.Context(), list[0].ID)
		require.NoError(t, err)
		require.Contains(t, letter.Detail, "20 times in a row")
		_, err = box.Replay(t.Context(), me, list[0].ID)
		require.NoError(t, err)
		require.Equal(t, 23, lives(t, store, 100, opts), "a replay has as many lives")
	})
}

func TestAnEventThatFailsOftenIsNotTakenForOneThatEndsTheProcess(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		tries := 0
		r := start(t, exact(inbox.RetryPolicy{First: time.Second, Factor: 1, Max: time.Second, GiveUpAfter: time.Minute}), func(bus *events.Bus) {
			on(bus, "ledger", func(events.Event[paystubs]) error { tries++; return errTry })
		})
		require.NoError(t, r.box.Publish(t.Context(), genuine("ev_1", "acc_1")))
		pass(time.Hour)
		require.Equal(t, 61, tries)
		require.Equal(t, "gave up", r.only(t).Reason)
		left, err := r.store.Scan(t.Context(), "crash/", "", 10)
		require.NoError(t, err)
		require.Empty(t, left)
	})
}
