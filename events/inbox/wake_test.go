package inbox_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/inbox"
)

// shared is a store that other nodes share; it may tell of what they store.
type shared struct {
	inbox.Store

	wake chan struct{}
}

func (s *shared) Wake() <-chan struct{} { return s.wake }

func TestWhatAnotherNodeStoresIsHandledOnItsWakeOrWithTheNextPoll(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]time.Duration{"woken": 0, "the wake is lost": 2 * time.Second} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				store := &shared{Store: inbox.NewMemory(), wake: make(chan struct{}, 1)}
				opts := &inbox.Options{KeyWrapper: inbox.StaticKey(make([]byte, 32))}
				took := make(chan time.Time, 1)
				startOn(t, store, opts, func(bus *events.Bus) {
					on(bus, "ledger", func(events.Event[paystubs]) error { took <- time.Now(); return nil })
				})
				synctest.Wait()
				began := time.Now()
				other := inbox.New(store, events.New(), opts) // it does not run
				require.NoError(t, other.Publish(t.Context(), genuine("ev_1", "acc_1")))
				if want == 0 {
					store.wake <- struct{}{}
				}
				pass(time.Minute)
				require.Equal(t, want, (<-took).Sub(began))
			})
		})
	}
}
