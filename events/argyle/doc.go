// Package argyle knows Argyle: every webhook of API v2 and v1, every callback and UI event of Link 5, 4 and 3, each with the Go
// type of its payload, the signature of deliveries, and what to do about each error code.
//
//	mux.Handle("/hooks/argyle", router.New(bus, argyle.NewWebhooks(events.Keys(secret), nil), nil))
//	mux.Handle("/hooks/argyle/v1", router.New(bus, argyle.NewWebhooksV1(events.Keys(secretV1), nil), nil))
//
//	events.On(bus, argyle.AccountsUpdated, func(ctx context.Context, ev events.Event[argyle.AccountChange]) error {
//		if ev.Data.Resource == nil { // subscribed without include_resource: fetch the account
//			return refetch(ctx, ev.Data.Account)
//		}
//		switch c := ev.Data.Resource.Connection; c.ErrorCode.Advice() {
//		case argyle.AdviceReopenLink:
//			return askToSignInAgain(ctx, ev.Data.User, ev.Data.Account)
//		…
//
// # Kinds
//
// [AccountsConnected] and its like are webhooks of v2, [V1AccountsConnected] and its like of v1. Nine event names are shared by
// the two generations with other payloads, and nothing in a body tells which one sent it: give each a path of its own. The
// kinds that begin with Link are callbacks of Link 5, named after what Link calls, and LinkUI… are the UI events that it
// reports through onUIEvent; V1Link… are those of Link 3 and 4. Their payload types end in Claim, because a browser says so and
// nothing proves it. [Catalog] and [V1Catalog] list the kinds, [Describe] tells when each is sent and how well it is known, and
// CATALOG.md has it all in tables; SOURCES.md lists where the sources disagree. Unknown events are no errors: they reach
// [events.Bus.OnUnhandled] with their bytes.
//
// # Deliveries
//
// The header X-Argyle-Signature is the lower-case hex HMAC-SHA512 of the raw body, which Argyle sends indented: whatever
// re-encodes JSON on the way breaks every signature. There is no timestamp, so a signature never expires, and no event id, so
// a retry and a genuine repeat with the same bytes look alike: see [Options.DedupFor]. Argyle waits 10 seconds, and retries once,
// after 30 seconds, on 429, 5xx and timeouts, but never on any other answer: what fails twice has to be found by asking the API.
// Events come in no promised order; accounts.updated before accounts.connected, and users.fully_synced before
// paystubs.fully_synced, are normal. A subscription
// sees the whole workspace: events of users that this process never heard of are normal, too.
//
// # Payloads
//
// Types follow recorded traffic where there is some, and decode leniently: counts as numbers or strings, timestamps with or
// without a zone, unknown members ignored, all enumerations open. Where Argyle sends null, text types are empty in Go and
// encode as null again. The event's Raw always has the exact body.
//
//   - Ids are opaque. They look like UUIDs and often are none: validate nothing but that they are there.
//   - The envelope's "name" is the name of the host's own subscription: never route by it. [SubscriptionName] reads it.
//   - Resource is nil without include_resource, and can be an empty object: check [Account.ID] before use.
//   - accounts.failed does not tell of every failure. accounts.updated with a resource does: look at [Account.Connection].
//   - Deposit switches: one event for each destination, and error codes of several documents that hardly overlap.
//   - Open banking posts to a URL given with each request, in a form that is not known: it is not covered.
package argyle
