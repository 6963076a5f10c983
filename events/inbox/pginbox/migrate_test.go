package pginbox_test

import (
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/linkhook/linkhook/events/inbox/pginbox"
)

func TestNodesThatStartTogetherMigrateOnce(t *testing.T) {
	t.Parallel()
	pool, schema := database(t)
	var g errgroup.Group
	for range 8 {
		g.Go(func() error { return pginbox.Migrate(t.Context(), pool, schema) })
	}
	require.NoError(t, g.Wait())
}

func TestNewerSchemaIsRefused(t *testing.T) {
	t.Parallel()
	pool, schema := database(t)
	require.NoError(t, pginbox.Migrate(t.Context(), pool, schema))
	_, err := pool.Exec(t.Context(), "insert into "+pgx.Identifier{schema}.Sanitize()+".migrations (version) values (1000)")
	require.NoError(t, err)
	require.ErrorContains(t, pginbox.Migrate(t.Context(), pool, schema), "update this node")
	_, err = pginbox.Open(t.Context(), pool, &pginbox.Options{Schema: schema, SkipMigrate: true})
	require.ErrorContains(t, err, "update this node")
}

func TestMissingSchemaIsExplained(t *testing.T) {
	t.Parallel()
	pool, schema := database(t)
	_, err := pginbox.Open(t.Context(), pool, &pginbox.Options{Schema: schema, SkipMigrate: true})
	require.ErrorContains(t, err, "run pginbox.Migrate")
}

func TestNoPool(t *testing.T) {
	t.Parallel()
	_, err := pginbox.Open(t.Context(), nil, nil)
	require.ErrorContains(t, err, "needs a pool")
}
