// Package pinwheel knows Pinwheel's two streams of events: every webhook and every event of the Link modal, each as a typed
// kind, and the signature that proves a webhook.
//
//	hooks := pinwheel.NewWebhooks(events.Keys(apiSecret), nil)
//	mux.Handle("/hooks/pinwheel", router.New(bus, hooks, nil))
//
//	events.On(bus, pinwheel.PaystubsAdded, func(ctx context.Context, ev events.Event[pinwheel.Paystubs]) error {
//		if !ev.Data.Outcome.Succeeded() {
//			return nil // failed, or still pending: the name says "added" all the same
//		}
//		return pull(ctx, ev.Data.AccountID, ev.Data.Added)
//	})
//
// # Names
//
// A kind reads as what happened (PaystubsAdded), its payload as a noun (Paystubs). Kinds of Link begin with Link and their
// payloads end in Claim: a browser says so, nothing is proven. [Describe] says for each kind when it comes, how well it is
// known, and what to fetch then; CATALOG.md has the same as a table.
//
// # Reading a payload
//
//   - An event of a job comes for every outcome. Check [Outcome] before the data, also in events that are called added or
//     fully_synced. Pending is no failure.
//   - Members that are null, absent or empty read alike, as the zero value, unless the field is a pointer or says otherwise.
//   - Enumerations are open string types: a new value is never an error. Compare with the constants and have a default.
//   - Money in cents is an int64; numbers that may have a fraction are a [Decimal], which keeps every digit; dates and times
//     are the [Date] and the [Timestamp] that stood on the wire, and never make a payload unreadable.
//   - Unknown members are ignored, and stand in the event's Raw.
//
// Every field says whether it can be null and where that is known from: recorded means seen in real deliveries of a
// sandbox connection in June 2025 (webhook version 2023-11-22); documented means Pinwheel's public documentation; REST schema
// its OpenAPI document of 2025-07-08; SDK types the public types of its browser and native SDKs; inferred that no source
// says so.
//
// # The signature
//
// X-Pinwheel-Signature is "v2=" and the lower-case hex HMAC-SHA256, keyed with the API secret, of "v2:", the text of
// X-Timestamp, ":" and the exact body. Pinwheel retries a delivery within 15 minutes, only after a 5xx answer or a failed
// connection, and waits 15 seconds for an answer. Deliveries come at least once and in no order; event_id tells them apart.
//
// [Webhooks.Sign] and [Webhooks.Compose] make what [Webhooks.Verify] and [Webhooks.Parse] take, for tests and simulators.
package pinwheel
