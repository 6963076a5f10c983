// Package pginbox keeps an inbox in PostgreSQL, so that any number of nodes share it.
//
//	pool, err := pgxpool.New(ctx, os.Getenv("DATABASE_URL"))
//	store, err := pginbox.Open(ctx, pool, nil)
//	box := inbox.New(store, bus, nil)
//
// # Exactly once
//
// A handler that takes the transaction it is offered writes in the same commit that records its success:
//
//	ledger := bus.Named("ledger")
//	events.On(ledger, pinwheel.PaystubsAdded, pginbox.InTx(func(ctx context.Context, tx pgx.Tx, ev events.Event[pinwheel.Paystubs]) error {
//		_, err := tx.Exec(ctx, `insert into ledger …`)
//		return err
//	}))
//
// Whatever happens to the process, the database or the connection, the effect is there exactly once or the handler runs
// again. Keep such handlers short: an open transaction pins a connection and holds back vacuum. Calls to other services
// belong into a handler without a transaction, which runs at least once.
//
// # How it works
//
// Appends of all requests of a node are gathered and written by a few connections, many per commit. Workers claim with
// FOR UPDATE SKIP LOCKED; a claim carries a fencing token, and a lease that its worker does not extend ends by itself. Time
// is the database's, so the clocks of the nodes may differ.
//
// # Connections
//
// Handlers' transactions come from the host's pool. The store opens a small pool of its own with the same settings, so that
// busy handlers cannot keep it from extending a lease, and one connection that listens for wake-ups of other nodes.
//
// Behind PgBouncer in transaction mode everything works but LISTEN: give [Options.Listen] a direct connection string, or
// do without, and other nodes notice new events by polling. PgBouncer before 1.21 also needs
// default_query_exec_mode=exec in the pool's connection string, because prepared statements do not outlive a transaction there.
//
// # Schema
//
// The tables live in a schema of their own, "linkhook" by default. [Open] brings it up to date; [Migrate] does only that,
// for hosts whose application user may not create tables.
package pginbox
