package pinwheelapi_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/pinwheel"
	"github.com/linkhook/linkhook/events/pinwheel/pinwheelapi"
)

// A webhook says that there is data; one call gets it, in exact cents.
func ExampleClient_Paystubs() {
	pinwheelSays := func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `{"data": [{"id": "p1", "gross_pay_amount": 50000, "net_pay_amount": 46000}], "meta": {"next_cursor": null}}`)
	}
	server := httptest.NewServer(http.HandlerFunc(pinwheelSays))
	defer server.Close()
	api := pinwheelapi.New("api-secret", &pinwheelapi.Options{BaseURL: server.URL}) // leave the options out

	bus := events.New()
	events.On(bus, pinwheel.PaystubsFullySynced, func(ctx context.Context, ev events.Event[pinwheel.PaystubsSync]) error {
		for stub, err := range api.Paystubs(ctx, ev.Data.AccountID) {
			if err != nil {
				return err
			}
			fmt.Println(stub.ID, "took off", *stub.GrossPayAmount-*stub.NetPayAmount, "cents")
		}
		return nil
	})
	raw := []byte(`{"event_id": "e1", "event": "paystubs.fully_synced", "payload": {"account_id": "acc", "id": "j1", "name": "paystubs",
		"timestamp": "2025-06-24T22:04:38.805798+00:00", "outcome": "success", "params": {"count": 1}}}`)
	env, err := pinwheel.NewWebhooks(events.Keys("api-secret"), nil).Parse(nil, raw)
	if err == nil {
		err = bus.Publish(context.Background(), env)
	}
	fmt.Println(err)
	// Output:
	// p1 took off 4000 cents
	// <nil>
}

// At start-up, a host finds out what it waits for in vain.
func ExampleClient_Audit() {
	pinwheelSays := func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, `{"data": [{"id": "w1", "url": "https://app.example.com/hooks/pinwheel", "status": "active", "version": %q,
			"enabled_events": ["shifts.added"]}], "meta": {}}`, pinwheel.Version)
	}
	server := httptest.NewServer(http.HandlerFunc(pinwheelSays))
	defer server.Close()
	api := pinwheelapi.New("api-secret", &pinwheelapi.Options{BaseURL: server.URL})

	bus := events.New()
	events.On(bus, pinwheel.AccountAdded, func(context.Context, events.Event[pinwheel.Account]) error { return nil })
	audit, err := api.Audit(context.Background(), bus, "https://app.example.com/hooks/pinwheel")
	if err == nil {
		_, err = audit.WriteTo(os.Stdout)
	}
	fmt.Println(err)
	// Output:
	// pinwheel → https://app.example.com/hooks/pinwheel
	//   handled but not subscribed, will never come: account.added
	//   subscribed but unhandled: shifts.added
	// <nil>
}
