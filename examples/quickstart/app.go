package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/argyle"
	"github.com/linkhook/linkhook/events/pinwheel"
	"github.com/linkhook/linkhook/linkbridge"
	"github.com/linkhook/linkhook/middleware"
	"github.com/linkhook/linkhook/router"
)

// app is the wired program: one bus, the endpoints that feed it, and the handlers that it feeds.
type app struct {
	cfg        config
	bus        *events.Bus
	pub        *intake // what the endpoints publish to
	pinwheel   *pinwheel.Webhooks
	argyleKeys *events.Keyring
	bridge     *linkbridge.Bridge
	feed       *feed
	provider   *provider
	newToken   linkTokens
	log        *slog.Logger
}

// newApp wires the program. Events are printed on out.
func newApp(cfg config, out io.Writer, log *slog.Logger) (*app, error) {
	a := &app{cfg: cfg, log: log, feed: newFeed(out, cfg.format)}
	a.bus = events.New(middleware.Log(log), middleware.Recover())
	a.bus.OnUnhandled(a.feed.unhandled)
	register(a.bus.With(a.feed.show), newLedger())

	a.pinwheel = pinwheel.NewWebhooks(events.Keys(cfg.pinwheelSecret), nil)
	a.argyleKeys = events.Keys(cfg.argyleSecret)
	var err error
	if a.pub, err = openIntake(cfg.store, a.bus, a); err != nil {
		return nil, err
	}
	a.bridge = linkbridge.New(a.pub.Publisher, linkbridge.Keys(a.pub.ticketKey), &linkbridge.Options{
		Push:   linkbridge.SafePush(pinwheel.AccountAdded, pinwheel.PaystubsAdded, pinwheel.PaystubsFullySynced),
		Logger: log,
	})
	a.bridge.Watch(a.bus)
	a.provider = newProvider(a.pinwheel, cfg, log)
	a.newToken = a.tokens()
	return a, nil
}

// handler returns everything that the program serves.
func (a *app) handler() http.Handler {
	mux := http.NewServeMux()
	a.endpoints(mux)
	if a.cfg.demo {
		a.demo(mux)
	}
	return mux
}

// endpoints mounts what a host mounts.
func (a *app) endpoints(mux *http.ServeMux) {
	opts := &router.Options{Logger: a.log}
	mux.Handle("/hooks/pinwheel", router.New(a.pub.Publisher, a.pinwheel, opts))
	mux.Handle("/hooks/argyle", router.New(a.pub.Publisher, argyle.NewWebhooks(a.argyleKeys, nil), opts))
	mux.Handle("/hooks/argyle/v1", router.New(a.pub.Publisher, argyle.NewWebhooksV1(a.argyleKeys, nil), opts))
	mux.Handle("/hooks/link", a.bridge)
	mux.Handle("/hooks/link.js", a.bridge.Script())
	mux.Handle("POST /api/link-session", sameSite(a.linkSession))
}

// demo mounts the page and, unless the provider itself is there, what stands in for it.
func (a *app) demo(mux *http.ServeMux) {
	live := a.cfg.live != ""
	mux.Handle("GET /{$}", page(live))
	mux.Handle("GET /static/", page(live))
	mux.HandleFunc("GET /live", a.feed.live)
	if live {
		return
	}
	mux.Handle("POST /sim/login", sameSite(a.provider.login))
	mux.Handle("POST /sim/allocate", sameSite(a.provider.allocate))
}

// sameSite refuses requests that another site's page sends with the visitor's browser.
func sameSite(h http.HandlerFunc) http.Handler {
	return http.NewCrossOriginProtection().Handler(h)
}

// drain stops taking events in, then waits for the handlers that run.
func (a *app) drain(server *http.Server) error {
	ctx, cancel := context.WithTimeout(context.Background(), drainTime)
	defer cancel()
	return errors.Join(
		server.Shutdown(ctx),
		a.bridge.Shutdown(ctx),
		a.pub.drain(ctx),
		a.bus.Close(ctx),
	)
}
