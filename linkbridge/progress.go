package linkbridge

import "slices"

// span is a run of numbers.
type span struct {
	From uint64 `json:"f"`
	To   uint64 `json:"t"`
}

// maxSkipped bounds the runs that are remembered.
const maxSkipped = 32

// maxAhead bounds the numbers above a gap that are remembered; a client has no more than its queue of 200 under way.
const maxAhead = 1024

// safeAck is the ack that holds for a page that has not seen the nacks of its last connection; s.mu is held.
func (s *session) safeAck() uint64 {
	ack := s.ack
	for seq := range s.held {
		ack = min(ack, seq-1)
	}
	return ack
}

// sharedAck is the ack that holds for another page too, which is done with every number up to acked: it stops below the
// numbers that were merely passed over, because the other page may have used them. s.mu is held.
func (s *session) sharedAck(acked uint64) uint64 {
	ack := s.safeAck()
	for _, r := range s.skipped {
		if r.To > acked {
			return min(ack, max(acked, r.From-1))
		}
	}
	return ack
}

// rewind takes the ack back; s.mu is held.
func (s *session) rewind(ack uint64) {
	s.ack, s.ahead, s.held = ack, nil, nil
	s.skipped = slices.DeleteFunc(slices.Clone(s.skipped), func(r span) bool { return r.From > ack })
}

// cover passes over every number up to seq; s.mu is held.
func (s *session) cover(seq uint64) {
	for s.ack < seq {
		next := seq + 1
		if len(s.ahead) > 0 {
			next = min(next, s.ahead[0])
		}
		s.skip(s.ack+1, next-1)
		s.ack = next - 1
		s.absorb()
	}
}

// reach marks seq as done and passes over every number below it; s.mu is held.
func (s *session) reach(seq uint64) {
	s.cover(seq - 1)
	if s.ack < seq {
		s.ack = seq
		s.absorb()
	}
}

// absorb takes in the numbers ahead that follow the ack; s.mu is held.
func (s *session) absorb() {
	drop := 0
	for drop < len(s.ahead) && s.ahead[drop] <= s.ack+1 {
		s.ack = max(s.ack, s.ahead[drop])
		drop++
	}
	s.ahead = s.ahead[drop:]
	if len(s.ahead) == 0 {
		s.ahead = nil
	}
}

// skip notes numbers that were passed over; s.mu is held.
func (s *session) skip(from, to uint64) {
	if from > to {
		return
	}
	if last := len(s.skipped) - 1; last >= 0 && s.skipped[last].To+1 == from {
		s.skipped[last].To = to
		return
	}
	s.skipped = append(s.skipped, span{From: from, To: to})
	if len(s.skipped) > maxSkipped {
		s.skipped[1].From = s.skipped[0].From // what is between counts as passed over: it is only sent again
		s.skipped = s.skipped[1:]
	}
}

// done marks one number as done, if it is one of the page that has the session; s.mu is held.
func (s *session) done(seq uint64, from sender) {
	switch {
	case !from.owns(s) || seq <= s.ack:
	case from.order == inOrder || seq == s.ack+1:
		s.reach(seq)
	case len(s.ahead) < maxAhead:
		if i, found := slices.BinarySearch(s.ahead, seq); !found {
			s.ahead = slices.Insert(s.ahead, i, seq)
		}
	}
}
