package boltinbox

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"sync"
	"time"

	"go.etcd.io/bbolt"

	"github.com/linkhook/linkhook/events/inbox"
)

// bg is the context of what belongs to nobody's call.
var bg = context.Background() //nolint:gochecknoglobals // it never changes

// op is a change that waits for its commit.
type op struct {
	ctx    context.Context //nolint:containedctx // it carries the caller's clock
	size   int             // how much of a group it is
	change func(t *txn, now time.Time) error
	alone  func() error // instead of change: done by the writer, outside of any transaction
	err    error
	done   chan struct{} // gets one value when the writer is through
}

func newOp() *op { return &op{done: make(chan struct{}, 1)} }

// ops are kept for later callers.
var ops = sync.Pool{New: func() any { return newOp() }} //nolint:gochecknoglobals // it holds nothing of any store

// update commits a change and returns what it said. A caller whose ctx is done does not wait; the change may still happen. What
// change writes for the caller may be read only when the error is nil: otherwise the writer may be writing it.
func (s *Store) update(ctx context.Context, size int, change func(t *txn, now time.Time) error) error {
	o, _ := ops.Get().(*op)
	o.ctx, o.size, o.change = ctx, size, change
	answered, err := s.submit(ctx, o)
	if answered {
		o.ctx, o.change, o.err = nil, nil, nil
		ops.Put(o)
	}
	return err
}

// alone has the writer do something outside of any transaction.
func (s *Store) alone(ctx context.Context, do func() error) error {
	o := newOp()
	o.ctx, o.alone = ctx, do
	_, err := s.submit(ctx, o)
	return err
}

// write is the writer: it gathers what has come up and commits it.
func (s *Store) write() {
	defer s.watch.end()
	defer close(s.done)
	group := make([]*op, 0, maxGroup)
	for {
		select {
		case o := <-s.ops:
			group = s.gather(append(group[:0], o))
		case <-s.quit:
			if group = s.gather(group[:0]); len(group) == 0 {
				return
			}
		}
		s.watch.start()
		s.settle(group)
		s.watch.stop()
	}
}

// gather takes what waits, without waiting itself.
func (s *Store) gather(group []*op) []*op {
	size := 0
	for _, o := range group {
		size += o.size
	}
	for yielded := false; size < maxGroup; {
		select {
		case o := <-s.ops:
			group = append(group, o)
			size += o.size
			yielded = false
		default:
			if yielded {
				return group
			}
			runtime.Gosched() // who is about to come up does so now: on a busy machine groups are twice as large for it
			yielded = true
		}
	}
	return group
}

// settle commits a group and answers its callers.
func (s *Store) settle(group []*op) {
	changes := group[:0:0]
	for _, o := range group {
		if o.alone != nil {
			o.err = o.alone()
			o.done <- struct{}{}
			continue
		}
		changes = append(changes, o)
	}
	if len(changes) == 0 {
		return
	}
	if err := s.apply(changes); err != nil {
		s.divide(changes, err)
	}
	for _, o := range changes {
		o.done <- struct{}{}
	}
}

// errChange says that a change of the group could not be made, so that nothing of it was committed.
var errChange = errors.New("boltinbox: a change could not be made")

// divide commits the changes of a group one by one, because one of them could not be made: it alone is to blame. After a
// failed commit all of them have failed.
func (s *Store) divide(changes []*op, err error) {
	if len(changes) > 1 && errors.Is(err, errChange) {
		for _, o := range changes {
			if err := s.apply([]*op{o}); err != nil {
				o.err = err
			}
		}
		return
	}
	for _, o := range changes {
		o.err = err
	}
}

// apply makes and commits changes: all of them, or none and an error. What is in memory changes only after the commit.
func (s *Store) apply(changes []*op) (err error) {
	if s.failed != nil {
		return s.failed
	}
	defer func() {
		if v := recover(); v != nil { // bbolt panics when it meets a page that is not what it should be
			err = s.fail(fmt.Errorf("boltinbox: panic: %v\n%s", v, debug.Stack()))
		}
	}()
	tx, err := s.db.Begin(true)
	if err != nil {
		return s.fail(fmt.Errorf("boltinbox: beginning: %w", err))
	}
	defer tx.Rollback() //nolint:errcheck // after a commit it does nothing
	t := newTxn(tx, s.head, s.leases, s.index)
	t.room = &s.room
	s.room.clear()
	if err := s.make(t, changes); err != nil || !t.dirty {
		return err
	}
	if err := s.commit(tx); err != nil {
		return s.fail(fmt.Errorf("boltinbox: committing: %w", err))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.head = t.head
	s.index.committed(t)
	t.mergeLeases(s.leases)
	return nil
}

// make makes changes. It keeps Extend, which needs no commit, away from the leases meanwhile.
func (s *Store) make(t *txn, changes []*op) error {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, o := range changes {
		if err := t.change(o, s.clock.Now(o.ctx)); err != nil {
			return err
		}
	}
	if !t.dirty && len(t.fresh) == 0 {
		return nil
	}
	if err := t.writeIndex(); err != nil {
		return err
	}
	return t.writeHead(s.clock.Now(bg))
}

// change makes one change. What the contract foresees, such as a lost lease, is the caller's error and no failure.
func (t *txn) change(o *op, now time.Time) error {
	o.err = o.change(t, now)
	switch {
	case o.err == nil, errors.Is(o.err, inbox.ErrLeaseLost):
		return nil
	default:
		return fmt.Errorf("%w: %w", errChange, o.err)
	}
}

// fail makes the store refuse to write from now on.
func (s *Store) fail(err error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.failed = fmt.Errorf("%w: %w", inbox.ErrStoreFailed, err)
	return s.failed
}

// txn is a write transaction and what it changes in memory.
type txn struct {
	tx      *bbolt.Tx
	head    head
	leases  map[int64]lease  // those committed before; not to be changed
	changed map[int64]*lease // changes of this transaction; nil: gone
	dirty   bool

	room    *room
	index   *index         // as committed before; not to be changed
	claimed map[slot]int64 // changes of this transaction
	fresh   []byte         // the same, as they are written
	moved   int            // how many parts of the index have moved
}

func newTxn(tx *bbolt.Tx, h head, leases map[int64]lease, x *index) *txn {
	return &txn{tx: tx, head: h, leases: leases, changed: map[int64]*lease{}, index: x, room: &room{}}
}

func (t *txn) writeHead(now time.Time) error {
	t.head.clock = max(t.head.clock, now.UnixNano())
	if first, _ := t.tx.Bucket(bucketTimer).Cursor().First(); first != nil {
		t.head.first = unbe(first)
	}
	return t.put(bucketMeta, keyHead, t.head.encode())
}

func (t *txn) put(bucket, key, value []byte) error {
	t.dirty = true
	b := t.tx.Bucket(bucket)
	if err := b.Put(key, value); err != nil {
		return fmt.Errorf("boltinbox: writing: %w", err)
	}
	return nil
}

// append puts a key that is greater than all others in its bucket: pages are filled instead of being left half empty.
func (t *txn) append(bucket, key, value []byte) error {
	const full = 0.95
	t.tx.Bucket(bucket).FillPercent = full
	return t.put(bucket, key, value)
}

func (t *txn) delete(bucket, key []byte) error {
	t.dirty = true
	if err := t.tx.Bucket(bucket).Delete(key); err != nil {
		return fmt.Errorf("boltinbox: deleting: %w", err)
	}
	return nil
}

func (t *txn) get(bucket, key []byte) []byte { return t.tx.Bucket(bucket).Get(key) }

// lease returns the lease of an event as this transaction sees it.
func (t *txn) lease(id int64) (lease, bool) {
	if l, ok := t.changed[id]; ok {
		if l == nil {
			return lease{}, false
		}
		return *l, true
	}
	l, ok := t.leases[id]
	return l, ok
}

// mergeLeases brings the changes of a committed transaction into the store's leases.
func (t *txn) mergeLeases(into map[int64]lease) {
	for id, l := range t.changed {
		if l == nil {
			delete(into, id)
		} else {
			into[id] = *l
		}
	}
}
