package inbox

import (
	"time"

	"github.com/linkhook/linkhook/events"
)

// State says where an event stands.
type State uint8

// The states; see [Store] for how an event moves between them. The zero State is none of them.
const (
	Ready     State = iota + 1 // due now, or at Record.NextAt
	Leased                     // a worker has it
	Done                       // every handler has succeeded
	Ignored                    // no handler takes its kind; kept, so that it can be replayed once one does
	Dead                       // a dead letter: not tried again by itself
	Discarded                  // a dead letter that somebody has put away
	Erased                     // emptied on request; what is left names nobody
)

var stateWords = [...]string{"none", "ready", "leased", "done", "ignored", "dead", "discarded", "erased"}

// String returns the constant's name in lower case.
func (s State) String() string {
	if int(s) < len(stateWords) {
		return stateWords[s]
	}
	return stateWords[0]
}

// ParseState reads what [State.String] writes; it is false for anything else.
func ParseState(word string) (State, bool) {
	for s := Ready; s <= Erased; s++ {
		if stateWords[s] == word {
			return s, true
		}
	}
	return 0, false
}

// Finished reports whether nothing happens to an event in that state by itself.
func (s State) Finished() bool { return s >= Done }

// Arrival is an event to be stored.
//
// Append looks at it in this order:
//
//  1. Entry is set: if it is absent it is created in the same commit, provided CreateEntry is true; if it is absent
//     otherwise, or has another value, the outcome is [StaleEntry] and nothing is stored.
//  2. One of Keys belongs to a stored event, the holder. If the holder is finished and has a DedupFor, and that time has
//     passed since it finished, the key is free again and the new event takes it over. Otherwise the new event is a
//     [Duplicate] if the holder's Digest is equal, zero, or the new one's is zero, or if the holder is erased. If the
//     digests differ it is a conflict: stored as a dead letter with the reason "conflict", under ConflictKey alone, and
//     [Conflict]; or a [Duplicate] where ConflictKey is known already, or zero.
//  3. Correlation is set and belongs to a stored event. A synthetic new event is then a [Duplicate] of it. A real one whose
//     holder is synthetic, not yet confirmed, and not discarded or erased [Confirmed] it: Meta, Keys, Digest, DedupFor
//     and Body replace those of the holder, which keeps its order key, state and recorded handlers and is marked Confirmed.
//     A holder that is dead becomes ready, as by a replay that is not fresh: the real body may be what its handlers
//     lacked. With Rerun a holder that is done or ignored becomes ready too, as by a fresh replay. Neither counts in
//     Record.Replays. Two real events are never compared by Correlation.
//  4. Otherwise it is [Stored], and its keys are taken: Ready, or Dead if DeadReason is set.
//
// Keys live as long as the event that holds them.
type Arrival struct {
	Meta     events.Meta // Attempt and Handler are not kept
	OrderKey string      // at most one event of a key is leased at a time; empty means unordered
	Keys     []Key       // none: never a duplicate; zero keys are skipped
	// Digest is a hash of the body as it came in; see the rules above.
	Digest [32]byte
	// ConflictKey is taken instead of Keys by an event that conflicts, so that its own redeliveries are duplicates.
	ConflictKey Key
	// Correlation is shared by the event that the reconciler made and the webhook that it stands for.
	Correlation Key
	Synthetic   bool          // the reconciler made it
	Rerun       bool          // run the handlers again when this confirms a finished event
	DedupFor    time.Duration // how long Keys count after the event is finished; zero: as long as it is kept
	Body        []byte        // opaque to the store; nil is none
	DeadReason  string        // non-empty: stored as a dead letter with this reason
	Detail      []byte        // opaque: more about the reason
	Entry       *Entry        // the data key that Body was sealed with, see the rules above
	CreateEntry bool          // store Entry if it is absent, instead of answering StaleEntry
}

// Disposition says what became of an appended event.
type Disposition uint8

// The dispositions. The zero Disposition is none of them.
const (
	Stored     Disposition = iota + 1 // it is a new event; Appended.ID is its id
	Duplicate                         // it is known; Appended.ID is the id of the event that is kept
	Conflict                          // it is stored as a dead letter; Appended.ID is its id, Of that of the other one
	Confirmed                         // it is the real twin of a synthetic event; Appended.ID is the id of that event
	StaleEntry                        // it was not stored, because Arrival.Entry does not hold any more
)

var dispositionWords = [...]string{"none", "stored", "duplicate", "conflict", "confirmed", "stale entry"}

// String returns the constant's name in lower case.
func (d Disposition) String() string {
	if int(d) < len(dispositionWords) {
		return dispositionWords[d]
	}
	return dispositionWords[0]
}

// Appended is what became of one event of a batch.
type Appended struct {
	Disposition Disposition // what was done with it; never zero
	ID          int64       // greater than those of all events stored before by the same process; never zero once stored
	Of          int64       // for Conflict: the event that has the key
}

// Claim is an event in the hands of a worker.
type Claim struct {
	Record // as it stands with the claim: Leased, with the body

	Token int64         // the fencing token, see [Ref]
	Age   time.Duration // how long ago Since was, by the store's clock
}

// Ref names the claim for Extend, Complete and Finish.
func (c *Claim) Ref() Ref { return Ref{ID: c.ID, Token: c.Token} }

// HandlerResult is what is recorded of one handler of an event.
type HandlerResult struct {
	Name   string `json:"name"`             // what [events.Bus.Named] or the function's own name gave it
	GaveUp bool   `json:"gave_up,omitzero"` // it failed for good; else it has succeeded
}

// Outcome says how a lease ends.
type Outcome struct {
	// State is Done, Ignored, Dead or Ready. Ready makes the event due again after RetryIn.
	State State
	// RetryIn counts for Ready only; zero is at once.
	RetryIn time.Duration
	// Release takes back the attempt that the claim counted: the event was not really tried.
	Release bool
	// Handlers are recorded as with Complete.
	Handlers []HandlerResult
	// Reason and Detail replace those of the event. Reason is a short fixed phrase; Detail is opaque.
	Reason string
	// Detail is sealed like a body, because the text of an error can name a person.
	Detail []byte
}

// Record is a stored event. A store may round its times to the microsecond and need not keep their location.
type Record struct {
	ID         int64           `json:"id"`                   // positive, and never used again
	State      State           `json:"state"`                // as of the moment of reading
	Meta       events.Meta     `json:"meta"`                 // Attempt counts the claims so far, this one included
	OrderKey   string          `json:"-"`                    // that of the Arrival; it can hold an account's id
	StoredAt   time.Time       `json:"stored_at"`            // by the store's clock
	Since      time.Time       `json:"since"`                // when it was stored or last replayed
	NextAt     time.Time       `json:"next_at,omitzero"`     // when a Ready event is due
	FinishedAt time.Time       `json:"finished_at,omitzero"` // when it was last finished
	Handlers   []HandlerResult `json:"handlers,omitzero"`    // sorted by name
	Reason     string          `json:"reason,omitzero"`      // why it is dead, or was last tried in vain
	ConflictOf int64           `json:"conflict_of,omitzero"` // the event whose key it has
	Synthetic  bool            `json:"synthetic,omitzero"`   // made by the reconciler and not confirmed yet
	Replays    int             `json:"replays,omitzero"`     // how often it was replayed
	Confirmed  bool            `json:"confirmed,omitzero"`   // made by the reconciler and confirmed by the real webhook
	Size       int             `json:"size"`                 // bytes of Body; zero once that is gone
	Body       []byte          `json:"-"`                    // opaque; nil once it is gone, and in lists
	Detail     []byte          `json:"-"`                    // opaque; nil in lists
}

// Filter selects events. Conditions that are set must all hold.
type Filter struct {
	IDs      []int64       // none is any
	States   []State       // none is any
	Provider string        // as in [events.KindID]; empty is any
	Kind     events.KindID // the zero KindID is any
	// Subject selects the events that have any of the ids that it has.
	Subject  events.Subject
	OrderKey string    // the whole key; empty is any
	Reason   string    // the whole reason
	From, To time.Time // stored at From or later, before To
	After    int64     // ids greater than this, for paging
	Limit    int       // zero means 100
}

// Retention says how long finished events are kept. The zero value of a field keeps that for good.
type Retention struct {
	Bodies time.Duration // bodies and details of Done, Ignored and Discarded events, from when they were finished
	Events time.Duration // Done, Ignored, Discarded and Erased events with their keys, from when they were finished
	Dead   time.Duration // Dead events, bodies included, from when they were finished
}

// Stats are figures of a store.
type Stats struct {
	Ready     int64 // how many events are due or wait for a retry
	Leased    int64 // how many are in the hands of workers, of all nodes
	Done      int64 // how many have been handled and are kept
	Ignored   int64 // how many nothing handles
	Dead      int64 // how many dead letters there are
	Discarded int64 // how many dead letters were put away and are kept
	Erased    int64 // how many are empty

	Waiting int64     // how many of Ready wait for a later time
	Oldest  time.Time // when the oldest event that is Ready or Leased was stored; zero when there is none
	Bytes   int64     // what the store takes on disk; zero when it does not know
	Failed  bool      // it writes nothing until [Checker.Check] succeeds
	Free    int64     // what is left on its disk; negative when it does not know
}

// Backlog is the number of events that are not finished.
func (s *Stats) Backlog() int64 { return s.Ready + s.Leased }

// Entry is a small value with its key; see [Entries].
type Entry struct {
	Key   string // of at most 512 bytes
	Value []byte // never nil once stored
}

// MarshalText writes the word of [State.String].
func (s State) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads the word of [State.String]; another word gives the zero State.
func (s *State) UnmarshalText(text []byte) error {
	*s, _ = ParseState(string(text))
	return nil
}
