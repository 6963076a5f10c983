package linkbridge

import (
	"context"
	"errors"
	"log/slog"
	"math"
	"slices"
	"time"

	"github.com/linkhook/linkhook/events"
)

// verdict is what became of one event.
type verdict uint8

const (
	taken     verdict = iota + 1 // published
	known                        // published before; nothing was done
	invalid                      // breaks the grammar: nack invalid
	postponed                    // not taken now: nack rate
	closed                       // the publisher takes nothing any more
	over                         // the session has had all its events
)

// Bounds of what a page's clock can be believed: a laptop that slept over the session's life, and a clock that is ahead.
const (
	maxPast   = 48 * time.Hour
	maxFuture = time.Hour
)

// order says what the number of an event means for the numbers before it.
type order uint8

const (
	inOrder order = iota // a websocket: what was passed over never comes
	inBatch              // a POST: what was passed over may be in another one
	tooLate              // a beacon of a page that has lost the session: its numbers mean nothing any more
)

// sender is where an event came from.
type sender struct {
	page  string // its instance
	order order
}

// owns reports whether the sender's numbers are those of the session, which another page can take over while an event is
// being published; s.mu is held.
func (f sender) owns(s *session) bool { return f.order != tooLate && f.page == s.instance }

// take publishes one event of the session, unless it is known. The caller has the session's turn. Pause is how long to wait
// before the next event after postponed.
func (b *Bridge) take(ctx context.Context, s *session, e *event, from sender) (v verdict, pause time.Duration) {
	principal := s.who()
	if !e.check(principal.Provider) {
		s.mark(e.Seq, from)
		b.count(events.Refused, events.Meta{Subject: events.Subject{Session: s.id}}, len(e.Payload), nackInvalid)
		return invalid, 0
	}
	id := binaryID(e.ID)
	l := b.registry.join(s, &principal)
	if !l.claim(id) {
		s.recognise(id, e.Seq, from)
		b.count(events.Duplicate, b.meta(s, &principal, e), len(e.Payload), "")
		return known, 0
	}
	defer func() { l.settle(id, v == taken) }()
	v = s.look(id, e, from, b.limits.SessionEvents)
	meta := b.meta(s, &principal, e)
	if v != 0 {
		b.count(events.Refused, meta, len(e.Payload), nackRate)
		return v, 0
	}
	payload, err := redact(e.Provider, e.Name, e.Payload)
	if err != nil {
		s.mark(e.Seq, from)
		return invalid, 0
	}
	v, pause = b.publish(ctx, events.Envelope{Meta: meta, Raw: payload})
	s.record(v, id, e.Seq, from)
	return v, pause
}

// meta makes the metadata. Whose event it is comes from the ticket alone: an account id in the payload is a claim.
func (b *Bridge) meta(s *session, p *Principal, e *event) events.Meta {
	now := time.Now()
	return events.Meta{
		ID:     e.ID,
		Kind:   events.KindID{Provider: e.Provider, Stream: events.StreamLink, Name: e.Name},
		Source: events.SourceLink,
		Trust:  events.Claimed,
		Subject: events.Subject{AccountID: p.AccountID, EndUserID: p.EndUserID, LinkTokenID: p.LinkTokenID,
			Session: s.id},
		OccurredAt: occurredAt(e.At, now),
		ReceivedAt: now,
		Seq:        e.Seq,
	}
}

// occurredAt believes the page's clock within bounds; outside of them the time is unknown.
func occurredAt(at float64, now time.Time) time.Time {
	if at <= 0 || at > maxSeq || math.IsNaN(at) {
		return time.Time{}
	}
	t := time.UnixMilli(int64(at)).UTC()
	if t.Before(now.Add(-maxPast)) || t.After(now.Add(maxFuture)) {
		return time.Time{}
	}
	return t
}

// publish hands the envelope to the publisher. A handler's error on a plain bus is not the page's business: the event was
// delivered, and sending it again would run the other handlers twice.
func (b *Bridge) publish(ctx context.Context, env events.Envelope) (verdict, time.Duration) {
	err := b.publisher.Publish(ctx, env)
	if err == nil {
		b.stats.taken.Add(1)
		return taken, 0
	}
	if _, ok := errors.AsType[*events.HandlerError](err); ok {
		b.stats.taken.Add(1)
		b.log.LogAttrs(ctx, slog.LevelWarn, "linkbridge: a handler failed", slog.Any("event", env.Meta), slog.Any("error", err))
		return taken, 0
	}
	if errors.Is(err, events.ErrClosed) {
		return closed, 0
	}
	b.log.LogAttrs(ctx, slog.LevelWarn, "linkbridge: an event was not taken", slog.Any("event", env.Meta), slog.Any("error", err))
	b.count(events.Refused, env.Meta, len(env.Raw), nackRate)
	pause, ok := events.RetryDelay(err)
	if !ok {
		pause = defaultPause
	}
	return postponed, min(pause, maxPause)
}

// The waits after an event that the publisher did not take.
const (
	defaultPause = 200 * time.Millisecond
	maxPause     = 5 * time.Second
)

// look says whether an event that is not known has to be published: zero for yes. A number that does not lie above those
// that were taken is that of a copied tab's event, and would be out of order: it is refused so that it comes again under a
// new number. Where nobody would send it again it loses its number. Beacons overtake each other, so theirs may be lower, as
// long as no other event has it.
func (s *session) look(id [16]byte, e *event, from sender, limit int) verdict {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.count >= limit {
		return over
	}
	switch {
	case from.order == tooLate:
		if e.Seq <= s.last || e.Seq > s.base {
			e.Seq = 0
		}
		return 0
	case e.Seq > s.last, from.order == inBatch && !s.used(e.Seq):
		return 0
	default:
		s.hold(e.Seq, id, from)
		return postponed
	}
}

// recognise notes that the event was published before, here or in another session of the principal.
func (s *session) recognise(id [16]byte, seq uint64, from sender) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.release(id)
	s.done(seq, from)
}

// used reports whether an event has that number; s.mu is held.
func (s *session) used(seq uint64) bool {
	return slices.ContainsFunc(s.taken, func(n numbered) bool { return n.seq == seq })
}

// record notes what became of the event.
func (s *session) record(v verdict, id [16]byte, seq uint64, from sender) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch v {
	case taken:
		s.taken = append(s.taken, numbered{id: id, seq: seq})
		s.count++
		s.last = max(s.last, seq)
		s.release(id)
		s.done(seq, from)
	case postponed:
		s.hold(seq, id, from)
	default:
	}
}

// mark notes that an event was refused for good.
func (s *session) mark(seq uint64, from sender) {
	if seq == 0 || seq > maxSeq {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.done(seq, from)
}
