package argyle_test

import (
	"context"
	"fmt"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/argyle"
)

// An account that lost its login is announced by accounts.updated alone: the advice of the error code says what to do.
func Example() {
	bus := events.New()
	events.On(bus, argyle.AccountsUpdated, func(_ context.Context, ev events.Event[argyle.AccountChange]) error {
		if ev.Data.Resource == nil {
			return nil // subscribed without include_resource: fetch the account instead
		}
		switch code := ev.Data.Resource.Connection.ErrorCode; code.Advice() {
		case argyle.AdviceReopenLink:
			fmt.Println("ask the user to sign in again:", code)
		case argyle.AdviceTryLater:
			fmt.Println("look again in an hour:", code)
		default:
		}
		return nil
	})

	webhooks := argyle.NewWebhooks(events.Keys("the secret of the subscription"), nil)
	env, err := webhooks.Parse(nil, []byte(`{"event": "accounts.updated", "name": "ours", "data": {
		"account": "019c52d0-4a11-70c2-3e5b-9b1f6d20c7e4", "user": "019c52cf-e8d3-11b6-d0a7-5f43c2189e6a",
		"resource": {"id": "019c52d0-4a11-70c2-3e5b-9b1f6d20c7e4", "connection": {"status": "error", "error_code": "auth_required"}}}}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := bus.Publish(context.Background(), env); err != nil {
		fmt.Println(err)
	}
	// Output: ask the user to sign in again: auth_required
}

// The catalogue can be asked when an event is sent and how well its payload is known.
func ExampleDescribe() {
	d, _ := argyle.Describe(argyle.PaystubsFullySynced.ID())
	fmt.Println(d.Kind)
	fmt.Println(d.Trigger)
	fmt.Println(d.Evidence, d.Confidence)
	// Output:
	// argyle/webhook/paystubs.fully_synced
	// The initial retrieval of paystubs is complete.
	// captured high
}
