// Package journey turns the events of both streams into the story of each link session and, over many sessions, into a
// funnel: how far people came, where they stopped, what went wrong and whether it was overcome, how long it took, and
// whether a signed webhook confirmed what the browser claimed.
//
// It is a plain computation over envelopes: it keeps no state, starts nothing and needs no page. Feed it what an
// [events.Bus.OnAny] handler collected, or what an inbox exports:
//
//	sessions := journey.Sessions(envelopes, time.Now(), nil)
//	funnel := journey.Measure(sessions)
//
// The steps are the same for all providers; see [Step] for the events that reach each. What a browser says is a claim:
// only [Confirmed] rests on a signature.
package journey
