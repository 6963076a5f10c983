package inbox

import "errors"

var (
	// ErrStoreFailed is wrapped by what a store returns once a write had an unknown fate: it writes nothing until
	// [Checker.Check] succeeds.
	ErrStoreFailed = errors.New("inbox: the store has failed and must be checked")
	// ErrLeaseLost is returned by a store when a claim does not hold its event any more: its lease ended and another
	// worker has it, or it was erased.
	ErrLeaseLost = errors.New("inbox: the lease is lost")
	// ErrNotFound is returned when there is no event with that id, or no entry with that key.
	ErrNotFound = errors.New("inbox: not found")
	// ErrStoreClosed is returned by the methods of a store that was closed.
	ErrStoreClosed = errors.New("inbox: the store is closed")
	// ErrErased is returned where a body is asked for whose data key was erased.
	ErrErased = errors.New("inbox: the subject's data was erased")
	// ErrNoBody is returned where a body is asked for that retention has removed.
	ErrNoBody = errors.New("inbox: the body is gone")
	// ErrCorrupt is returned where a stored body does not open with its key, or is not what was sealed.
	ErrCorrupt = errors.New("inbox: a stored body is not what was stored")
)
