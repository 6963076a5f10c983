package events

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/go-json-experiment/json"
)

// Source says by which way an envelope came in.
type Source uint8

// The ways an envelope can come in. The zero Source is unknown.
const (
	SourceWebhook   Source = iota + 1 // a signed delivery of the provider
	SourceLink                        // the Link modal in a browser, through the bridge
	SourceReconcile                   // found by asking the provider's API for what never arrived
	SourceReplay                      // a stored event that somebody ran again
)

// String returns "webhook", "link", "reconcile" or "replay".
func (s Source) String() string {
	switch s {
	case SourceWebhook:
		return "webhook"
	case SourceLink:
		return "link"
	case SourceReconcile:
		return "reconcile"
	case SourceReplay:
		return "replay"
	default:
		return "unknown"
	}
}

// MarshalText writes the word of [Source.String].
func (s Source) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads the word of [Source.String]; another word gives the zero Source.
func (s *Source) UnmarshalText(text []byte) error {
	*s = 0
	for c := SourceWebhook; c <= SourceReplay; c++ {
		if string(text) == c.String() {
			*s = c
		}
	}
	return nil
}

// Trust says whether anything about an event is proven.
type Trust uint8

// The two grades of trust. The zero Trust is [Claimed], so that forgetting to set it never grants anything.
const (
	Claimed  Trust = iota // a browser said so; nothing is proven
	Verified              // the provider's signature was checked, or its API was asked
)

// String returns "claimed" or "verified".
func (t Trust) String() string {
	if t == Verified {
		return "verified"
	}
	return "claimed"
}

// MarshalText writes the word of [Trust.String].
func (t Trust) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// UnmarshalText reads the word of [Trust.String]; every other word is [Claimed].
func (t *Trust) UnmarshalText(text []byte) error {
	*t = Claimed
	if string(text) == Verified.String() {
		*t = Verified
	}
	return nil
}

// Subject says whose event it is. Every field is optional; ids are opaque strings.
type Subject struct {
	AccountID   string `json:"account_id,omitempty"`    // the connected payroll account
	EndUserID   string `json:"end_user_id,omitempty"`   // Pinwheel's end_user_id, as the host supplied it; Argyle's user id
	LinkTokenID string `json:"link_token_id,omitempty"` // Pinwheel only: id of the Link token that opened the modal
	Session     string `json:"session,omitempty"`       // the link session: one opening of Link in one page; Link events only
}

// Meta is everything about an event but its payload. All of it is safe to log; payload values never enter it.
type Meta struct {
	// ID is the provider's event id; for a Link event the id of its frame; where the provider has none, the first
	// 32 hex digits of the body's SHA-256.
	ID string `json:"id"`
	// Kind names the sort of event; for an unknown one it holds the name that stood on the wire.
	Kind KindID `json:"kind"`
	// Endpoint is the name of the endpoint that took the event in; it defaults to the provider's id and is part of
	// the deduplication key, so that two environments or tenants can share one store.
	Endpoint string `json:"endpoint,omitempty"`
	// Source says by which way the event came in.
	Source Source `json:"source"`
	// Trust says whether anything about it is proven.
	Trust Trust `json:"trust"`
	// Subject says whose event it is.
	Subject
	// JobID is the provider's id of the job that made the event, empty where it has none. Pinwheel shares it between
	// an .added event and the .fully_synced of the same run, so it is not an event id.
	JobID string `json:"job_id,omitempty"`
	// Outcome is the job's outcome as the provider spells it, empty where the event has none.
	Outcome string `json:"outcome,omitempty"`
	// OccurredAt is the provider's or the browser's time of the event, zero when it gave none.
	OccurredAt time.Time `json:"occurred_at,omitzero"`
	// ReceivedAt is when this process, or the one that stored the event, took it in.
	ReceivedAt time.Time `json:"received_at,omitzero"`
	// Attempt counts the runs of the event's handlers, from 1. It is more than 1 only with an inbox.
	Attempt int `json:"attempt,omitzero"`
	// KeyID names the key that verified the event, empty when nothing did.
	KeyID string `json:"key_id,omitempty"`
	// Seq is the event's number within its link session, from 1; zero for everything else.
	Seq uint64 `json:"seq,omitzero"`
	// Handler names the handler that is being run; it is set for middleware and handlers only.
	Handler string `json:"handler,omitempty"`
}

// OrderKey names the queue in which the event is handled one at a time, in arrival order: the account; without one the
// link session or the Link token; then the end user. It is empty when nothing is known, and such events are unordered.
func (m *Meta) OrderKey() string {
	for _, id := range [...]string{m.AccountID, m.Session, m.LinkTokenID, m.EndUserID} {
		if id != "" {
			return m.Kind.Provider + "/" + id
		}
	}
	return ""
}

// LogValue makes slog print the metadata and nothing else, also for [Event] and [Envelope], which embed Meta.
func (m Meta) LogValue() slog.Value {
	attrs := make([]slog.Attr, 0, 10)
	attrs = append(attrs, slog.String("kind", m.Kind.String()), slog.String("id", m.ID))
	for _, f := range [...]struct{ key, value string }{
		{"account_id", m.AccountID},
		{"end_user_id", m.EndUserID},
		{"link_token_id", m.LinkTokenID},
		{"session", m.Session},
		{"outcome", m.Outcome},
		{"key_id", m.KeyID},
		{"handler", m.Handler},
	} {
		if f.value != "" {
			attrs = append(attrs, slog.String(f.key, f.value))
		}
	}
	attrs = append(attrs, slog.String("source", m.Source.String()), slog.String("trust", m.Trust.String()))
	if m.Attempt > 1 {
		attrs = append(attrs, slog.Int("attempt", m.Attempt))
	}
	return slog.GroupValue(attrs...)
}

// Format makes every verb of fmt print the kind and the id and nothing else, also for [Event] and [Envelope].
func (m Meta) Format(f fmt.State, _ rune) {
	_, _ = fmt.Fprintf(f, "%s id=%s", m.Kind.String(), m.ID)
}

// metaJSON has the fields of Meta without its methods.
type metaJSON Meta

// MarshalJSON writes the metadata and nothing else, also for [Event] and [Envelope]: encoding an event by accident, in a
// log or an answer, never shows its payload. Encode Data or Raw where the payload is wanted.
func (m Meta) MarshalJSON() ([]byte, error) {
	b, err := json.Marshal(metaJSON(m))
	if err != nil {
		return nil, fmt.Errorf("events: encoding metadata: %w", err)
	}
	return b, nil
}

// UnmarshalJSON reads what [Meta.MarshalJSON] writes.
func (m *Meta) UnmarshalJSON(b []byte) error {
	if err := json.Unmarshal(b, (*metaJSON)(m)); err != nil {
		return fmt.Errorf("events: decoding metadata: %w", err)
	}
	return nil
}

// Envelope is what travels: the metadata and the exact bytes that came in. It is passed by value; Raw is shared by all
// who hold it and must not be changed.
type Envelope struct {
	// Meta is what is known of the event without decoding its payload.
	Meta
	// Raw is the whole body as it was signed, byte for byte; for a Link event the payload that the browser sent.
	Raw []byte
	// Start and End bound the payload within Raw. When both are zero the payload is all of Raw.
	Start, End int
	// DedupFor is how long a later delivery with the same deduplication key counts as the same event, once this one is
	// done. Zero means as long as the store keeps the key, at least 30 days.
	DedupFor time.Duration

	data   any   // *T once decoded, so that it happens once for all handlers
	reason error // why the envelope reached OnUnhandled
}

// Payload returns the part of Raw that is decoded into the kind's type.
func (e *Envelope) Payload() []byte {
	if e.Start == 0 && e.End == 0 {
		return e.Raw
	}
	return e.Raw[e.Start:e.End]
}

// Event is one event as a handler sees it: the metadata and the decoded, validated payload.
// It is a plain struct, so that a test of a handler writes it as a literal. Handlers of one event share Data's pointers,
// slices and maps and Raw: treat them as read-only.
type Event[T any] struct {
	// Meta is everything but the payload; it is safe to log.
	Meta
	// Data is the decoded, validated payload. It is sensitive.
	Data T
	// Raw is the exact body, for fields that T does not have. It is sensitive.
	Raw []byte
}

// Publisher takes envelopes in: a [Bus], which runs the handlers before it returns, or an inbox, which stores first.
// Publish is safe for concurrent use. It keeps env.Raw, so the caller must not change it afterwards; a [Borrower] does not. A
// nil error means that the event is taken care of; a [HandlerError] that a handler failed; any other error that the event was
// not taken.
type Publisher interface {
	// Publish takes env in, or returns an error.
	Publish(ctx context.Context, env Envelope) error
}

// Keeper is a [Publisher] that can keep what cannot be published: genuine deliveries that nothing could parse.
// An inbox is one. A nil error means that the envelope is stored as a dead letter with the reason.
type Keeper interface {
	// Keep stores env as a dead letter with the reason.
	Keep(ctx context.Context, env Envelope, reason error) error
}

// Borrower is a [Publisher] that keeps nothing of env.Raw once its Publish, or its Keep, has returned. The router lends it the
// memory in which it reads deliveries, and saves the copy that another publisher gets. An inbox is one, since it stores sealed
// bodies; a bus is none, since handlers may keep what they are given.
type Borrower interface {
	// Borrows reports whether p is the very publisher that is asked, by comparing pointers: one that embeds a borrower and
	// keeps what it sees must not inherit the promise.
	Borrows(p Publisher) bool
}
