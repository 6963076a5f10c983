package pginbox

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/linkhook/linkhook/events/inbox"
)

// exec runs a statement and counts the rows that it changed.
func (s *Store) exec(ctx context.Context, step, sql string, args ...any) (int, error) {
	if err := s.enter(); err != nil {
		return 0, err
	}
	defer s.inflight.Done()
	n := 0
	err := s.again(ctx, step, func() error {
		tag, err := s.pool.Exec(ctx, sql, args...)
		n = int(tag.RowsAffected())
		return err
	})
	if err != nil {
		return 0, wrap(step, err)
	}
	return n, nil
}

// Replay implements [inbox.Store].
func (s *Store) Replay(ctx context.Context, ids []int64, fresh bool) (int, error) {
	n, err := s.exec(ctx, "replay", s.sql.replay, clock(ctx), ids, fresh)
	if n > 0 {
		s.stored()
	}
	return n, err
}

// Discard implements [inbox.Store].
func (s *Store) Discard(ctx context.Context, ids []int64) (int, error) {
	return s.exec(ctx, "discard", s.sql.discard, clock(ctx), ids)
}

// Prune implements [inbox.Store].
func (s *Store) Prune(ctx context.Context, r inbox.Retention, limit int) (int, error) {
	at := clock(ctx)
	if _, err := s.exec(ctx, "prune entries", s.sql.pruneEntries, at); err != nil {
		return 0, err
	}
	if _, err := s.exec(ctx, "prune pushes", s.sql.prunePushes); err != nil {
		return 0, err
	}
	total := 0
	if r.Bodies > 0 {
		n, err := s.exec(ctx, "prune bodies", s.sql.pruneBodies, at, r.Bodies, limit)
		if total += n; err != nil || total >= limit {
			return total, err
		}
	}
	for _, part := range []struct {
		age  time.Duration
		dead bool
	}{{r.Events, false}, {r.Dead, true}} {
		if part.age <= 0 || total >= limit {
			continue
		}
		var n int
		err := s.inTx(ctx, "prune", func(tx pgx.Tx) error {
			n = 0
			rows, err := tx.Query(ctx, s.sql.old, at, part.age, part.dead, limit-total)
			if err != nil {
				return err
			}
			ids, err := pgx.CollectRows(rows, pgx.RowTo[int64])
			if err != nil || len(ids) == 0 {
				return err
			}
			return tx.QueryRow(ctx, s.sql.prune, ids).Scan(&n)
		})
		if total += n; err != nil {
			return total, err
		}
	}
	return total, nil
}

// Erase implements [inbox.Store].
func (s *Store) Erase(ctx context.Context, ids []int64, entries []string) error {
	at := clock(ctx)
	return s.inTx(ctx, "erase", func(tx pgx.Tx) error {
		if len(entries) > 0 {
			if _, err := tx.Exec(ctx, s.sql.dropEntries, entries); err != nil {
				return err
			}
		}
		rows, err := tx.Query(ctx, s.sql.lockForErase, ids)
		if err != nil {
			return err
		}
		records, err := collect(rows)
		if err != nil {
			return err
		}
		batch := &pgx.Batch{}
		for i := range records {
			records[i].Blank(time.Time{})
			meta, err := encodeMeta(records[i].Meta)
			if err != nil {
				return err
			}
			batch.Queue(s.sql.blank, at, records[i].ID, meta)
		}
		return tx.SendBatch(ctx, batch).Close()
	})
}

// collect reads all rows; it closes them.
func collect(rows pgx.Rows) ([]inbox.Record, error) {
	defer rows.Close()
	var out []inbox.Record
	for rows.Next() {
		r, err := scanRecord(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, rows.Err()
}
