package pginbox

import (
	"context"
	"errors"
	"sync"

	"github.com/jackc/pgx/v5"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/inbox"
)

// ErrNoTx is returned by [Tx] where no transaction is offered: the handler does not run from an inbox in Postgres.
var ErrNoTx = errors.New("pginbox: no transaction is offered: is the bus behind an inbox with a pginbox store?")

// errOwnCommit keeps handlers from ending the transaction that is not theirs.
var errOwnCommit = errors.New("pginbox: the inbox commits this transaction: return nil to commit and an error to roll back")

// offerKey carries the offer through the context.
type offerKey struct{}

// offer is a transaction that begins when it is taken.
type offer struct {
	store *Store
	mu    sync.Mutex
	tx    pgx.Tx
	over  bool
}

// Tx returns the transaction in which the inbox will record the success of the handler that runs with ctx. It begins with
// the first call; later calls return the same one. Commit and Rollback of it fail: the inbox ends it when the handler
// returns. Like every pgx transaction it must not be used by two goroutines at once.
func Tx(ctx context.Context) (pgx.Tx, error) {
	o, ok := ctx.Value(offerKey{}).(*offer)
	if !ok {
		return nil, ErrNoTx
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.over {
		return nil, errors.New("pginbox: the handler has returned and its transaction is over")
	}
	if o.tx == nil {
		tx, err := o.store.host.Begin(ctx)
		if err != nil {
			return nil, wrap("begin the handler's transaction", err)
		}
		o.tx = tx
	}
	return lentTx{o.tx}, nil
}

// InTx makes a handler of a function that works in the offered transaction. Without an inbox in Postgres the handler fails
// with [ErrNoTx]. The result is a closure: register it under a name, see [events.Bus.Named], or it has none that identifies
// it over a restart and its success cannot be recorded.
func InTx[T any](fn func(context.Context, pgx.Tx, events.Event[T]) error) func(context.Context, events.Event[T]) error {
	if fn == nil {
		panic("pginbox: InTx needs a function")
	}
	return func(ctx context.Context, ev events.Event[T]) error {
		tx, err := Tx(ctx)
		if err != nil {
			return err
		}
		return fn(ctx, tx, ev)
	}
}

// lentTx is a transaction that its user cannot end.
type lentTx struct{ pgx.Tx }

// Commit refuses.
func (lentTx) Commit(context.Context) error { return errOwnCommit }

// Rollback refuses.
func (lentTx) Rollback(context.Context) error { return errOwnCommit }

// WithTx implements [inbox.Transactor].
func (s *Store) WithTx(ctx context.Context, ref inbox.Ref, handler string, run func(context.Context) error) (bool, error) {
	if err := s.enter(); err != nil {
		return false, err
	}
	defer s.inflight.Done()
	o := &offer{store: s}
	returned := false
	defer func() { // a panic of the handler must not leave the transaction open
		if !returned {
			o.rollback(ctx)
		}
	}()
	err := run(context.WithValue(ctx, offerKey{}, o))
	returned = true
	tx := o.end()
	if tx == nil {
		return false, err
	}
	if err != nil {
		o.rollback(ctx)
		return false, err
	}
	recorded, err := s.settle(ctx, tx, ref, handler)
	if err != nil {
		o.rollback(ctx)
	}
	return recorded, err
}

// settle records the handler's success in its own transaction and commits.
func (s *Store) settle(ctx context.Context, tx pgx.Tx, ref inbox.Ref, handler string) (bool, error) {
	ctx = context.WithoutCancel(ctx)
	done := []inbox.HandlerResult{}
	if handler != "" {
		done = append(done, inbox.HandlerResult{Name: handler})
	}
	tag, err := tx.Exec(ctx, s.sql.complete, ref.ID, ref.Token, results(done))
	if err != nil {
		return false, wrap("record the handler", err)
	}
	if tag.RowsAffected() == 0 {
		return false, inbox.ErrLeaseLost
	}
	if err := tx.Commit(ctx); err != nil {
		return false, wrap("commit the handler's transaction", err)
	}
	return handler != "", nil
}

// end closes the offer and returns the transaction if it was taken.
func (o *offer) end() pgx.Tx {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.over = true
	return o.tx
}

func (o *offer) rollback(ctx context.Context) {
	if tx := o.end(); tx != nil {
		_ = tx.Rollback(context.WithoutCancel(ctx)) // the connection is closed if that fails, which rolls back too
	}
}
