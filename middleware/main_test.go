package middleware_test

import (
	"context"
	"testing"

	"go.uber.org/goleak"

	"github.com/linkhook/linkhook/events"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const canary = "canary-4711-do-not-show"

type paystubs struct {
	Secret string `json:"secret"`
}

var (
	added  = events.Webhook[paystubs]("acme", "paystubs.added")
	screen = events.Link[paystubs]("acme", "screen")
)

func envelope() events.Envelope {
	return events.Envelope{
		Meta: events.Meta{
			ID: "ev_1", Kind: added.ID(), Source: events.SourceWebhook, Trust: events.Verified,
			Subject: events.Subject{AccountID: "acc_1"},
		},
		Raw: []byte(`{"secret":"` + canary + `"}`),
	}
}

func handler(fn func(context.Context) error) func(context.Context, events.Event[paystubs]) error {
	return func(ctx context.Context, _ events.Event[paystubs]) error { return fn(ctx) }
}
