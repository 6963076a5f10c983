package linkbridge

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"strconv"
	"sync/atomic"

	"github.com/linkhook/linkhook/events"
)

// Stats are figures of a bridge since its start.
type Stats struct {
	Live       int            // connections that are open now
	Sessions   int            // link sessions in memory
	Opened     uint64         // connections that were welcomed
	Closed     map[int]uint64 // connections that ended, by close code
	Events     uint64         // events that were published
	Duplicates uint64         // events that were known already
	Nacked     uint64         // events that were refused
	Posts      uint64         // batches that were answered 200
}

// counters are the figures behind Stats.
type counters struct {
	taken, duplicates, refused, posts atomic.Uint64
	opened                            uint64         // guarded by the bridge's mutex
	closed                            map[int]uint64 // guarded by the bridge's mutex
}

// Stats returns the figures as they are now.
func (b *Bridge) Stats() Stats {
	b.registry.mu.Lock()
	sessions := len(b.registry.sessions)
	b.registry.mu.Unlock()
	b.mu.Lock()
	defer b.mu.Unlock()
	return Stats{Live: len(b.conns), Sessions: sessions, Opened: b.stats.opened, Closed: maps.Clone(b.stats.closed),
		Events: b.stats.taken.Load(), Duplicates: b.stats.duplicates.Load(), Nacked: b.stats.refused.Load(),
		Posts: b.stats.posts.Load()}
}

// emit reports to the publisher's watch.
func (b *Bridge) emit(o events.Observation) {
	if b.watch.Active() {
		b.watch.Emit(o)
	}
}

// countFrame reports a frame that was refused before its event was read.
func (b *Bridge) countFrame(c *conn, reason string) {
	b.count(events.Refused, c.meta(c.session), 0, reason)
}

func (b *Bridge) emitRefused(reason string) {
	b.emit(events.Observation{What: events.Refused, Reason: reason})
}

// count reports what became of an event that was not published.
func (b *Bridge) count(what events.What, meta events.Meta, size int, reason string) {
	if what == events.Duplicate {
		b.stats.duplicates.Add(1)
	} else {
		b.stats.refused.Add(1)
	}
	b.emit(events.Observation{What: what, Meta: meta, Size: size, Reason: reason})
}

// meta is what is known of a connection.
func (c *conn) meta(s *session) events.Meta {
	m := events.Meta{Source: events.SourceLink}
	if s == nil {
		return m
	}
	p := s.who()
	m.Kind.Provider = p.Provider
	m.Subject = events.Subject{AccountID: p.AccountID, EndUserID: p.EndUserID, LinkTokenID: p.LinkTokenID, Session: s.id}
	return m
}

// report counts and logs the end of a connection.
func (b *Bridge) report(c *conn, code int) {
	b.mu.Lock()
	if b.stats.closed == nil {
		b.stats.closed = map[int]uint64{}
	}
	b.stats.closed[code]++
	b.mu.Unlock()
	b.emit(events.Observation{What: events.Closed, Meta: c.meta(c.session), Reason: strconv.Itoa(code)})
	if b.log.Enabled(b.ctx, slog.LevelDebug) {
		session := ""
		if c.session != nil {
			session = prefix(c.session.id)
		}
		b.log.LogAttrs(b.ctx, slog.LevelDebug, "linkbridge: connection closed", slog.Int("code", code), slog.String("session", session))
	}
}

// logFault logs what is not the page's fault: a store that failed.
func (b *Bridge) logFault(err error) {
	if _, ok := errors.AsType[refusedError](err); ok {
		return
	}
	b.log.LogAttrs(context.WithoutCancel(b.ctx), slog.LevelError, "linkbridge: failed", slog.Any("error", err))
}

func (b *Bridge) logPanic(err *events.PanicError) {
	b.log.LogAttrs(b.ctx, slog.LevelError, "linkbridge: panic on a connection", slog.Any("error", err),
		slog.String("stack", string(err.Stack)))
}
