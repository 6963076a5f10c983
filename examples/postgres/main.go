// Command postgres books what providers report into a ledger in PostgreSQL, each event exactly once.
//
//	export DATABASE_URL=postgres://…
//	export PINWHEEL_API_SECRET=…
//	export INBOX_KEY=$(openssl rand -hex 32)   # keep it: stored bodies are encrypted with it
//	go run .
//
// Any number of these processes can share the database, behind any load balancer: a webhook is stored by the one that
// takes it in, before it is acknowledged, and handled by any of them, one event of an account at a time.
//
// Ledger.Book in ledger.go is the part to look at. It is given the transaction in which the inbox will record that it has
// succeeded. What it writes there is committed with that record or not at all: when the process is killed in the middle, when
// the database goes away, when the handler returns an error after it has written, the event is tried again and the ledger
// does not have it yet. So it may do what is wrong to do twice, such as adding to a balance.
//
// That holds for what is written in the transaction. A handler that calls another service runs at least once, and has to bear
// being run again; register it beside this one, under a name of its own, and without pginbox.InTx.
package main

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

const (
	headTime = 5 * time.Second
	stopTime = 20 * time.Second
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "postgres:", err)
		os.Exit(1)
	}
}

// run serves until ctx is done.
func run(ctx context.Context) error {
	key, err := hex.DecodeString(os.Getenv("INBOX_KEY"))
	if err != nil || len(key) != 32 {
		return errors.New("set INBOX_KEY to 64 hex digits, and keep them")
	}
	secret := os.Getenv("PINWHEEL_API_SECRET")
	if secret == "" {
		return errors.New("set PINWHEEL_API_SECRET")
	}
	pool, err := pgxpool.New(ctx, os.Getenv("DATABASE_URL"))
	if err != nil {
		return fmt.Errorf("opening the pool: %w", err)
	}
	defer pool.Close()
	log := slog.New(slog.NewTextHandler(os.Stderr, nil))
	a, err := newApp(ctx, pool, &ledger{}, config{secret: secret, key: key, log: log})
	if err != nil {
		return err
	}
	server := &http.Server{Addr: "127.0.0.1:8080", Handler: a.handler(), ReadHeaderTimeout: headTime}
	failed := make(chan error, 1)
	go func() { failed <- server.ListenAndServe() }()
	log.InfoContext(ctx, "taking webhooks in", slog.String("url", "http://"+server.Addr+hookPath))
	select {
	case err = <-failed:
	case <-ctx.Done():
	}
	stopping, cancel := context.WithTimeout(context.Background(), stopTime)
	defer cancel()
	return errors.Join(err, server.Shutdown(stopping), a.close(stopping))
}
