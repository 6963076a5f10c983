package argyle

import (
	"maps"
	"net/http"
	"time"

	"github.com/linkhook/linkhook/events"
)

// The providers' ids: the first part of every kind's name, and the default names of endpoints. The two generations of the API
// share nine webhook names whose payloads differ, and no body says which one sent it, so each has a path of its own.
const (
	Provider   = "argyle"    // API v2 and Link 5
	ProviderV1 = "argyle-v1" // API v1 and Link 3 and 4
)

// ackBudget is how long Argyle waits for an answer before it retries: once, 30 seconds later.
const ackBudget = 10 * time.Second

// defaultDedupFor spans the one retry, which comes about 40 seconds after the first attempt, with room for slow queues.
const defaultDedupFor = 5 * time.Minute

// dedupOff is the shortest time for which a body can count as the same event: deduplication is off as soon as the first is
// done, and a twin that arrives while it is under way is still taken for a retry.
const dedupOff = time.Nanosecond

// Webhooks verifies and reads the deliveries of one generation of the API, and makes the same for tests, simulators and relays.
// It is what router.New takes. All methods are safe for concurrent use.
type Webhooks struct {
	keys     *events.Keyring
	provider string
	name     string
	dedupFor map[events.KindID]time.Duration
	now      func() time.Time // nil: the time at which a delivery came in
}

// Options change what [NewWebhooks] and [NewWebhooksV1] make. The zero value and nil are ready for production.
type Options struct {
	// Name is the endpoint's name in deduplication keys, logs and metrics. Endpoints of several environments or tenants that
	// share one store need names of their own. Defaults to [Provider] or [ProviderV1].
	Name string
	// DedupFor is how long an identical body of that kind counts as the same event once the first one is done; zero or less
	// means not at all. Kinds that are not in it get 5 minutes: Argyle gives its events no id, so a retry and a second
	// event cannot be told apart, and a retry comes within a minute.
	//
	// Mind the kinds whose genuine repeats are the same bytes: accounts.updated without include_resource, and
	// accounts.connected without it when a user signs in again. Either subscribe with include_resource, which puts updated_at
	// into the body, or set those kinds to zero and let the handler bear repetition.
	DedupFor map[events.KindID]time.Duration
	// Now is the clock by which keys begin and end; signatures have no time of their own. Defaults to the time that Verify is
	// given, and to [time.Now] elsewhere.
	Now func() time.Time
}

// NewWebhooks makes the provider of an endpoint for API v2 from the secrets of its subscriptions. Every subscription that
// posts to the endpoint needs a secret: without one Argyle is believed not to sign, and unsigned deliveries are refused. It
// panics when keys is nil.
func NewWebhooks(keys *events.Keyring, opts *Options) *Webhooks {
	return newWebhooks("NewWebhooks", Provider, keys, opts)
}

// NewWebhooksV1 makes the provider of an endpoint for API v1, as [NewWebhooks] does for v2. The signature is the same, the
// kinds are those with V1 in their names.
func NewWebhooksV1(keys *events.Keyring, opts *Options) *Webhooks {
	return newWebhooks("NewWebhooksV1", ProviderV1, keys, opts)
}

func newWebhooks(who, provider string, keys *events.Keyring, opts *Options) *Webhooks {
	if keys == nil {
		panic("argyle: " + who + " needs the keys that sign: pass events.Keys(secret)") //nolint:forbidigo // start-up misuse: an endpoint without keys
	}
	w := &Webhooks{keys: keys, provider: provider, name: provider}
	if opts == nil {
		return w
	}
	w.dedupFor = maps.Clone(opts.DedupFor)
	if opts.Name != "" {
		w.name = opts.Name
	}
	if opts.Now != nil {
		w.now = opts.Now
	}
	return w
}

// Name returns the endpoint's name.
func (w *Webhooks) Name() string { return w.name }

// Provider returns [Provider] or [ProviderV1].
func (w *Webhooks) Provider() string { return w.provider }

// AckBudget returns the 10 seconds that Argyle waits for an answer.
func (w *Webhooks) AckBudget() time.Duration { return ackBudget }

// clock returns the time, by the clock of the options if there is one.
func (w *Webhooks) clock() time.Time {
	if w.now != nil {
		return w.now()
	}
	return time.Now()
}

// Verify checks the signature over the exact body and returns the id of the key that matched. It computes the MAC of every delivery,
// whatever its headers, and compares in constant time. Its errors ([ErrNoSignature], [ErrMalformedSignature],
// [ErrBadSignature]) hold no secret, no MAC and nothing of the body. The signature covers no time, so an old delivery can be sent
// again by whoever has it: only deduplication stands against that. The delivery came in at that time, by which keys are valid or
// not; [Options].Now, when given, takes its place.
func (w *Webhooks) Verify(header http.Header, body []byte, at time.Time) (keyID string, err error) {
	if w.now != nil {
		at = w.now()
	}
	digits, err := readSignature(header)
	keyID, ok := w.keys.VerifyHex(events.HMACSHA512, at, digits, body)
	switch {
	case err != nil:
		return "", err
	case !ok && !events.HMACSHA512.IsHex(digits):
		return "", ErrMalformedSignature
	case !ok:
		return "", ErrBadSignature
	}
	return keyID, nil
}

// dedup returns how long an identical body counts as the same event.
func (w *Webhooks) dedup(id events.KindID) time.Duration {
	d, ok := w.dedupFor[id]
	switch {
	case !ok:
		return defaultDedupFor
	case d <= 0:
		return dedupOff
	}
	return d
}
