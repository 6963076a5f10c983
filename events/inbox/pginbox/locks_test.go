package pginbox_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/linkhook/linkhook/events/inbox"
	"github.com/linkhook/linkhook/events/inbox/pginbox"
)

// crowd is what workers of several nodes do to a few events, all at once and in orders of their own.
type crowd struct {
	*rand.Rand

	store *pginbox.Store
}

const crowdEvents = 24

// delivery makes one of a few events: a real one, its redelivery, another body under its keys, or what the reconciler makes
// of its job.
func (c crowd) delivery() inbox.Arrival {
	n := c.IntN(crowdEvents)
	a := arrival(fmt.Sprint("ev", n), fmt.Sprint("acc", n%5))
	a.Meta.LinkTokenID = fmt.Sprint("job", n)
	a.Correlation = key("job", n)
	subject := c.IntN(6)
	a.Entry = &inbox.Entry{Key: fmt.Sprint("dk/", subject), Value: fmt.Append(nil, "key of ", subject)}
	a.CreateEntry = c.IntN(2) == 0
	if c.IntN(3) == 0 {
		a.Keys, a.Digest, a.Synthetic = []inbox.Key{key("made", n)}, [32]byte{}, true
		return a
	}
	body := fmt.Append(nil, n, c.IntN(2)*c.IntN(2)) // one in four differs
	a.Keys = []inbox.Key{key("id", n), key("seq", crowdEvents-n)}
	a.Digest, a.Body = sha256.Sum256(body), body
	a.ConflictKey = key("conflict", n, string(body))
	a.Rerun = c.IntN(2) == 0
	return a
}

// some returns ids of stored events in no order.
func (c crowd) some(ctx context.Context) ([]int64, error) {
	list, err := c.store.List(ctx, inbox.Filter{})
	ids := make([]int64, len(list))
	for i := range list {
		ids[i] = list[i].ID
	}
	c.Shuffle(len(ids), func(i, j int) { ids[i], ids[j] = ids[j], ids[i] })
	return ids[:c.IntN(len(ids)+1)], err
}

func (c crowd) deliver(ctx context.Context) error {
	batch := make([]inbox.Arrival, 1+c.IntN(16))
	for i := range batch {
		batch[i] = c.delivery()
	}
	_, err := c.store.Append(ctx, batch)
	return err
}

// work claims events and ends their leases in one go.
func (c crowd) work(ctx context.Context) error {
	claims, _, err := c.store.Claim(ctx, 1+c.IntN(8), time.Minute)
	if err != nil {
		return err
	}
	var g errgroup.Group
	for _, i := range c.Perm(len(claims)) {
		state := []inbox.State{inbox.Done, inbox.Dead, inbox.Ready}[c.IntN(3)]
		g.Go(func() error {
			err := c.store.Finish(ctx, claims[i].Ref(), inbox.Outcome{State: state})
			if errors.Is(err, inbox.ErrLeaseLost) { // it was erased
				return nil
			}
			return err
		})
	}
	return g.Wait()
}

func (c crowd) replay(ctx context.Context) error {
	ids, err := c.some(ctx)
	if err == nil {
		_, err = c.store.Replay(ctx, ids, c.IntN(2) == 0)
	}
	return err
}

func (c crowd) discard(ctx context.Context) error {
	ids, err := c.some(ctx)
	if err == nil {
		_, err = c.store.Discard(ctx, ids)
	}
	return err
}

func (c crowd) prune(ctx context.Context) error {
	age := time.Duration(1+c.IntN(50)) * time.Millisecond
	_, err := c.store.Prune(ctx, inbox.Retention{Bodies: age, Events: 2 * age, Dead: 2 * age}, 1+c.IntN(crowdEvents))
	return err
}

func (c crowd) erase(ctx context.Context) error {
	ids, err := c.some(ctx)
	if err != nil {
		return err
	}
	var entries []string
	for _, subject := range c.Perm(6)[:c.IntN(7)] {
		entries = append(entries, fmt.Sprint("dk/", subject))
	}
	return c.store.Erase(ctx, ids[:len(ids)/4], entries)
}

// rollbacks counts what stores report of deadlocks that the database broke.
type rollbacks struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (r *rollbacks) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if bytes.Contains(p, []byte("40P01")) {
		r.text.Write(p)
	}
	return len(p), nil
}

func (r *rollbacks) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.String()
}

func TestNodesDoNotLockEachOtherOut(t *testing.T) {
	t.Parallel()
	pool, schema := database(t)
	reports := &rollbacks{}
	var g errgroup.Group
	for n := range uint64(3) {
		store, err := pginbox.Open(t.Context(), pool, &pginbox.Options{
			Schema: schema, Logger: slog.New(slog.NewTextHandler(reports, nil)),
		})
		require.NoError(t, err)
		defer func() { require.NoError(t, store.Close()) }()
		for i, do := range []func(crowd, context.Context) error{
			crowd.deliver, crowd.deliver, crowd.deliver, crowd.work, crowd.replay, crowd.discard, crowd.prune, crowd.erase,
		} {
			c := crowd{rand.New(rand.NewPCG(n, uint64(i))), store}
			g.Go(func() error {
				for range 20 {
					if err := do(c, t.Context()); err != nil {
						return err
					}
				}
				return nil
			})
		}
	}
	require.NoError(t, g.Wait())
	require.Empty(t, reports.String(), "every multi-row lock is taken in one order")

	name := pgx.Identifier{schema}.Sanitize()
	for what, query := range map[string]string{
		"events stored twice": `select count(*) from (select 1 from ` + name + `.events where state <> 7 and not synthetic
			group by digest, conflict_of <> 0 having count(*) > 1) as twice`,
		"synthetic events stored twice": `select count(*) from (select 1 from ` + name + `.events where state <= 5 and synthetic
			group by link_token_id having count(*) > 1) as twice`,
		"keys of events that are gone": `select count(*) from ` + name + `.keys k
			where not exists (select from ` + name + `.events e where e.id = k.event_id)`,
	} {
		var n int
		require.NoError(t, pool.QueryRow(t.Context(), query).Scan(&n))
		require.Zero(t, n, what)
	}
}
