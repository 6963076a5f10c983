package pginbox_test

import (
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/linkhook/linkhook/events/inbox"
)

func TestEndsThatShareACommitAreJudgedOneByOne(t *testing.T) {
	t.Parallel()
	s, _, _ := open(t)
	const n = 100
	batch := make([]inbox.Arrival, n)
	for i := range batch {
		batch[i] = arrival(fmt.Sprint("e", i), fmt.Sprint("lane", i))
	}
	_, err := s.Append(t.Context(), batch)
	require.NoError(t, err)
	claims, _, err := s.Claim(t.Context(), n, time.Minute)
	require.NoError(t, err)
	require.Len(t, claims, n)

	var ended, lost atomic.Int64
	var g errgroup.Group
	for i := range 2 * n { // every lease is ended twice
		g.Go(func() error {
			name := fmt.Sprint("handler", i%n)
			err := s.Finish(t.Context(), claims[i%n].Ref(), inbox.Outcome{
				State: inbox.Done, Handlers: []inbox.HandlerResult{{Name: name}},
			})
			switch {
			case err == nil:
				ended.Add(1)
			case errors.Is(err, inbox.ErrLeaseLost):
				lost.Add(1)
			default:
				return err
			}
			return nil
		})
	}
	require.NoError(t, g.Wait())
	require.EqualValues(t, n, ended.Load())
	require.EqualValues(t, n, lost.Load())
	for i := range claims {
		r, err := s.Find(t.Context(), claims[i].ID)
		require.NoError(t, err)
		require.Equal(t, inbox.Done, r.State)
		require.Equal(t, []inbox.HandlerResult{{Name: fmt.Sprint("handler", i)}}, r.Handlers)
	}
}
