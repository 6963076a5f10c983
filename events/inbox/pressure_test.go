package inbox_test

import (
	"context"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/inbox"
)

// slowStats is a store that takes its time to tell its figures.
type slowStats struct {
	*inbox.Memory

	tell chan struct{}
}

func (s slowStats) Stats(ctx context.Context) (inbox.Stats, error) {
	<-s.tell
	return s.Memory.Stats(ctx)
}

func TestTheFirstEventsAreTakenBeforeTheFiguresAreKnown(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		store := slowStats{inbox.NewMemory(), make(chan struct{})}
		box := inbox.New(store, events.New(), nil)
		first := make(chan error, 1)
		go func() { first <- box.Publish(t.Context(), genuine("ev_1", "acc_1")) }()
		synctest.Wait()
		require.NoError(t, box.Publish(t.Context(), genuine("ev_2", "acc_2")), "nobody has said yet that the disk is full")
		close(store.tell)
		require.NoError(t, <-first)
	})
}
