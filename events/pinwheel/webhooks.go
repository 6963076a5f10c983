package pinwheel

import (
	"net/http"
	"time"

	"github.com/linkhook/linkhook/events"
)

// Provider is the provider's id: the first part of every kind's name, and the default name of an endpoint.
const Provider = "pinwheel"

// ackBudget is how long Pinwheel waits for an answer (its webhooks guide).
const ackBudget = 15 * time.Second

// defaultTolerance leaves room for Pinwheel's retries, which span 15 minutes: whether a retry carries a new timestamp is not
// documented.
const defaultTolerance = 20 * time.Minute

// Webhooks verifies and reads Pinwheel's deliveries, and makes the same for tests, simulators and relays. It is what
// router.New takes. All methods are safe for concurrent use.
type Webhooks struct {
	keys   *events.Keyring
	name   string
	maxAge time.Duration
	ahead  time.Duration
	now    func() time.Time // nil: the time at which a delivery came in
}

// Options change what [NewWebhooks] makes. The zero value and nil are ready for production.
type Options struct {
	// Name is the endpoint's name in deduplication keys, logs and metrics. Endpoints of several environments or tenants
	// that share one store need names of their own. Defaults to [Provider].
	Name string
	// MaxAge is how old the signed timestamp may be. Defaults to 20 minutes.
	MaxAge time.Duration
	// MaxAhead is how far in the future the signed timestamp may lie. Defaults to 20 minutes.
	MaxAhead time.Duration
	// Now is the clock. Defaults to the time that Verify is given, and to [time.Now] elsewhere.
	Now func() time.Time
}

// NewWebhooks makes the endpoint's provider from the API secrets that may sign: Pinwheel signs with the API Secret, and
// while secrets are rotated it does not say with which. It panics when keys is nil or a limit is negative.
func NewWebhooks(keys *events.Keyring, opts *Options) *Webhooks {
	if keys == nil {
		panic("pinwheel: NewWebhooks needs the keys that sign: pass events.Keys(secret)")
	}
	w := &Webhooks{keys: keys, name: Provider, maxAge: defaultTolerance, ahead: defaultTolerance}
	if opts == nil {
		return w
	}
	if opts.MaxAge < 0 || opts.MaxAhead < 0 {
		panic("pinwheel: NewWebhooks needs limits of time that are not negative")
	}
	if opts.Name != "" {
		w.name = opts.Name
	}
	if opts.MaxAge > 0 {
		w.maxAge = opts.MaxAge
	}
	if opts.MaxAhead > 0 {
		w.ahead = opts.MaxAhead
	}
	if opts.Now != nil {
		w.now = opts.Now
	}
	return w
}

// Name returns the endpoint's name.
func (w *Webhooks) Name() string { return w.name }

// AckBudget returns the 15 seconds that Pinwheel waits for an answer.
func (w *Webhooks) AckBudget() time.Duration { return ackBudget }

// clock returns the time, by the clock of the options if there is one.
func (w *Webhooks) clock() time.Time {
	if w.now != nil {
		return w.now()
	}
	return time.Now()
}

// Verify checks the signature over the exact body and returns the id of the key that matched. It refuses a delivery whose
// signed timestamp is further from the time at which it came in than the endpoint allows; [Options].Now, when given, takes the
// place of that time. It computes the MAC of every delivery, whatever its headers, and compares in constant time. Its errors, which
// are those of this package and work with errors.Is, hold no secret, no MAC and nothing of the body.
func (w *Webhooks) Verify(header http.Header, body []byte, at time.Time) (keyID string, err error) {
	digits, sigErr := readSignature(header)
	stamp, signed, stampErr := readTimestamp(header)
	if w.now != nil {
		at = w.now()
	}
	keyID, ok := w.keys.VerifyHex(events.HMACSHA256, at, digits, body, version, stamp, ":")
	age := at.Sub(signed) // no less than the shortest duration there is
	switch {
	case sigErr != nil:
		return "", sigErr
	case !ok && !events.HMACSHA256.IsHex(digits):
		return "", ErrMalformedSignature
	case stampErr != nil:
		return "", stampErr
	case !ok:
		return "", ErrBadSignature
	case age > w.maxAge:
		return "", ErrTimestampTooOld
	case age < -w.ahead:
		return "", ErrTimestampTooNew
	}
	return keyID, nil
}
