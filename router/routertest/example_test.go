package routertest_test

import (
	"context"
	"fmt"
	"net/http"
	"testing"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/pinwheel"
	"github.com/linkhook/linkhook/router"
	"github.com/linkhook/linkhook/router/routertest"
)

// A host's test sends what Pinwheel would send to the host's own mux.
func ExampleSendWith() {
	webhooks := pinwheel.NewWebhooks(events.Keys("test_secret"), nil)
	app := func() http.Handler { // the host's own code
		bus := events.New()
		events.On(bus, pinwheel.PaystubsAdded, func(_ context.Context, ev events.Event[pinwheel.Paystubs]) error {
			fmt.Println("booked", ev.ID, ev.Data.Params.Count)
			return nil
		})
		mux := http.NewServeMux()
		mux.Handle("/hooks/pinwheel", router.New(bus, webhooks, nil))
		return mux
	}

	test := func(t testing.TB) {
		data := routertest.Sample(t, pinwheel.PaystubsAdded)
		data.Params.Count = 27
		w := routertest.SendWith(t, app(), webhooks, pinwheel.PaystubsAdded, data,
			routertest.Delivery{Path: "/hooks/pinwheel", Meta: events.Meta{ID: "ev_1"}})
		fmt.Println(w.Code)
	}

	test(&exampleTB{})
	// Output:
	// booked ev_1 27
	// 200
}

// exampleTB is the little of a testing.TB that a passing example needs.
type exampleTB struct{ testing.TB }

func (*exampleTB) Helper()                  {}
func (*exampleTB) Context() context.Context { return context.Background() }
