package argyle

import "errors"

// What [Webhooks.Verify] returns. The router answers all of them alike; they are told apart for the server's log.
var (
	// ErrNoSignature means that there is no X-Argyle-Signature header.
	ErrNoSignature = errors.New("argyle: no signature header")
	// ErrMalformedSignature means that the header is not exactly one value of 128 lower-case hex digits.
	ErrMalformedSignature = errors.New("argyle: malformed signature header")
	// ErrBadSignature means that no valid key signed this body.
	ErrBadSignature = errors.New("argyle: no key matches the signature")
)

// What [Webhooks.Parse] returns, besides the errors of [events.Shape.Scan].
var (
	// ErrNoEvent means that "event" is missing, empty, overlong or no string.
	ErrNoEvent = errors.New("argyle: the body names no event")
	// ErrNoData means that "data" is missing.
	ErrNoData = errors.New("argyle: the body has no data")
)

// ErrNotComposable means that [Webhooks.Compose] was given another provider's kind, a Link kind, or a payload that is not
// one JSON value.
var ErrNotComposable = errors.New("argyle: not a webhook of this provider")
