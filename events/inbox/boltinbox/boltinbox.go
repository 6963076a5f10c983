package boltinbox

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"go.etcd.io/bbolt"

	"github.com/linkhook/linkhook/events/inbox"
)

// Options steer a [Store]. The zero value is right for production.
type Options struct {
	// CompactOnOpen rewrites the file when it is opened, if at least half of it is free; see [Compact].
	CompactOnOpen bool
	// LockTimeout is how long Open waits for another process to let go of the file. Defaults to 1 second, which is
	// enough for a process that is just ending.
	LockTimeout time.Duration
	// UnsafeNoSync leaves out every fsync: an event that was acknowledged can then be lost with the power, or when the
	// machine crashes. For tests that make many stores.
	UnsafeNoSync bool
}

const (
	lockTimeout = time.Second
	// maxGroup bounds how many changes share one commit; more do not make it cheaper.
	maxGroup = 1024
	// smallFile is the size under which CompactOnOpen does nothing.
	smallFile = 1 << 20
)

// Store is an [inbox.Store] in a file. One goroutine writes: it commits whatever has gathered while the last commit was
// under way, at most 1,024 changes at once, and waits for nothing, so that under load an fsync is shared by many and an
// idle store answers after one. Reading goes on beside it. All methods are safe for concurrent use.
//
// A store that failed to write refuses to write, see [Store.Check].
type Store struct {
	path string
	opts Options

	ops   chan *op
	quit  chan struct{} // closed by Close
	done  chan struct{} // closed when the writer has ended
	watch *watch
	once  sync.Once
	ends  error // what closing the file said

	mu     sync.RWMutex // guards what follows against the writer, and db against Check
	db     *bbolt.DB
	clock  *inbox.Clock
	head   head
	leases map[int64]lease
	failed error
	index  *index // the writer's alone, like room
	room   room

	commit func(*bbolt.Tx) error // the one place where a commit happens; a test puts failures in
}

// Open opens the store in the file at path, which is made if it does not exist, in a folder that must. Only one process can
// have it open: while another has, Open returns an error that wraps [ErrInUse] and names its process id where that is known.
// Network file systems are not supported, because their locks and fsyncs do not hold what they promise.
func Open(path string, opts *Options) (*Store, error) {
	var o Options
	if opts != nil {
		o = *opts
	}
	if o.LockTimeout <= 0 {
		o.LockTimeout = lockTimeout
	}
	s := &Store{
		path: path, opts: o, commit: (*bbolt.Tx).Commit,
		ops: make(chan *op, maxGroup), quit: make(chan struct{}), done: make(chan struct{}), watch: newWatch(),
	}
	if o.CompactOnOpen {
		if err := compactIfWorthIt(path, &o); err != nil {
			return nil, err
		}
	}
	if err := s.open(); err != nil {
		return nil, err
	}
	go s.write()
	return s, nil
}

// open opens the file and reads what must be in memory.
func (s *Store) open() error {
	_, err := os.Stat(s.path)
	made := errors.Is(err, fs.ErrNotExist)
	db, err := openFile(s.path, &s.opts)
	if err != nil {
		return err
	}
	if err := s.load(db); err != nil {
		return errors.Join(err, closeFile(db, s.path))
	}
	if made {
		if err := syncFolder(filepath.Dir(s.path)); err != nil {
			return errors.Join(err, closeFile(db, s.path))
		}
	}
	s.db = db
	return nil
}

// syncFolder makes the file's name as durable as its content.
func syncFolder(path string) error {
	dir, err := os.Open(path) //nolint:gosec // the host chooses the path
	if err != nil {
		return fmt.Errorf("boltinbox: opening the folder: %w", err)
	}
	if err := errors.Join(dir.Sync(), dir.Close()); err != nil {
		return fmt.Errorf("boltinbox: syncing the folder: %w", err)
	}
	return nil
}

// KeyWrapper returns the wrapper whose master key stands in the file beside the store's, with ".key" added to its name. It
// is made when there is none. It keeps backups of the store unreadable that leave it out; a host with a key service or
// a vault gives inbox.Options a wrapper of its own.
func (s *Store) KeyWrapper() (inbox.KeyWrapper, error) {
	w, err := inbox.KeyFile(s.path + ".key")
	if err != nil {
		return nil, fmt.Errorf("boltinbox: %w", err)
	}
	return w, nil
}

// Close ends the store when what was begun is committed.
func (s *Store) Close() error {
	s.once.Do(func() {
		close(s.quit)
		<-s.done
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.db != nil {
			s.ends = closeFile(s.db, s.path)
		}
		s.db = nil
	})
	return s.ends
}

// view reads; it goes on beside the writer.
func (s *Store) view(ctx context.Context, read func(*bbolt.Tx) error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.db == nil {
		if s.failed != nil {
			return s.failed
		}
		return inbox.ErrStoreClosed
	}
	return s.db.View(read) //nolint:wrapcheck // read wraps what it returns
}

// now is the time by the store's clock.
func (s *Store) now(ctx context.Context) time.Time {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.clock.Now(ctx)
}
