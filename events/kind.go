package events

import (
	"reflect"
	"strings"
)

// Stream says which of a provider's two streams a kind belongs to.
type Stream uint8

// The two streams. The zero Stream is no stream and names no kind.
const (
	StreamWebhook Stream = iota + 1 // signed deliveries from the provider's servers
	StreamLink                      // events of the Link modal in a user's browser
)

// String returns "webhook" or "link", the word used in [KindID.String].
func (s Stream) String() string {
	switch s {
	case StreamWebhook:
		return "webhook"
	case StreamLink:
		return "link"
	default:
		return "unknown"
	}
}

// KindID names one sort of event. It is comparable and safe to use as a map key, a metric label or a log value.
type KindID struct {
	Provider string // the provider's id: "pinwheel", "argyle", "argyle-v1"
	Stream   Stream // webhook or Link: events of one name in both are different kinds
	Name     string // the event name on the wire: "paystubs.added", "screen_transition"
}

// String returns "provider/stream/name", for example "pinwheel/webhook/paystubs.added".
func (k KindID) String() string {
	return k.Provider + "/" + k.Stream.String() + "/" + k.Name
}

// ParseKindID reads what [KindID.String] writes. The name may itself contain slashes.
// It reports false when s has no provider, stream or name.
func ParseKindID(s string) (KindID, bool) {
	provider, rest, ok := strings.Cut(s, "/")
	if !ok || provider == "" {
		return KindID{}, false
	}
	word, name, ok := strings.Cut(rest, "/")
	if !ok || name == "" {
		return KindID{}, false
	}
	for _, stream := range []Stream{StreamWebhook, StreamLink} {
		if word == stream.String() {
			return KindID{Provider: provider, Stream: stream, Name: name}, true
		}
	}
	return KindID{}, false
}

// MarshalText writes the form of [KindID.String].
func (k KindID) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText reads the form of [KindID.String]; text of another form gives the zero KindID.
func (k *KindID) UnmarshalText(text []byte) error {
	*k, _ = ParseKindID(string(text))
	return nil
}

// Kind is the typed name of one sort of event: a value that ties a name on the wire to the Go type T of its payload.
// The same value is used to register a handler, to assert in a test, to send, to replay and to count.
// Kinds are made once with [Webhook] or [Link], as package variables; they are comparable and safe for concurrent use.
type Kind[T any] struct {
	id KindID
}

// Webhook declares a kind of signed webhook. It panics when provider or name is empty.
func Webhook[T any](provider, name string) Kind[T] {
	return newKind[T](KindID{Provider: provider, Stream: StreamWebhook, Name: name})
}

// Link declares a kind of Link event. Its payload is a claim of a browser and is published as [Claimed].
// It panics when provider or name is empty.
func Link[T any](provider, name string) Kind[T] {
	return newKind[T](KindID{Provider: provider, Stream: StreamLink, Name: name})
}

func newKind[T any](id KindID) Kind[T] {
	if id.Provider == "" || id.Name == "" {
		panic("events: a kind needs a provider and a name")
	}
	return Kind[T]{id: id}
}

// ID returns the kind's untyped name.
func (k Kind[T]) ID() KindID { return k.id }

// String returns the kind's name as [KindID.String] writes it.
func (k Kind[T]) String() string { return k.id.String() }

// Type returns the Go type of the payload.
func (k Kind[T]) Type() reflect.Type { return reflect.TypeFor[T]() }

// Decode decodes and validates the payload of env as T. A payload that does not fit gives a [DecodeError].
// It does not look at env's kind, so that a host can decode an unknown event into a type of its own.
func (k Kind[T]) Decode(env Envelope) (T, error) {
	var v T
	err := decodeInto(k.id, env.Payload(), &v)
	return v, err
}

// decode is the untyped form of Decode: the result holds a *T.
func (k Kind[T]) decode(payload []byte) (any, error) {
	v := new(T)
	if err := decodeInto(k.id, payload, v); err != nil {
		return nil, err
	}
	return v, nil
}

// AnyKind is a [Kind] whose payload type is not known at compile time. Only Kind implements it.
type AnyKind interface {
	// ID returns the kind's untyped name.
	ID() KindID
	// String returns the kind's name as [KindID.String] writes it.
	String() string
	// Type returns the Go type of the payload.
	Type() reflect.Type

	decode(payload []byte) (any, error)
}
