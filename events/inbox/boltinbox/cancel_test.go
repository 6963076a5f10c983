package boltinbox_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events/inbox"
	"github.com/linkhook/linkhook/events/inbox/boltinbox"
)

func TestACallerThatDoesNotWaitForTheCommitGetsNoResult(t *testing.T) {
	t.Parallel()
	for name, call := range map[string]func(ctx context.Context, s *boltinbox.Store) (any, error){
		"replay":  func(ctx context.Context, s *boltinbox.Store) (any, error) { return s.Replay(ctx, []int64{1}, true) },
		"discard": func(ctx context.Context, s *boltinbox.Store) (any, error) { return s.Discard(ctx, []int64{1}) },
		"prune": func(ctx context.Context, s *boltinbox.Store) (any, error) {
			return s.Prune(inbox.At(ctx, time.Now().Add(time.Hour)), inbox.DefaultRetention(), 10)
		},
		"swap": func(ctx context.Context, s *boltinbox.Store) (any, error) {
			return s.Swap(ctx, "key", []byte("value"), []byte("next"), 0)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := open(t)
			letter := arrival("letter")
			letter.DeadReason = "conflict"
			_, err := s.Append(t.Context(), []inbox.Arrival{letter})
			require.NoError(t, err)
			require.NoError(t, s.Put(t.Context(), "key", []byte("value"), time.Minute))

			entered, release := make(chan struct{}), make(chan struct{})
			first := sync.OnceFunc(func() { close(entered) })
			boltinbox.OnCommit(s, func(commit func() error) error {
				first()
				<-release
				return commit()
			})
			defer close(release)
			ctx, cancel := context.WithCancel(t.Context())
			go func() {
				<-entered // the change is made, and not committed
				cancel()
			}()
			result, err := call(ctx, s)
			require.ErrorIs(t, err, context.Canceled)
			require.Zero(t, result)
		})
	}
}
