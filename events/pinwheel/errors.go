package pinwheel

import "errors"

// What [Webhooks.Verify] returns. The router answers all of them alike; they are told apart for the server's log.
var (
	// ErrNoSignature means that there is no X-Pinwheel-Signature header.
	ErrNoSignature = errors.New("pinwheel: no signature header")
	// ErrMalformedSignature means that the header is not exactly one "v2=" with 64 lower-case hex digits.
	ErrMalformedSignature = errors.New("pinwheel: malformed signature header")
	// ErrBadSignature means that no valid key signed this timestamp and this body.
	ErrBadSignature = errors.New("pinwheel: no key matches the signature")
	// ErrNoTimestamp means that there is no X-Timestamp header.
	ErrNoTimestamp = errors.New("pinwheel: no timestamp header")
	// ErrMalformedTimestamp means that the header is not exactly one decimal number of seconds.
	ErrMalformedTimestamp = errors.New("pinwheel: malformed timestamp header")
	// ErrTimestampTooOld means that the signature is right, but older than [Options.MaxAge].
	ErrTimestampTooOld = errors.New("pinwheel: the signed timestamp is too old")
	// ErrTimestampTooNew means that the signature is right, but further in the future than [Options.MaxAhead].
	ErrTimestampTooNew = errors.New("pinwheel: the signed timestamp is in the future")
)

// What [Webhooks.Parse] returns, besides the errors of [events.Shape.Scan].
var (
	// ErrNoEvent means that "event" is missing, empty, overlong or no string.
	ErrNoEvent = errors.New("pinwheel: the body names no event")
	// ErrMalformedID means that "event_id" is overlong or no string.
	ErrMalformedID = errors.New("pinwheel: the event id is not a string")
	// ErrNoPayload means that "payload" is missing.
	ErrNoPayload = errors.New("pinwheel: the body has no payload")
)

// ErrNotComposable means that [Webhooks.Compose] was given another provider's kind, a Link kind, or a payload that is not
// one JSON value.
var ErrNotComposable = errors.New("pinwheel: not a webhook of this provider")
