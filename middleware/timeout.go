package middleware

import (
	"context"
	"fmt"
	"time"

	"github.com/linkhook/linkhook/events"
)

// TimeoutError is the cause of a context that [Timeout] ended, so that it can be told from the caller's own deadline.
type TimeoutError struct {
	Handler string        // the handler that took too long
	Limit   time.Duration // what it was given
}

// Error names the handler and the limit.
func (e *TimeoutError) Error() string {
	return fmt.Sprintf("middleware: handler %s took longer than %s", e.Handler, e.Limit)
}

// Timeout says that it is one, as net.Error does.
func (*TimeoutError) Timeout() bool { return true }

// Is makes errors.Is find context.DeadlineExceeded in it.
func (*TimeoutError) Is(target error) bool { return target == context.DeadlineExceeded }

// Timeout ends the handler's context after limit, with a [TimeoutError] as the cause. It waits for the handler, which must heed
// its context: a handler left running behind its event's back could finish after the retry. A handler that returns an error
// once its time is up has it joined with the TimeoutError; one that returns nil has succeeded, however long it took.
// It panics when limit is not positive.
func Timeout(limit time.Duration) events.Middleware {
	if limit <= 0 {
		panic("middleware: Timeout needs a positive limit")
	}
	return func(next events.HandlerFunc) events.HandlerFunc {
		return func(ctx context.Context, env events.Envelope) error {
			late := &TimeoutError{Handler: env.Handler, Limit: limit}
			ctx, cancel := context.WithTimeoutCause(ctx, limit, late)
			defer cancel()
			err := next(ctx, env)
			if err != nil && context.Cause(ctx) == error(late) { //nolint:errorlint // this very timeout, not one around it
				return fmt.Errorf("%w: %w", late, err)
			}
			return err
		}
	}
}
