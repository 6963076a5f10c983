package boltinbox

import (
	"encoding/binary"
	"fmt"
	"time"

	"go.etcd.io/bbolt"

	"github.com/linkhook/linkhook/events/inbox"
)

// What is where. Numbers are big-endian, so that buckets are in order of id or time. An event that was never tried has a
// record and no status; only records hold bodies, so that moving an event through its life rewrites little.
var ( //nolint:gochecknoglobals // constants that are slices
	bucketMeta   = []byte("meta")   // "format", "head"
	bucketRecord = []byte("record") // id → record and body
	bucketStatus = []byte("status") // id → where it stands, once it was tried
	bucketNew    = []byte("new")    // id → lane: came in and was not looked at by a claim yet; its lane does not know of it
	bucketReady  = []byte("ready")  // id → lane: what a claim can take; of each lane the oldest due event only
	bucketWait   = []byte("wait")   // lane, id: due, and behind another event of the lane
	bucketTimer  = []byte("timer")  // time, id → lane: waits for its retry
	bucketLease  = []byte("lease")  // id → token: in the hands of a worker
	bucketLane   = []byte("lane")   // lane → busy, or the id that is ready
	bucketEnd    = []byte("end")    // class, time, id: finished, in the order in which retention takes it
	bucketDead   = []byte("dead")   // id: dead letters
	bucketKey    = []byte("key")    // deduplication key → id
	bucketTwin   = []byte("twin")   // correlation key → id
	bucketFresh  = []byte("fresh")  // number → what a commit puts into bucketKey and bucketTwin later, see [index]
	bucketEntry  = []byte("entry")  // key → expiry, value
	bucketExpiry = []byte("expiry") // expiry, key: of entries that do not stay for good; may name one that has changed since

	keyFormat = []byte("format")
	keyHead   = []byte("head")
)

func allBuckets() [][]byte {
	return [][]byte{
		bucketMeta, bucketRecord, bucketStatus, bucketNew, bucketReady, bucketWait, bucketTimer, bucketLease, bucketLane,
		bucketEnd, bucketDead, bucketKey, bucketTwin, bucketFresh, bucketEntry, bucketExpiry,
	}
}

// format is the version of the layout.
const format = 1

// head is what the store knows without looking; it is written with every commit.
type head struct {
	clock  int64 // when the last commit was made, in nanoseconds since 1970
	lastID int64
	token  int64
	ready  int64 // length of bucketReady and bucketNew
	timers int64 // length of bucketTimer
	first  int64 // the earliest time in bucketTimer; meaningless without timers
	count  [inbox.Erased + 1]int64
}

func (h *head) encode() []byte {
	out := make([]byte, 0, 8*(6+len(h.count)))
	for _, v := range append([]int64{h.clock, h.lastID, h.token, h.ready, h.timers, h.first}, h.count[:]...) {
		out = append(out, be(v)...)
	}
	return out
}

func (h *head) decode(b []byte) error {
	fields := []*int64{&h.clock, &h.lastID, &h.token, &h.ready, &h.timers, &h.first}
	for i := range h.count {
		fields = append(fields, &h.count[i])
	}
	if len(b) != 8*len(fields) {
		return fmt.Errorf("%w: the head has %d bytes", inbox.ErrCorrupt, len(b))
	}
	for i, f := range fields {
		*f = unbe(b[8*i:])
	}
	return nil
}

func be(v int64) []byte { return binary.BigEndian.AppendUint64(nil, uint64(v)) } //nolint:gosec // never negative where order counts

func unbe(b []byte) int64 { return int64(binary.BigEndian.Uint64(b)) } //nolint:gosec // what be wrote

// lane is the hash of an order key; the zero lane is that of unordered events.
type lane [16]byte

func laneOf(orderKey string) lane {
	if orderKey == "" {
		return lane{}
	}
	return lane(inbox.NewKey("lane", orderKey))
}

func (l lane) bytes() []byte {
	if l == (lane{}) {
		return nil
	}
	return l[:]
}

func toLane(b []byte) lane {
	var l lane
	copy(l[:], b)
	return l
}

func laneID(l lane, id int64) []byte { return append(l[:], be(id)...) }

func timeID(at time.Time, id int64) []byte { return append(be(at.UnixNano()), be(id)...) }

// class says which limit of retention comes next for a finished event.
type class byte

const (
	classBody  class = 'b' // has a body that goes before the rest
	classEvent class = 'e' // has none any more
	classDead  class = 'd'
)

func classOf(state inbox.State, hasBody bool) class {
	switch {
	case state == inbox.Dead:
		return classDead
	case hasBody:
		return classBody
	default:
		return classEvent
	}
}

func endKey(c class, at time.Time, id int64) []byte {
	return append([]byte{byte(c)}, timeID(at, id)...)
}

// lease is an event in the hands of a worker. That it is leased survives a restart, until when does not matter then.
type lease struct {
	token int64
	until time.Time
	lane  lane
}

// load makes the buckets and reads the head. Events that were in the hands of a worker when the last process ended are due
// again, and that attempt counts.
func (s *Store) load(db *bbolt.DB) error {
	tx, err := db.Begin(true)
	if err != nil {
		return fmt.Errorf("boltinbox: opening: %w", err)
	}
	defer tx.Rollback() //nolint:errcheck // after a commit it does nothing
	for _, name := range allBuckets() {
		if _, err := tx.CreateBucketIfNotExists(name); err != nil {
			return fmt.Errorf("boltinbox: opening: %w", err)
		}
	}
	var h head
	if err := readHead(tx, &h); err != nil {
		return err
	}
	clock := s.clock
	if clock == nil {
		clock = inbox.NewClock(time.Unix(0, h.clock))
	}
	x, err := readIndex(tx)
	if err != nil {
		return err
	}
	t := newTxn(tx, h, nil, x)
	leases, err := t.adopt(s.leases)
	if err != nil {
		return err
	}
	if err := t.writeHead(clock.Now(bg)); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("boltinbox: opening: %w", err)
	}
	s.clock, s.head, s.leases, s.index = clock, t.head, leases, x
	return nil
}

func readHead(tx *bbolt.Tx, h *head) error {
	meta := tx.Bucket(bucketMeta)
	switch version := meta.Get(keyFormat); {
	case version == nil:
		if err := meta.Put(keyFormat, []byte{format}); err != nil {
			return fmt.Errorf("boltinbox: opening: %w", err)
		}
	case len(version) != 1 || version[0] != format:
		return fmt.Errorf("boltinbox: the file has format %x, and this version of the package reads %d", version, format)
	}
	if b := meta.Get(keyHead); b != nil {
		return h.decode(b)
	}
	return nil
}
