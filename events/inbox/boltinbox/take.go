package boltinbox

import "errors"

// lookAtOnce bounds how many new events one claim looks at when their lanes are busy.
const lookAtOnce = 4096

// entry is an event and its lane.
type entry struct {
	id   int64
	lane lane
}

// entries returns up to limit events of bucketReady or bucketNew, the oldest first.
func (t *txn) entries(bucket []byte, limit int) []entry {
	var out []entry
	c := t.tx.Bucket(bucket).Cursor()
	for k, v := c.First(); k != nil && len(out) < limit; k, v = c.Next() {
		out = append(out, entry{id: unbe(k), lane: toLane(v)})
	}
	return out
}

// take takes up to limit events that are due, about the oldest first, and marks their lanes busy.
func (t *txn) take(limit int) ([]entry, error) {
	taken := t.entries(bucketReady, limit)
	for _, e := range taken {
		if err := errors.Join(t.unready(e.id), t.occupy(e.lane)); err != nil {
			return nil, err
		}
	}
	for looked := 0; len(taken) < limit && looked < lookAtOnce; {
		fresh := t.entries(bucketNew, limit-len(taken))
		if len(fresh) == 0 {
			break
		}
		looked += len(fresh)
		for _, e := range fresh {
			free, err := t.look(e)
			if err != nil {
				return nil, err
			}
			if free {
				taken = append(taken, e)
			}
		}
	}
	return taken, nil
}

// look takes an event out of bucketNew: for the claim if its lane is free, else to its place in the lane.
func (t *txn) look(e entry) (free bool, err error) {
	t.head.ready--
	if err := t.delete(bucketNew, be(e.id)); err != nil {
		return false, err
	}
	if e.lane != (lane{}) && t.get(bucketLane, e.lane[:]) != nil {
		return false, t.place(e.id, e.lane)
	}
	return true, t.occupy(e.lane)
}

// occupy marks a lane busy.
func (t *txn) occupy(l lane) error {
	if l == (lane{}) {
		return nil
	}
	return t.put(bucketLane, l[:], laneBusy)
}
