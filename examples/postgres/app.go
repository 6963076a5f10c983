package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/inbox"
	"github.com/linkhook/linkhook/events/inbox/pginbox"
	"github.com/linkhook/linkhook/events/pinwheel"
	"github.com/linkhook/linkhook/middleware"
	"github.com/linkhook/linkhook/router"
)

const hookPath = "/hooks/pinwheel"

// config is what differs between two installations.
type config struct {
	secret string // Pinwheel's API secret, which signs
	key    []byte // 32 bytes that stored bodies are encrypted with
	schema string // of the inbox's tables; empty means its default
	log    *slog.Logger
}

// app is the wired program.
type app struct {
	cfg   config
	store *pginbox.Store
	box   *inbox.Inbox
	ran   chan error
}

// newApp makes the tables and starts to handle what is stored.
func newApp(ctx context.Context, pool *pgxpool.Pool, books *ledger, cfg config) (*app, error) {
	if err := books.migrate(ctx, pool); err != nil {
		return nil, err
	}
	store, err := pginbox.Open(ctx, pool, &pginbox.Options{Schema: cfg.schema, Logger: cfg.log})
	if err != nil {
		return nil, fmt.Errorf("opening the inbox: %w", err)
	}
	bus := events.New(middleware.Log(cfg.log), middleware.Recover())
	register(bus, books)
	a := &app{cfg: cfg, store: store, ran: make(chan error, 1)}
	a.box = inbox.New(store, bus, &inbox.Options{KeyWrapper: inbox.StaticKey(cfg.key), Logger: cfg.log})
	go func() { a.ran <- a.box.Run(context.WithoutCancel(ctx)) }() // close ends it
	return a, nil
}

// register says who handles what. A name identifies its handlers over restarts and releases: success is recorded under it.
func register(bus *events.Bus, books *ledger) {
	events.On(bus.Named("ledger"), pinwheel.PaystubsAdded, pginbox.InTx(books.Book))
}

func (a *app) handler() http.Handler {
	mux := http.NewServeMux()
	webhooks := pinwheel.NewWebhooks(events.Keys(a.cfg.secret), nil)
	mux.Handle(hookPath, router.New(a.box, webhooks, &router.Options{Logger: a.cfg.log}))
	return mux
}

// close lets the handlers that run finish. What is not handled yet is in the database.
func (a *app) close(ctx context.Context) error {
	return errors.Join(a.box.Shutdown(ctx), <-a.ran, a.store.Close())
}
