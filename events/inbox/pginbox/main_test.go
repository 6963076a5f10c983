package pginbox_test

import (
	"context"
	"fmt"
	"os"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/linkhook/linkhook/events/inbox/pginbox"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var schemas atomic.Int64

// database returns a pool and the name of a schema of the test's own, which is dropped at its end.
func database(tb testing.TB) (*pgxpool.Pool, string) {
	tb.Helper()
	url := os.Getenv("LINKHOOK_PG_URL")
	if url == "" {
		if os.Getenv("LINKHOOK_CI") == "1" {
			tb.Fatal("LINKHOOK_PG_URL names no PostgreSQL database")
		}
		tb.Skip("set LINKHOOK_PG_URL to a PostgreSQL database to run the tests of this store")
	}
	pool, err := pgxpool.New(context.Background(), url)
	require.NoError(tb, err)
	schema := fmt.Sprintf("linkhook_test_%d_%d", os.Getpid(), schemas.Add(1))
	tb.Cleanup(func() {
		_, err := pool.Exec(context.Background(), "drop schema if exists "+pgx.Identifier{schema}.Sanitize()+" cascade")
		require.NoError(tb, err)
		pool.Close()
	})
	return pool, schema
}

// open opens a store in a schema of its own.
func open(tb testing.TB) (*pginbox.Store, *pgxpool.Pool, string) {
	tb.Helper()
	pool, schema := database(tb)
	return node(tb, pool, schema), pool, schema
}

// node opens one more store on a schema.
func node(tb testing.TB, pool *pgxpool.Pool, schema string) *pginbox.Store {
	tb.Helper()
	store, err := pginbox.Open(context.Background(), pool, &pginbox.Options{Schema: schema})
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, store.Close()) })
	return store
}
