package linkbridge

import (
	"context"
	"errors"
	"time"
)

// Refusals that several places share. The reasons are fixed words: they reach the page, the log and the figures.
var (
	refuseTicket     = refusal{code: CodeTicket, reason: "ticket"}
	refuseForbidden  = refusal{code: CodeForbidden, reason: "forbidden"}
	refuseEnded      = refusal{code: CodeForbidden, reason: "session ended"}
	refuseSuperseded = refusal{code: CodeSuperseded, reason: "superseded"}
	refuseMalformed  = refusal{code: CodeMalformed, reason: "malformed"}
	refuseEncoding   = refusal{code: CodeEncoding, reason: "not UTF-8"}
	refuseVersion    = refusal{code: CodeVersion, reason: "version"}
	refuseRoom       = refusal{code: CodeOverloaded, reason: "overloaded"}
	refuseFault      = refusal{code: CodeError, reason: "server error"}
)

// errRefused carries a refusal through an error return.
type refusedError struct{ refusal }

func (e refusedError) Error() string { return "linkbridge: refused: " + e.reason }

func refuse(r refusal) error { return refusedError{r} }

// refusalOf returns the refusal in err; any other error is a fault of the server.
func refusalOf(err error) refusal {
	if e, ok := errors.AsType[refusedError](err); ok {
		return e.refusal
	}
	if errors.Is(err, errNoRoom) {
		return refuseRoom
	}
	return refuseFault
}

// authenticate checks the credentials of a hello or a POST against the session: the resume token first, then the ticket.
// It binds ticket, session and principal together at first use.
func (b *Bridge) authenticate(ctx context.Context, s *session, h *hello) error {
	if s.isOver() {
		return refuse(refuseEnded)
	}
	if b.tryResume(s, h.Resume) {
		return b.revalidate(ctx, s)
	}
	c, ok := b.open(ticketLabel, h.Ticket)
	if !ok {
		return refuse(refuseTicket)
	}
	bound, err := b.registry.bind(ctx, c.ID, s.id, time.Unix(c.Expires, 0))
	if err != nil {
		return err
	}
	if !bound || !s.adopt(c.principal(), true) {
		return refuse(refuseTicket)
	}
	return nil
}

// tryResume reports whether the resume token continues the session. A token is good until one that was made after it has
// been used, because the answer that carried the later one can be lost.
func (b *Bridge) tryResume(s *session, token string) bool {
	if token == "" {
		return false
	}
	c, ok := b.open(resumeLabel, token)
	if !ok || c.Session != s.id || !s.adopt(c.principal(), false) {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if c.Gen < s.gen {
		return false
	}
	s.gen = c.Gen
	return true
}

// revalidate asks the host whether the principal may still be there.
func (b *Bridge) revalidate(ctx context.Context, s *session) error {
	if b.options.Revalidate == nil || b.options.Revalidate(ctx, s.who()) {
		return nil
	}
	s.finish()
	if err := b.save(ctx, s); err != nil {
		return err
	}
	return refuse(refuseForbidden)
}

// adopt ties the session to its principal; it reports false for another one. A newer ticket of the same user may bring
// another Link token, because those live for 15 minutes only.
func (s *session) adopt(p Principal, newer bool) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	unbound := s.principal == (Principal{})
	if !unbound && s.principal.key() != p.key() {
		return false
	}
	if unbound || newer {
		s.principal = p
	}
	return true
}

func (s *session) who() Principal {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.principal
}

// finish ends the session for good.
func (s *session) finish() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ended, s.known = true, true
}

// isOver reports whether the session has ended for good.
func (s *session) isOver() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ended
}

// renew makes the next resume token.
func (b *Bridge) renew(s *session) (string, error) {
	s.mu.Lock()
	gen := s.gen + 1
	s.mu.Unlock()
	return b.resumeToken(s, gen)
}
