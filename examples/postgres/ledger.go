package main

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/pinwheel"
)

// ledger keeps what is known of each account's paystubs: a row for each event, and their sum.
type ledger struct {
	fail func() error // what happens after the rows are written; nil: nothing
}

const tables = `
create table if not exists ledger (
    n          bigint generated always as identity primary key,
    event_id   text        not null,
    account_id text        not null,
    added      int         not null,
    deleted    int         not null,
    booked_at  timestamptz not null default now()
);
create table if not exists balances (
    account_id text primary key,
    paystubs   int not null
)`

// migrate makes the tables.
func (l *ledger) migrate(ctx context.Context, pool *pgxpool.Pool) error {
	if _, err := pool.Exec(ctx, tables); err != nil {
		return fmt.Errorf("making the ledger: %w", err)
	}
	return nil
}

// Book writes a batch of paystubs into the ledger and adds it to the account's balance, in the transaction that records that
// this handler has succeeded. It does not look whether the event is booked already: it cannot be.
func (l *ledger) Book(ctx context.Context, tx pgx.Tx, ev events.Event[pinwheel.Paystubs]) error {
	if !ev.Data.Outcome.Succeeded() {
		return nil // a pending job is reported again when it ends, a failed one has nothing to book
	}
	added, deleted := len(ev.Data.Added), len(ev.Data.Deleted)
	_, err := tx.Exec(ctx, `insert into ledger (event_id, account_id, added, deleted) values ($1, $2, $3, $4)`,
		ev.ID, ev.Data.AccountID, added, deleted)
	if err != nil {
		return fmt.Errorf("booking: %w", err)
	}
	_, err = tx.Exec(ctx, `insert into balances (account_id, paystubs) values ($1, $2)
		on conflict (account_id) do update set paystubs = balances.paystubs + excluded.paystubs`, ev.Data.AccountID, added-deleted)
	if err != nil {
		return fmt.Errorf("adding to the balance: %w", err)
	}
	if l.fail != nil {
		return l.fail()
	}
	return nil
}
