package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/inbox"
	"github.com/linkhook/linkhook/events/inbox/internal/crashtest"
	"github.com/linkhook/linkhook/events/inbox/pginbox"
	"github.com/linkhook/linkhook/events/pinwheel"
)

const (
	// lease is how long the events of a node that was killed wait for another one.
	lease    = 2 * time.Second
	makeBook = `create table if not exists effects (event text not null)`
	bookIt   = `insert into effects (event) values ($1)`
)

// serve is the child: a node over the database at url.
func serve(ctx context.Context, url, key string, tx bool) error {
	pool, err := pgxpool.New(ctx, url)
	if err != nil {
		return fmt.Errorf("opening the pool: %w", err)
	}
	defer pool.Close()
	store, err := pginbox.Open(ctx, pool, nil)
	if err != nil {
		return fmt.Errorf("opening the store: %w", err)
	}
	keys, err := inbox.KeyFile(key)
	if err != nil {
		return fmt.Errorf("reading the key: %w", err)
	}
	node := crashtest.Node{Store: store, Keys: keys, Lease: lease, Register: func(bus *events.Bus) {
		events.On(bus.Named("ledger"), pinwheel.PaystubsAdded, bookkeeper(pool, tx))
	}}
	return errors.Join(node.Run(os.Stdin, os.Stdout), store.Close())
}

// bookkeeper returns the handler: it writes one row for each event, and now and then fails after that.
func bookkeeper(pool *pgxpool.Pool, tx bool) func(context.Context, events.Event[pinwheel.Paystubs]) error {
	if tx {
		return pginbox.InTx(func(ctx context.Context, tx pgx.Tx, ev events.Event[pinwheel.Paystubs]) error {
			return book(ctx, tx, &ev)
		})
	}
	return func(ctx context.Context, ev events.Event[pinwheel.Paystubs]) error { return book(ctx, pool, &ev) }
}

// execer is a transaction or a pool.
type execer interface {
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
}

func book(ctx context.Context, db execer, ev *events.Event[pinwheel.Paystubs]) error {
	if !crashtest.Intact(ev) {
		return events.Permanent(errors.New("the event is not what was sent"))
	}
	if _, err := db.Exec(ctx, bookIt, ev.ID); err != nil {
		return fmt.Errorf("booking: %w", err)
	}
	if crashtest.ByChance() {
		return errors.New("failing by chance")
	}
	return nil
}
