package boltinbox_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/linkhook/linkhook/events/inbox"
	"github.com/linkhook/linkhook/events/inbox/boltinbox"
	"github.com/linkhook/linkhook/events/inbox/inboxtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// open opens a new store that is closed when the test ends.
func open(t testing.TB) *boltinbox.Store {
	t.Helper()
	return openAt(t, filepath.Join(t.TempDir(), "events.db"))
}

func opened(t *testing.T) inbox.Store {
	t.Helper()
	return open(t)
}

func openAt(t testing.TB, path string) *boltinbox.Store {
	t.Helper()
	s, err := boltinbox.Open(path, nil)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

func TestTheStoreKeepsTheContract(t *testing.T) {
	t.Parallel()
	inboxtest.Exercise(t, opened)
}

func TestTheStoreSurvivesARestart(t *testing.T) {
	t.Parallel()
	inboxtest.ExerciseDurable(t, true,
		opened,
		func(t *testing.T, s inbox.Store) inbox.Store {
			t.Helper()
			require.NoError(t, s.Close())
			return openAt(t, boltinbox.PathOf(s))
		})
}

func TestTheStoreKeepsTheContractWhileKeysMove(t *testing.T) {
	t.Parallel()
	inboxtest.Exercise(t, func(t *testing.T) inbox.Store {
		t.Helper()
		return openFew(t)
	})
}

func TestRandomHistoriesAgreeWithTheMemoryStore(t *testing.T) {
	t.Parallel()
	for seed := range uint64(60) {
		inboxtest.Agree(t, seed, func(t *testing.T) inbox.Store {
			t.Helper()
			s := openQuick(t)
			if seed%2 == 1 {
				boltinbox.KeepFew(s, int(seed))
			}
			return s
		})
	}
}

// openQuick opens a store that spares itself the fsyncs.
func openQuick(t *testing.T) *boltinbox.Store {
	t.Helper()
	s, err := boltinbox.Open(filepath.Join(t.TempDir(), "events.db"), &boltinbox.Options{UnsafeNoSync: true})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

// openFew does the same, and its keys move to their buckets all the time.
func openFew(t *testing.T) *boltinbox.Store {
	t.Helper()
	s := openQuick(t)
	boltinbox.KeepFew(s, 2)
	return s
}
