package middleware

import (
	"context"

	"github.com/linkhook/linkhook/events"
)

// Recover turns a panic of the handler, or of middleware inside of it, into an [events.PanicError] with the stack. The bus
// does the same at the very outside; Recover does it where it stands, so that middleware further out sees an error rather
// than a panic passing through. Make it the innermost one that must not be jumped over.
func Recover() events.Middleware {
	return func(next events.HandlerFunc) events.HandlerFunc {
		return func(ctx context.Context, env events.Envelope) (err error) {
			defer func() {
				if v := recover(); v != nil {
					err = events.NewPanicError(v)
				}
			}()
			return next(ctx, env)
		}
	}
}
