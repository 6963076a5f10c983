// Package argyleapi calls the part of Argyle's REST API that goes with its webhooks: users and their tokens, webhook
// subscriptions of API v2 and v1, accounts and the data that an event announces.
//
//	api := argyleapi.New(os.Getenv("ARGYLE_API_KEY_ID"), os.Getenv("ARGYLE_API_KEY_SECRET"), nil)
//
//	events.On(bus, argyle.PaystubsFullySynced, func(ctx context.Context, ev events.Event[argyle.FullSync]) error {
//		for stub, err := range api.Paystubs(ctx, ev.Data.Account) {
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
// repeated. An answer other than 2xx is an [events.APIError] with what Argyle said in Message and Fields and the x-trace-id of
// the answer as the request's id. Lists are read page by page while they are ranged over, by the absolute URL that each page
// names, which must be on the client's own host. No error holds the key's secret or a payload.
//
// # Reading the data
//
// Amounts, hours and rates are a [Decimal], which keeps every digit that Argyle wrote; nothing becomes a float. Nulls occur in
// almost every member: null reads as the zero value, or as a nil pointer where zero would mean something else. Enumerations
// are open. Ids look like UUIDs and often are none. What is read is personal data: log none of it.
//
// # Subscriptions
//
// One URL can have several subscriptions, because the API refuses options (include_resource, days_synced, items) for events
// that take none. A subscription cannot be changed, only made and deleted. Argyle returns its secret in clear: [Secret] keeps
// it out of logs and of JSON. [Client.Audit] compares what is handled with what is subscribed and [Client.Sync] makes what is
// missing; [Client.V1] does the same for subscriptions of API v1.
package argyleapi
