package linkbridge_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/inbox"
	"github.com/linkhook/linkhook/linkbridge"
)

// correlating is a node: its bus takes what the node handles, its correlator publishes to the inbox that all nodes share.
type correlating struct {
	bus *events.Bus
	c   *linkbridge.Correlator
}

func newCorrelating(t *testing.T, store inbox.Store) *correlating {
	t.Helper()
	n := &correlating{bus: events.New()}
	n.c = linkbridge.NewCorrelator(n.bus, &linkbridge.CorrelatorOptions{Publisher: inbox.New(store, events.New(), nil), Logger: silent})
	t.Cleanup(n.stop)
	return n
}

func (n *correlating) stop() { _ = n.c.Close(context.Background()) } // it has nothing to wait for

func (n *correlating) sees(t *testing.T, env events.Envelope) {
	t.Helper()
	require.NoError(t, n.bus.Publish(t.Context(), env))
}

// found returns what the nodes have found out, in order.
func found(t *testing.T, store inbox.Store) []string {
	t.Helper()
	list, err := store.List(t.Context(), inbox.Filter{Limit: 1000})
	require.NoError(t, err)
	kinds := make([]string, len(list))
	for i, r := range list {
		kinds[i] = r.Meta.Kind.Name + " " + r.Meta.AccountID
	}
	return kinds
}

func TestAClaimAndItsWebhookFindEachOtherAcrossNodes(t *testing.T) {
	t.Parallel()
	for _, first := range []string{"claim", "webhook"} {
		t.Run(first+" first", func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				store := inbox.NewMemory()
				a, b := newCorrelating(t, store), newCorrelating(t, store)
				c, w := claim("pinwheel", "login", `{"accountId":"acc"}`), proof("pinwheel", "account.added", "acc")
				for range 2 { // a redelivery says nothing new
					if first == "claim" {
						a.sees(t, c)
						b.sees(t, w)
					} else {
						b.sees(t, w)
						a.sees(t, c)
					}
				}
				require.Equal(t, []string{"claim.confirmed acc"}, found(t, store))
				time.Sleep(time.Hour)
				require.Len(t, found(t, store), 1, "neither node says anything else about it")
			})
		})
	}
}

func TestWhatWaitsSurvivesARestart(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		store := inbox.NewMemory()
		before := newCorrelating(t, store)
		mine := proof("pinwheel", "account.added", "mine")
		other, late := claim("pinwheel", "login", `{"accountId":"late"}`), claim("pinwheel", "login", `{"accountId":"never"}`)
		other.LinkTokenID, other.EndUserID = "lt-late", "u-late"
		late.LinkTokenID, late.EndUserID = "lt-never", "u-never"
		native := proof("pinwheel", "account.added", "native")
		native.LinkTokenID, native.EndUserID = "lt-native", "u-native"
		for _, env := range []events.Envelope{claim("pinwheel", "login", `{"accountId":"mine"}`), mine, other, late, native} {
			before.sees(t, env)
		}
		before.stop()
		time.Sleep(5 * time.Minute)

		after := newCorrelating(t, store)
		w := proof("pinwheel", "account.added", "late")
		w.LinkTokenID, w.EndUserID = "lt-late", "u-late"
		after.sees(t, w)
		after.sees(t, mine)
		require.Equal(t, []string{"claim.confirmed mine", "claim.confirmed late"}, found(t, store))
		time.Sleep(12 * time.Minute)
		require.ElementsMatch(t, []string{"claim.unconfirmed ", "webhook.unclaimed native"}, found(t, store)[2:])
		time.Sleep(time.Hour)
		require.Len(t, found(t, store), 4)
	})
}

func TestAHostThatWasDownForHoursStillDecides(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		store := inbox.NewMemory()
		before := newCorrelating(t, store)
		before.sees(t, claim("pinwheel", "login", `{"accountId":"acc"}`))
		other := proof("pinwheel", "account.added", "other")
		before.sees(t, other)
		before.stop()
		time.Sleep(20 * time.Hour)
		newCorrelating(t, store)
		time.Sleep(2 * time.Minute)
		require.Equal(t, []string{"claim.contradicted other"}, found(t, store), "they were there at the same time")
		time.Sleep(48 * time.Hour)
		require.Len(t, found(t, store), 1)
		left, err := store.Scan(t.Context(), "claim/", "", 10)
		require.NoError(t, err)
		require.Empty(t, left, "records end")
	})
}

func TestAClaimIsContradictedAcrossNodes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		store := inbox.NewMemory()
		a, b := newCorrelating(t, store), newCorrelating(t, store)
		a.sees(t, claim("pinwheel", "login", `{"accountId":"mine"}`))
		b.sees(t, proof("pinwheel", "account.added", "theirs"))
		time.Sleep(10 * time.Minute)
		require.Equal(t, []string{"claim.contradicted theirs"}, found(t, store))
		b.sees(t, proof("pinwheel", "account.added", "mine"))
		time.Sleep(time.Hour)
		require.Equal(t, []string{"claim.contradicted theirs", "claim.confirmed mine"}, found(t, store), "late, but proven")
	})
}

// TestNodesThatGetBothSidesAtOnceMissNothing delivers claims and webhooks to two nodes at the same time.
func TestNodesThatGetBothSidesAtOnceMissNothing(t *testing.T) {
	t.Parallel()
	store := inbox.NewMemory()
	a, b := newCorrelating(t, store), newCorrelating(t, store)
	const rounds = 100
	for range rounds {
		c, w := claim("pinwheel", "login", `{"accountId":"acc"}`), proof("pinwheel", "account.added", "acc")
		c.LinkTokenID = freshID()
		w.LinkTokenID = c.LinkTokenID
		c.EndUserID, w.EndUserID = "", ""
		var both sync.WaitGroup
		errs := make([]error, 2)
		both.Go(func() { errs[0] = a.bus.Publish(t.Context(), c) })
		both.Go(func() { errs[1] = b.bus.Publish(t.Context(), w) })
		both.Wait()
		require.NoError(t, errors.Join(errs...))
	}
	list := found(t, store)
	require.Len(t, list, rounds)
	for _, kind := range list {
		require.Equal(t, "claim.confirmed acc", kind)
	}
}

// brittle is a store of claims that can fail.
type brittle struct {
	*inbox.Inbox

	mu  sync.Mutex
	err error
}

func (b *brittle) fail(err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.err = err
}

func (b *brittle) failure() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.err
}

func (b *brittle) KeepClaim(ctx context.Context, key string, record []byte, ttl time.Duration) error {
	if err := b.failure(); err != nil {
		return err
	}
	return b.Inbox.KeepClaim(ctx, key, record, ttl)
}

func (b *brittle) Claims(ctx context.Context, prefix string, fn func(string, []byte)) error {
	if err := b.failure(); err != nil {
		return err
	}
	return b.Inbox.Claims(ctx, prefix, fn)
}

func TestACorrelatorWhoseStoreFailsTriesAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		store := inbox.NewMemory()
		box := &brittle{Inbox: inbox.New(store, events.New(), nil)}
		bus := events.New()
		c := linkbridge.NewCorrelator(bus, &linkbridge.CorrelatorOptions{Publisher: box, Logger: silent})
		t.Cleanup(func() { require.NoError(t, c.Close(context.Background())) })
		down := errors.New("down")
		box.fail(down)
		env := claim("pinwheel", "login", `{"accountId":"acc"}`)
		require.ErrorIs(t, bus.Publish(t.Context(), env), down, "an inbox runs the handler again")
		box.fail(nil)
		require.NoError(t, bus.Publish(t.Context(), env))
		box.fail(down)
		time.Sleep(20 * time.Minute)
		require.Empty(t, found(t, store), "nothing is decided without knowing what other nodes know")
		box.fail(nil)
		time.Sleep(time.Minute)
		require.Equal(t, []string{"claim.unconfirmed "}, found(t, store))
	})
}
