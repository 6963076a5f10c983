package middleware_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/middleware"
)

func ExampleTimeout() {
	bus := events.New()
	kind := events.Webhook[struct{}]("acme", "paystubs.added")
	slow := bus.Named("ledger").With(middleware.Timeout(time.Millisecond))
	events.On(slow, kind, func(ctx context.Context, _ events.Event[struct{}]) error {
		<-ctx.Done() // a call to the provider that heeds its context
		return ctx.Err()
	})
	err := bus.Publish(context.Background(), events.Envelope{Meta: events.Meta{Kind: kind.ID()}, Raw: []byte(`{}`)})
	late, _ := errors.AsType[*middleware.TimeoutError](err)
	fmt.Println(late)
	// Output: middleware: handler ledger took longer than 1ms
}
