package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/pinwheel"
	"github.com/linkhook/linkhook/router/routertest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const secret = "the secret of the test"

var schemas atomic.Int64

// database returns a pool whose tables are in a schema of the test's own.
func database(t *testing.T) (*pgxpool.Pool, string) {
	t.Helper()
	url := os.Getenv("LINKHOOK_PG_URL")
	if url == "" {
		if os.Getenv("LINKHOOK_CI") == "1" {
			t.Fatal("LINKHOOK_PG_URL names no PostgreSQL database")
		}
		t.Skip("set LINKHOOK_PG_URL to a PostgreSQL database to run the tests of this example")
	}
	schema := fmt.Sprintf("linkhook_example_%d_%d", os.Getpid(), schemas.Add(1))
	cfg, err := pgxpool.ParseConfig(url)
	require.NoError(t, err)
	cfg.ConnConfig.RuntimeParams["search_path"] = schema
	pool, err := pgxpool.NewWithConfig(t.Context(), cfg)
	require.NoError(t, err)
	name := pgx.Identifier{schema}.Sanitize()
	_, err = pool.Exec(t.Context(), "create schema "+name)
	require.NoError(t, err)
	t.Cleanup(func() {
		_, err := pool.Exec(context.Background(), "drop schema "+name+" cascade")
		require.NoError(t, err)
		pool.Close()
	})
	return pool, schema
}

// start starts a node of the program.
func start(t *testing.T, pool *pgxpool.Pool, books *ledger, schema string) *app {
	t.Helper()
	a, err := newApp(t.Context(), pool, books, config{
		secret: secret, key: make([]byte, 32), schema: schema, log: slog.New(slog.DiscardHandler),
	})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, a.close(context.Background())) })
	return a
}

// send posts a batch of one paystub and returns the status.
func send(t *testing.T, a *app, id, account string) int {
	t.Helper()
	data := routertest.Sample(t, pinwheel.PaystubsAdded)
	data.AccountID, data.Outcome = account, pinwheel.OutcomeSuccess
	data.Added, data.Deleted = []pinwheel.Item{{ID: "paystub"}}, nil
	webhooks := pinwheel.NewWebhooks(events.Keys(secret), nil)
	return routertest.SendWith(t, a.handler(), webhooks, pinwheel.PaystubsAdded, data,
		routertest.Delivery{Path: hookPath, Meta: events.Meta{ID: id}}).Code
}

// settled waits until nothing is left to handle.
func settled(t *testing.T, a *app) {
	t.Helper()
	require.Eventually(t, func() bool {
		s, err := a.box.Stats(t.Context())
		return err == nil && s.Backlog() == 0
	}, 5*time.Minute, 20*time.Millisecond)
}

func count(t *testing.T, pool *pgxpool.Pool, sql string) (n int) {
	t.Helper()
	require.NoError(t, pool.QueryRow(t.Context(), sql).Scan(&n))
	return n
}

func TestEachEventIsBookedOnceHoweverOftenItIsDeliveredAndTried(t *testing.T) {
	t.Parallel()
	pool, schema := database(t)
	// Every third run fails after it has written, and comes again.
	var runs atomic.Int64
	books := &ledger{fail: func() error {
		if runs.Add(1)%3 == 0 {
			return errors.New("not yet")
		}
		return nil
	}}
	nodes := []*app{start(t, pool, books, schema), start(t, pool, books, schema)}
	const n = 40
	var wg sync.WaitGroup
	for i := range 3 * n { // each three times, to either node
		wg.Go(func() {
			status := send(t, nodes[i%2], fmt.Sprint("ev_", i%n), fmt.Sprint("acc_", i%4))
			if status != http.StatusOK {
				t.Errorf("answered %d", status)
			}
		})
	}
	wg.Wait()
	settled(t, nodes[0])
	require.Greater(t, runs.Load(), int64(n), "some have failed")
	require.Equal(t, n, count(t, pool, "select count(*) from ledger"))
	require.Equal(t, n, count(t, pool, "select count(distinct event_id) from ledger"))
	require.Equal(t, n/4, count(t, pool, "select min(paystubs) from balances"))
	require.Equal(t, n/4, count(t, pool, "select max(paystubs) from balances"))
}

func TestWhatAFailedRunHasWrittenIsGone(t *testing.T) {
	t.Parallel()
	pool, _ := database(t)
	l := &ledger{fail: func() error { return errors.New("not yet") }}
	require.NoError(t, l.migrate(t.Context(), pool))
	data := routertest.Sample(t, pinwheel.PaystubsAdded)
	data.Outcome = pinwheel.OutcomeSuccess
	err := pgx.BeginFunc(t.Context(), pool, func(tx pgx.Tx) error {
		return l.Book(t.Context(), tx, events.Event[pinwheel.Paystubs]{Data: data})
	})
	require.ErrorContains(t, err, "not yet")
	require.Zero(t, count(t, pool, "select count(*) from ledger"))
}

func TestMissingSettingsAreNamed(t *testing.T) {
	t.Setenv("INBOX_KEY", "")
	require.ErrorContains(t, run(t.Context()), "INBOX_KEY")
	t.Setenv("INBOX_KEY", fmt.Sprintf("%064d", 0))
	t.Setenv("PINWHEEL_API_SECRET", "")
	require.ErrorContains(t, run(t.Context()), "PINWHEEL_API_SECRET")
}
