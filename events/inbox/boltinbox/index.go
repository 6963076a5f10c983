package boltinbox

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"

	"go.etcd.io/bbolt"

	"github.com/linkhook/linkhook/events/inbox"
)

// Deduplication and correlation keys are hashes, which fall all over their bucket: written with its event, nearly every key would
// make a page of its own dirty. So a commit writes its keys as one value to bucketFresh, which grows at its end, and the store keeps
// them in memory besides. Once there are maxFresh of them they move to their buckets, a part with every commit and in the order of
// the buckets, so that keys which are neighbours share a page. After a restart, bucketFresh says what was in memory, and that moves
// at once.

const (
	// maxFresh is how many keys gather before they move. It bounds what is in memory: about 4 MB, twice.
	maxFresh = 1 << 16
	// fewMoved is how many keys a commit moves at least.
	fewMoved = 256
	slotSize = 1 + len(inbox.Key{})
	noted    = slotSize + 8 // bytes of a key in bucketFresh: slot, id
	parts    = 256          // the keys move in that many parts, by their first byte
)

// slot is a key of one of two buckets: its first byte is that of bucketKey or bucketTwin.
type slot [slotSize]byte

const (
	slotKey  = 'k'
	slotTwin = 't'
)

func keySlot(k *inbox.Key) (s slot) {
	s[0] = slotKey
	copy(s[1:], k[:])
	return s
}

func twinSlot(k *inbox.Key) (s slot) {
	s[0] = slotTwin
	copy(s[1:], k[:])
	return s
}

func (s *slot) bucket() []byte {
	if s[0] == slotTwin {
		return bucketTwin
	}
	return bucketKey
}

// index holds the keys that are in bucketFresh, and which event has each; zero says that none has it any more. Only the writer
// uses it.
type index struct {
	limit  int            // how many gather before they move
	last   int64          // number of the newest value in bucketFresh
	young  map[slot]int64 // what came in after old
	old    map[slot]int64 // what moves to the buckets; nil when nothing does
	upTo   int64          // the newest value of bucketFresh that is in old
	moving [parts][]slot  // what of old has not moved yet
	part   int            // which of them is next
}

// holder returns the event that has a key, as this transaction sees it.
func (t *txn) holder(s slot) (id int64, ok bool) {
	if id, ok = t.claimed[s]; ok {
		return id, id != 0
	}
	if id, ok = t.index.young[s]; ok {
		return id, id != 0
	}
	if id, ok = t.index.old[s]; ok {
		return id, id != 0
	}
	if v := t.get(s.bucket(), s[1:]); v != nil {
		return unbe(v), true
	}
	return 0, false
}

// setHolder makes an event the holder of a key, or nobody if id is zero.
func (t *txn) setHolder(s slot, id int64) {
	if t.claimed == nil {
		t.claimed = map[slot]int64{}
	}
	t.claimed[s] = id
	t.fresh = append(append(t.fresh, s[:]...), be(id)...)
}

// writeIndex writes the keys of this transaction, and moves some of the earlier ones.
func (t *txn) writeIndex() error {
	if len(t.fresh) > 0 {
		if err := t.append(bucketFresh, be(t.index.last+1), t.fresh); err != nil {
			return err
		}
	}
	if t.index.old == nil {
		return nil
	}
	for n := 0; n < max(fewMoved, 2*len(t.claimed)) && t.index.part+t.moved < parts; t.moved++ {
		part := t.index.moving[t.index.part+t.moved]
		if err := t.move(part); err != nil {
			return err
		}
		n += len(part)
	}
	if t.index.part+t.moved < parts {
		return nil
	}
	c := t.tx.Bucket(bucketFresh).Cursor()
	for k, _ := c.First(); k != nil && unbe(k) <= t.index.upTo; k, _ = c.First() {
		if err := t.delete(bucketFresh, bytes.Clone(k)); err != nil {
			return err
		}
	}
	return nil
}

// move puts keys into their buckets.
func (t *txn) move(part []slot) error {
	slices.SortFunc(part, func(a, b slot) int { return bytes.Compare(a[:], b[:]) })
	for i := range part {
		s := &part[i]
		id := t.index.old[*s]
		var err error
		if id == 0 {
			err = t.delete(s.bucket(), bytes.Clone(s[1:]))
		} else {
			err = t.put(s.bucket(), bytes.Clone(s[1:]), be(id))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// committed takes over what a transaction has written.
func (x *index) committed(t *txn) {
	if len(t.fresh) > 0 {
		x.last++
	}
	maps.Copy(x.young, t.claimed)
	x.part += t.moved
	if x.part == parts {
		x.old, x.moving, x.part = nil, [parts][]slot{}, 0
	}
	if x.old == nil && len(x.young) >= x.limit {
		x.turn()
	}
}

// turn lets what has gathered begin to move.
func (x *index) turn() {
	x.old, x.upTo, x.young = x.young, x.last, map[slot]int64{}
	for s := range x.old {
		x.moving[s[1]] = append(x.moving[s[1]], s)
	}
}

// readIndex reads what is in bucketFresh.
func readIndex(tx *bbolt.Tx) (*index, error) {
	x := &index{limit: maxFresh, young: map[slot]int64{}}
	c := tx.Bucket(bucketFresh).Cursor()
	for k, v := c.First(); k != nil; k, v = c.Next() {
		x.last = unbe(k)
		for ; len(v) >= noted; v = v[noted:] {
			x.young[slot(v)] = unbe(v[slotSize:noted])
		}
		if len(v) > 0 {
			return nil, fmt.Errorf("%w: keys cannot be read: %s", inbox.ErrCorrupt, hex.EncodeToString(k))
		}
	}
	if len(x.young) > 0 {
		x.turn()
	}
	return x, nil
}
