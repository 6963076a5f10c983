package router

import (
	"log/slog"
	"time"

	"github.com/linkhook/linkhook/events"
)

// What [Options] default to.
const (
	defaultMaxBody     = 1 << 20          // ten times what the largest known delivery needs
	defaultReadTimeout = 10 * time.Second // Argyle gives up after that time
	maxMargin          = time.Second      // what is left of the ack budget for the answer's way back
)

// Options of [New]. The zero value, or nil, is ready for production.
type Options struct {
	// MaxBody is the largest body in bytes; larger ones are answered 413. Defaults to 1 MiB.
	MaxBody int
	// ReadTimeout bounds the time in which the body must have come in; later ones are answered 408. The handler sets it on
	// the connection itself, in place of the server's ReadTimeout for this request. Where the response writer does not allow
	// that (one that has no Unwrap method) it is checked between reads only. Defaults to 10 s; negative means no bound.
	ReadTimeout time.Duration
	// AckBudget is how long the provider waits for the answer. The context given to the publisher ends a tenth of it, at most
	// one second, earlier. Defaults to the provider's own, 15 s for Pinwheel and 10 s for Argyle; negative means no bound.
	AckBudget time.Duration
	// Logger gets one line per answer: Debug for 200, Warn for 4xx, Error for 5xx. Defaults to [slog.Default] at the time of
	// [New].
	Logger *slog.Logger
	// Now gives the time at which a delivery came in, for [events.Meta].ReceivedAt and for the provider, which compares signed
	// timestamps with it. Defaults to time.Now.
	Now func() time.Time
	// Watch is told of refused requests. Defaults to the publisher's own, see [events.WatchOf].
	Watch *events.Watch
}

// withDefaults returns a filled-in copy.
func (o *Options) withDefaults(pub events.Publisher, p Provider) Options {
	var c Options
	if o != nil {
		c = *o
	}
	if c.MaxBody < 0 {
		panic("router: Options.MaxBody is negative") //nolint:forbidigo // start-up misuse: no body could ever be taken
	}
	if c.MaxBody == 0 {
		c.MaxBody = defaultMaxBody
	}
	if c.ReadTimeout == 0 {
		c.ReadTimeout = defaultReadTimeout
	}
	if c.AckBudget == 0 {
		c.AckBudget = p.AckBudget()
	}
	if c.AckBudget > 0 {
		c.AckBudget -= min(c.AckBudget/10, maxMargin)
	}
	if c.Logger == nil {
		c.Logger = slog.Default() //nolint:forbidigo // the documented default: what fails unheard costs its host hours
	}
	if c.Watch == nil {
		c.Watch = events.WatchOf(pub)
	}
	return c
}
