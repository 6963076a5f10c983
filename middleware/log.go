package middleware

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/linkhook/linkhook/events"
)

// Log writes one line for each run of a handler: the event's ids, kind, source and trust, the size of its body, the attempt, the
// duration, and what became of it. It never writes a payload; the text of an error is the handler's own.
//
// A success is logged at Debug for Link events, which come by the dozen, and at Info for the rest. A failure that will be
// tried again is a Warn; one after which nothing is tried, and a panic, is an Error. A panic is logged and goes on.
// Give Log before [Recover] to have it outside. It panics when log is nil.
func Log(log *slog.Logger) events.Middleware {
	if log == nil {
		panic("middleware: Log needs a logger")
	}
	return func(next events.HandlerFunc) events.HandlerFunc {
		return func(ctx context.Context, env events.Envelope) (err error) {
			start := time.Now()
			returned := false
			defer func() {
				l := line{log: log, env: &env, took: time.Since(start)}
				if !returned { // a panic, or the end of the goroutine, is passing through
					l.write(ctx, slog.LevelError, "handler panicked")
					return
				}
				l.outcome(ctx, err)
			}()
			err = next(ctx, env)
			returned = true
			return err
		}
	}
}

// line is what is known of one run.
type line struct {
	log  *slog.Logger
	env  *events.Envelope
	took time.Duration
}

func (l line) outcome(ctx context.Context, err error) {
	failure := slog.Any("error", err)
	delay, delayed := events.RetryDelay(err)
	switch {
	case err == nil && l.env.Source == events.SourceLink:
		l.write(ctx, slog.LevelDebug, "handled")
	case err == nil:
		l.write(ctx, slog.LevelInfo, "handled")
	case panicked(err):
		l.write(ctx, slog.LevelError, "handler panicked", failure)
	case events.IsPermanent(err):
		l.write(ctx, slog.LevelError, "handler gave up", failure)
	case delayed:
		l.write(ctx, slog.LevelWarn, "handler failed", failure, slog.Duration("retry_after", delay))
	default:
		l.write(ctx, slog.LevelWarn, "handler failed", failure)
	}
}

func (l line) write(ctx context.Context, level slog.Level, message string, more ...slog.Attr) {
	if !l.log.Enabled(ctx, level) {
		return
	}
	attrs := append([]slog.Attr{
		slog.Any("event", l.env.Meta),
		slog.Int("size", len(l.env.Raw)),
		slog.Int("attempt", max(l.env.Attempt, 1)),
		slog.Duration("took", l.took),
	}, more...)
	l.log.LogAttrs(ctx, level, message, attrs...)
}

func panicked(err error) bool {
	_, ok := errors.AsType[*events.PanicError](err)
	return ok
}
