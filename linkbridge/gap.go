package linkbridge

import "time"

// bridgeGap marks numbers as done that a batch passes over after its event number prev: the client sends its queue in order,
// so it has dropped them. What is missing before a batch may be on its way in another one, since beacons overtake each other.
func (s *session) bridgeGap(prev, seq uint64, page string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.instance == page && prev > 0 && s.ack >= prev && seq <= maxSeq && seq > prev {
		s.cover(seq - 1)
	}
}

// pacePost takes one event off the session's rate by POST, and returns how long to wait when there is none left.
func (s *session) pacePost(l *Limits) time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.bucket.tryTake(time.Now(), l.RatePerSecond, l.RateBurst) {
		return 0
	}
	return max(time.Millisecond, time.Duration((1-s.bucket.tokens)/l.RatePerSecond*float64(time.Second)))
}
