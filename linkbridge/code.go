package linkbridge

// Close codes of linkbridge.v1; js/protocol.json holds them with the client's reaction to each.
const (
	CodeDone       = 1000 // either side is finished
	CodeGone       = 1001 // the page went away
	CodeBinary     = 1003 // a binary frame was sent
	CodeDropped    = 1006 // the connection broke without a close frame; never sent
	CodeEncoding   = 1007 // a text frame is not UTF-8
	CodeTooBig     = 1009 // a frame is over Limits.FrameBytes
	CodeError      = 1011 // the server failed
	CodeRestart    = 1012 // the server drains; reconnect within bye.min and bye.max
	CodeOverloaded = 1013 // the server, or the principal, has no room for one more connection
	CodeSlow       = 4008 // the page reads too slowly, or did not answer a ping
	CodeTicket     = 4401 // ticket or resume token missing, expired, unknown or bound to another session
	CodeNoHello    = 4408 // no hello within Limits.HelloTimeout
	CodeSuperseded = 4409 // another page said hello for the same link session
	CodeRate       = 4429 // over the rate for longer than Limits.RatePatience
	CodeMalformed  = 4500 // a frame is not JSON or breaks the envelope grammar
	CodeVersion    = 4501 // the protocol version is not supported
	CodeForbidden  = 4503 // revoked, or the link session has ended
)

// Subprotocol is the name of the protocol in the websocket handshake.
const Subprotocol = "linkbridge.v1"

// version is the protocol's number in hello.
const version = 1

// Codes of a nack.
const (
	nackTooLarge = "too_large" // over Limits.EventBytes
	nackInvalid  = "invalid"   // the envelope of the event is wrong
	nackRate     = "rate"      // not taken now; to be sent again under a new number
)

// refusal is an end of the conversation: the close code, the reason in fixed words, and the spread of the reconnect.
type refusal struct {
	code     int
	reason   string
	min, max int // milliseconds
}

// reconnect reports whether the client shall come back by itself.
func (r refusal) reconnect() bool { return r.code != CodeDone && r.code < CodeMalformed }
