package router

import (
	"net/http"
	"time"

	"github.com/linkhook/linkhook/events"
)

// Provider is what the router must know of one sender of webhooks. It uses types of the standard library and
// [events.Envelope] only, so that a provider's package satisfies it without importing this one. All methods are called
// concurrently.
type Provider interface {
	// Name is the endpoint's name: part of the deduplication key, and the label in logs and metrics.
	Name() string
	// Verify checks the signature over the exact body and returns the id of the key that matched. Every error means 401.
	// The time at which the delivery came in is for signed timestamps and for keys that are valid for a time. It does not keep
	// body.
	Verify(header http.Header, body []byte, at time.Time) (keyID string, err error)
	// Parse reads the envelope from a verified body. It fills everything of the Meta that the body and the headers give, and
	// the bounds of the payload; the router adds the key id and the time of receipt. It keeps body in the envelope's Raw and
	// nowhere else. An error means that the body is genuine but unreadable; the envelope that comes with it then has as much
	// as could be read, at least ID and Raw.
	Parse(header http.Header, body []byte) (events.Envelope, error)
	// AckBudget is how long the provider waits for an answer before it counts the delivery as failed.
	AckBudget() time.Duration
}
