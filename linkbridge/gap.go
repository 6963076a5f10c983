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

// maxDebt is how many events the beacons of a page may go over its rate. A page that goes away cannot send them again, and
// it sends its whole queue of 200 twice, when it is hidden and when it is left.
const maxDebt = 400

// pacePost takes one event off the session's rate by POST, and returns how long to wait when there is none left. A page that
// leaves may run up a debt, which those after it wait for.
func (s *session) pacePost(l *Limits, leaves bool) time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.bucket.tryTake(time.Now(), l.RatePerSecond, l.RateBurst) {
		return 0
	}
	if leaves && s.bucket.tokens > -maxDebt {
		s.bucket.tokens--
		return 0
	}
	return max(time.Millisecond, time.Duration((1-s.bucket.tokens)/l.RatePerSecond*float64(time.Second)))
}
