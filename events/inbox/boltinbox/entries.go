package boltinbox

import (
	"bytes"
	"context"
	"time"

	"go.etcd.io/bbolt"

	"github.com/linkhook/linkhook/events/inbox"
)

// An entry is stored as the time of its end in nanoseconds since 1970, zero for none, and its value.
const endSize = 8

// entryIn returns the value of an entry unless it has expired, sharing the transaction's memory.
func entryIn(tx *bbolt.Tx, key string, now time.Time) ([]byte, bool) {
	return live(tx.Bucket(bucketEntry).Get([]byte(key)), now)
}

func live(stored []byte, now time.Time) ([]byte, bool) {
	if len(stored) < endSize {
		return nil, false
	}
	if end := unbe(stored); end != 0 && end <= now.UnixNano() {
		return nil, false
	}
	return stored[endSize:], true
}

func (t *txn) setEntry(key string, value []byte, ttl time.Duration, now time.Time) error {
	if value == nil {
		return t.delete(bucketEntry, []byte(key))
	}
	var end int64
	if ttl > 0 {
		end = now.Add(ttl).UnixNano()
		if err := t.put(bucketExpiry, append(be(end), key...), nil); err != nil {
			return err
		}
	}
	return t.put(bucketEntry, []byte(key), append(be(end), value...))
}

// holdEntry applies rule 1 of [inbox.Arrival].
func (t *txn) holdEntry(e *inbox.Entry, create bool, now time.Time) (bool, error) {
	if have, ok := entryIn(t.tx, e.Key, now); ok {
		return bytes.Equal(have, e.Value), nil
	}
	if !create {
		return false, nil
	}
	return true, t.setEntry(e.Key, e.Value, 0, now)
}

// Get implements [inbox.Entries].
func (s *Store) Get(ctx context.Context, key string) ([]byte, error) {
	var out []byte
	now := s.now(ctx)
	err := s.view(ctx, func(tx *bbolt.Tx) error {
		v, ok := entryIn(tx, key, now)
		if !ok {
			return inbox.ErrNotFound
		}
		out = append([]byte{}, v...)
		return nil
	})
	return out, err
}

// Put implements [inbox.Entries].
func (s *Store) Put(ctx context.Context, key string, value []byte, ttl time.Duration) error {
	return s.update(ctx, 1, func(t *txn, now time.Time) error { return t.setEntry(key, value, ttl, now) })
}

// Swap implements [inbox.Entries].
func (s *Store) Swap(ctx context.Context, key string, old, next []byte, ttl time.Duration) (bool, error) {
	did := false
	err := s.update(ctx, 1, func(t *txn, now time.Time) error {
		have, ok := entryIn(t.tx, key, now)
		did = ok == (old != nil) && bytes.Equal(have, old)
		if !did {
			return nil
		}
		return t.setEntry(key, next, ttl, now)
	})
	return err == nil && did, err // in this order: after an error the writer may be at it yet
}

// Scan implements [inbox.Entries].
func (s *Store) Scan(ctx context.Context, prefix, after string, limit int) ([]inbox.Entry, error) {
	var out []inbox.Entry
	now := s.now(ctx)
	err := s.view(ctx, func(tx *bbolt.Tx) error {
		c := tx.Bucket(bucketEntry).Cursor()
		from := max(prefix, after)
		for k, v := c.Seek([]byte(from)); k != nil && len(out) < limit; k, v = c.Next() {
			if !bytes.HasPrefix(k, []byte(prefix)) {
				break
			}
			if value, ok := live(v, now); ok && string(k) > after {
				out = append(out, inbox.Entry{Key: string(k), Value: append([]byte{}, value...)})
			}
		}
		return nil
	})
	return out, err
}

// pruneEntries removes expired entries.
func (t *txn) pruneEntries(limit int, now time.Time) (int, error) {
	var due [][]byte
	c := t.tx.Bucket(bucketExpiry).Cursor()
	for k, _ := c.First(); k != nil && unbe(k) <= now.UnixNano() && len(due) < limit; k, _ = c.Next() {
		due = append(due, bytes.Clone(k))
	}
	for _, k := range due {
		if err := t.delete(bucketExpiry, k); err != nil {
			return 0, err
		}
		key := k[endSize:]
		if stored := t.get(bucketEntry, key); len(stored) < endSize || unbe(stored) != unbe(k) {
			continue // it was replaced or removed
		}
		if err := t.delete(bucketEntry, key); err != nil {
			return 0, err
		}
	}
	return len(due), nil
}
