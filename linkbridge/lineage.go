package linkbridge

import "sync"

// lineage is what the link sessions of one principal have in common: the ids of the events that were taken from any of them.
// A tab that was copied goes on under a session of its own with events that its twin holds too, under the same ids; so an id
// that one session of a principal has published is not published again for another one.
type lineage struct {
	key      string // of the principal
	sessions int    // that share it, guarded by the registry's mutex

	mu      sync.Mutex
	settled sync.Cond
	ids     map[[16]byte]bool // true: published; false: being published
}

// claim gives the right to publish the event of that id, or reports that it was published before. While another session
// publishes it, claim waits for the outcome.
func (l *lineage) claim(id [16]byte) (free bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for {
		published, ok := l.ids[id]
		switch {
		case !ok:
			l.ids[id] = false
			return true
		case published:
			return false
		default:
			l.settled.Wait()
		}
	}
}

// settle ends a claim.
func (l *lineage) settle(id [16]byte, published bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if published {
		l.ids[id] = true
	} else {
		delete(l.ids, id)
	}
	l.settled.Broadcast()
}

// forget drops the ids of a session that is no longer kept.
func (l *lineage) forget(list []numbered) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, n := range list {
		delete(l.ids, n.id)
	}
}

// join makes the session one of its principal's. The caller has the session's turn.
func (r *registry) join(s *session, p *Principal) *lineage {
	if s.lineage != nil {
		return s.lineage
	}
	key := p.key()
	r.mu.Lock()
	defer r.mu.Unlock()
	l := r.lineages[key]
	if l == nil {
		l = &lineage{key: key, ids: make(map[[16]byte]bool, 8)}
		l.settled.L = &l.mu
		r.lineages[key] = l
	}
	l.sessions++
	s.lineage = l
	return l
}

// part takes a session that nobody uses out of its lineage; r.mu is held.
func (r *registry) part(s *session) {
	l := s.lineage
	if l == nil {
		return
	}
	s.lineage = nil
	l.sessions--
	if l.sessions == 0 {
		delete(r.lineages, l.key)
		return
	}
	l.forget(s.taken)
}
