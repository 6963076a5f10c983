package boltinbox_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/inbox"
)

// Each event is delivered fifty times, by fifty senders at once, while handlers run and keys move.
func TestAStormOfDuplicatesHasOneEffectForEachEvent(t *testing.T) {
	t.Parallel()
	for name, open := range map[string]func(*testing.T) inbox.Store{
		"bolt":   func(t *testing.T) inbox.Store { t.Helper(); return openFew(t) },
		"memory": func(*testing.T) inbox.Store { return inbox.NewMemory() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			storm(t, open(t))
		})
	}
}

func storm(t *testing.T, store inbox.Store) {
	t.Helper()
	const ids, times = 100, 50
	kind := events.Webhook[struct{}]("acme", "paystubs.added")
	var effects [ids]atomic.Int64
	var handled atomic.Int64
	all := make(chan struct{})
	bus := events.New()
	events.On(bus.Named("ledger"), kind, func(_ context.Context, ev events.Event[struct{}]) error {
		var id int
		if _, err := fmt.Sscanf(ev.ID, "ev_%d", &id); err != nil {
			return err
		}
		effects[id].Add(1)
		if handled.Add(1) == ids {
			close(all)
		}
		return nil
	})
	box := inbox.New(store, bus, &inbox.Options{MinFree: -1})
	ran := make(chan error, 1)
	go func() { ran <- box.Run(t.Context()) }()

	var senders sync.WaitGroup
	publish := func() {
		for id := range ids {
			env := events.Envelope{Meta: events.Meta{
				ID: fmt.Sprint("ev_", id), Kind: kind.ID(), Source: events.SourceWebhook, Trust: events.Verified,
				Subject: events.Subject{AccountID: fmt.Sprint("acc_", id%7)},
			}, Raw: []byte(`{}`)}
			if err := box.Publish(t.Context(), env); err != nil {
				t.Error(err)
			}
		}
	}
	for range times {
		senders.Go(publish)
	}
	senders.Wait()
	<-all
	publish() // once more, when all is done
	require.NoError(t, box.Shutdown(t.Context()))
	require.NoError(t, <-ran)
	for id := range effects {
		require.EqualValues(t, 1, effects[id].Load(), "event %d", id)
	}
	list, err := store.List(t.Context(), inbox.Filter{Limit: 2 * ids})
	require.NoError(t, err)
	require.Len(t, list, ids)
	for _, r := range list {
		require.Equal(t, inbox.Done, r.State)
	}
}
