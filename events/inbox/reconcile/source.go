package reconcile

import (
	"context"
	"iter"
	"time"

	"github.com/linkhook/linkhook/events"
)

// Window is the stretch of time that a pass looks at.
type Window struct {
	From, To time.Time // when things happened, both included
}

// Candidate is something that happened at the provider and should have been told by a webhook.
type Candidate struct {
	// Envelope is the event in place of the webhook: Kind, Subject, JobID, Outcome, OccurredAt, an ID that is the same
	// whenever the same thing is found again, and a Raw that fits the kind's type. Source, Trust and ReceivedAt are set
	// when it is published.
	Envelope events.Envelope
	// Jobless says that no job id pairs the event with its webhook. It is then published only if no event of the same kind
	// and account came since it happened.
	Jobless bool
	// Overdue says that the job has been pending for too long: a [JobOverdue] goes with it.
	Overdue bool
}

// Source asks one provider. [Pinwheel] and [Argyle] make one; hosts can write their own.
type Source interface {
	// Name tells the sources of one reconciler apart, in the store and in logs. It stays the same over releases.
	Name() string
	// Expected yields what happened within w. After an error it ends; the pass is repeated later with the same beginning.
	Expected(ctx context.Context, memory Memory, w Window) iter.Seq2[Candidate, error]
}

// Memory is what a source remembers from pass to pass: small values that are kept in the inbox's store.
type Memory interface {
	// Get returns the value of key, nil when there is none.
	Get(ctx context.Context, key string) ([]byte, error)
	// Put keeps a value for that long; a ttl of zero keeps it for good.
	Put(ctx context.Context, key string, value []byte, ttl time.Duration) error
}
