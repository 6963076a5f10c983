package boltinbox

import (
	"time"

	"go.etcd.io/bbolt"

	"github.com/linkhook/linkhook/events/inbox"
)

// PathOf returns the path of a store's file.
func PathOf(s inbox.Store) string {
	return s.(*Store).path
}

// OnCommit puts hook in the place of commits. Nothing may be under way.
func OnCommit(s *Store, hook func(commit func() error) error) {
	err := s.alone(bg, func() error {
		s.commit = func(tx *bbolt.Tx) error { return hook(tx.Commit) }
		return nil
	})
	if err != nil {
		panic(err)
	}
}

// KeepFew makes the keys of events move to their buckets as soon as there are n of them.
func KeepFew(s *Store, n int) {
	if err := s.alone(bg, func() error { s.index.limit = n; return nil }); err != nil {
		panic(err)
	}
}

// Fresh returns how many keys have not moved to their buckets.
func Fresh(s *Store) (n int) {
	err := s.alone(bg, func() error {
		n = len(s.index.young)
		for _, part := range s.index.moving[s.index.part:] {
			n += len(part)
		}
		return nil
	})
	if err != nil {
		panic(err)
	}
	return n
}

// Waiting returns how many changes wait for the writer.
func Waiting(s *Store) int { return len(s.ops) }

// Rewind makes the file believe that it was last written that long from now, and that its retries wait from then on.
func Rewind(s *Store, ahead time.Duration) {
	err := s.update(bg, 1, func(t *txn, now time.Time) error {
		t.head.clock = now.Add(ahead).UnixNano()
		var keys [][]byte
		c := t.tx.Bucket(bucketTimer).Cursor()
		for k, _ := c.First(); k != nil; k, _ = c.Next() {
			keys = append(keys, append([]byte(nil), k...))
		}
		for _, k := range keys {
			l := toLane(t.get(bucketTimer, k))
			if err := t.delete(bucketTimer, k); err != nil {
				return err
			}
			at := time.Unix(0, unbe(k)).Add(ahead)
			if err := t.put(bucketTimer, timeID(at, unbe(k[8:])), l.bytes()); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		panic(err)
	}
}

// Codec is the pair of functions that write and read records, for tests of foreign bytes.
func Codec(b []byte) (again []byte, err error) {
	r, err := decodeRecord(b)
	if err != nil {
		return nil, err
	}
	return r.encode(), nil
}

// StatusCodec does the same for what says where an event stands.
func StatusCodec(b []byte) (again []byte, err error) {
	s, err := decodeStatus(b)
	if err != nil {
		return nil, err
	}
	return s.encode(), nil
}

// HeadCodec does the same for what the store knows without looking.
func HeadCodec(b []byte) (again []byte, err error) {
	var h head
	if err := h.decode(b); err != nil {
		return nil, err
	}
	return h.encode(), nil
}

// Samples returns a record and a status as they are stored.
func Samples() (rec, stat []byte) {
	r := record{
		storedAt: time.Unix(1, 2), orderKey: "own", keys: []inbox.Key{{1}, {2}}, correlation: inbox.Key{3}, digest: [32]byte{4},
		dedupFor: time.Minute, conflictOf: 7, synthetic: true, hasBody: true, body: []byte("body"),
	}
	r.meta.ID, r.meta.Kind.Provider, r.meta.Seq = "id", "acme", 1<<63
	st := status{
		state: inbox.Dead, attempt: 3, since: time.Unix(5, 0), finishedAt: time.Unix(6, 7), replays: 1,
		handlers: []inbox.HandlerResult{{Name: "h"}, {Name: "i", GaveUp: true}}, reason: "permanent", detail: []byte("d"),
	}
	return r.encode(), st.encode()
}
