package pginbox_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/inbox"
	"github.com/linkhook/linkhook/events/inbox/pginbox"
)

// desk is a store with one claimed event and a table for effects.
func desk(t *testing.T) (s *pginbox.Store, claim inbox.Claim, effects func() int, insert string) {
	t.Helper()
	s, pool, schema := open(t)
	table := pgx.Identifier{schema, "effects"}.Sanitize()
	_, err := pool.Exec(t.Context(), "create table "+table+" (n int)")
	require.NoError(t, err)
	_, err = s.Append(t.Context(), []inbox.Arrival{arrival("e", "lane")})
	require.NoError(t, err)
	claims, _, err := s.Claim(t.Context(), 1, time.Minute)
	require.NoError(t, err)
	require.Len(t, claims, 1)
	return s, claims[0], func() int {
		var n int
		require.NoError(t, pool.QueryRow(context.Background(), "select count(*) from "+table).Scan(&n))
		return n
	}, "insert into " + table + " values (1)"
}

// book inserts an effect in the offered transaction.
func book(ctx context.Context, insert string) error {
	tx, err := pginbox.Tx(ctx)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, insert)
	return err
}

func recorded(t *testing.T, s *pginbox.Store, id int64) []inbox.HandlerResult {
	t.Helper()
	r, err := s.Find(t.Context(), id)
	require.NoError(t, err)
	return r.Handlers
}

func TestEffectAndSuccessCommitTogether(t *testing.T) {
	t.Parallel()
	s, claim, effects, insert := desk(t)
	done, err := s.WithTx(t.Context(), claim.Ref(), "ledger", func(ctx context.Context) error {
		if err := book(ctx, insert); err != nil {
			return err
		}
		require.Zero(t, effects(), "nothing is visible before the commit")
		return book(ctx, insert) // the same transaction
	})
	require.NoError(t, err)
	require.True(t, done)
	require.Equal(t, 2, effects())
	require.Equal(t, []inbox.HandlerResult{{Name: "ledger"}}, recorded(t, s, claim.ID))
}

func TestFailureRollsTheEffectBack(t *testing.T) {
	t.Parallel()
	s, claim, effects, insert := desk(t)
	boom := errors.New("boom")
	done, err := s.WithTx(t.Context(), claim.Ref(), "ledger", func(ctx context.Context) error {
		return errors.Join(book(ctx, insert), boom)
	})
	require.ErrorIs(t, err, boom)
	require.False(t, done)
	require.Panics(t, func() {
		_, _ = s.WithTx(t.Context(), claim.Ref(), "ledger", func(ctx context.Context) error {
			require.NoError(t, book(ctx, insert))
			panic("boom")
		})
	})
	require.Zero(t, effects())
	require.Empty(t, recorded(t, s, claim.ID))
}

func TestStalledWorkerCannotCommit(t *testing.T) {
	t.Parallel()
	s, claim, effects, insert := desk(t)
	done, err := s.WithTx(t.Context(), claim.Ref(), "ledger", func(ctx context.Context) error {
		later := inbox.At(t.Context(), time.Now().Add(time.Hour))
		claims, _, err := s.Claim(later, 1, time.Minute) // the lease has ended and another worker takes over
		require.NoError(t, err)
		require.Len(t, claims, 1)
		require.Greater(t, claims[0].Token, claim.Token)
		return book(ctx, insert)
	})
	require.ErrorIs(t, err, inbox.ErrLeaseLost)
	require.False(t, done)
	require.Zero(t, effects())
}

func TestExtendDoesNotWaitForTheHandler(t *testing.T) {
	t.Parallel()
	s, claim, _, insert := desk(t)
	_, err := s.WithTx(t.Context(), claim.Ref(), "ledger", func(ctx context.Context) error {
		require.NoError(t, book(ctx, insert))
		return s.Extend(t.Context(), claim.Ref(), time.Hour)
	})
	require.NoError(t, err)
}

func TestHandlerCannotEndTheTransaction(t *testing.T) {
	t.Parallel()
	s, claim, effects, insert := desk(t)
	var kept context.Context
	_, err := s.WithTx(t.Context(), claim.Ref(), "ledger", func(ctx context.Context) error {
		kept = ctx
		tx, err := pginbox.Tx(ctx)
		require.NoError(t, err)
		_, err = tx.Exec(ctx, insert)
		require.NoError(t, err)
		require.ErrorContains(t, tx.Commit(ctx), "return nil to commit")
		require.ErrorContains(t, tx.Rollback(ctx), "return nil to commit")
		return nil
	})
	require.NoError(t, err)
	require.Equal(t, 1, effects())
	_, err = pginbox.Tx(kept)
	require.ErrorContains(t, err, "is over")
}

func TestNoTransactionWithoutTheStore(t *testing.T) {
	t.Parallel()
	_, err := pginbox.Tx(t.Context())
	require.ErrorIs(t, err, pginbox.ErrNoTx)
	h := pginbox.InTx(func(context.Context, pgx.Tx, events.Event[int]) error { return nil })
	require.ErrorIs(t, h(t.Context(), events.Event[int]{}), pginbox.ErrNoTx)
	require.Panics(t, func() { pginbox.InTx[int](nil) })
}

func TestHandlerWithoutTransactionCostsNone(t *testing.T) {
	t.Parallel()
	s, claim, _, _ := desk(t)
	done, err := s.WithTx(t.Context(), claim.Ref(), "ledger", func(context.Context) error { return nil })
	require.NoError(t, err)
	require.False(t, done, "the inbox records it itself")
	require.Empty(t, recorded(t, s, claim.ID))
}
