package linkbridge

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// SessionStore keeps tickets and link sessions over a restart, and shares them between nodes. It uses standard types only,
// so that an inbox is one without importing this package. All methods are called concurrently.
type SessionStore interface {
	// LoadSession returns the state that SwapSession kept, or nil when there is none or it has expired.
	LoadSession(ctx context.Context, id string) (state []byte, err error)
	// SwapSession keeps next as the state of a link session, at most a few KiB, for that long, provided that its state is
	// still old, nil for none, and reports whether it did; it is durable then. The nodes settle with it which of two copies
	// of a tab, connected to two of them at once, has the session.
	SwapSession(ctx context.Context, id string, old, next []byte, ttl time.Duration) (bool, error)
	// Lease makes holder the one holder of name for that long, unless another one is, and reports whether it is. The bridge
	// ties a ticket to the link session that used it first with it.
	Lease(ctx context.Context, name, holder string, ttl time.Duration) (bool, error)
}

// registry holds the link sessions and the used tickets of this process, bounded in number and bytes, over an optional
// store. Live sessions are never evicted.
type registry struct {
	limits *Limits
	store  SessionStore // nil without durability

	mu       sync.Mutex
	sessions map[string]*session
	idle     session // sentinel of the list of sessions that nobody uses, idle longest first
	bytes    int     // estimate of the idle sessions
	tickets  map[[16]byte]binding
	lineages map[string]*lineage // by the key of the principal
}

// binding ties a ticket to the session that used it first.
type binding struct {
	session [16]byte
	expires int64 // Unix seconds
}

func newRegistry(limits *Limits, store SessionStore) *registry {
	r := &registry{limits: limits, store: store, sessions: map[string]*session{}, tickets: map[[16]byte]binding{},
		lineages: map[string]*lineage{}}
	r.idle.next, r.idle.prev = &r.idle, &r.idle
	return r
}

// get returns the session of that id, makes it when it is new, and takes over what the store knows. The caller must put it
// back. It fails when the store does.
func (r *registry) get(ctx context.Context, id string) (*session, error) {
	s := r.use(id)
	if r.store == nil {
		return s, nil
	}
	s.keeping.Lock()
	err := r.load(ctx, s)
	s.keeping.Unlock()
	s.evictLoser()
	if err != nil {
		r.put(s)
		return nil, err
	}
	return s, nil
}

// use counts a user of the session in.
func (r *registry) use(id string) *session {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.evict()
	s := r.sessions[id]
	switch {
	case s == nil:
		s = newSession(id)
		r.sessions[id] = s
	case s.refs == 0:
		r.unlink(s)
	}
	s.refs++
	return s
}

// put counts a user of the session out. A session that nobody uses can be evicted; one that was never opened is dropped.
func (r *registry) put(s *session) {
	s.mu.Lock()
	known, size := s.known, s.size()
	s.mu.Unlock()
	r.mu.Lock()
	defer r.mu.Unlock()
	s.refs--
	if s.refs > 0 {
		return
	}
	if !known {
		delete(r.sessions, s.id)
		r.part(s)
		return
	}
	s.touched, s.counted = time.Now().UnixNano(), size
	r.link(s)
	r.evict()
}

// evict drops the idle sessions that are too old, and those idle longest until the bounds hold; r.mu is held.
func (r *registry) evict() {
	for s := r.idle.next; s != &r.idle; s = r.idle.next {
		over := len(r.sessions) > r.limits.Sessions || r.bytes > r.limits.SessionBytes
		if !over && time.Now().UnixNano()-s.touched <= int64(r.limits.SessionTTL) {
			return
		}
		r.unlink(s)
		delete(r.sessions, s.id)
		r.part(s)
	}
}

// link puts an idle session at the end of the list; r.mu is held.
func (r *registry) link(s *session) {
	s.prev, s.next = r.idle.prev, &r.idle
	s.prev.next, s.next.prev = s, s
	r.bytes += s.counted
}

// unlink takes a session out of the list; r.mu is held.
func (r *registry) unlink(s *session) {
	s.prev.next, s.next.prev = s.next, s.prev
	s.next, s.prev = nil, nil
	r.bytes -= s.counted
}

// bind ties the ticket to the session unless it is tied to another one, which makes it report false.
func (r *registry) bind(ctx context.Context, ticket, session string, expires time.Time) (bool, error) {
	if r.store != nil {
		bound, err := r.store.Lease(ctx, "ticket/"+ticket, session, time.Until(expires)+time.Second)
		if err != nil {
			return false, fmt.Errorf("linkbridge: binding a ticket: %w", err)
		}
		return bound, nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	id, holder := binaryID(ticket), binaryID(session)
	if known, ok := r.tickets[id]; ok {
		return known.session == holder, nil
	}
	if len(r.tickets) >= r.limits.Sessions {
		r.dropExpired()
	}
	if len(r.tickets) >= r.limits.Sessions { // forgetting one would let it be used twice
		return false, errNoRoom
	}
	r.tickets[id] = binding{session: holder, expires: expires.Unix()}
	return true, nil
}

func (r *registry) dropExpired() {
	now := time.Now().Unix()
	for id, t := range r.tickets {
		if now >= t.expires {
			delete(r.tickets, id)
		}
	}
}

// all returns the sessions in memory.
func (r *registry) all() []*session {
	r.mu.Lock()
	defer r.mu.Unlock()
	list := make([]*session, 0, len(r.sessions))
	for _, s := range r.sessions {
		list = append(list, s)
	}
	return list
}
