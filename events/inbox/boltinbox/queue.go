package boltinbox

import (
	"bytes"
	"time"

	"github.com/linkhook/linkhook/events/inbox"
)

// wakeAtOnce bounds how many retries one claim makes due. More than that at one instant come up with the next claim.
const wakeAtOnce = 10_000

// The states of a lane, in bucketLane: nothing at all when no event of it is due or leased.
var laneBusy = []byte{0} //nolint:gochecknoglobals // a constant that is a slice

// arrived makes a new event due. Which lane it stands in, and where, is found out when it is claimed: that is work at places all
// over the file, and the provider waits for its answer.
func (t *txn) arrived(id int64, l lane) error {
	t.head.ready++
	return t.append(bucketNew, be(id), l.bytes())
}

// due makes an event claimable, or puts it behind the older ones of its lane. One that is younger than some that have not been
// looked at yet waits among these.
func (t *txn) due(id int64, l lane) error {
	if first, _ := t.tx.Bucket(bucketNew).Cursor().First(); first != nil && unbe(first) < id {
		t.head.ready++
		return t.put(bucketNew, be(id), l.bytes())
	}
	return t.place(id, l)
}

// place puts an event into its lane.
func (t *txn) place(id int64, l lane) error {
	if l == (lane{}) {
		return t.ready(id, l)
	}
	switch state := t.get(bucketLane, l[:]); {
	case state == nil:
		return t.headOf(l, id)
	case bytes.Equal(state, laneBusy), id > unbe(state):
		return t.put(bucketWait, laneID(l, id), nil)
	default:
		older := unbe(state)
		if err := t.unready(older); err != nil {
			return err
		}
		if err := t.put(bucketWait, laneID(l, older), nil); err != nil {
			return err
		}
		return t.headOf(l, id)
	}
}

// headOf makes an event the one that can be claimed of its lane.
func (t *txn) headOf(l lane, id int64) error {
	if err := t.put(bucketLane, l[:], be(id)); err != nil {
		return err
	}
	return t.ready(id, l)
}

func (t *txn) ready(id int64, l lane) error {
	t.head.ready++
	return t.append(bucketReady, be(id), l.bytes())
}

func (t *txn) unready(id int64) error {
	t.head.ready--
	return t.delete(bucketReady, be(id))
}

// free lets the next event of a lane come up, after the one that was leased, or the head, has left.
func (t *txn) free(l lane) error {
	if l == (lane{}) {
		return nil
	}
	key, _ := t.tx.Bucket(bucketWait).Cursor().Seek(l[:])
	if !bytes.HasPrefix(key, l[:]) {
		return t.delete(bucketLane, l[:])
	}
	id := unbe(key[len(l):])
	if err := t.delete(bucketWait, laneID(l, id)); err != nil {
		return err
	}
	return t.headOf(l, id)
}

// wait sets an event aside until its time.
func (t *txn) wait(id int64, l lane, at time.Time) error {
	t.head.timers++
	return t.put(bucketTimer, timeID(at, id), l.bytes())
}

// wake makes events due whose time has come.
func (t *txn) wake(now time.Time) error {
	limit := be(now.UnixNano())
	type entry struct {
		key  []byte
		lane lane
	}
	var woken []entry
	c := t.tx.Bucket(bucketTimer).Cursor()
	for k, v := c.First(); k != nil && bytes.Compare(k[:8], limit) <= 0 && len(woken) < wakeAtOnce; k, v = c.Next() {
		woken = append(woken, entry{key: bytes.Clone(k), lane: toLane(v)})
	}
	for _, e := range woken {
		t.head.timers--
		if err := t.delete(bucketTimer, e.key); err != nil {
			return err
		}
		if err := t.due(unbe(e.key[8:]), e.lane); err != nil {
			return err
		}
	}
	return nil
}

// unqueue takes an event that is Ready out of whatever queue it is in.
func (t *txn) unqueue(id int64, l lane, nextAt time.Time) error {
	if t.has(bucketNew, be(id)) {
		t.head.ready--
		return t.delete(bucketNew, be(id))
	}
	if t.has(bucketReady, be(id)) {
		if err := t.unready(id); err != nil {
			return err
		}
		return t.free(l)
	}
	if key := timeID(nextAt, id); !nextAt.IsZero() && t.has(bucketTimer, key) {
		t.head.timers--
		return t.delete(bucketTimer, key)
	}
	return t.delete(bucketWait, laneID(l, id))
}

// has tells an empty value from none.
func (t *txn) has(bucket, key []byte) bool {
	k, _ := t.tx.Bucket(bucket).Cursor().Seek(key)
	return bytes.Equal(k, key)
}

// hold leases an event that was taken.
func (t *txn) hold(id int64, l lane, until time.Time) (token int64, err error) {
	t.head.token++
	t.changed[id] = &lease{token: t.head.token, until: until, lane: l}
	return t.head.token, t.put(bucketLease, be(id), be(t.head.token))
}

// release ends a lease and lets the lane go on.
func (t *txn) release(id int64, l lane) error {
	t.changed[id] = nil
	if err := t.delete(bucketLease, be(id)); err != nil {
		return err
	}
	return t.free(l)
}

// expire makes events due whose lease has ended.
func (t *txn) expire(now time.Time) error {
	for id, l := range t.leases {
		current, held := t.lease(id)
		if !held || current.token != l.token || current.until.After(now) {
			continue
		}
		if err := t.lapse(id, l.lane); err != nil {
			return err
		}
	}
	return nil
}

// lapse gives up a lease whose worker did not come back: the attempt counts and the event is due.
func (t *txn) lapse(id int64, l lane) error {
	st, err := t.status(id)
	if err != nil {
		return err
	}
	st.attempt++
	st.nextAt = time.Time{}
	if err := t.put(bucketStatus, be(id), st.encode()); err != nil {
		return err
	}
	t.count(inbox.Leased, inbox.Ready)
	if err := t.release(id, l); err != nil {
		return err
	}
	return t.due(id, l)
}

// adopt goes over the leases that are on disk. Those that are held in memory under the same token stay; all others are of a
// process that has ended, or of a commit that seemed to have failed, and lapse. It returns the ones that stay.
func (t *txn) adopt(held map[int64]lease) (map[int64]lease, error) {
	stay := map[int64]lease{}
	var lapsed []int64
	c := t.tx.Bucket(bucketLease).Cursor()
	for k, v := c.First(); k != nil; k, v = c.Next() {
		id := unbe(k)
		if l, ok := held[id]; ok && l.token == unbe(v) {
			stay[id] = l
		} else {
			lapsed = append(lapsed, id)
		}
	}
	for _, id := range lapsed {
		r, err := t.record(id)
		if err != nil {
			return nil, err
		}
		if err := t.lapse(id, laneOf(r.orderKey)); err != nil {
			return nil, err
		}
	}
	return stay, nil
}

// count moves one event from a state to another; zero stands for none.
func (t *txn) count(from, to inbox.State) {
	if from != 0 {
		t.head.count[from]--
	}
	if to != 0 {
		t.head.count[to]++
	}
}
