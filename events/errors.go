package events

import (
	"errors"
	"fmt"
	"runtime"
	"time"
)

var (
	// ErrClosed is returned by Publish after Close: the event was not taken.
	ErrClosed = errors.New("events: closed")
	// ErrOverloaded is returned by Publish when the event was not taken for lack of room; it can be sent again later.
	ErrOverloaded = errors.New("events: overloaded")
	// ErrNoHandler is the reason given to OnUnhandled for a kind that has no handler.
	ErrNoHandler = errors.New("events: no handler for this kind")
)

// permanentError marks an error after which trying again is pointless.
type permanentError struct{ err error }

func (e *permanentError) Error() string { return e.err.Error() }
func (e *permanentError) Unwrap() error { return e.err }

// Permanent marks err so that the event becomes a dead letter at once instead of being tried again. Without an inbox it
// changes nothing. Permanent(nil) is nil.
func Permanent(err error) error {
	if err == nil {
		return nil
	}
	return &permanentError{err: err}
}

// IsPermanent reports whether err, or an error that it wraps, was marked with [Permanent].
func IsPermanent(err error) bool {
	_, ok := errors.AsType[*permanentError](err)
	return ok
}

// retryError carries the delay that a handler, or a store, asked for.
type retryError struct {
	err   error
	delay time.Duration
}

func (e *retryError) Error() string { return e.err.Error() }
func (e *retryError) Unwrap() error { return e.err }

// RetryAfter marks err so that the next try comes after d, instead of after the usual backoff. A negative d counts as zero.
// RetryAfter(d, nil) is nil.
func RetryAfter(d time.Duration, err error) error {
	if err == nil {
		return nil
	}
	return &retryError{err: err, delay: max(d, 0)}
}

// RetryDelay returns the delay given to [RetryAfter], and whether there was one.
func RetryDelay(err error) (time.Duration, bool) {
	e, ok := errors.AsType[*retryError](err)
	if !ok {
		return 0, false
	}
	return e.delay, true
}

// DecodeError says that the bytes of a genuine event do not fit the Go type of its kind. The text names the place, never a value.
type DecodeError struct {
	// Kind is the kind whose type did not fit; the zero KindID in what [Validate] returns.
	Kind KindID
	// Pointer is the place in the payload, as a JSON pointer; empty when the payload as a whole does not fit.
	Pointer string
	// Reason says what was wrong there, without the value: "number where string was expected".
	Reason string
}

// Error names the kind, the place and the reason.
func (e *DecodeError) Error() string {
	at := e.Pointer
	if at == "" {
		at = "the payload"
	}
	return "events: " + e.Kind.String() + " does not fit its type: " + at + ": " + e.Reason
}

// HandlerError says which handler failed. Publish returns it, joined when there are several.
type HandlerError struct {
	Kind    KindID // the event's kind
	Handler string // the handler's name
	Err     error  // what the handler returned, or a [PanicError]
}

// Error names the handler and the kind and holds the text of Err.
func (e *HandlerError) Error() string {
	return "events: handler " + e.Handler + " of " + e.Kind.String() + ": " + e.Err.Error()
}

// Unwrap returns Err.
func (e *HandlerError) Unwrap() error { return e.Err }

// PanicError is a panic of a handler, turned into an error. Its text holds the panic value only when that is an error of
// the Go runtime: any other value could hold a payload.
type PanicError struct {
	Value any    // what was passed to panic; sensitive
	Stack []byte // the stack of the panicking goroutine
}

// NewPanicError captures the current stack; call it in the deferred function that recovered value.
func NewPanicError(value any) *PanicError {
	stack := make([]byte, 16<<10)
	return &PanicError{Value: value, Stack: stack[:runtime.Stack(stack, false)]}
}

// Error holds the panic value only when it is an error of the Go runtime.
func (e *PanicError) Error() string {
	if err, ok := e.Value.(runtime.Error); ok {
		return "events: handler panicked: " + err.Error()
	}
	return fmt.Sprintf("events: handler panicked with a value of type %T", e.Value)
}

// Format prints [PanicError.Error] whatever the verb: %#v would show the value and the stack's arguments.
func (e *PanicError) Format(f fmt.State, _ rune) {
	_, _ = fmt.Fprint(f, e.Error())
}

// Unwrap returns the panic value when it was an error.
func (e *PanicError) Unwrap() error {
	err, _ := e.Value.(error)
	return err
}
