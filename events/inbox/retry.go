package inbox

import (
	"math/rand/v2"
	"time"

	"github.com/cenkalti/backoff/v4"
)

// RetryPolicy says when an event whose handler failed is tried again: after a random time between zero and a bound (full
// jitter, so that events that failed together do not come back together), where the bound starts at First and is multiplied
// by Factor up to Max.
type RetryPolicy struct {
	First  time.Duration // bound of the first wait
	Factor float64       // growth of the bound
	Max    time.Duration // the bound's bound
	// GiveUpAfter is the age, counted from when the event was stored or last replayed, at which a failure makes it a
	// dead letter. The last try is made at that age, not before it. Negative means never.
	GiveUpAfter time.Duration
	// Exact waits for the bound itself, without jitter.
	Exact bool
}

// DefaultRetry starts at 2 seconds, doubles up to 1 hour and gives up after 24 hours: some 50 tries.
func DefaultRetry() RetryPolicy {
	return RetryPolicy{First: 2 * time.Second, Factor: 2, Max: time.Hour, GiveUpAfter: 24 * time.Hour}
}

// Delay returns the wait after that many attempts, from 1 on.
func (p RetryPolicy) Delay(attempt int) time.Duration {
	bound := p.bound(attempt)
	if p.Exact || bound <= 0 {
		return bound
	}
	return rand.N(bound + 1) //nolint:gosec // jitter needs no secrecy
}

// bound steps the backoff to the attempt. It comes to rest at Max, so that is never far.
func (p RetryPolicy) bound(attempt int) time.Duration {
	b := backoff.ExponentialBackOff{
		InitialInterval: p.First, Multiplier: max(p.Factor, 1), MaxInterval: max(p.Max, p.First),
		Clock: backoff.SystemClock, Stop: backoff.Stop,
	}
	b.Reset()
	d := b.NextBackOff()
	for range min(attempt-1, 1000) {
		next := b.NextBackOff()
		if next == d {
			break
		}
		d = next
	}
	return d
}

// next returns the wait before the next try of an event of that age, or false when it is given up. A wait that a handler
// asked for is kept as it is.
func (p RetryPolicy) next(attempt int, age time.Duration, asked time.Duration, hasAsked bool) (time.Duration, bool) {
	left := p.GiveUpAfter - age
	bounded := p.GiveUpAfter >= 0
	if bounded && left <= 0 {
		return 0, false
	}
	if hasAsked {
		return asked, true
	}
	d := p.Delay(attempt)
	if bounded {
		d = min(d, left)
	}
	return d, true
}
