package boltinbox_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.etcd.io/bbolt"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/inbox"
	"github.com/linkhook/linkhook/events/inbox/boltinbox"
)

func arrival(id string) inbox.Arrival {
	return inbox.Arrival{
		Meta: events.Meta{ID: id, Kind: events.KindID{Provider: "acme", Stream: events.StreamWebhook, Name: "n"}},
		Keys: []inbox.Key{inbox.NewKey(id)},
		Body: []byte("body of " + id),
	}
}

func add(t testing.TB, s inbox.Store, ids ...string) {
	t.Helper()
	for _, id := range ids {
		_, err := s.Append(t.Context(), []inbox.Arrival{arrival(id)})
		require.NoError(t, err)
	}
}

func count(t testing.TB, s inbox.Store) int {
	t.Helper()
	list, err := s.List(t.Context(), inbox.Filter{Limit: 1 << 20})
	require.NoError(t, err)
	return len(list)
}

// TestMain of this package runs the file's owner in a child process when it is told to.
const ownerEnv = "BOLTINBOX_TEST_OWNER"

func TestOneProcessPerFileAndTheErrorNamesTheOther(t *testing.T) {
	t.Parallel()
	if path := os.Getenv(ownerEnv); path != "" {
		_, err := boltinbox.Open(path, &boltinbox.Options{LockTimeout: 10 * time.Millisecond})
		if !errors.Is(err, boltinbox.ErrInUse) {
			t.Fatalf("got %v", err)
		}
		t.Log(err)
		return
	}
	path := filepath.Join(t.TempDir(), "events.db")
	openAt(t, path)
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestOneProcessPerFileAndTheErrorNamesTheOther$", "-test.v") //nolint:gosec // this very test
	cmd.Env = append(os.Environ(), ownerEnv+"="+path)
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, string(out))
	require.Contains(t, string(out), fmt.Sprintf("(process %d)", os.Getpid()))
}

func TestTheFileIsForItsOwnerOnly(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "events.db")
	s := openAt(t, path)
	_, err := s.KeyWrapper()
	require.NoError(t, err)
	for _, name := range []string{path, path + ".key", path + ".pid"} {
		info, err := os.Stat(name)
		require.NoError(t, err)
		require.Equal(t, os.FileMode(0o600), info.Mode().Perm(), name)
	}
}

func TestAForeignOrNewerFileIsRefused(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "text")
	require.NoError(t, os.WriteFile(path, []byte("this is no database, and longer than a page needs not be"), 0o600))
	_, err := boltinbox.Open(path, nil)
	require.Error(t, err)

	path = filepath.Join(t.TempDir(), "newer.db")
	db, err := bbolt.Open(path, 0o600, nil)
	require.NoError(t, err)
	require.NoError(t, db.Update(func(tx *bbolt.Tx) error {
		b, err := tx.CreateBucket([]byte("meta"))
		if err != nil {
			return err
		}
		return b.Put([]byte("format"), []byte{99})
	}))
	require.NoError(t, db.Close())
	_, err = boltinbox.Open(path, nil)
	require.ErrorContains(t, err, "format")
}

// gathered returns when that many changes wait for the writer, however long their goroutines take.
func gathered(s *boltinbox.Store, n int) {
	for boltinbox.Waiting(s) != n {
		runtime.Gosched()
	}
}

func TestManyWritersShareACommit(t *testing.T) {
	t.Parallel()
	s := open(t)
	var commits int
	entered, release := make(chan struct{}), make(chan struct{})
	boltinbox.OnCommit(s, func(commit func() error) error {
		commits++
		if commits == 1 {
			close(entered)
			<-release // let the others gather
		}
		return commit()
	})
	const writers = 200
	var wg sync.WaitGroup
	wg.Go(func() { add(t, s, "first") })
	<-entered // it is alone in its commit
	for i := range writers - 1 {
		wg.Go(func() { add(t, s, fmt.Sprint(i)) })
	}
	gathered(s, writers-1)
	close(release)
	wg.Wait()
	require.Equal(t, 2, commits)
	require.Equal(t, writers, count(t, s))
}

func TestAfterAFailedCommitNothingIsWrittenUntilTheFileWasChecked(t *testing.T) {
	t.Parallel()
	for name, after := range map[string]bool{"the commit did not happen": false, "the commit happened and nobody was told": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := open(t)
			add(t, s, "before")
			broken := errors.New("input/output error")
			boltinbox.OnCommit(s, func(commit func() error) error {
				if after {
					if err := commit(); err != nil {
						return err
					}
				}
				return broken
			})
			_, err := s.Append(t.Context(), []inbox.Arrival{arrival("lost")})
			require.ErrorIs(t, err, inbox.ErrStoreFailed)
			require.ErrorIs(t, err, broken)
			boltinbox.OnCommit(s, func(commit func() error) error { return commit() })
			_, err = s.Append(t.Context(), []inbox.Arrival{arrival("refused")})
			require.ErrorIs(t, err, inbox.ErrStoreFailed)
			_, _, err = s.Claim(t.Context(), 1, time.Minute)
			require.ErrorIs(t, err, inbox.ErrStoreFailed)
			stats, err := s.Stats(t.Context())
			require.NoError(t, err)
			require.True(t, stats.Failed)

			require.NoError(t, s.Check(t.Context()))
			stats, err = s.Stats(t.Context())
			require.NoError(t, err)
			require.False(t, stats.Failed)
			_, err = s.Append(t.Context(), []inbox.Arrival{arrival("lost"), arrival("refused")})
			require.NoError(t, err)
			require.Equal(t, 3, count(t, s))
			claims, _, err := s.Claim(t.Context(), 10, time.Minute)
			require.NoError(t, err)
			require.Len(t, claims, 3)
		})
	}
}

func TestAClaimWhoseCommitSeemedToFailIsDueAgainAfterTheCheck(t *testing.T) {
	t.Parallel()
	s := open(t)
	add(t, s, "a", "b")
	kept, _, err := s.Claim(t.Context(), 1, time.Minute)
	require.NoError(t, err)
	boltinbox.OnCommit(s, func(commit func() error) error { return errors.Join(commit(), errors.New("EIO")) })
	_, _, err = s.Claim(t.Context(), 1, time.Minute)
	require.ErrorIs(t, err, inbox.ErrStoreFailed)
	boltinbox.OnCommit(s, func(commit func() error) error { return commit() })
	require.NoError(t, s.Check(t.Context()))
	claims, _, err := s.Claim(t.Context(), 10, time.Minute)
	require.NoError(t, err)
	require.Len(t, claims, 1)
	require.Equal(t, "b", claims[0].Meta.ID)
	require.NoError(t, s.Finish(t.Context(), kept[0].Ref(), inbox.Outcome{State: inbox.Done})) // its lease was kept
}

func TestOneChangeThatCannotBeMadeDoesNotFailTheOthersOfItsCommit(t *testing.T) {
	t.Parallel()
	s := open(t)
	hold, entered := make(chan struct{}), make(chan struct{})
	first := true
	boltinbox.OnCommit(s, func(commit func() error) error {
		if first {
			first = false
			close(entered)
			<-hold
		}
		return commit()
	})
	var wg sync.WaitGroup
	wg.Go(func() { add(t, s, "first") })
	<-entered
	var bad error
	wg.Go(func() { bad = s.Put(context.Background(), string(make([]byte, 1<<16)), []byte("v"), 0) }) // longer than a key may be
	for i := range 10 {
		wg.Go(func() { add(t, s, fmt.Sprint(i)) })
	}
	gathered(s, 11)
	close(hold)
	wg.Wait()
	require.Error(t, bad)
	require.NotErrorIs(t, bad, inbox.ErrStoreFailed)
	require.Equal(t, 11, count(t, s))
}

func TestCheckOfAHealthyStoreReportsNothing(t *testing.T) {
	t.Parallel()
	s := open(t)
	add(t, s, "a")
	require.NoError(t, s.Check(t.Context()))
	add(t, s, "b")
}

func TestAClockThatWasSetBackDoesNotDelayRetries(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "events.db")
	s := openAt(t, path)
	add(t, s, "a")
	claims, _, err := s.Claim(t.Context(), 1, time.Minute)
	require.NoError(t, err)
	require.NoError(t, s.Finish(t.Context(), claims[0].Ref(), inbox.Outcome{State: inbox.Ready, RetryIn: 50 * time.Millisecond}))
	boltinbox.Rewind(s, 24*time.Hour) // the file believes that it was written a day from now
	require.NoError(t, s.Close())
	s = openAt(t, path)
	for {
		claims, next, err := s.Claim(t.Context(), 1, time.Minute)
		require.NoError(t, err)
		if len(claims) == 1 {
			return
		}
		require.LessOrEqual(t, next, 50*time.Millisecond, "not a day")
		<-time.After(next)
	}
}

func TestCompactMakesTheFileSmallerAndKeepsEverything(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "events.db")
	s, err := boltinbox.Open(path, nil)
	require.NoError(t, err)
	ctx := inbox.At(t.Context(), time.Now())
	var batch []inbox.Arrival
	for i := range 2000 {
		a := arrival(fmt.Sprint(i))
		a.Body = make([]byte, 2000)
		batch = append(batch, a)
	}
	_, err = s.Append(ctx, batch)
	require.NoError(t, err)
	for done := 0; done < 1990; {
		claims, _, err := s.Claim(ctx, min(500, 1990-done), time.Hour)
		require.NoError(t, err)
		var wg sync.WaitGroup
		for _, c := range claims {
			wg.Go(func() {
				if err := s.Finish(ctx, c.Ref(), inbox.Outcome{State: inbox.Done}); err != nil {
					t.Errorf("Finish: %v", err)
				}
			})
		}
		wg.Wait()
		done += len(claims)
	}
	later := inbox.At(t.Context(), time.Now().Add(31*24*time.Hour))
	for {
		n, err := s.Prune(later, inbox.DefaultRetention(), 500)
		require.NoError(t, err)
		if n == 0 {
			break
		}
	}
	require.NoError(t, s.Close())
	before, err := os.Stat(path)
	require.NoError(t, err)

	s, err = boltinbox.Open(path, &boltinbox.Options{CompactOnOpen: true})
	require.NoError(t, err)
	defer func() { require.NoError(t, s.Close()) }()
	after, err := os.Stat(path)
	require.NoError(t, err)
	require.Less(t, after.Size(), before.Size()/10)
	require.Equal(t, 10, count(t, s))
	require.NoError(t, s.Check(t.Context()))
}

func TestCompactRefusesAFileInUse(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "events.db")
	openAt(t, path)
	require.ErrorIs(t, boltinbox.Compact(path), boltinbox.ErrInUse)
}

func TestCloseCommitsWhatWasBegun(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "events.db")
	s, err := boltinbox.Open(path, nil)
	require.NoError(t, err)
	var wg sync.WaitGroup
	var mu sync.Mutex
	stored := 0
	for i := range 100 {
		wg.Go(func() {
			if _, err := s.Append(context.Background(), []inbox.Arrival{arrival(fmt.Sprint(i))}); err == nil {
				mu.Lock()
				stored++
				mu.Unlock()
			}
		})
	}
	require.NoError(t, s.Close())
	wg.Wait()
	require.GreaterOrEqual(t, count(t, openAt(t, path)), stored)
}
