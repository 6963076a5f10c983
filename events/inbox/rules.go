package inbox

import (
	"slices"
	"strings"
	"time"

	"github.com/linkhook/linkhook/events"
)

// What follows are the parts of the contract that do not depend on where events are kept, for implementations of [Store].

// ConflictReason is the reason of dead letters that have the key of another event and another body.
const ConflictReason = "conflict"

// Verdict says what a key that is taken means for a new event.
type Verdict uint8

// The verdicts; see [Arrival] for the rules.
const (
	KeyFree     Verdict = iota // the holder's key does not count any more and is taken over
	KeyTaken                   // the same event
	KeyConflict                // the same key, another body
)

// Holder is what [Judge] needs to know of the event that has a key.
type Holder struct {
	State      State         // where it stands now
	FinishedAt time.Time     // read only where State is a finished one
	DedupFor   time.Duration // as it was stored with; zero: its keys count as long as it is kept
	Digest     [32]byte      // zero where bodies are not to be compared
}

// Judge applies rule 2 of [Arrival] to an event with that digest and the holder of one of its keys.
func Judge(h Holder, digest [32]byte, now time.Time) Verdict {
	switch {
	case h.DedupFor > 0 && h.State.Finished() && !now.Before(h.FinishedAt.Add(h.DedupFor)):
		return KeyFree
	case h.State == Erased, h.Digest == digest, h.Digest == [32]byte{}, digest == [32]byte{}:
		return KeyTaken
	default:
		return KeyConflict
	}
}

// Confirms applies rule 3 of [Arrival]: whether a real event stands for the synthetic one that has its correlation key, and
// if so whether that becomes ready again, and afresh.
func Confirms(holder *Record, rerun bool) (confirmed, ready, fresh bool) {
	if !holder.Synthetic || holder.State > Dead {
		return false, false, false
	}
	dead := holder.State == Dead
	return true, dead || rerun && holder.State.Finished(), !dead
}

// MergeHandlers returns have with more recorded, sorted by name; a later result replaces an earlier one. It does not
// change have.
func MergeHandlers(have []HandlerResult, more ...HandlerResult) []HandlerResult {
	merged := slices.Clone(have)
	for _, r := range more {
		i, found := slices.BinarySearchFunc(merged, r.Name, func(h HandlerResult, name string) int {
			return strings.Compare(h.Name, name)
		})
		if found {
			merged[i] = r
		} else {
			merged = slices.Insert(merged, i, r)
		}
	}
	return merged
}

// Revive turns a finished record into one that is due again, as Replay does.
func (r *Record) Revive(fresh bool, now time.Time) {
	r.State, r.Since, r.NextAt, r.FinishedAt, r.Reason, r.Detail = Ready, now, time.Time{}, time.Time{}, "", nil
	r.Meta.Attempt = 0
	if fresh {
		r.Handlers = nil
	} else {
		r.Handlers = slices.DeleteFunc(slices.Clone(r.Handlers), func(h HandlerResult) bool { return h.GaveUp })
	}
}

// Blank empties a record as Erase does. FinishedAt is set when it was not finished.
func (r *Record) Blank(now time.Time) {
	if !r.State.Finished() {
		r.FinishedAt = now
	}
	*r = Record{
		ID: r.ID, State: Erased, StoredAt: r.StoredAt, Since: r.Since, FinishedAt: r.FinishedAt,
		Meta: events.Meta{
			Kind: r.Meta.Kind, Endpoint: r.Meta.Endpoint, Source: r.Meta.Source, Trust: r.Meta.Trust,
			ReceivedAt: r.Meta.ReceivedAt, Attempt: r.Meta.Attempt,
		},
	}
}

// Match reports whether r is selected by f, After and Limit aside.
func (f *Filter) Match(r *Record) bool {
	switch {
	case len(f.IDs) > 0 && !slices.Contains(f.IDs, r.ID),
		len(f.States) > 0 && !slices.Contains(f.States, r.State),
		f.Provider != "" && f.Provider != r.Meta.Kind.Provider,
		f.Kind != events.KindID{} && f.Kind != r.Meta.Kind,
		f.OrderKey != "" && f.OrderKey != r.OrderKey,
		f.Reason != "" && f.Reason != r.Reason,
		!f.From.IsZero() && r.StoredAt.Before(f.From),
		!f.To.IsZero() && !r.StoredAt.Before(f.To):
		return false
	}
	return f.Subject == events.Subject{} || sharesID(&f.Subject, &r.Meta.Subject)
}

// sharesID reports whether a and b have an id in common.
func sharesID(a, b *events.Subject) bool {
	return a.AccountID != "" && a.AccountID == b.AccountID ||
		a.EndUserID != "" && a.EndUserID == b.EndUserID ||
		a.LinkTokenID != "" && a.LinkTokenID == b.LinkTokenID ||
		a.Session != "" && a.Session == b.Session
}

// Page returns the number of events that a page of f has at most: Limit, or 100.
func (f *Filter) Page() int {
	if f.Limit > 0 {
		return f.Limit
	}
	return 100
}

// Expired says what retention takes from a finished event: its body, or all of it. Neither is true while nothing is due.
func (r *Retention) Expired(state State, finishedAt, now time.Time) (body, all bool) {
	age := now.Sub(finishedAt)
	past := func(limit time.Duration) bool { return limit > 0 && age >= limit }
	switch state {
	case Dead:
		return false, past(r.Dead)
	case Done, Ignored, Discarded, Erased:
		return past(r.Bodies), past(r.Events)
	default:
		return false, false
	}
}
