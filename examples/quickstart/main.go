// Command quickstart shows linkhook at work with no account, database or npm: it serves a page that hosts a simulated Link
// modal, simulates the provider that posts signed webhooks while somebody walks through it, and shows every event as it
// reaches its typed handler.
//
//	go run ./examples/quickstart [-addr 127.0.0.1:8080] [-events text|jsonl] [-store PATH|none] [-demo=true] [-live]
//
// PINWHEEL_API_SECRET and ARGYLE_WEBHOOK_SECRET set the secrets that sign webhooks; random ones are made otherwise.
// With -live and a real API secret, Link tokens come from Pinwheel's sandbox, the page loads Pinwheel's own script, and nothing
// is simulated: let Pinwheel reach /hooks/pinwheel, and subscribe it with examples/audit -sync.
// With -store none nothing survives a restart; otherwise events are on disk before the sender gets its answer. With
// -demo=false it serves the endpoints alone.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Getenv, os.Stdout, os.Stderr)
	stop()
	if errors.Is(err, flag.ErrHelp) {
		return
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "quickstart:", err)
		os.Exit(1)
	}
}

// drainTime is what is left to requests, connections and handlers under way when the program is told to stop.
const drainTime = 10 * time.Second

// run is the program: it listens, serves and simulates until ctx is done, and then drains.
func run(ctx context.Context, args []string, getenv func(string) string, stdout, stderr io.Writer) error {
	cfg, err := configure(args, getenv, stderr)
	if err != nil {
		return err
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", cfg.addr)
	if err != nil {
		return fmt.Errorf("listening: %w: choose another address with -addr", err)
	}
	cfg.url = "http://" + listener.Addr().String()
	log := slog.New(slog.NewTextHandler(stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	app, err := newApp(cfg, stdout, log)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	server := &http.Server{Handler: app.handler(), ReadHeaderTimeout: 5 * time.Second, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn)}
	app.bridge.RegisterOnShutdown(server)
	server.RegisterOnShutdown(app.feed.close)
	announce(cfg, stdout, stderr)

	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			return fmt.Errorf("serving: %w", err)
		}
		return nil
	})
	group.Go(func() error { return app.provider.run(ctx) })
	group.Go(func() error { return app.pub.run(context.WithoutCancel(ctx)) }) // ends when it is drained
	group.Go(func() error {
		<-ctx.Done()
		return app.drain(server)
	})
	return errors.Join(group.Wait(), app.pub.close())
}

// announce says where the page is. With -events jsonl, stdout is for events and nothing else.
func announce(cfg config, stdout, stderr io.Writer) {
	out := stdout
	if cfg.format == formatJSONL {
		out = stderr
	}
	what := "endpoints at"
	if cfg.demo {
		what = "open"
	}
	text := fmt.Sprintf("linkhook quickstart: %s %s\n", what, cfg.url)
	if cfg.format == formatText {
		kept := "Events are kept in memory alone."
		if cfg.store != noStore {
			kept = "Events are kept, encrypted, in " + cfg.store + " (-store none keeps nothing)."
		}
		text += kept + " Ctrl-C stops the program.\n\n"
	}
	_, _ = io.WriteString(out, text)
}
