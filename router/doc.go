// Package router takes signed webhooks in over HTTP. [New] makes an http.Handler of three things: where events go (an
// [events.Publisher]: the bus, or an inbox), who sends them (a [Provider]: pinwheel, argyle) and [Options]. It is mounted
// like any handler, under any path or prefix, in any mux, behind any middleware that leaves the body alone.
//
// # Answers
//
//	200  stored, or handled when there is no inbox; a duplicate; an unknown kind; genuine data that does not fit its type
//	405  not POST
//	415  the content type is missing or not JSON, or the body has a content encoding
//	413  the body is larger than [Options.MaxBody], counted while it is read
//	408  the body came in slower than [Options.ReadTimeout]
//	401  the signature is missing, malformed or wrong, or its timestamp outside of the window; always the same answer
//	400  the signature is right, but nothing can be parsed and there is no inbox to keep it; or the body broke off
//	503  not stored, overloaded, closed, or the provider's patience ran out; with Retry-After
//	500  a handler failed and there is no inbox; or middleware had consumed the body before
//
// Providers try again after 5xx and never after 4xx, so whatever is the fault of this side is answered 5xx. The answer's
// body is constant for each status and holds nothing of the request.
//
// # Order of things
//
// The body is read once, into a pooled buffer, and verified before anything in it is looked at. Only then is it copied, to a
// slice that belongs to the event, and parsed. From there on the event outlives its request: the context that handlers get
// keeps the request's values, such as trace ids, but not its cancellation, and ends when the provider stops waiting for the
// answer ([Options.AckBudget]).
//
// # What can be seen
//
// Everything that is not answered 200 is logged and reported to [Options.Watch] with one of the Reason constants. A failed
// verification is logged with the sentence of a doctor, see [Diagnoser], that says why it failed. Secrets, signatures and
// payloads appear in no answer, error, log or observation.
package router
