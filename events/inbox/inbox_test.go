package inbox_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/inbox"
)

func TestAnAcceptedEventReachesItsHandler(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var got []events.Event[paystubs]
		r := start(t, nil, func(bus *events.Bus) {
			events.On(bus, paystubsAdded, func(_ context.Context, ev events.Event[paystubs]) error {
				got = append(got, ev)
				return nil
			})
		})
		require.NoError(t, r.box.Publish(t.Context(), genuine("ev_1", "acc_1")))
		synctest.Wait()
		require.Len(t, got, 1)
		require.Equal(t, canary, got[0].Data.Note)
		require.Equal(t, 1, got[0].Attempt)
		require.Equal(t, events.Verified, got[0].Trust)
		require.Equal(t, inbox.Done, r.only(t).State)
	})
}

func TestAFailureIsTriedAgainUntilItSucceeds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		tries := 0
		r := start(t, nil, func(bus *events.Bus) {
			events.On(bus.Named("ledger"), paystubsAdded, func(context.Context, events.Event[paystubs]) error {
				if tries++; tries < 5 {
					return errors.New("not yet")
				}
				return nil
			})
		})
		require.NoError(t, r.box.Publish(t.Context(), genuine("ev_1", "acc_1")))
		pass(time.Hour)
		require.Equal(t, 5, tries)
		require.Equal(t, inbox.Done, r.only(t).State)
		require.Len(t, r.seen.of(events.Scheduled), 4)
	})
}
