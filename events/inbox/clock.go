package inbox

import (
	"context"
	"time"
)

// Clock gives a store on one machine its time. It starts at the wall clock, goes on with the monotonic one, so that jumps of
// the wall clock do not move it, and never starts before what was stored last, so that a clock set back does not delay
// retries. Make one with [NewClock].
type Clock struct {
	start, opened time.Time
}

// NewClock starts a clock that does not run before notBefore.
func NewClock(notBefore time.Time) *Clock {
	opened := time.Now()
	start := opened.Round(0)
	if notBefore.After(start) {
		start = notBefore
	}
	return &Clock{start: start.UTC(), opened: opened}
}

// Now returns the time set with [At], or that of the clock.
func (c *Clock) Now(ctx context.Context) time.Time {
	if now, ok := Now(ctx); ok {
		return now
	}
	return c.start.Add(time.Since(c.opened))
}
