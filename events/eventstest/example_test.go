package eventstest_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/eventstest"
)

// A host's test publishes what the provider would send, and requires what its handler publishes in turn.
func Example() {
	type paystubs struct {
		AccountID string `json:"account_id"`
		Count     int    `json:"count"`
	}
	type ready struct {
		AccountID string `json:"account_id"`
	}
	added := events.Webhook[paystubs]("acme", "paystubs.added")
	incomeReady := events.Webhook[ready]("host", "income.ready")

	register := func(bus *events.Bus) { // the host's own code
		events.On(bus, added, func(ctx context.Context, ev events.Event[paystubs]) error {
			raw, err := incomeReady.Encode(ready{AccountID: ev.AccountID})
			if err != nil {
				return err
			}
			return bus.Publish(ctx, events.Envelope{Meta: events.Meta{Kind: incomeReady.ID()}, Raw: raw})
		})
	}

	test := func(t testing.TB) {
		bus := events.New()
		register(bus)
		rec := eventstest.Record(t, bus)
		eventstest.Publish(t, bus, added, paystubs{AccountID: "acc_1", Count: 3})
		ev := eventstest.Require(t, rec, incomeReady)
		fmt.Println(ev.Data.AccountID)
	}

	test(&exampleTB{})
	// Output: acc_1
}

// exampleTB is the little of a testing.TB that a passing example needs.
type exampleTB struct{ testing.TB }

func (*exampleTB) Helper()                  {}
func (*exampleTB) Cleanup(func())           {}
func (*exampleTB) Context() context.Context { return context.Background() }
