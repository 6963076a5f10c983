package pginbox

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/linkhook/linkhook/events/inbox"
)

// contendedWait is when to try again after another node's claim was in the way: a claim takes about a millisecond.
const contendedWait = 5 * time.Millisecond

// Claim implements [inbox.Store].
//
// It goes in two statements. The first one picks events and takes an advisory lock on each one's order key for the length of
// the transaction; the second one, which sees everything that was committed before those locks were granted, checks them
// again and leases them. Two nodes can thus never lease two events of one order key.
func (s *Store) Claim(ctx context.Context, limit int, lease time.Duration) ([]inbox.Claim, time.Duration, error) {
	var claims []inbox.Claim
	next := time.Duration(-1)
	at := clock(ctx)
	err := s.inTx(ctx, "claim", func(tx pgx.Tx) error {
		claims, next = nil, -1
		ids, contended, err := s.candidates(ctx, tx, at, limit)
		if err != nil {
			return err
		}
		if len(ids) > 0 {
			if claims, err = s.lease(ctx, tx, at, ids, lease); err != nil || len(claims) > 0 {
				next = 0
				return err
			}
		}
		var due, present *time.Time
		if err := tx.QueryRow(ctx, s.sql.nextDue, at).Scan(&due, &present); err != nil {
			return err
		}
		if due != nil {
			next = max(due.Sub(*present), 0)
		}
		if contended { // another node is at these order keys right now and may leave some
			next = contendedWait
		}
		return nil
	})
	if err != nil {
		return nil, -1, err
	}
	return claims, next, nil
}

// candidates frees what lost its lease and returns due events whose order keys are locked now; contended says that another
// node had locked some.
func (s *Store) candidates(
	ctx context.Context, tx pgx.Tx, at *time.Time, limit int,
) (ids []int64, contended bool, err error) {
	batch := &pgx.Batch{}
	batch.Queue(s.sql.ordered)
	batch.Queue(s.sql.expire, at)
	batch.Queue(s.sql.candidates, at, limit).Query(func(rows pgx.Rows) error {
		var id int64
		var locked bool
		_, err := pgx.ForEachRow(rows, []any{&id, &locked}, func() error {
			if locked {
				contended = true
			} else {
				ids = append(ids, id)
			}
			return nil
		})
		return err
	})
	err = tx.SendBatch(ctx, batch).Close()
	return ids, contended, err
}

func (s *Store) lease(ctx context.Context, tx pgx.Tx, at *time.Time, ids []int64, lease time.Duration) ([]inbox.Claim, error) {
	rows, err := tx.Query(ctx, s.sql.lease, at, lease, ids)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var claims []inbox.Claim
	for rows.Next() {
		var c inbox.Claim
		var present time.Time
		if c.Record, err = scanRecord(rows, &c.Token, &present); err != nil {
			return nil, err
		}
		c.Age = present.Sub(c.Since)
		claims = append(claims, c)
	}
	return claims, rows.Err()
}

// Extend implements [inbox.Store].
func (s *Store) Extend(ctx context.Context, ref inbox.Ref, lease time.Duration) error {
	return s.held(ctx, "extend", s.sql.extend, clock(ctx), ref.ID, ref.Token, lease)
}

// Complete implements [inbox.Store].
func (s *Store) Complete(ctx context.Context, ref inbox.Ref, handlers ...inbox.HandlerResult) error {
	return s.held(ctx, "complete", s.sql.complete, ref.ID, ref.Token, results(handlers))
}

// held runs a statement that changes the one event that a claim holds.
func (s *Store) held(ctx context.Context, step, sql string, args ...any) error {
	n, err := s.exec(ctx, step, sql, args...)
	if err == nil && n == 0 {
		err = inbox.ErrLeaseLost
	}
	return err
}
