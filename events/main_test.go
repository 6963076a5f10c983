package events_test

import (
	"context"
	"log/slog"
	"testing"

	"go.uber.org/goleak"

	"github.com/linkhook/linkhook/events"
)

// defaultLog is what slog.Default gets in this package's tests.
var defaultLog safeBuffer

func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.NewTextHandler(&defaultLog, nil)))
	goleak.VerifyTestMain(m)
}

// canary stands for a payload, a secret or any other thing that must not be seen.
const canary = "canary-4711-do-not-show"

type paystubs struct {
	AccountID string   `json:"account_id" validate:"required"`
	Secret    string   `json:"secret"`
	Added     []string `json:"added"`
}

type claim struct {
	Screen string `json:"screen"`
}

var (
	paystubsAdded = events.Webhook[paystubs]("acme", "paystubs.added")
	accountAdded  = events.Webhook[struct{}]("acme", "account.added")
	linkScreen    = events.Link[claim]("acme", "screen")
)

// genuine returns an envelope of kind paystubsAdded.
func genuine() events.Envelope {
	return events.Envelope{
		Meta: events.Meta{ID: "ev_1", Kind: paystubsAdded.ID(), Source: events.SourceWebhook, Trust: events.Verified},
		Raw:  []byte(`{"account_id":"acc_1","secret":"` + canary + `","added":["p1"]}`),
	}
}

// of returns an empty envelope of that kind.
func of(id events.KindID, raw string) events.Envelope {
	return events.Envelope{Meta: events.Meta{ID: "ev_1", Kind: id}, Raw: []byte(raw)}
}

func nothing(context.Context, events.Envelope) error { return nil }

func note(list *[]string, word string) func(context.Context, events.Event[paystubs]) error {
	return func(context.Context, events.Event[paystubs]) error {
		*list = append(*list, word)
		return nil
	}
}

func failing(err error) func(context.Context, events.Event[paystubs]) error {
	return func(context.Context, events.Event[paystubs]) error { return err }
}
