package pginbox

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/linkhook/linkhook/events/inbox"
)

// holder is the event that has a key.
type holder struct {
	inbox.Holder
	id        int64
	synthetic bool
}

// judge applies rules 2 to 4 of inbox.Arrival to an event whose keys are not all new.
func (j *appendJob) judge(ctx context.Context, tx pgx.Tx, i int) error {
	n := &j.all[i]
	keys := keyBytes(n)
	if _, err := tx.Exec(ctx, j.store.sql.dropKeys, keys, j.ids[i]); err != nil { // what takeKeys got hold of
		return err
	}
	holders, err := j.holders(ctx, tx, keys)
	if err != nil {
		return err
	}
	for _, k := range n.Keys {
		h, ok := holders[string(dedupKey(k))]
		if !ok || k.IsZero() {
			continue
		}
		switch inbox.Judge(h.Holder, n.Digest, j.at) {
		case inbox.KeyTaken:
			j.out[i] = inbox.Appended{Disposition: inbox.Duplicate, ID: h.id}
			return nil
		case inbox.KeyConflict:
			return j.conflict(ctx, tx, i, h.id)
		case inbox.KeyFree:
		}
	}
	twin, twinned := holders[string(twinKey(n.Correlation))]
	if twinned && !n.Correlation.IsZero() {
		done, err := j.twin(ctx, tx, i, twin)
		if err != nil || done {
			return err
		}
		if !twin.synthetic {
			keys = keys[:len(keys)-1] // the first real event keeps the correlation key
		}
	}
	return j.keep(ctx, tx, i, keys, inbox.Appended{Disposition: inbox.Stored, ID: j.ids[i]}, n.DeadReason)
}

// twin applies rule 3; it is false when the event is to be stored.
func (j *appendJob) twin(ctx context.Context, tx pgx.Tx, i int, twin holder) (bool, error) {
	n := &j.all[i]
	if n.Synthetic {
		j.out[i] = inbox.Appended{Disposition: inbox.Duplicate, ID: twin.id}
		return true, nil
	}
	if !twin.synthetic {
		return false, nil
	}
	r, err := scanRecord(tx.QueryRow(ctx, j.store.sql.lockHolder, twin.id)) // lockKeys has it, or it is of this batch
	if err != nil {
		return false, err
	}
	confirmed, ready, fresh := inbox.Confirms(&r, n.Rerun)
	if !confirmed {
		return false, nil
	}
	meta, err := encodeMeta(n.Meta)
	if err != nil {
		return false, err
	}
	body := n.Body
	if body == nil {
		body = []byte{}
	}
	_, err = tx.Exec(ctx, j.store.sql.confirm, twin.id, meta, clean(n.Meta.Kind.Provider), clean(n.Meta.Kind.String()),
		clean(n.Meta.AccountID), clean(n.Meta.EndUserID), clean(n.Meta.LinkTokenID), clean(n.Meta.Session), n.Digest[:],
		int64(n.DedupFor), len(n.Body), body)
	if err != nil {
		return false, err
	}
	own := keyBytes(n)
	if _, err = tx.Exec(ctx, j.store.sql.setKeys, own[:len(own)-1], twin.id); err != nil {
		return false, err
	}
	if ready {
		if _, err = tx.Exec(ctx, j.store.sql.revive, j.now, []int64{twin.id}, fresh); err != nil {
			return false, err
		}
	}
	j.out[i] = inbox.Appended{Disposition: inbox.Confirmed, ID: twin.id}
	return true, nil
}

// conflict stores an event as a dead letter under its conflict key. Who has locked the event's own keys has no rival for that
// one, which is made of them.
func (j *appendJob) conflict(ctx context.Context, tx pgx.Tx, i int, of int64) error {
	n := &j.all[i]
	if n.ConflictKey.IsZero() {
		j.out[i] = inbox.Appended{Disposition: inbox.Duplicate, ID: of}
		return nil
	}
	key := dedupKey(n.ConflictKey)
	taken, err := tx.Exec(ctx, j.store.sql.takeKeys, [][]byte{key}, []int64{j.ids[i]})
	if err != nil {
		return err
	}
	if taken.RowsAffected() == 0 { // the same conflict is stored already
		known, err := j.holders(ctx, tx, [][]byte{key})
		j.out[i] = inbox.Appended{Disposition: inbox.Duplicate, ID: known[string(key)].id}
		return err
	}
	return j.keep(ctx, tx, i, nil, inbox.Appended{Disposition: inbox.Conflict, ID: j.ids[i], Of: of}, inbox.ConflictReason)
}

// keep stores event i as the holder of keys.
func (j *appendJob) keep(ctx context.Context, tx pgx.Tx, i int, keys [][]byte, a inbox.Appended, deadReason string) error {
	if _, err := tx.Exec(ctx, j.store.sql.setKeys, keys, j.ids[i]); err != nil {
		return err
	}
	if err := j.store1(i, a.Of, deadReason); err != nil {
		return err
	}
	j.out[i] = a
	return j.flush(ctx, tx) // the next event of the batch may have the same keys
}

// holders returns the events that have keys.
func (j *appendJob) holders(ctx context.Context, tx pgx.Tx, keys [][]byte) (map[string]holder, error) {
	rows, err := tx.Query(ctx, j.store.sql.holders, keys)
	if err != nil {
		return nil, err
	}
	found := map[string]holder{}
	var (
		key, digest []byte
		id, dedup   int64
		state       inbox.State
		finished    *time.Time
		synthetic   bool
	)
	_, err = pgx.ForEachRow(rows, []any{&key, &id, &state, &finished, &dedup, &digest, &synthetic}, func() error {
		h := holder{id: id, synthetic: synthetic}
		h.State, h.DedupFor = state, time.Duration(dedup)
		if finished != nil {
			h.FinishedAt = *finished
		}
		if copy(h.Digest[:], digest) != len(h.Digest) {
			return errors.New("a stored digest has the wrong length")
		}
		found[string(key)] = h
		return nil
	})
	return found, err
}
