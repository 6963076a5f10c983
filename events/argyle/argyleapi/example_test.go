package argyleapi_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/argyle"
	"github.com/linkhook/linkhook/events/argyle/argyleapi"
)

// A webhook says that there is data; one call gets it, with amounts that can be computed with exactly.
func ExampleClient_Paystubs() {
	argyleSays := func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `{"results": [{"id": "p1", "gross_pay": "299.71", "net_pay": "224.80"}], "next": null}`)
	}
	server := httptest.NewServer(http.HandlerFunc(argyleSays))
	defer server.Close()
	api := argyleapi.New("key-id", "key-secret", &argyleapi.Options{BaseURL: server.URL}) // leave the options out

	bus := events.New()
	events.On(bus, argyle.PaystubsFullySynced, func(ctx context.Context, ev events.Event[argyle.FullSync]) error {
		for stub, err := range api.Paystubs(ctx, ev.Data.Account) {
			if err != nil {
				return err
			}
			gross, _ := stub.GrossPay.Cents()
			net, _ := stub.NetPay.Cents()
			fmt.Println(stub.ID, "took off", gross-net, "cents")
		}
		return nil
	})
	raw := []byte(`{"event": "paystubs.fully_synced", "name": "all", "data": {"account": "acc", "user": "u"}}`)
	env, err := argyle.NewWebhooks(events.Keys("secret"), nil).Parse(nil, raw)
	if err == nil {
		err = bus.Publish(context.Background(), env)
	}
	fmt.Println(err)
	// Output:
	// p1 took off 7491 cents
	// <nil>
}

// At start-up, a host finds out what it waits for in vain.
func ExampleClient_Audit() {
	argyleSays := func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `{"results": [{"id": "w1", "url": "https://app.example.com/hooks/argyle", "secret": "s", "events": ["accounts.added"]}]}`)
	}
	server := httptest.NewServer(http.HandlerFunc(argyleSays))
	defer server.Close()
	api := argyleapi.New("key-id", "key-secret", &argyleapi.Options{BaseURL: server.URL})

	bus := events.New()
	events.On(bus, argyle.AccountsUpdated, func(context.Context, events.Event[argyle.AccountChange]) error { return nil })
	audit, err := api.Audit(context.Background(), bus, "https://app.example.com/hooks/argyle")
	if err == nil {
		_, err = audit.WriteTo(os.Stdout)
	}
	fmt.Println(err)
	// Output:
	// argyle → https://app.example.com/hooks/argyle
	//   handled but not subscribed, will never come: accounts.updated
	//   subscribed but unhandled: accounts.added
	// <nil>
}
