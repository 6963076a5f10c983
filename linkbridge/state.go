package linkbridge

import (
	"bytes"
	"context"
	"fmt"

	"github.com/go-json-experiment/json"
)

// state is what is kept of a session over a restart, and shared by the nodes. The ids of accepted events are not in it: with
// a store the publisher is an inbox, which knows them.
type state struct {
	Principal Principal `json:"p"`
	Instance  string    `json:"i"`
	Retired   []retired `json:"r,omitzero"`
	Ack       uint64    `json:"a"`
	Skipped   []span    `json:"k,omitzero"`
	Count     int       `json:"n"`
	Gen       uint64    `json:"g"`
	Owners    uint64    `json:"o"`
	Ended     bool      `json:"e,omitzero"`
}

// snapshot encodes the state.
func (s *session) snapshot() []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	b, _ := json.Marshal(state{Principal: s.principal, Instance: s.instance, Retired: s.retired, Ack: s.safeAck(),
		Skipped: s.skipped, Count: s.count, Gen: s.gen, Owners: s.owners, Ended: s.ended}) // strings that came out of JSON and numbers
	return b
}

// merge takes over what another node wrote. Of two pages that took the session over on two nodes at once the one that was
// stored first has it; the other one has lost it, and what its node took of it until now is its last ack.
func (s *session) merge(value []byte) error {
	var st state
	if err := json.Unmarshal(value, &st); err != nil {
		return errFrame
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case st.Instance == s.instance:
		s.owners = max(s.owners, st.Owners)
		s.settle(st.Ack)
		s.cover(st.Ack)
	case st.Owners < s.owners: // our page has taken it over from that one, and is not stored yet
		s.retire(st.Instance, st.Ack)
	default:
		mine, acks, ack := s.instance, s.retired, s.safeAck()
		s.instance, s.owners, s.retired, s.base = st.Instance, st.Owners, st.Retired, 0
		s.ack, s.skipped, s.ahead, s.held = st.Ack, st.Skipped, nil, nil
		for _, r := range acks {
			s.retire(r.Instance, r.Ack)
		}
		s.retire(mine, ack)
	}
	if s.principal.key() == st.Principal.key() || !s.known {
		s.principal = st.Principal
	}
	s.known = true
	s.count = max(s.count, st.Count)
	s.gen = max(s.gen, st.Gen)
	s.ended = s.ended || st.Ended
	return nil
}

// lost reports whether another page has the session, and what instance need not send again.
func (s *session) lost(instance string) (ack uint64, lost bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range s.retired {
		if r.Instance == instance {
			ack = r.Ack
		}
	}
	return ack, s.instance != instance
}

// load takes over what the store knows of the session; s.keeping is held.
func (r *registry) load(ctx context.Context, s *session) error {
	value, err := r.store.LoadSession(ctx, s.id)
	if err == nil && value != nil && !bytes.Equal(value, s.stored) {
		err = s.merge(value)
	}
	if err != nil {
		return fmt.Errorf("linkbridge: loading a session: %w", err)
	}
	s.stored = value
	return nil
}

// saveTries bounds how often a node tries again that was overtaken by others.
const saveTries = 16

// save makes the session's state durable; without a store it does nothing. What another node wrote since this one has read
// it is not overwritten but merged: the page of this node may have lost the session by that.
func (r *registry) save(ctx context.Context, s *session) error {
	if r.store == nil {
		return nil
	}
	s.keeping.Lock()
	defer s.keeping.Unlock()
	for range saveTries {
		next := s.snapshot()
		done, err := r.store.SwapSession(ctx, s.id, s.stored, next, r.limits.SessionTTL)
		if err != nil {
			return fmt.Errorf("linkbridge: saving a session: %w", err)
		}
		if done {
			s.stored = next
			return nil
		}
		if err := r.load(ctx, s); err != nil {
			return err
		}
	}
	return errContended
}

// save makes the session's state durable, and tells its page when another node has given the session to another page.
func (b *Bridge) save(ctx context.Context, s *session) error {
	err := b.registry.save(ctx, s)
	s.evictLoser()
	return err
}

// reload takes over what other nodes wrote, before a page that was quiet speaks again: a copy of it may have taken the
// session over on another node.
func (b *Bridge) reload(ctx context.Context, s *session) error {
	if b.registry.store == nil {
		return nil
	}
	s.keeping.Lock()
	err := b.registry.load(ctx, s)
	s.keeping.Unlock()
	s.evictLoser()
	return err
}

// evictLoser closes the session's connection when its page has lost the session.
func (s *session) evictLoser() {
	s.mu.Lock()
	c := s.conn
	lost := c != nil && c.instance != s.instance
	s.mu.Unlock()
	if lost {
		c.supersede()
	}
}
