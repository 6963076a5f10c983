package pginbox_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/inbox"
	"github.com/linkhook/linkhook/events/inbox/pginbox"
)

const (
	benchBody     = 2 << 10
	benchAccounts = 1000
	benchWriters  = 256
	benchConns    = 48 // of the server's usual 100
)

// fsyncCost returns how long this machine's disk takes for one fsync of a page, the median of 50.
func fsyncCost(b *testing.B) time.Duration {
	b.Helper()
	f, err := os.Create(filepath.Join(b.TempDir(), "fsync"))
	require.NoError(b, err)
	page := make([]byte, 4096)
	var took []time.Duration
	for range 50 {
		_, err := f.WriteAt(page, 0)
		require.NoError(b, err)
		began := time.Now()
		require.NoError(b, f.Sync())
		took = append(took, time.Since(began))
	}
	require.NoError(b, f.Close())
	slices.Sort(took)
	return took[len(took)/2]
}

// incoming makes the i-th event, of one of a thousand accounts.
func incoming(i int) inbox.Arrival {
	a := arrival(fmt.Sprint("ev_", i), fmt.Sprint("acc_", i%benchAccounts))
	a.Body = make([]byte, benchBody)
	return a
}

// busy returns a pool with many connections and the schema of an open store.
func busy(b *testing.B) (*pgxpool.Pool, string) {
	b.Helper()
	small, schema := database(b)
	cfg := small.Config().Copy()
	cfg.MaxConns = benchConns
	pool, err := pgxpool.NewWithConfig(b.Context(), cfg)
	require.NoError(b, err)
	b.Cleanup(pool.Close)
	return pool, schema
}

// write runs b.N writes in many goroutines and reports rate and latency.
func write(b *testing.B, one func(i int) error) {
	b.Helper()
	b.ReportAllocs()
	var next atomic.Int64
	took := make([]time.Duration, b.N)
	var wg sync.WaitGroup
	b.ResetTimer()
	for range benchWriters {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < b.N; i = int(next.Add(1)) - 1 {
				began := time.Now()
				if err := one(i); err != nil {
					b.Error(err)
					return
				}
				took[i] = time.Since(began)
			}
		})
	}
	wg.Wait()
	b.StopTimer()
	slices.Sort(took)
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
	b.ReportMetric(float64(fsyncCost(b).Microseconds()), "fsync-µs")
}

// BenchmarkAppend stores events of 256 goroutines, gathered into few commits.
func BenchmarkAppend(b *testing.B) {
	pool, schema := busy(b)
	s := node(b, pool, schema)
	write(b, func(i int) error {
		_, err := s.Append(context.Background(), []inbox.Arrival{incoming(i)})
		return err
	})
}

// BenchmarkOneInsertPerEvent is the same without gathering: each event in a statement of its own, into the same tables, over
// as many connections as the server bears.
func BenchmarkOneInsertPerEvent(b *testing.B) {
	pool, schema := busy(b)
	node(b, pool, schema)
	name := pgx.Identifier{schema}.Sanitize()
	insert := `with one as (insert into ` + name + `.keys (key, event_id) values ($1, nextval('` + name + `.event_ids'))
		on conflict do nothing returning event_id)
		insert into ` + name + `.events (id, state, meta, provider, kind, order_key, account_id, end_user_id, link_token_id,
		session, stored_at, since, due_at, digest, size, body)
		select event_id, 1, $2, $3, $4, $5, $6, '', '', '', now(), current_timestamp, now(), $7, length($8::bytea), $8::bytea from one`
	write(b, func(i int) error {
		a := incoming(i)
		meta, err := json.Marshal(a.Meta)
		if err != nil {
			return err
		}
		_, err = pool.Exec(context.Background(), insert, a.Keys[0][:], meta, a.Meta.Kind.Provider, a.Meta.Kind.String(),
			a.OrderKey, a.Meta.AccountID, a.Digest[:], a.Body)
		return err
	})
}

// BenchmarkHandled runs one handler for each of b.N events that are stored already, one at a time for each of a thousand
// accounts: one that writes nothing, and one that writes in the transaction that it is offered.
func BenchmarkHandled(b *testing.B) {
	b.Run("plain", func(b *testing.B) {
		pool, schema := busy(b)
		handle(b, pool, schema, func(context.Context, events.Event[struct{}]) error { return nil })
	})
	b.Run("tx", func(b *testing.B) {
		pool, schema := busy(b)
		_, err := pool.Exec(b.Context(), "create schema "+pgx.Identifier{schema}.Sanitize())
		require.NoError(b, err)
		table := pgx.Identifier{schema, "effects"}.Sanitize()
		_, err = pool.Exec(b.Context(), "create table "+table+" (event text)")
		require.NoError(b, err)
		handle(b, pool, schema, pginbox.InTx(func(ctx context.Context, tx pgx.Tx, ev events.Event[struct{}]) error {
			_, err := tx.Exec(ctx, "insert into "+table+" values ($1)", ev.ID)
			return err
		}))
	})
}

func handle(b *testing.B, pool *pgxpool.Pool, schema string, fn func(context.Context, events.Event[struct{}]) error) {
	b.Helper()
	s := node(b, pool, schema)
	bus := events.New()
	var handled atomic.Int64
	all := make(chan struct{})
	events.On(bus.Named("ledger"), events.Webhook[struct{}]("acme", "thing.happened"),
		func(ctx context.Context, ev events.Event[struct{}]) error {
			if err := fn(ctx, ev); err != nil {
				return err
			}
			if handled.Add(1) == int64(b.N) {
				close(all)
			}
			return nil
		})
	keys := inbox.StaticKey(make([]byte, 32))
	payload := []byte(`{"x":"` + strings.Repeat("x", benchBody) + `"}`)
	box := inbox.New(s, bus, &inbox.Options{Workers: benchWriters, KeyWrapper: keys})
	var wg sync.WaitGroup
	for w := range benchWriters {
		wg.Go(func() {
			for i := w; i < b.N; i += benchWriters {
				a := incoming(i)
				if err := box.Publish(context.Background(), events.Envelope{Meta: a.Meta, Raw: payload}); err != nil {
					b.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if b.Failed() {
		b.FailNow()
	}
	ctx, cancel := context.WithCancel(b.Context())
	done := make(chan error, 1)
	b.ReportAllocs()
	b.ResetTimer()
	go func() { done <- box.Run(ctx) }()
	<-all
	b.StopTimer()
	require.NoError(b, box.Shutdown(b.Context()))
	require.NoError(b, <-done)
	cancel()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "handled/s")
	b.ReportMetric(float64(fsyncCost(b).Microseconds()), "fsync-µs")
}
