// Package linkbridge takes in the events of Pinwheel Link and Argyle Link from the browsers that host them, over a websocket
// or, where that is blocked, by POST on the same URL, and publishes them to the same bus as the webhooks.
//
//	bridge := linkbridge.New(bus, linkbridge.Keys(key), &linkbridge.Options{Origins: []string{"https://app.example.com"}})
//	mux.Handle("/hooks/link", bridge)
//	mux.Handle("/hooks/link.js", bridge.Script())
//
// The page gets a ticket from the host's own server, signed with [Bridge.Ticket] for the user who is logged in there, and
// hands it to the script. Mount the bridge outside of http.TimeoutHandler and of anything else that buffers answers; any
// middleware whose writer has Unwrap is fine. Behind a proxy set Options.Origins, and Options.ClientIP if addresses are to
// be limited.
//
// # What is guaranteed
//
//   - Claims never prove. Whatever a browser sends becomes a Link event with events.Claimed; no frame and no name can produce
//     a webhook kind. Whose event it is comes from the ticket alone: an account id in a payload stays in the payload.
//   - At least once from the page, effectively once on the bus. An event is acknowledged after Publish has returned nil, so
//     with an inbox it is stored. What is not acknowledged is sent again by the page, over reconnects, reloads and restarts
//     of the server, or by a copy of its tab, and recognised by its id within the link sessions of one principal: by the
//     inbox, and in memory without one. The error of a handler on a plain bus is not the page's business and counts as
//     delivered.
//   - In order within one link session, as far as the page delivers in order. One event of a session is published at a time.
//   - A full or failing publisher is never hidden: the event is refused for now, the page keeps it, and the bridge reads on
//     more slowly.
//   - One page has a link session at a time. Of a tab and its copy the later one takes it over, also when they are connected
//     to two nodes that share a store: a node never overwrites what another one wrote, of two that take over at once one
//     wins, and the page that has lost is told so with 4409, on the other node before its next event is published.
//   - A ticket is good for one link session, the first that uses it, until it expires. Resume tokens continue the session for
//     24 hours after its last sign of life; each retires those before it when it is first used. Both are checked without a
//     store; with one (an inbox is) their use is remembered over a restart.
//   - Everything is bounded: frames, events, batches, rates, connections, sessions, memory, time. See [Limits]. Compression is
//     never negotiated.
//   - No payload, ticket or token reaches a log, an error, an observation or an answer. Credentials, search terms and form
//     URLs are redacted before anything is published.
//   - Shutdown acknowledges what is in flight, tells every page when to come back, and loses nothing.
//
// # What the page is told
//
// [Options.Push] and [Bridge.Watch] tell a page that a signed webhook has arrived: its name, provider, account, outcome and
// time, never its body. A webhook that comes before the page is connected waits for it; a page that gets a ticket with
// another Link token is told of that token's webhooks from then on. With a [Fanout] this works across nodes.
//
// A [Correlator] compares claims with webhooks and publishes what it finds; with an inbox, over restarts and across nodes.
//
// The wire protocol is linkbridge.v1; js/protocol.json in the source tree holds frames, limits and close codes, and the tests of
// both languages read it.
package linkbridge
