package inbox

import (
	"log/slog"
	"time"

	"github.com/linkhook/linkhook/events"
)

// Options steer an [Inbox]. The zero value is right for production, except that a shared store needs a KeyWrapper.
type Options struct {
	// KeyWrapper protects the data keys that bodies are encrypted with. Defaults to the store's own where it has one
	// (boltinbox keeps a key file beside its file, [Memory] a key that dies with it); otherwise New panics without it.
	KeyWrapper KeyWrapper
	// PlaintextAtRest stores bodies as they came in. Payroll bodies hold bank numbers and parts of social security
	// numbers: whoever can read the disk or a backup can then read those, and Erase cannot reach copies.
	PlaintextAtRest bool

	// Workers bounds how many events are handled at once by this process. Defaults to 64.
	Workers int
	// Lease is how long an event may be silent in the hands of a worker before another takes over: how soon the work of a
	// node that crashed is taken up. It is extended while handlers run, so they may take longer. Defaults to 30 seconds.
	Lease time.Duration
	// Poll is the longest wait before the store is asked for due events again when nothing wakes the inbox. Defaults to
	// 2 seconds for a store that other nodes share and to 30 seconds otherwise.
	Poll time.Duration
	// Retry gives the policy of a kind. Defaults to [DefaultRetry] for all.
	Retry func(events.KindID) RetryPolicy
	// OrderKey names the queue of an event. Defaults to [events.Meta.OrderKey]: one account at a time.
	OrderKey func(*events.Meta) string
	// RerunConfirmed runs the handlers of an event again when the real webhook arrives after the reconciler had already
	// stood in for it. Defaults to false: the webhook's body is kept in the place of the reconciler's, that is all.
	RerunConfirmed bool

	// Retention defaults to [DefaultRetention].
	Retention *Retention
	// MaxBacklog is the number of unfinished events from which on Publish returns [events.ErrOverloaded]. Defaults to
	// 1,000,000; negative means no bound.
	MaxBacklog int64
	// MinFree is the free space of the store's disk in bytes under which Publish returns [events.ErrOverloaded]. Defaults
	// to 256 MiB; negative means no bound.
	MinFree int64
	// Logger gets what an operator must know: failures of the store and dead letters, with metadata only. Defaults to
	// [slog.Default] at the time of [New].
	Logger *slog.Logger
}

// DefaultRetention keeps bodies of finished events for 7 days, what is left of them for 30 (which is also how long a
// redelivery is recognised), and dead letters for 90.
func DefaultRetention() Retention {
	const day = 24 * time.Hour
	return Retention{Bodies: 7 * day, Events: 30 * day, Dead: 90 * day}
}

const (
	sharedPoll = 2 * time.Second
	lonePoll   = 30 * time.Second
)

// withDefaults returns a copy of o with the defaults filled in.
func (o *Options) withDefaults(store Store) Options {
	var d Options
	if o != nil {
		d = *o
	}
	setDefault(&d.Workers, 64)
	setDefault(&d.Lease, 30*time.Second)
	poll := lonePoll
	if _, shared := store.(Waker); shared {
		poll = sharedPoll
	}
	setDefault(&d.Poll, poll)
	setDefault(&d.MaxBacklog, 1_000_000)
	setDefault(&d.MinFree, 256<<20)
	if d.Retry == nil {
		d.Retry = func(events.KindID) RetryPolicy { return DefaultRetry() }
	}
	if d.OrderKey == nil {
		d.OrderKey = (*events.Meta).OrderKey
	}
	if d.Retention == nil {
		r := DefaultRetention()
		d.Retention = &r
	}
	if d.Logger == nil {
		d.Logger = slog.Default() //nolint:forbidigo // the documented default: what fails unheard costs its host hours
	}
	return d
}

func setDefault[T comparable](v *T, def T) {
	var zero T
	if *v == zero {
		*v = def
	}
}
