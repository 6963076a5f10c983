package inbox

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/semaphore"

	"github.com/linkhook/linkhook/events"
)

// Inbox stores events before it takes responsibility for them and runs their handlers afterwards; see the package comment for
// what it guarantees. It is a [events.Publisher], a [events.Keeper] and [events.Watched], so it stands where a bus could. Make
// one with [New]. All methods are safe for concurrent use.
type Inbox struct {
	store Store
	tx    Transactor // nil if the store is none
	bus   *events.Bus
	opts  Options
	seal  *sealer
	gauge gauge

	slots   *semaphore.Weighted
	wake    chan struct{} // something may have become due
	closing chan struct{} // closed by Shutdown: take nothing in, claim nothing
	ended   chan struct{} // closed when Run has returned
	close   sync.Once
	running atomic.Bool
	abort   context.CancelCauseFunc // cancels the handlers that run
	alive   context.Context         //nolint:containedctx // done once abort was called; it is no caller's context
	known   kindCache
	flight  flight
	suspect chan struct{} // held while an event runs whose earlier runs did not return
	audited atomic.Int64  // number of the newest audit entry known
}

// New makes an inbox in front of bus. It takes events in from now on; [Inbox.Run] runs the handlers. The store stays the
// caller's to close, after Run has returned. New panics when store or bus is nil, and when there is no key to encrypt with and
// PlaintextAtRest does not say that none is wanted.
func New(store Store, bus *events.Bus, opts *Options) *Inbox {
	if store == nil || bus == nil {
		panic("inbox: New needs a store and a bus")
	}
	o := opts.withDefaults(store)
	alive, abort := context.WithCancelCause(context.Background())
	b := &Inbox{
		store: store, bus: bus, opts: o, seal: newSealer(store, wrapperFor(store, &o), o.PlaintextAtRest),
		slots: semaphore.NewWeighted(int64(o.Workers)), wake: make(chan struct{}, 1),
		closing: make(chan struct{}), ended: make(chan struct{}), abort: abort, alive: alive,
		flight: flight{claims: map[int64]*carried{}}, suspect: make(chan struct{}, 1),
	}
	b.tx, _ = store.(Transactor)
	return b
}

func wrapperFor(store Store, o *Options) KeyWrapper {
	if o.KeyWrapper != nil {
		return o.KeyWrapper
	}
	if own, ok := store.(ownWrapper); ok && !o.PlaintextAtRest {
		w, err := own.KeyWrapper()
		if err != nil {
			panic("inbox: New found no key to encrypt with: " + err.Error())
		}
		return w
	}
	if !o.PlaintextAtRest {
		panic("inbox: New needs Options.KeyWrapper, or PlaintextAtRest to say that bodies are not to be encrypted")
	}
	return nil
}

// Watch returns the bus's point of observation, where the inbox reports what it stores, schedules and gives up.
func (b *Inbox) Watch() *events.Watch { return b.bus.Watch() }

// Publish stores env and returns nil once that is durable, or once env is known to be stored already. It runs no handler.
// It returns [events.ErrClosed] after Shutdown, an error that wraps [events.ErrOverloaded] and has a [events.RetryDelay] when
// the backlog is too long or the disk too full, and the store's error when that cannot store: then the event is not
// acknowledged and the provider sends it again.
func (b *Inbox) Publish(ctx context.Context, env events.Envelope) error {
	n := b.newEvent(stamped(&env))
	return b.take(ctx, &env, n, nil)
}

// Keep stores a genuine delivery that nothing can parse as a dead letter. The text of reason is sealed with the body.
func (b *Inbox) Keep(ctx context.Context, env events.Envelope, reason error) error {
	if reason == nil {
		reason = errors.New("no reason was given")
	}
	n := b.newLetter(stamped(&env), reasonUnparseable)
	return b.take(ctx, &env, n, reason)
}

// Borrows implements [events.Borrower]: bodies are sealed, or copied, before they are stored.
func (b *Inbox) Borrows(p events.Publisher) bool { return p == events.Publisher(b) }

// stamped sets the time of arrival where the publisher did not.
func stamped(env *events.Envelope) *events.Envelope {
	if env.ReceivedAt.IsZero() {
		env.ReceivedAt = time.Now().UTC()
	}
	return env
}

// take stores an event and tells who watches.
func (b *Inbox) take(ctx context.Context, env *events.Envelope, n Arrival, reason error) error {
	select {
	case <-b.closing:
		return events.ErrClosed
	default:
	}
	if err := b.admit(ctx); err != nil {
		return err
	}
	result, err := b.append(ctx, env, n, reason)
	if err != nil {
		b.opts.Logger.LogAttrs(ctx, slog.LevelError, "inbox: an event was not stored",
			slog.Any("event", env.Meta), slog.String("error", err.Error()))
		return err
	}
	b.report(env, result, n.DeadReason)
	return nil
}

// staleTries bounds how often an event is sealed anew because somebody else changed the data key meanwhile.
const staleTries = 8

// maxPooledBody is the size up to which the memory of a body is used again for the next.
const maxPooledBody = 64 << 10

// bodies are where bodies stand until they are sealed.
var bodies = sync.Pool{New: func() any { return new([]byte) }} //nolint:gochecknoglobals // it holds nothing of any inbox

func (b *Inbox) append(ctx context.Context, env *events.Envelope, n Arrival, reason error) (Appended, error) {
	owner := ownerOf(&env.Subject)
	scratch, _ := bodies.Get().(*[]byte)
	defer bodies.Put(scratch)
	body := packBody((*scratch)[:0], env)
	if cap(body) <= maxPooledBody {
		*scratch = body
	}
	for range staleTries {
		var k *dataKey
		var fresh bool
		if !b.opts.PlaintextAtRest {
			var err error
			if k, fresh, err = b.seal.key(ctx, owner); err != nil {
				return Appended{}, err
			}
			n.Entry, n.CreateEntry = &k.entry, fresh
		}
		n.Body = b.seal.seal(k, body, bodyAAD(&env.Meta))
		if reason != nil {
			n.Detail = b.seal.seal(k, []byte(clip(reason.Error())), detailAAD(&env.Meta))
		}
		results, err := b.store.Append(ctx, []Arrival{n})
		switch {
		case err != nil:
			return Appended{}, fmt.Errorf("inbox: storing: %w", err)
		case len(results) != 1:
			return Appended{}, errors.New("inbox: the store did not say what became of an event")
		case results[0].Disposition == StaleEntry:
			b.seal.forget(owner)
		default:
			if k != nil && results[0].Disposition == Stored {
				b.seal.remember(k)
			}
			return results[0], nil
		}
	}
	return Appended{}, errors.New("inbox: storing: the data key of the subject keeps changing")
}

// report tells who watches what became of an event, and wakes the workers.
func (b *Inbox) report(env *events.Envelope, result Appended, deadReason string) {
	o := events.Observation{Meta: env.Meta, Size: len(env.Raw)}
	switch result.Disposition {
	case Stored:
		o.What = events.Stored
		if deadReason != "" {
			b.Watch().Emit(o)
			o.What, o.Reason = events.Dead, deadReason
			break
		}
		b.gauge.add(1)
		b.signal()
	case Conflict:
		o.What, o.Reason = events.Conflict, ConflictReason
		b.opts.Logger.Warn("inbox: one event id came with two bodies; the second is a dead letter",
			slog.Any("event", env.Meta), slog.Int64("id", result.ID), slog.Int64("first", result.Of))
	case Confirmed:
		o.What, o.Reason = events.Duplicate, "confirmed"
		b.signal()
	default:
		o.What = events.Duplicate
	}
	b.Watch().Emit(o)
}

// signal wakes Run.
func (b *Inbox) signal() {
	select {
	case b.wake <- struct{}{}:
	default:
	}
}

// Stats returns the store's figures.
func (b *Inbox) Stats(ctx context.Context) (Stats, error) {
	s, err := b.store.Stats(ctx)
	if err != nil {
		return Stats{}, fmt.Errorf("inbox: reading the figures: %w", err)
	}
	return s, nil
}

// Ready returns nil while events are taken in, and otherwise the error that Publish would return: for a readiness probe.
func (b *Inbox) Ready(ctx context.Context) error {
	select {
	case <-b.closing:
		return events.ErrClosed
	default:
		return b.admit(ctx)
	}
}

// Shutdown takes nothing in any more, so that Publish returns [events.ErrClosed], and waits until the handlers that run have
// returned. When ctx is done first it cancels them, hands back what they had and returns an error. What is not handled is on
// disk and is handled by the next Run, here or on another node. The bus stays open.
func (b *Inbox) Shutdown(ctx context.Context) error {
	b.close.Do(func() { close(b.closing) })
	if !b.running.Load() {
		return nil
	}
	select {
	case <-b.ended:
		return nil
	case <-ctx.Done():
		b.abort(errHandBack)
		return fmt.Errorf("inbox: handlers were cancelled: %w", context.Cause(ctx))
	}
}
