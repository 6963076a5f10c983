package middleware_test

import (
	"context"
	"log/slog"
	"os"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/middleware"
)

func ExampleLog() {
	log := slog.New(slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{
		ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
			if a.Key == slog.TimeKey || a.Key == "took" {
				return slog.Attr{} // they differ from run to run
			}
			return a
		},
	}))
	bus := events.New(middleware.Log(log))
	kind := events.Webhook[struct{}]("acme", "paystubs.added")
	events.On(bus.Named("ledger"), kind, func(context.Context, events.Event[struct{}]) error { return nil })
	_ = bus.Publish(context.Background(), events.Envelope{
		Meta: events.Meta{ID: "ev_1", Kind: kind.ID(), Source: events.SourceWebhook, Trust: events.Verified},
		Raw:  []byte(`{"income": "a secret"}`),
	})
	// Output: level=INFO msg=handled event.kind=acme/webhook/paystubs.added event.id=ev_1 event.handler=ledger event.source=webhook event.trust=verified size=22 attempt=1
}
