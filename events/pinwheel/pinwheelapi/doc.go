// Package pinwheelapi calls the part of Pinwheel's REST API that goes with its webhooks: Link tokens, webhook
// subscriptions, jobs, accounts and the data that an event announces.
//
//	api := pinwheelapi.New(os.Getenv("PINWHEEL_API_SECRET"), nil)
//
//	events.On(bus, pinwheel.PaystubsAdded, func(ctx context.Context, ev events.Event[pinwheel.Paystubs]) error {
//		for stub, err := range api.Paystubs(ctx, ev.Data.AccountID) {
//			if err != nil {
//				return err
//			}
//			…
//		}
//		return nil
//	})
//
// A host that only receives webhooks does not import it, and does not link it.
//
// # What all calls have in common
//
// A call is tried again with exponential backoff and jitter on 429, 5xx and network errors, waits at least as long as
// Retry-After asks, and ends with its context or after [Options.Patience]. A POST that could have had an effect is not
// repeated. An answer other than 2xx is an [events.APIError] with Pinwheel's type, code and x-pinwheel-request-id. No error
// holds the secret or a payload.
//
// # Reading the data
//
// Amounts are integers in cents; hours and rates that may have a fraction are a [pinwheel.Decimal], which keeps every digit.
// The published schemas mark nothing as nullable, yet nulls occur in every member: null reads as the zero value, or as a nil
// pointer where zero would mean something else. Enumerations are open. What Pinwheel returns is the latest snapshot;
// RefreshedAt says when it last asked the payroll platform, UpdatedAt when the data last changed.
package pinwheelapi
