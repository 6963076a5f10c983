package pginbox_test

import (
	"context"
	"crypto/sha256"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/inbox"
	"github.com/linkhook/linkhook/events/inbox/pginbox"
)

func key(parts ...any) inbox.Key {
	sum := sha256.Sum256([]byte(fmt.Sprint(parts...)))
	return inbox.Key(sum[:16])
}

func arrival(id, orderKey string) inbox.Arrival {
	return inbox.Arrival{
		Meta: events.Meta{
			ID:      id,
			Kind:    events.KindID{Provider: "acme", Stream: events.StreamWebhook, Name: "thing.happened"},
			Subject: events.Subject{AccountID: orderKey},
		},
		OrderKey: orderKey,
		Keys:     []inbox.Key{key(id)},
		Digest:   sha256.Sum256([]byte(id)),
		Body:     []byte(id),
	}
}

func TestTwoNodesStoreOneOfTwins(t *testing.T) {
	t.Parallel()
	a, pool, schema := open(t)
	b := node(t, pool, schema)
	const n = 200
	var mu sync.Mutex
	stored := map[string]int{}
	var g errgroup.Group
	for i := range n {
		for _, store := range []*pginbox.Store{a, b} {
			g.Go(func() error {
				id := fmt.Sprintf("e%d", i)
				out, err := store.Append(t.Context(), []inbox.Arrival{arrival(id, ""), arrival(fmt.Sprintf("e%d", n-i), "")})
				if err != nil {
					return err
				}
				mu.Lock()
				defer mu.Unlock()
				for j, name := range []string{id, fmt.Sprintf("e%d", n-i)} {
					if out[j].Disposition == inbox.Stored {
						stored[name]++
					}
				}
				return nil
			})
		}
	}
	require.NoError(t, g.Wait())
	require.Len(t, stored, n+1)
	for id, times := range stored {
		require.Equal(t, 1, times, id)
	}
}

func TestTwoNodesNeverLeaseOneOrderKeyTwice(t *testing.T) {
	t.Parallel()
	pool, schema := database(t)
	neverTwice(t, pool, schema)
}

func TestStrictIsolationOfTheHostsPoolChangesNothing(t *testing.T) {
	t.Parallel()
	plain, schema := database(t)
	cfg := plain.Config().Copy()
	cfg.ConnConfig.RuntimeParams["default_transaction_isolation"] = "serializable"
	pool, err := pgxpool.NewWithConfig(t.Context(), cfg)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	neverTwice(t, pool, schema)
}

// neverTwice lets workers of two nodes claim the events of a few order keys.
func neverTwice(t *testing.T, pool *pgxpool.Pool, schema string) {
	t.Helper()
	a, b := node(t, pool, schema), node(t, pool, schema)
	const lanes, per = 5, 30
	for i := range per {
		var batch []inbox.Arrival
		for lane := range lanes {
			batch = append(batch, arrival(fmt.Sprintf("%d-%d", lane, i), fmt.Sprintf("lane%d", lane)))
		}
		_, err := a.Append(t.Context(), batch)
		require.NoError(t, err)
	}
	var mu sync.Mutex
	held, last, total := map[string]bool{}, map[string]int64{}, 0
	var g errgroup.Group
	for worker := range 6 {
		store := []*pginbox.Store{a, b}[worker%2]
		g.Go(func() error {
			for {
				claims, _, err := store.Claim(t.Context(), 3, time.Minute)
				if err != nil {
					return err
				}
				mu.Lock()
				for i := range claims {
					if held[claims[i].OrderKey] || last[claims[i].OrderKey] > claims[i].ID {
						mu.Unlock()
						return fmt.Errorf("%s is out of order or held twice", claims[i].Meta.ID)
					}
					held[claims[i].OrderKey], last[claims[i].OrderKey] = true, claims[i].ID
				}
				mu.Unlock()
				for i := range claims {
					mu.Lock()
					held[claims[i].OrderKey] = false
					total++
					mu.Unlock()
					if err := store.Finish(t.Context(), claims[i].Ref(), inbox.Outcome{State: inbox.Done}); err != nil {
						return err
					}
				}
				mu.Lock()
				done := total == lanes*per
				mu.Unlock()
				if done {
					return nil
				}
			}
		})
	}
	require.NoError(t, g.Wait())
	require.Equal(t, lanes*per, total)
}

func TestWakeReachesOtherNodes(t *testing.T) {
	t.Parallel()
	a, pool, schema := open(t)
	b := node(t, pool, schema)
	<-b.Wake() // it listens
	_, err := a.Append(t.Context(), []inbox.Arrival{arrival("e", "")})
	require.NoError(t, err)
	select {
	case <-b.Wake():
	case <-time.After(5 * time.Minute):
		t.Fatal("the other node was not woken")
	}
}

func TestTextThatPostgresCannotHold(t *testing.T) {
	t.Parallel()
	s, _, _ := open(t)
	n := arrival("nul", "a\x00b")
	n.Meta.Kind.Name, n.Meta.EndUserID = "odd\x00name", "user\x00"
	out, err := s.Append(t.Context(), []inbox.Arrival{n, arrival("plain", "")})
	require.NoError(t, err)
	require.Equal(t, inbox.Stored, out[0].Disposition)
	r, err := s.Find(t.Context(), out[0].ID)
	require.NoError(t, err)
	require.Equal(t, n.Meta.EndUserID, r.Meta.EndUserID)
	found, err := s.List(t.Context(), inbox.Filter{Subject: events.Subject{EndUserID: "user\x00"}})
	require.NoError(t, err)
	require.Len(t, found, 1)
	found, err = s.List(t.Context(), inbox.Filter{Subject: events.Subject{EndUserID: "user\uFFFD"}})
	require.NoError(t, err)
	require.Empty(t, found)
}

func TestAppendWaitsNoLongerThanItsContext(t *testing.T) {
	t.Parallel()
	s, _, _ := open(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := s.Append(ctx, []inbox.Arrival{arrival("e", "")})
	require.ErrorIs(t, err, context.Canceled)
}

func TestClosedStore(t *testing.T) {
	t.Parallel()
	s, _, _ := open(t)
	require.NoError(t, s.Close())
	require.NoError(t, s.Close())
	_, err := s.Append(t.Context(), []inbox.Arrival{arrival("e", "")})
	require.ErrorIs(t, err, inbox.ErrStoreClosed)
	_, _, err = s.Claim(t.Context(), 1, time.Second)
	require.ErrorIs(t, err, inbox.ErrStoreClosed)
}
