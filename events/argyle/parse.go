package argyle

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"time"

	"github.com/linkhook/linkhook/events"
)

// The members that are read before anything is decoded, by their place in shape.
const (
	inEvent = iota
	inData
	inAccount
	inUser
	inResource
	members
)

// Neither shape takes "name": it is the name of the host's own subscription, not of the event.
var (
	shape         = events.NewShape("event", "data", "data.account", "data.user", "data.resource").Learn("event")
	resourceShape = events.NewShape("updated_at")
)

// maxID is the longest id or event name that is taken for one, in bytes; real ones have 36 at most.
const maxID = 256

// Parse reads the envelope in one strict pass and without decoding the payload, which is the object in "data". The account
// and the user become the subject where they are strings: users, reports, verifications and items have no account, and items
// no user. There is no event id, so ID is the first 32 hex digits of the body's SHA-256, and DedupFor is short: see
// [Options.DedupFor]. OccurredAt is the updated_at of a resource, and zero without one, because nothing else in a body says
// when its event happened. Unknown event names are no error.
//
// The body keeps its bytes and is shared, not copied. An error means that the event cannot be told, and is one of [ErrNoEvent],
// [ErrNoData] or the errors of [events.Shape.Scan]; the envelope then has what could be read.
func (w *Webhooks) Parse(_ http.Header, body []byte) (events.Envelope, error) {
	var spans [members]events.Span
	err := shape.Scan(body, spans[:])
	env := events.Envelope{Raw: body}
	env.Kind = events.KindID{Provider: w.provider, Stream: events.StreamWebhook}
	env.Endpoint, env.Source, env.Trust = w.name, events.SourceWebhook, events.Verified
	env.ID = digest(body)
	if err != nil {
		return env, fmt.Errorf("argyle: %w", err)
	}
	env.Start, env.End = spans[inData].Start, spans[inData].End
	fill(&env.Meta, body, &spans)
	env.DedupFor = w.dedup(env.Kind)
	switch {
	case env.Kind.Name == "":
		return env, ErrNoEvent
	case !spans[inData].Found():
		return env, ErrNoData
	}
	return env, nil
}

// fill reads what was found into the Meta. All texts share one allocation.
func fill(meta *events.Meta, body []byte, spans *[members]events.Span) {
	var room [256]byte
	text := appendID(room[:0], spans[inEvent].Of(body))
	name := len(text)
	text = appendID(text, spans[inAccount].Of(body))
	account := len(text)
	text = appendID(text, spans[inUser].Of(body))
	all := string(text)
	meta.Kind.Name, meta.AccountID, meta.EndUserID = all[:name], all[name:account], all[account:]
	meta.OccurredAt = updatedAt(spans[inResource].Of(body))
}

// appendID appends the text of a string that can be an id, else nothing.
func appendID(dst, value []byte) []byte {
	text, ok := events.AppendString(dst, value)
	if !ok || len(text)-len(dst) > maxID {
		return dst
	}
	return text
}

// updatedAt returns when a resource changed last, zero when that cannot be told.
func updatedAt(resource []byte) time.Time {
	if len(resource) == 0 || resource[0] != '{' {
		return time.Time{}
	}
	var spans [1]events.Span
	var room [64]byte
	if err := resourceShape.Scan(resource, spans[:]); err != nil {
		return time.Time{}
	}
	text, _ := events.AppendString(room[:0], spans[0].Of(resource))
	return Timestamp(text).Time()
}

// digest identifies a body.
func digest(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:16])
}

var nameShape = events.NewShape("name")

// SubscriptionName returns the name that the host gave to the subscription which sent this body, such as [events.Event.Raw]; it
// is empty when there is none. It tells apart what several subscriptions with other options send to one endpoint.
func SubscriptionName(raw []byte) string {
	var spans [1]events.Span
	if err := nameShape.Scan(raw, spans[:]); err != nil {
		return ""
	}
	name, _ := events.AppendString(nil, spans[0].Of(raw))
	return string(name)
}
