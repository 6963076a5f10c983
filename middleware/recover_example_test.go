package middleware_test

import (
	"context"
	"fmt"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/middleware"
)

func ExampleRecover() {
	bus := events.New(middleware.Recover())
	kind := events.Webhook[struct{}]("acme", "account.added")
	events.On(bus.Named("ledger"), kind, func(context.Context, events.Event[struct{}]) error {
		panic("a bug")
	})
	err := bus.Publish(context.Background(), events.Envelope{Meta: events.Meta{Kind: kind.ID()}, Raw: []byte(`{}`)})
	fmt.Println(err)
	// Output: events: handler ledger of acme/webhook/account.added: events: handler panicked with a value of type string
}
