package pinwheel_test

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/pinwheel"
)

// A delivery is verified over its exact bytes, parsed, and published; the handler gets the payload as a struct.
func Example() {
	ctx := context.Background()
	bus := events.New()
	events.On(bus, pinwheel.PaystubsAdded, func(_ context.Context, ev events.Event[pinwheel.Paystubs]) error {
		if ev.Data.Outcome.Succeeded() {
			fmt.Println(ev.Data.AccountID, "has", len(ev.Data.Added), "new paystubs, sync", ev.Data.Params.SyncStatus)
		}
		return nil
	})

	hooks := pinwheel.NewWebhooks(events.Keys("the API secret"), nil)
	header, body := http.Header{}, []byte(`{"event_id": "e-1", "event": "paystubs.added", "payload": {"outcome": "success",
		"account_id": "a-1", "added": [{"id": "p-1"}, {"id": "p-2"}], "deleted": [], "params": {"sync_status": "complete"}}}`)
	hooks.Sign(header, body) // Pinwheel does this

	if _, err := hooks.Verify(header, body, time.Now()); err != nil {
		fmt.Println(err)
		return
	}
	env, err := hooks.Parse(header, body)
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := bus.Publish(ctx, env); err != nil {
		fmt.Println(err)
	}
	// Output: a-1 has 2 new paystubs, sync complete
}

// A failed job says what can be done about it.
func ExampleJob_Advice() {
	job := pinwheel.Job{
		Outcome:   pinwheel.OutcomeError,
		ErrorType: pinwheel.ErrorTypeUserActionRequired,
		ErrorCode: pinwheel.ErrorCodeAccountLocked,
	}
	if job.Advice() == pinwheel.AdviceAskUser {
		fmt.Println("the user has to unlock the account first")
	}
	// Output: the user has to unlock the account first
}

// Compose and Sign make a delivery as Pinwheel would: for tests of a whole endpoint, and for simulators.
func ExampleWebhooks_Compose() {
	hooks := pinwheel.NewWebhooks(events.Keys("secret"), nil)
	payload, err := pinwheel.AccountAdded.Encode(pinwheel.Account{AccountID: "a-1", PlatformID: "p-1", Connected: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	body, err := hooks.Compose(pinwheel.AccountAdded.ID(), events.Meta{ID: "e-1"}, payload)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(string(body))
	// Output: {"event_id": "e-1", "event": "account.added", "payload": {"account_id": "a-1", "platform_id": "p-1", "connected": true}}
}
