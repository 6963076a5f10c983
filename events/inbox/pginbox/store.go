package pginbox

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"golang.org/x/sync/errgroup"

	"github.com/linkhook/linkhook/events/inbox"
)

// Options are settings of [Open]. Nil means the defaults.
type Options struct {
	// Schema holds the tables. Defaults to "linkhook".
	Schema string
	// SkipMigrate leaves the schema as it is; [Open] then fails when it is not the one that this version needs.
	SkipMigrate bool
	// Listen is the connection string of the listening connection, for hosts whose pool goes through PgBouncer in
	// transaction mode. Defaults to the pool's own settings; "off" does without, and other nodes' events are noticed by
	// polling.
	Listen string
	// Writers is the number of connections that write appended events. Defaults to 3.
	Writers int
	// Logger receives what the listening connection reports, and each transaction that the database rolled back for the sake
	// of another and that is run again. Defaults to [slog.Default] at the time of [Open].
	Logger *slog.Logger
}

// Store is an [inbox.Store] in PostgreSQL. It is safe for concurrent use, by any number of processes.
type Store struct {
	host    *pgxpool.Pool // for transactions of handlers
	pool    *pgxpool.Pool // for the store itself
	sql     statements
	schema  string
	log     *slog.Logger
	appends chan *appending
	settles chan *settling
	hints   chan struct{} // something was stored here; other nodes should be told
	wake    chan struct{}
	// pushHints says that a push was appended here; the bell, that one was appended anywhere.
	pushHints chan struct{}
	bell      *bell
	stop      context.CancelFunc
	tasks     *errgroup.Group
	closing   sync.Once
	closed    chan struct{}
	inflight  sync.WaitGroup
	gate      sync.RWMutex
}

var (
	_ inbox.Store      = (*Store)(nil)
	_ inbox.Transactor = (*Store)(nil)
	_ inbox.Waker      = (*Store)(nil)
)

// Open makes a store in the database of pool, which stays the host's: Close does not close it. It brings the schema up to
// date first, unless told otherwise.
func Open(ctx context.Context, pool *pgxpool.Pool, opts *Options) (*Store, error) {
	if pool == nil {
		return nil, errors.New("pginbox: Open needs a pool")
	}
	o := Options{}
	if opts != nil {
		o = *opts
	}
	if o.Schema == "" {
		o.Schema = defaultSchema
	}
	if o.Writers <= 0 {
		o.Writers = 3
	}
	if o.Logger == nil {
		o.Logger = slog.Default() //nolint:forbidigo // the documented default: what fails unheard costs its host hours
	}
	if err := prepareSchema(ctx, pool, &o); err != nil {
		return nil, err
	}
	cfg := pool.Config()
	cfg.MaxConns, cfg.MinConns, cfg.MinIdleConns = 4+settlers, 0, 0
	for range o.Writers {
		cfg.MaxConns++
	}
	own, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return nil, wrap("open a pool", err)
	}
	s := &Store{
		host: pool, pool: own, schema: o.Schema, sql: newStatements(o.Schema), log: o.Logger,
		appends: make(chan *appending, maxBatch),
		settles: make(chan *settling, maxBatch),
		hints:   make(chan struct{}, 1),
		wake:    make(chan struct{}, 1),

		pushHints: make(chan struct{}, 1),
		bell:      newBell(),
		closed:    make(chan struct{}),
	}
	s.start(&o) //nolint:contextcheck // the writers outlive the call that opens the store and take each append's context
	return s, nil
}

func prepareSchema(ctx context.Context, pool *pgxpool.Pool, o *Options) error {
	if o.SkipMigrate {
		return checkVersion(ctx, pool, o.Schema)
	}
	return Migrate(ctx, pool, o.Schema)
}

// start runs the writers, the notifier and the listener; they end with Close.
func (s *Store) start(o *Options) {
	ctx, stop := context.WithCancel(context.Background())
	s.stop = stop
	s.tasks, ctx = errgroup.WithContext(ctx)
	for range o.Writers {
		s.tasks.Go(func() error { s.write(); return nil })
	}
	for range settlers {
		s.tasks.Go(func() error { s.writeEnds(); return nil })
	}
	s.tasks.Go(func() error { s.notify(ctx); return nil })
	if o.Listen != "off" {
		connect := s.listenConfig(o.Listen)
		s.tasks.Go(func() error { s.listen(ctx, connect); return nil })
	}
}

// Close waits for the appends under way and releases the store's connections.
func (s *Store) Close() error {
	s.closing.Do(func() {
		s.gate.Lock()
		close(s.closed)
		s.gate.Unlock()
		s.inflight.Wait()
		close(s.appends)
		close(s.settles)
		s.stop()
		_ = s.tasks.Wait() // its tasks return nil
		s.pool.Close()
	})
	return nil
}

// enter counts a call in; the caller must call s.inflight.Done.
func (s *Store) enter() error {
	s.gate.RLock()
	defer s.gate.RUnlock()
	select {
	case <-s.closed:
		return inbox.ErrStoreClosed
	default:
		s.inflight.Add(1)
		return nil
	}
}

// clock is the argument of the statements' now: the time set with inbox.At, or null for the database's.
func clock(ctx context.Context) *time.Time {
	if now, ok := inbox.Now(ctx); ok {
		return &now
	}
	return nil
}

// wrap names the step that failed. Errors of pgx hold no parameters; a Detail that would is not part of their text.
func wrap(step string, err error) error {
	return fmt.Errorf("pginbox: %s: %w", step, err)
}

// inTx runs fn in a transaction of the store's pool, see again.
func (s *Store) inTx(ctx context.Context, step string, fn func(pgx.Tx) error) error {
	if err := s.enter(); err != nil {
		return err
	}
	defer s.inflight.Done()
	err := s.again(ctx, step, func() error { return s.begin(ctx, fn) })
	if err == nil || isOurs(err) {
		return err
	}
	return wrap(step, err)
}

// begin runs fn in one transaction. Its later statements must see what others committed while it waited for a lock, whatever
// the database's default is.
func (s *Store) begin(ctx context.Context, fn func(pgx.Tx) error) error {
	return pgx.BeginTxFunc(ctx, s.pool, pgx.TxOptions{IsoLevel: pgx.ReadCommitted}, fn)
}

func isOurs(err error) bool {
	return errors.Is(err, inbox.ErrLeaseLost) || errors.Is(err, inbox.ErrNotFound)
}
