package linkbridge

import (
	"slices"
	"sync"
)

// session is one link session: what outlives its connections. Events of one session are published one at a time, under
// turn; mu guards the fields and is never held while the host's code runs.
type session struct {
	id   string
	turn sync.Mutex // the right to publish

	keeping sync.Mutex // the right to read and write the store; guards stored, and is taken before mu
	stored  []byte     // the state as the store had it last

	mu        sync.Mutex
	known     bool // a hello or POST was accepted
	ended     bool // revoked, or over its number of events
	principal Principal
	instance  string              // the page that owns the session now
	retired   []retired           // pages that another one has taken the session from, the newest last
	ack       uint64              // every number up to it needs no resending by instance
	skipped   []span              // numbers up to ack that were passed over, ascending
	base      uint64              // last number that instance had used when it came
	ahead     []uint64            // numbers above a gap that are done, ascending
	held      map[uint64][16]byte // numbers refused with nack rate, and whose they were: to be sent again
	taken     []numbered          // events published for this session
	last      uint64              // highest number in taken
	count     int                 // events accepted in the session's life
	gen       uint64              // generation of the newest resume token used
	owners    uint64              // pages that have had the session
	bucket    bucket              // rate of POSTs
	conn      *conn               // the live websocket

	lineage *lineage // the principal's other sessions too; set by the first event, under turn

	// The registry's fields, guarded by its mutex.
	next, prev *session
	refs       int
	counted    int   // bytes
	touched    int64 // Unix nanoseconds
}

// numbered is an event that was published, and the number that it had then.
type numbered struct {
	id  [16]byte
	seq uint64
}

// retired is a page that lost the session, and what it need not send again.
type retired struct {
	Instance string `json:"i"`
	Ack      uint64 `json:"a"`
}

// maxRetired bounds the pages that are remembered. Every reload retires one.
const maxRetired = 64

func newSession(id string) *session {
	return &session{id: id}
}

// size estimates the memory of the session in bytes; s.mu is held.
func (s *session) size() int {
	return 1200 + 50*len(s.skipped) + 80*len(s.taken) + 16*len(s.ahead) + 48*len(s.held) + 200*len(s.retired)
}

// maxHeld bounds the refusals that are remembered; a client queues 200 events at most.
const maxHeld = 1024

// hold remembers that an event of that number was refused for now; s.mu is held.
func (s *session) hold(seq uint64, id [16]byte, from sender) {
	if !from.owns(s) {
		return
	}
	if s.held == nil {
		s.held = map[uint64][16]byte{}
	}
	if len(s.held) < maxHeld {
		s.held[seq] = id
	}
}

// release forgets the refusals of an event that is here now, under whatever number; s.mu is held.
func (s *session) release(id [16]byte) {
	for seq, held := range s.held {
		if held == id {
			delete(s.held, seq)
		}
	}
}

// settle forgets refusals that the page has seen: everything up to its own acked; s.mu is held.
func (s *session) settle(acked uint64) {
	for seq := range s.held {
		if seq <= acked {
			delete(s.held, seq)
		}
	}
}

// enter makes instance the owner of the session and returns the ack for it and the connection that it had until now.
// It reports false when instance has lost the session to another page before; or without ever having had it, when numbers
// were taken above the last one that it used: then it is the older copy of a tab, and its events would come out of order.
func (s *session) enter(h *hello, seq uint64, post bool) (ack uint64, old *conn, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if i := slices.IndexFunc(s.retired, func(r retired) bool { return r.Instance == h.Instance }); i >= 0 {
		return s.retired[i].Ack, nil, false
	}
	if s.instance != h.Instance && seq < max(s.ack, s.last) {
		return h.Acked, nil, false
	}
	if s.instance != h.Instance || !post { // a page may POST beside its own websocket
		old = s.conn
	}
	if s.instance != h.Instance {
		s.pass(h, seq)
	}
	s.known = true
	s.settle(h.Acked)
	s.cover(h.Acked)
	return s.safeAck(), old, true
}

// pass gives the session to another page: a reload, or a copy of the tab, which may hold events under numbers that the page
// before has passed over. The ack goes back to what holds for both. s.mu is held.
func (s *session) pass(h *hello, seq uint64) {
	s.retire(s.instance, s.safeAck())
	s.rewind(s.sharedAck(h.Acked))
	s.instance, s.base = h.Instance, seq
	s.owners++
}

// retire notes that a page has lost the session, and what it need not send again; s.mu is held.
func (s *session) retire(instance string, ack uint64) {
	if instance == "" {
		return
	}
	for i := range s.retired {
		if s.retired[i].Instance == instance {
			s.retired[i].Ack = max(s.retired[i].Ack, ack)
			return
		}
	}
	s.retired = append(s.retired, retired{Instance: instance, Ack: ack})
	s.retired = s.retired[max(0, len(s.retired)-maxRetired):]
}

// late reports whether the session belongs to another page than instance.
func (s *session) late(instance string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.instance != "" && s.instance != instance
}
