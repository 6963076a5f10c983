package inbox_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/inbox"
)

func TestBodiesAreEncryptedAtRest(t *testing.T) {
	t.Parallel()
	store := inbox.NewMemory()
	box := inbox.New(store, events.New(), nil)
	require.NoError(t, box.Publish(t.Context(), genuine("ev_1", "acc_1")))
	rec, err := store.Find(t.Context(), 1)
	require.NoError(t, err)
	require.NotContains(t, string(rec.Body), canary)
	env, err := box.Reveal(t.Context(), me, 1)
	require.NoError(t, err)
	require.Equal(t, genuine("ev_1", "acc_1").Raw, env.Raw)
}

func TestPlaintextAtRestIsOnlyByName(t *testing.T) {
	t.Parallel()
	store := inbox.NewMemory()
	box := inbox.New(store, events.New(), &inbox.Options{PlaintextAtRest: true})
	require.NoError(t, box.Publish(t.Context(), genuine("ev_1", "acc_1")))
	rec, err := store.Find(t.Context(), 1)
	require.NoError(t, err)
	require.Contains(t, string(rec.Body), canary)

	bare := struct{ inbox.Store }{store} // a store that brings no key of its own
	require.Panics(t, func() { inbox.New(bare, events.New(), nil) })
	require.NotPanics(t, func() { inbox.New(bare, events.New(), &inbox.Options{KeyWrapper: inbox.StaticKey(make([]byte, 32))}) })
}

func TestABodyMovedToAnotherEventDoesNotOpen(t *testing.T) {
	t.Parallel()
	store := inbox.NewMemory()
	box := inbox.New(store, events.New(), nil)
	require.NoError(t, box.Publish(t.Context(), genuine("ev_1", "acc_1")))
	rec, err := store.Find(t.Context(), 1)
	require.NoError(t, err)
	moved := rec.Meta
	moved.ID = "ev_2"
	_, err = store.Append(t.Context(), []inbox.Arrival{{Meta: moved, Body: rec.Body}})
	require.NoError(t, err)
	_, err = box.Reveal(t.Context(), me, 2)
	require.ErrorIs(t, err, inbox.ErrCorrupt)
}

func TestATamperedBodyIsADeadLetterAndReachesNoHandler(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		got := 0
		r := start(t, nil, func(bus *events.Bus) {
			on(bus, "ledger", func(events.Event[paystubs]) error { got++; return nil })
		})
		_, err := r.store.Append(t.Context(), []inbox.Arrival{{Meta: genuine("ev_1", "acc_1").Meta, Body: []byte("\x01 tampered")}})
		require.NoError(t, err)
		require.NoError(t, r.box.Publish(t.Context(), genuine("ev_2", "acc_2")))
		synctest.Wait()
		rec, err := r.store.Find(t.Context(), 1)
		require.NoError(t, err)
		require.Equal(t, inbox.Dead, rec.State)
		require.Equal(t, "body is corrupt", rec.Reason)
		require.Equal(t, 1, got)
	})
}

func TestAMasterKeyIsRotatedWithoutTouchingBodies(t *testing.T) {
	t.Parallel()
	store := inbox.NewMemory()
	old, fresh := bytes.Repeat([]byte{1}, 32), bytes.Repeat([]byte{2}, 32)
	before := inbox.New(store, events.New(), &inbox.Options{KeyWrapper: inbox.StaticKey(old)})
	require.NoError(t, before.Publish(t.Context(), genuine("ev_1", "acc_1")))
	after := inbox.New(store, events.New(), &inbox.Options{KeyWrapper: inbox.StaticKey(fresh, old)})
	require.NoError(t, after.Publish(t.Context(), genuine("ev_2", "acc_2")))
	for id := range int64(2) {
		_, err := after.Reveal(t.Context(), me, id+1)
		require.NoError(t, err)
	}
	only := inbox.New(store, events.New(), &inbox.Options{KeyWrapper: inbox.StaticKey(fresh)})
	_, err := only.Reveal(t.Context(), me, 1)
	require.Error(t, err)
	require.PanicsWithValue(t, "inbox: an encryption key must have 32 bytes", func() { inbox.StaticKey([]byte("short")) })
}

// outage is a key service that can be down.
type outage struct {
	inbox.KeyWrapper

	down atomic.Bool
}

func (o *outage) Unwrap(ctx context.Context, wrapped []byte) ([]byte, error) {
	if o.down.Load() {
		return nil, errors.New("the key service is down")
	}
	return o.KeyWrapper.Unwrap(ctx, wrapped)
}

func TestAnOutageOfTheKeyServiceDelaysEventsAndLosesNone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		store := inbox.NewMemory()
		service := &outage{KeyWrapper: inbox.StaticKey(make([]byte, 32))}
		opts := &inbox.Options{KeyWrapper: service}
		require.NoError(t, inbox.New(store, events.New(), opts).Publish(t.Context(), genuine("ev_1", "acc_1")))
		service.down.Store(true)
		got := 0
		r := startOn(t, store, opts, func(bus *events.Bus) {
			on(bus, "ledger", func(events.Event[paystubs]) error { got++; return nil })
		})
		pass(48 * time.Hour)
		require.Zero(t, got)
		require.Equal(t, inbox.Ready, r.only(t).State)
		service.down.Store(false)
		pass(2 * time.Hour)
		require.Equal(t, 1, got)
	})
}

func TestTwoNodesThatMeetASubjectAtOnceAgreeOnItsKey(t *testing.T) {
	t.Parallel()
	store := inbox.NewMemory()
	opts := &inbox.Options{KeyWrapper: inbox.StaticKey(make([]byte, 32))}
	nodes := []*inbox.Inbox{inbox.New(store, events.New(), opts), inbox.New(store, events.New(), opts)}
	errs := make(chan error)
	const each = 20
	for i, node := range nodes {
		go func() {
			for j := range each {
				errs <- node.Publish(context.Background(), genuine(string(rune('a'+i))+string(rune('a'+j)), "acc_1"))
			}
		}()
	}
	for range 2 * each {
		require.NoError(t, <-errs)
	}
	for id := range int64(2 * each) {
		_, err := nodes[0].Reveal(t.Context(), me, id+1)
		require.NoError(t, err)
	}
}

func TestKeyFileIsMadeForTheOwnerOnlyAndReadAgain(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "master.key")
	first, err := inbox.KeyFile(path)
	require.NoError(t, err)
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	second, err := inbox.KeyFile(path)
	require.NoError(t, err)
	wrapped, err := first.Wrap(t.Context(), make([]byte, 32))
	require.NoError(t, err)
	key, err := second.Unwrap(t.Context(), wrapped)
	require.NoError(t, err)
	require.Equal(t, make([]byte, 32), key)

	require.NoError(t, os.WriteFile(path, []byte("not a key"), 0o600))
	_, err = inbox.KeyFile(path)
	require.ErrorContains(t, err, "64 hex digits")
}
