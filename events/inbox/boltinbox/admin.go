package boltinbox

import (
	"bytes"
	"context"
	"time"

	"github.com/linkhook/linkhook/events/inbox"
)

// Replay implements [inbox.Store].
func (s *Store) Replay(ctx context.Context, ids []int64, fresh bool) (int, error) {
	n := 0
	err := s.update(ctx, max(len(ids), 1), func(t *txn, now time.Time) error {
		n = 0
		for _, id := range ids {
			did, err := t.replay(id, fresh, now)
			if err != nil {
				return err
			}
			if did {
				n++
			}
		}
		return nil
	})
	if err != nil { // the writer may be counting yet
		return 0, err
	}
	return n, nil
}

func (t *txn) replay(id int64, fresh bool, now time.Time) (bool, error) {
	if t.get(bucketRecord, be(id)) == nil {
		return false, nil
	}
	r, err := t.record(id)
	if err != nil {
		return false, err
	}
	st, err := t.status(id)
	if err != nil || !st.state.Finished() || !r.hasBody {
		return false, err
	}
	st.replays++
	return true, t.revive(id, &r, &st, fresh, now)
}

// reviveEnded makes a finished event due again without counting it as a replay.
func (t *txn) reviveEnded(id int64, fresh bool, now time.Time) error {
	r, err := t.record(id)
	if err != nil {
		return err
	}
	st, err := t.status(id)
	if err != nil {
		return err
	}
	return t.revive(id, &r, &st, fresh, now)
}

// revive makes a finished event due again.
func (t *txn) revive(id int64, r *record, st *status, fresh bool, now time.Time) error {
	if err := t.unend(id, r, st); err != nil {
		return err
	}
	t.count(st.state, inbox.Ready)
	full := join(id, r, st, false)
	full.Revive(fresh, now)
	*st = status{state: inbox.Ready, since: now, replays: st.replays, handlers: full.Handlers}
	if err := t.put(bucketStatus, be(id), st.encode()); err != nil {
		return err
	}
	return t.due(id, laneOf(r.orderKey))
}

// Discard implements [inbox.Store].
func (s *Store) Discard(ctx context.Context, ids []int64) (int, error) {
	n := 0
	err := s.update(ctx, max(len(ids), 1), func(t *txn, now time.Time) error {
		n = 0
		for _, id := range ids {
			if !t.has(bucketDead, be(id)) {
				continue
			}
			if err := t.discard(id, now); err != nil {
				return err
			}
			n++
		}
		return nil
	})
	if err != nil { // the writer may be counting yet
		return 0, err
	}
	return n, nil
}

func (t *txn) discard(id int64, now time.Time) error {
	r, err := t.record(id)
	if err != nil {
		return err
	}
	st, err := t.status(id)
	if err != nil {
		return err
	}
	if err := t.unend(id, &r, &st); err != nil {
		return err
	}
	t.count(inbox.Dead, inbox.Discarded)
	st.state, st.finishedAt = inbox.Discarded, now
	return t.end(id, &r, &st)
}

// Erase implements [inbox.Store].
func (s *Store) Erase(ctx context.Context, ids []int64, entries []string) error {
	return s.update(ctx, max(len(ids), 1), func(t *txn, now time.Time) error {
		for _, key := range entries {
			if err := t.delete(bucketEntry, []byte(key)); err != nil {
				return err
			}
		}
		for _, id := range ids {
			if err := t.erase(id, now); err != nil {
				return err
			}
		}
		return nil
	})
}

func (t *txn) erase(id int64, now time.Time) error {
	if t.get(bucketRecord, be(id)) == nil {
		return nil
	}
	r, err := t.record(id)
	if err != nil {
		return err
	}
	st, err := t.status(id)
	if err != nil {
		return err
	}
	l, leased := t.lease(id)
	full := join(id, &r, &st, leased)
	switch {
	case leased:
		err = t.release(id, l.lane)
	case st.state == inbox.Ready:
		err = t.unqueue(id, laneOf(r.orderKey), st.nextAt)
	default:
		err = t.unend(id, &r, &st)
	}
	if err != nil {
		return err
	}
	t.count(full.State, inbox.Erased)
	full.Blank(now)
	blank := record{
		storedAt: r.storedAt, meta: full.Meta, keys: r.keys, correlation: r.correlation, digest: r.digest, dedupFor: r.dedupFor,
	}
	st = status{state: inbox.Erased, attempt: full.Meta.Attempt, since: full.Since, finishedAt: full.FinishedAt}
	if err := t.put(bucketRecord, be(id), blank.encode()); err != nil {
		return err
	}
	return t.end(id, &blank, &st)
}

// Prune implements [inbox.Store].
func (s *Store) Prune(ctx context.Context, retention inbox.Retention, limit int) (int, error) {
	n := 0
	err := s.update(ctx, max(limit/8, 1), func(t *txn, now time.Time) error { //nolint:mnd // a prune is light beside an append
		n = 0
		for _, c := range []class{classBody, classEvent, classDead} {
			did, err := t.prune(c, &retention, limit-n, now)
			n += did
			if err != nil {
				return err
			}
		}
		did, err := t.pruneEntries(limit-n, now)
		n += did
		return err
	})
	if err != nil { // the writer may be counting yet
		return 0, err
	}
	return n, nil
}

// prune takes what is due of one class, from the oldest on.
func (t *txn) prune(which class, retention *inbox.Retention, limit int, now time.Time) (int, error) {
	var keys [][]byte
	c := t.tx.Bucket(bucketEnd).Cursor()
	for k, _ := c.Seek([]byte{byte(which)}); len(k) > 0 && k[0] == byte(which) && len(keys) < limit; k, _ = c.Next() {
		body, all := retention.Expired(stateOf(which), time.Unix(0, unbe(k[1:9])), now)
		if !all && (!body || which != classBody) {
			break
		}
		keys = append(keys, bytes.Clone(k))
	}
	for _, k := range keys {
		at, id := time.Unix(0, unbe(k[1:9])), unbe(k[9:])
		_, all := retention.Expired(stateOf(which), at, now)
		if err := t.delete(bucketEnd, k); err != nil {
			return 0, err
		}
		var err error
		if all {
			err = t.remove(id)
		} else {
			err = t.dropBody(id, at)
		}
		if err != nil {
			return 0, err
		}
	}
	return len(keys), nil
}

// stateOf returns a state that retention treats like all of the class.
func stateOf(c class) inbox.State {
	if c == classDead {
		return inbox.Dead
	}
	return inbox.Done
}

func (t *txn) dropBody(id int64, at time.Time) error {
	r, err := t.record(id)
	if err != nil {
		return err
	}
	st, err := t.status(id)
	if err != nil {
		return err
	}
	r.hasBody, r.body, st.detail = false, nil, nil
	if err := t.put(bucketRecord, be(id), r.encode()); err != nil {
		return err
	}
	if err := t.put(bucketStatus, be(id), st.encode()); err != nil {
		return err
	}
	return t.put(bucketEnd, endKey(classEvent, at, id), nil)
}

// remove removes a finished event that is in no list of finished ones any more, but for that of dead letters.
func (t *txn) remove(id int64) error {
	r, err := t.record(id)
	if err != nil {
		return err
	}
	st, err := t.status(id)
	if err != nil {
		return err
	}
	t.count(st.state, 0)
	for _, k := range r.keys {
		t.disown(keySlot(&k), id)
	}
	t.disown(twinSlot(&r.correlation), id)
	for _, bucket := range [][]byte{bucketDead, bucketStatus, bucketRecord} {
		if err := t.delete(bucket, be(id)); err != nil {
			return err
		}
	}
	return nil
}

// disown frees a key that belongs to the event.
func (t *txn) disown(s slot, id int64) {
	if holder, ok := t.holder(s); ok && holder == id {
		t.setHolder(s, 0)
	}
}
