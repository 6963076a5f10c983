package boltinbox_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.etcd.io/bbolt"

	"github.com/linkhook/linkhook/events/inbox"
	"github.com/linkhook/linkhook/events/inbox/boltinbox"
)

// correlated makes an event that has a twin.
func correlated(i int) inbox.Arrival {
	a := arrival(fmt.Sprint("ev_", i))
	a.Correlation = inbox.NewKey("job", a.Meta.ID)
	a.Digest = [32]byte{1}
	return a
}

// ask appends a batch of events from lowest to highest and requires the same disposition of all.
func ask(t *testing.T, s inbox.Store, from, to int, want inbox.Disposition) {
	t.Helper()
	batch := make([]inbox.Arrival, 0, to-from)
	for i := from; i < to; i++ {
		batch = append(batch, correlated(i))
	}
	results, err := s.Append(t.Context(), batch)
	require.NoError(t, err)
	for i, r := range results {
		require.Equal(t, want, r.Disposition, "event %d", from+i)
		require.EqualValues(t, from+i+1, r.ID)
	}
}

func TestNoKeyIsForgottenWhileItMovesNorOverARestart(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "events.db")
	const step, steps = 40, 50
	s, err := boltinbox.Open(path, &boltinbox.Options{UnsafeNoSync: true})
	require.NoError(t, err)
	boltinbox.KeepFew(s, 10*step)
	moved := false
	for i := range steps {
		ask(t, s, i*step, (i+1)*step, inbox.Stored)
		ask(t, s, i/2*step, (i/2+1)*step, inbox.Duplicate)
		moved = moved || boltinbox.Fresh(s) < 2*(i+1)*step
		if i%7 == 6 {
			require.NoError(t, s.Close())
			s, err = boltinbox.Open(path, &boltinbox.Options{UnsafeNoSync: true})
			require.NoError(t, err)
			boltinbox.KeepFew(s, 10*step)
		}
	}
	require.True(t, moved)
	ask(t, s, 0, steps*step, inbox.Duplicate)
	synthetic := correlated(3)
	synthetic.Keys, synthetic.Synthetic = nil, true
	results, err := s.Append(t.Context(), []inbox.Arrival{synthetic})
	require.NoError(t, err)
	require.Equal(t, inbox.Appended{Disposition: inbox.Duplicate, ID: 4}, results[0], "its twin is known")
	require.NoError(t, s.Close())
}

func TestKeysThatRetentionFreedAreFreeWhereverTheyWere(t *testing.T) {
	t.Parallel()
	s := openQuick(t)
	boltinbox.KeepFew(s, 64)
	const n = 400
	ask(t, s, 0, n, inbox.Stored)
	for claimed := 0; claimed < n; {
		claims, _, err := s.Claim(t.Context(), n, time.Minute)
		require.NoError(t, err)
		claimed += len(claims)
		for _, c := range claims {
			require.NoError(t, s.Finish(t.Context(), c.Ref(), inbox.Outcome{State: inbox.Done}))
		}
	}
	later := inbox.At(t.Context(), time.Now().Add(365*24*time.Hour))
	for {
		pruned, err := s.Prune(later, inbox.DefaultRetention(), 50)
		require.NoError(t, err)
		if pruned == 0 {
			break
		}
	}
	require.Zero(t, count(t, s))
	batch := make([]inbox.Arrival, 0, n)
	for i := range n {
		batch = append(batch, correlated(i))
	}
	results, err := s.Append(t.Context(), batch)
	require.NoError(t, err)
	for _, r := range results {
		require.Equal(t, inbox.Stored, r.Disposition)
	}
}

func TestAKeyOfACommitThatFailedIsNotTaken(t *testing.T) {
	t.Parallel()
	s := open(t)
	failed := errors.New("the disk")
	boltinbox.OnCommit(s, func(func() error) error { return failed })
	_, err := s.Append(t.Context(), []inbox.Arrival{arrival("ev")})
	require.ErrorIs(t, err, inbox.ErrStoreFailed)
	boltinbox.OnCommit(s, func(commit func() error) error { return commit() })
	require.NoError(t, s.Check(t.Context()))
	results, err := s.Append(t.Context(), []inbox.Arrival{arrival("ev")})
	require.NoError(t, err)
	require.Equal(t, inbox.Stored, results[0].Disposition)
}

// alter changes the closed file at path.
func alter(t *testing.T, path, bucket string, key, value []byte) {
	t.Helper()
	db, err := bbolt.Open(path, 0o600, nil)
	require.NoError(t, err)
	require.NoError(t, db.Update(func(tx *bbolt.Tx) error { return tx.Bucket([]byte(bucket)).Put(key, value) }))
	require.NoError(t, db.Close())
}

func TestKeysThatCannotBeReadAreFoundWhenTheFileIsOpened(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "events.db")
	s, err := boltinbox.Open(path, nil)
	require.NoError(t, err)
	add(t, s, "ev")
	require.NoError(t, s.Close())
	alter(t, path, "fresh", []byte{0, 0, 0, 0, 0, 0, 0, 9}, []byte("torn"))
	_, err = boltinbox.Open(path, nil)
	require.ErrorIs(t, err, inbox.ErrCorrupt)
}

func TestACallerWhoseContextEndsDoesNotWaitForACommitThatHangs(t *testing.T) {
	t.Parallel()
	s := open(t)
	entered, release := make(chan struct{}), make(chan struct{})
	first := true
	boltinbox.OnCommit(s, func(commit func() error) error {
		if first {
			first = false
			close(entered)
			<-release
		}
		return commit()
	})
	ctx, cancel := context.WithCancel(t.Context())
	answer := make(chan error, 2)
	one := func() {
		_, err := s.Append(ctx, []inbox.Arrival{arrival("in the commit")})
		answer <- err
	}
	go one()
	<-entered
	go func() { answer <- s.Put(ctx, "behind it", []byte("v"), 0) }()
	cancel()
	require.ErrorIs(t, <-answer, context.Canceled)
	require.ErrorIs(t, <-answer, context.Canceled)
	close(release)
	add(t, s, "later")
	require.Equal(t, 2, count(t, s), "what was begun is done all the same")
}
