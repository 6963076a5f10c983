package inbox

import (
	"context"
	"time"
)

// Store keeps events until every handler has had its say. It is the part of an inbox that touches a disk or a database;
// retry rules, encryption and auditing sit above it, so a store sees opaque bodies and never calls a handler.
//
// Every sentence of the comments here is a case of inboxtest.Exercise, which every store must pass.
//
// # States
//
// A stored event is [Ready], [Leased], [Done], [Ignored], [Dead], [Discarded] or [Erased]:
//
//	Append ──▶ Ready ──Claim──▶ Leased ──Finish──▶ Done | Ignored | Dead
//	  │          ▲                 │
//	  │          ├──Release/Retry──┤            Done | Ignored | Dead ──Replay──▶ Ready
//	  │          └──lease ends─────┘            Dead ──Discard──▶ Discarded
//	  └──▶ Dead (conflicts, and what nothing can parse)             any ──Erase──▶ Erased
//
// # Durability
//
// A method that changes something returns nil only after the change is durable, and all of one call's change is durable or
// none of it is, except that Append decides about each event of its batch separately. After a write of unknown fate a store
// on a local disk refuses everything that writes with an error that wraps [ErrStoreFailed], until [Checker.Check] succeeds:
// after a failed fsync the operating system can take lost pages for written ones.
//
// # Time
//
// Durations are relative to the store's own clock, which all nodes of a shared store have in common (the database's clock,
// for one), so that the clocks of the nodes may differ. A store on one machine must not be moved by jumps of its wall
// clock. Only inside [At] does a store take the caller's word for the time.
//
// # Concurrency and errors
//
// All methods are safe for concurrent use, by several processes too where the store is shared. A method called with a
// context that is done may return its error although the change was made, or is being made: what it was given must not be
// changed then. Errors hold no bodies and no subject ids.
type Store interface { //nolint:interfacebloat // one database behind it, and no part is of use without the others
	// Append stores the batch and says of each event what became of it, in the same order. It compares and stores in one
	// commit: of two events with one key, appended at once by two nodes, one is stored. See [Arrival] for the rules.
	// Events of one order key that one goroutine appends one after the other are in that order.
	Append(ctx context.Context, batch []Arrival) ([]Appended, error)

	// Claim leases up to limit events that are due and returns them with their bodies, about the oldest first. Each claim
	// counts as an attempt. No two events of one order key are leased at the same time, and among the due events of one
	// key the one that was stored first is taken first; an event that waits for its retry holds nobody up. Events without an
	// order key are independent. An event whose lease has ended is due again. Next, when nothing was claimed, says how
	// long to wait before something can become due by time alone; it is negative when nothing can or the store does not
	// know.
	Claim(ctx context.Context, limit int, lease time.Duration) (claims []Claim, next time.Duration, err error)

	// Extend makes the lease of ref end that long from now. ErrLeaseLost says that ref does not hold the event any more.
	Extend(ctx context.Context, ref Ref, lease time.Duration) error

	// Complete records handlers of a leased event, so that later claims list them in [Record.Handlers]. A name that is
	// recorded already is replaced. ErrLeaseLost says that ref does not hold the event any more, and nothing is recorded.
	Complete(ctx context.Context, ref Ref, handlers ...HandlerResult) error

	// Finish ends a lease: the event goes to outcome.State, and outcome.Handlers are recorded in the same commit.
	// ErrLeaseLost says that ref does not hold the event any more, and nothing changes: a worker that was held up for
	// longer than its lease cannot undo what another did. The next event of the order key is due at once.
	Finish(ctx context.Context, ref Ref, outcome Outcome) error

	// Replay makes finished events due again, whatever their order key is doing, with [Record.Since] set to now. Events
	// that are not finished, have no body any more or do not exist are left alone; n counts the others. A fresh replay
	// forgets all recorded handlers, otherwise those that succeeded stay recorded and those that gave up are forgotten.
	Replay(ctx context.Context, ids []int64, fresh bool) (n int, err error)

	// Discard turns dead letters into [Discarded] ones; other events are left alone. n counts the ones that were turned.
	Discard(ctx context.Context, ids []int64) (n int, err error)

	// Find returns one event with its body. ErrNotFound says that there is none.
	Find(ctx context.Context, id int64) (Record, error)

	// List returns the events that f selects, by ascending id, without their bodies.
	List(ctx context.Context, f Filter) ([]Record, error)

	// Prune removes what retention no longer covers, at most about limit events per call so that ingest is not held up, and
	// says how many it changed; zero means that nothing is left to do. Bodies go first, then the event with its
	// deduplication keys. Events that are not finished are never touched. Expired entries go too.
	Prune(ctx context.Context, r Retention, limit int) (n int, err error)

	// Erase empties events for good, whatever their state: the body, the detail, the subject, the ids and the recorded
	// handlers go; kind, endpoint, times and deduplication keys stay, so that a late redelivery is still a duplicate. The
	// entries go in the same commit. A worker that holds a lease of an erased event finds it lost.
	Erase(ctx context.Context, ids []int64, entries []string) error

	// Stats returns the figures of now. It is called about once a second while events come in and must be cheap; a store
	// with a large table may estimate.
	Stats(ctx context.Context) (Stats, error)

	Entries

	// Close releases the store. Nothing else may be called afterwards. Closing twice is allowed.
	Close() error
}

// Entries are small values kept next to the events, for what must survive a restart or be shared by the nodes: data keys,
// the audit record, Link sessions, the reconciler's watermark and its lease. Keys are short UTF-8 strings of at most 512
// bytes and are ordered bytewise. A ttl of zero keeps an entry for good; an expired entry is as good as absent at once.
type Entries interface {
	// Get returns the value of key. ErrNotFound says that there is none.
	Get(ctx context.Context, key string) ([]byte, error)
	// Put sets the value of key; a nil value removes it.
	Put(ctx context.Context, key string, value []byte, ttl time.Duration) error
	// Swap sets the value of key to next if it is old now, in one step, and reports whether it did. A nil old means
	// absent; a nil next removes the entry.
	Swap(ctx context.Context, key string, old, next []byte, ttl time.Duration) (bool, error)
	// Scan returns up to limit entries whose key starts with prefix and is greater than after, in ascending order.
	Scan(ctx context.Context, prefix, after string, limit int) ([]Entry, error)
}

// Transactor is a [Store] whose database the handlers can share, so that a handler's writes and the record of its
// success commit together and its effect happens exactly once.
type Transactor interface {
	// WithTx runs one handler. The store puts an offer into the context; the transaction begins when the handler takes it
	// up, so that a handler without one costs nothing. If run returns nil and the offer was taken, the store checks that
	// ref still holds the event, records handler as succeeded and commits, all in that transaction, and returns
	// recorded; when the lease is lost it rolls back and returns ErrLeaseLost. If run fails it rolls back and returns that
	// error. An empty handler name is run in a transaction that records nothing. WithTx must not keep Extend waiting.
	WithTx(ctx context.Context, ref Ref, handler string, run func(context.Context) error) (recorded bool, err error)
}

// Checker is a [Store] that refuses to write after a failure, see [ErrStoreFailed].
type Checker interface {
	// Check opens the store anew and examines it. When it returns nil the store writes again. On a healthy store it
	// only reports.
	Check(ctx context.Context) error
}

// Waker is a [Store] that is shared and learns when another node has stored something.
type Waker interface {
	// Wake receives a value soon after events may have become due; several wakes may become one, and a lost one costs
	// latency only, because an inbox also polls.
	Wake() <-chan struct{}
}

// clockKey carries the time of At.
type clockKey struct{}

// At returns a context under which a store takes now for the present. Conformance tests move time with it; nothing else
// should.
func At(ctx context.Context, now time.Time) context.Context {
	return context.WithValue(ctx, clockKey{}, now)
}

// Now returns the time set with [At], for implementations of [Store]; it is false when the store's own clock counts.
func Now(ctx context.Context) (time.Time, bool) {
	now, ok := ctx.Value(clockKey{}).(time.Time)
	return now, ok
}

// Key is a deduplication key: 128 bits of a SHA-256 over the parts that make two deliveries one event. The zero Key is none.
type Key [16]byte

// IsZero reports whether k is no key.
func (k Key) IsZero() bool { return k == Key{} }

// Ref names a claim of an event. The token is the fencing token: each claim of an event has a greater one than the claims
// before, also over restarts of the store. A claim whose lease has ended may still hold its event until that is claimed again.
type Ref struct {
	ID    int64 // of the event
	Token int64 // of the claim; positive
}
