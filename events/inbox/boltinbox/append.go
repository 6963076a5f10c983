package boltinbox

import (
	"context"
	"time"

	"github.com/linkhook/linkhook/events/inbox"
)

// Append implements [inbox.Store].
func (s *Store) Append(ctx context.Context, batch []inbox.Arrival) ([]inbox.Appended, error) {
	out := make([]inbox.Appended, len(batch))
	err := s.update(ctx, max(len(batch), 1), func(t *txn, now time.Time) error {
		for i := range batch {
			var err error
			if out[i], err = t.arrive(&batch[i], now); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// arrive decides about one event, by the rules of [inbox.Arrival].
func (t *txn) arrive(a *inbox.Arrival, now time.Time) (inbox.Appended, error) {
	if a.Entry != nil {
		held, err := t.holdEntry(a.Entry, a.CreateEntry, now)
		if err != nil || !held {
			return inbox.Appended{Disposition: inbox.StaleEntry}, err
		}
	}
	for _, k := range a.Keys {
		if k.IsZero() {
			continue
		}
		if id, known := t.holder(keySlot(&k)); known {
			out, free, err := t.judge(a, id, now)
			if err != nil || !free {
				return out, err
			}
		}
	}
	var twin int64
	if !a.Correlation.IsZero() {
		if id, known := t.holder(twinSlot(&a.Correlation)); known {
			out, free, err := t.twin(a, id, now)
			if err != nil || !free {
				return out, err
			}
			twin = id
		}
	}
	id, err := t.store(a, 0, now)
	if err == nil && !a.Correlation.IsZero() {
		err = t.correlate(id, &a.Correlation, twin)
	}
	return inbox.Appended{Disposition: inbox.Stored, ID: id}, err
}

// judge compares an event with the holder of one of its keys; free says that the key does not count any more.
func (t *txn) judge(a *inbox.Arrival, id int64, now time.Time) (out inbox.Appended, free bool, err error) {
	r, err := t.record(id)
	if err != nil {
		return out, false, err
	}
	st, err := t.status(id)
	if err != nil {
		return out, false, err
	}
	h := inbox.Holder{State: st.state, FinishedAt: st.finishedAt, DedupFor: r.dedupFor, Digest: r.digest}
	switch inbox.Judge(h, a.Digest, now) {
	case inbox.KeyFree:
		return out, true, nil
	case inbox.KeyConflict:
		out, err = t.conflict(a, id, now)
		return out, false, err
	default:
		return inbox.Appended{Disposition: inbox.Duplicate, ID: id}, false, nil
	}
}

func (t *txn) conflict(a *inbox.Arrival, of int64, now time.Time) (inbox.Appended, error) {
	if a.ConflictKey.IsZero() {
		return inbox.Appended{Disposition: inbox.Duplicate, ID: of}, nil
	}
	if id, known := t.holder(keySlot(&a.ConflictKey)); known {
		return inbox.Appended{Disposition: inbox.Duplicate, ID: id}, nil
	}
	dead := *a
	dead.DeadReason, dead.Keys, dead.Correlation = inbox.ConflictReason, []inbox.Key{a.ConflictKey}, inbox.Key{}
	id, err := t.store(&dead, of, now)
	return inbox.Appended{Disposition: inbox.Conflict, ID: id, Of: of}, err
}

// twin compares an event with the one that has its correlation key; free says that it is stored all the same.
func (t *txn) twin(a *inbox.Arrival, id int64, now time.Time) (out inbox.Appended, free bool, err error) {
	if a.Synthetic {
		return inbox.Appended{Disposition: inbox.Duplicate, ID: id}, false, nil
	}
	full, err := t.full(id)
	if err != nil {
		return out, false, err
	}
	confirmed, ready, fresh := inbox.Confirms(&full, a.Rerun)
	if !confirmed {
		return out, true, nil
	}
	if err := t.confirm(a, id); err != nil || !ready {
		return inbox.Appended{Disposition: inbox.Confirmed, ID: id}, false, err
	}
	return inbox.Appended{Disposition: inbox.Confirmed, ID: id}, false, t.reviveEnded(id, fresh, now)
}

// confirm puts a real event in the place of the synthetic one.
func (t *txn) confirm(a *inbox.Arrival, id int64) error {
	r, err := t.record(id)
	if err != nil {
		return err
	}
	hadBody := r.hasBody
	r.meta, r.body, r.hasBody, r.digest, r.dedupFor = a.Meta, a.Body, true, a.Digest, a.DedupFor
	r.synthetic, r.confirmed = false, true
	t.own(id, &r, a.Keys)
	if err := t.put(bucketRecord, be(id), r.encode()); err != nil {
		return err
	}
	st, err := t.status(id)
	if err != nil || !st.state.Finished() {
		return err
	}
	if err := t.delete(bucketEnd, endKey(classOf(st.state, hadBody), st.finishedAt, id)); err != nil {
		return err
	}
	return t.put(bucketEnd, endKey(classOf(st.state, true), st.finishedAt, id), nil)
}

// own makes an event the holder of keys.
func (t *txn) own(id int64, r *record, keys []inbox.Key) {
	for _, k := range keys {
		if k.IsZero() {
			continue
		}
		r.keys = append(r.keys, k)
		t.setHolder(keySlot(&k), id)
	}
}

// store stores a new event.
func (t *txn) store(a *inbox.Arrival, conflictOf int64, now time.Time) (int64, error) {
	t.head.lastID++
	id := t.head.lastID
	r := record{
		storedAt: now, meta: a.Meta, orderKey: a.OrderKey, correlation: a.Correlation, digest: a.Digest,
		dedupFor: a.DedupFor, conflictOf: conflictOf, synthetic: a.Synthetic, hasBody: a.Body != nil, body: a.Body,
	}
	t.own(id, &r, a.Keys)
	if err := t.append(bucketRecord, be(id), t.room.hold(&r)); err != nil {
		return 0, err
	}
	if a.DeadReason == "" {
		t.count(0, inbox.Ready)
		return id, t.arrived(id, laneOf(a.OrderKey))
	}
	st := status{state: inbox.Dead, since: now, finishedAt: now, reason: a.DeadReason, detail: a.Detail}
	t.count(0, inbox.Dead)
	return id, t.end(id, &r, &st)
}

// correlate makes an event the holder of its correlation key, unless its twin, which has it, is a real one; zero is none.
func (t *txn) correlate(id int64, correlation *inbox.Key, twin int64) error {
	if twin != 0 {
		r, err := t.record(twin)
		if err != nil || !r.synthetic {
			return err
		}
	}
	t.setHolder(twinSlot(correlation), id)
	return nil
}

// end writes the status of a finished event and lines it up for retention.
func (t *txn) end(id int64, r *record, st *status) error {
	if err := t.put(bucketStatus, be(id), st.encode()); err != nil {
		return err
	}
	if st.state == inbox.Dead {
		if err := t.put(bucketDead, be(id), nil); err != nil {
			return err
		}
	}
	return t.put(bucketEnd, endKey(classOf(st.state, r.hasBody), st.finishedAt, id), nil)
}

// unend takes a finished event out of the lists of finished ones.
func (t *txn) unend(id int64, r *record, st *status) error {
	if st.state == inbox.Dead {
		if err := t.delete(bucketDead, be(id)); err != nil {
			return err
		}
	}
	return t.delete(bucketEnd, endKey(classOf(st.state, r.hasBody), st.finishedAt, id))
}
