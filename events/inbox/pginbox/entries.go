package pginbox

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/linkhook/linkhook/events/inbox"
)

// life is the interval after which an entry expires; null keeps it for good.
func life(ttl time.Duration) *time.Duration {
	if ttl <= 0 {
		return nil
	}
	return &ttl
}

// Get implements [inbox.Entries].
func (s *Store) Get(ctx context.Context, key string) ([]byte, error) {
	if err := s.enter(); err != nil {
		return nil, err
	}
	defer s.inflight.Done()
	var value []byte
	err := s.pool.QueryRow(ctx, s.sql.get, clock(ctx), key).Scan(&value)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, inbox.ErrNotFound
	}
	if err != nil {
		return nil, wrap("get", err)
	}
	return value, nil
}

// Put implements [inbox.Entries].
func (s *Store) Put(ctx context.Context, key string, value []byte, ttl time.Duration) error {
	if value == nil {
		_, err := s.exec(ctx, "put", s.sql.remove, key)
		return err
	}
	_, err := s.exec(ctx, "put", s.sql.put, clock(ctx), key, value, life(ttl))
	return err
}

// Swap implements [inbox.Entries].
func (s *Store) Swap(ctx context.Context, key string, old, next []byte, ttl time.Duration) (bool, error) {
	at := clock(ctx)
	var n int
	var err error
	switch {
	case old == nil && next == nil:
		_, err = s.Get(ctx, key)
		if errors.Is(err, inbox.ErrNotFound) {
			return true, nil
		}
		return false, err
	case old == nil:
		n, err = s.exec(ctx, "swap", s.sql.swapNew, at, key, next, life(ttl))
	case next == nil:
		n, err = s.exec(ctx, "swap", s.sql.swapRemove, at, key, old)
	default:
		n, err = s.exec(ctx, "swap", s.sql.swap, at, key, next, life(ttl), old)
	}
	return n > 0, err
}

// Scan implements [inbox.Entries].
func (s *Store) Scan(ctx context.Context, prefix, after string, limit int) ([]inbox.Entry, error) {
	if err := s.enter(); err != nil {
		return nil, err
	}
	defer s.inflight.Done()
	rows, err := s.pool.Query(ctx, s.sql.scan, clock(ctx), after, prefix, limit)
	if err != nil {
		return nil, wrap("scan", err)
	}
	out, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (e inbox.Entry, err error) {
		err = row.Scan(&e.Key, &e.Value)
		return e, err
	})
	if err != nil {
		return nil, wrap("scan", err)
	}
	return out, nil
}
