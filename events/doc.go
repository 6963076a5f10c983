// Package events is the hub of linkhook: typed kinds of events, the envelopes that carry them, and the bus that hands each
// one to the functions registered for it. Every other package imports this one, and this one imports none of them.
//
//	bus := events.New(middleware.Recover(), middleware.Log(logger))
//	events.On(bus, pinwheel.PaystubsAdded, ledger.PullPaystubs)
//	bus.OnUnhandled(logUnknown)
//
// A kind such as pinwheel.PaystubsAdded is a value of type [Kind], which ties the name on the wire to the Go type of the
// payload. A handler is a plain function of a context and an [Event]. Signed webhooks and the Link events of a browser arrive
// on the same bus and are registered with the same verb, [On].
//
// # Guarantees of the bus
//
// Each sentence in capitals is the name of a test.
//
//   - ORDER: handlers of one kind run in the order of their registration, one after the other, in the goroutine that
//     publishes. Handlers of [Bus.OnAny] run before them. Publish returns when the last one has returned.
//   - EVERY HANDLER RUNS: an error of one handler does not keep the next one from running. The errors come back joined, each a
//     [HandlerError].
//   - PANICS ARE ERRORS: a panic of a handler, of middleware or of a payload type's decoder is an error, with the stack in a
//     [PanicError], and never leaves Publish.
//   - DECODED ONCE: the payload is decoded and validated once for each event, however many handlers there are, and not at all
//     when there is none.
//   - OPEN WORLD: unknown kinds, fields and enum values are no errors. A kind without a handler goes to [Bus.OnUnhandled] with
//     its raw bytes; so does a genuine payload that does not fit its type, with its [DecodeError].
//   - HANDLERS MAY PUBLISH: a handler may publish, register and cancel. A new registration counts from the next event on.
//   - MIDDLEWARE WRAPS EACH HANDLER: the first one given to [New] is outermost, then those of each [Bus.With]. It runs once
//     for each handler and event, sees the envelope, and may answer in the handler's place.
//   - CLOSE WAITS: [Bus.Close] waits for the handlers that run, and from then on Publish returns [ErrClosed], also to a handler
//     that still runs.
//   - CLAIMS NEVER PROVE: the zero [Trust] is [Claimed]. A webhook kind and a Link kind of one name are different kinds, so a
//     handler registered for a webhook never sees what a browser sent.
//   - PAYLOADS STAY OUT OF LOGS: printing, logging or encoding an [Event], an [Envelope] or a [Key], by accident or not, shows
//     metadata only; the errors of this package name places and types, never values.
//   - ONE NAME, ONE TYPE: declaring one name with two payload types panics when it is registered, as does every other misuse
//     at start-up. Nothing panics after that.
//
// # At least once
//
// The bus itself keeps nothing: Publish returns the handlers' errors and the caller, such as the router, tells the provider
// to send again. Put an inbox in front (package inbox; it is a [Publisher] like the bus) and every accepted event is on disk
// before the provider is answered and is handed to each of its handlers until that handler has returned nil. Both ways an event
// can come more than once, so a handler's effect must bear repetition. A handler steers by what it returns: nil; an error,
// to be tried again later; [Permanent], to give up; [RetryAfter], to choose the time.
//
// # Order between events
//
// Providers promise none. Publishing from several goroutines at once runs handlers at once. The inbox keeps events of one subject
// in the order of their arrival, see [Meta.OrderKey].
//
// # Secrets
//
// A [Keyring] holds the secrets of one endpoint. Several are valid during a rotation, every event records which one verified
// it, and they are replaced while requests are under way: with [Keyring.Replace], or from a [SecretSource].
//
// # Logging
//
// In every package a logger that is not given is [slog.Default], as it is when the constructor runs: what fails is heard of
// without any setting. Failures are Warn and Error, with ids, kinds, sizes and durations; what goes well is Debug. A
// logger of [slog.DiscardHandler] keeps a package silent.
//
// # The other packages
//
//   - events/pinwheel, events/argyle: the kinds of one provider, its signature and its parser
//   - events/inbox: durable delivery with retries and dead letters
//   - events/eventstest: what a host's own tests need
//   - router: the http.Handler that takes webhooks in
//   - linkbridge: the websocket and the script that take Link events in
//   - middleware: Recover, Timeout, Log
package events
