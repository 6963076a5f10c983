package boltinbox

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"time"

	"go.etcd.io/bbolt"

	"github.com/linkhook/linkhook/events/inbox"
)

// record reads the record of an event; its body shares the transaction's memory.
func (t *txn) record(id int64) (record, error) { return readRecord(t.tx, id) }

func readRecord(tx *bbolt.Tx, id int64) (record, error) {
	b := tx.Bucket(bucketRecord).Get(be(id))
	if b == nil {
		return record{}, fmt.Errorf("%w: event %d has no record", inbox.ErrCorrupt, id)
	}
	return decodeRecord(b)
}

// status reads where an event stands.
func (t *txn) status(id int64) (status, error) { return readStatus(t.tx, id) }

func readStatus(tx *bbolt.Tx, id int64) (status, error) {
	b := tx.Bucket(bucketStatus).Get(be(id))
	if b == nil {
		return status{state: inbox.Ready}, nil
	}
	return decodeStatus(b)
}

// full reads an event as the contract shows it, sharing the transaction's memory.
func (t *txn) full(id int64) (inbox.Record, error) { return readFull(t.tx, id) }

func readFull(tx *bbolt.Tx, id int64) (inbox.Record, error) {
	r, err := readRecord(tx, id)
	if err != nil {
		return inbox.Record{}, err
	}
	st, err := readStatus(tx, id)
	if err != nil {
		return inbox.Record{}, err
	}
	return join(id, &r, &st, tx.Bucket(bucketLease).Get(be(id)) != nil), nil
}

// join makes an event of its parts.
func join(id int64, r *record, st *status, leased bool) inbox.Record {
	out := inbox.Record{
		ID: id, State: st.state, Meta: r.meta, OrderKey: r.orderKey, StoredAt: r.storedAt, Since: st.since,
		NextAt: st.nextAt, FinishedAt: st.finishedAt, Replays: st.replays, Handlers: st.handlers, Reason: st.reason,
		Detail: st.detail, ConflictOf: r.conflictOf, Synthetic: r.synthetic, Confirmed: r.confirmed,
		Size: len(r.body), Body: r.body,
	}
	out.Meta.Attempt = st.attempt
	if out.Since.IsZero() {
		out.Since = r.storedAt
	}
	if leased {
		out.State, out.NextAt = inbox.Leased, time.Time{}
		out.Meta.Attempt++
	}
	return out
}

// detached returns r with memory of its own.
func detached(r inbox.Record) inbox.Record {
	r.Body, r.Detail = bytes.Clone(r.Body), bytes.Clone(r.Detail)
	return r
}

// Find implements [inbox.Store].
func (s *Store) Find(ctx context.Context, id int64) (inbox.Record, error) {
	var out inbox.Record
	err := s.view(ctx, func(tx *bbolt.Tx) error {
		if tx.Bucket(bucketRecord).Get(be(id)) == nil {
			return inbox.ErrNotFound
		}
		r, err := readFull(tx, id)
		out = detached(r)
		return err
	})
	return out, err
}

// List implements [inbox.Store]. A list of dead letters, or of given ids, reads those only; any other reads all events from
// Filter.After on, in commits' shadow, until the page is full.
func (s *Store) List(ctx context.Context, f inbox.Filter) ([]inbox.Record, error) {
	var out []inbox.Record
	err := s.view(ctx, func(tx *bbolt.Tx) error {
		return candidates(tx, &f, func(id int64) (bool, error) {
			if ctx.Err() != nil {
				return false, context.Cause(ctx)
			}
			r, err := readFull(tx, id)
			if err != nil {
				return false, err
			}
			if f.Match(&r) {
				r.Body, r.Detail = nil, nil
				out = append(out, r)
			}
			return len(out) < f.Page(), nil
		})
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// candidates calls visit with the ids that f can select, ascending, until it returns false.
func candidates(tx *bbolt.Tx, f *inbox.Filter, visit func(id int64) (more bool, err error)) error {
	if len(f.IDs) > 0 {
		ids := slices.Compact(slices.Sorted(slices.Values(f.IDs)))
		for _, id := range ids {
			if id <= f.After || tx.Bucket(bucketRecord).Get(be(id)) == nil {
				continue
			}
			if more, err := visit(id); err != nil || !more {
				return err
			}
		}
		return nil
	}
	bucket := bucketRecord
	if len(f.States) == 1 && f.States[0] == inbox.Dead {
		bucket = bucketDead
	}
	c := tx.Bucket(bucket).Cursor()
	for k, _ := c.Seek(be(max(f.After, 0) + 1)); k != nil; k, _ = c.Next() {
		if more, err := visit(unbe(k)); err != nil || !more {
			return err
		}
	}
	return nil
}

// Stats implements [inbox.Store]. Oldest looks at a thousand events that wait for a retry at most.
func (s *Store) Stats(ctx context.Context) (inbox.Stats, error) {
	s.mu.RLock()
	h, failed := s.head, s.failed != nil
	s.mu.RUnlock()
	out := inbox.Stats{
		Ready: h.count[inbox.Ready], Leased: h.count[inbox.Leased], Done: h.count[inbox.Done], Ignored: h.count[inbox.Ignored],
		Dead: h.count[inbox.Dead], Discarded: h.count[inbox.Discarded], Erased: h.count[inbox.Erased],
		Waiting: h.timers, Free: freeSpace(s.path), Failed: failed,
	}
	if failed {
		return out, nil //nolint:nilerr // that it has failed is one of the figures
	}
	err := s.view(ctx, func(tx *bbolt.Tx) error {
		out.Bytes = tx.Size()
		id := oldest(tx)
		if id == 0 {
			return nil
		}
		r, err := readRecord(tx, id)
		out.Oldest = r.storedAt
		return err
	})
	return out, err
}

// oldest returns about the smallest id that is not finished, or zero.
func oldest(tx *bbolt.Tx) int64 {
	var id int64
	lower := func(k []byte) {
		if v := unbe(k); id == 0 || v < id {
			id = v
		}
	}
	for _, bucket := range [][]byte{bucketNew, bucketReady, bucketLease} {
		if k, _ := tx.Bucket(bucket).Cursor().First(); k != nil {
			lower(k)
		}
	}
	const enough = 1000
	c := tx.Bucket(bucketTimer).Cursor()
	n := 0
	for k, _ := c.First(); k != nil && n < enough; k, _ = c.Next() {
		lower(k[8:])
		n++
	}
	return id
}
