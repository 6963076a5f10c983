package linkbridge

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/linkhook/linkhook/events"
)

// Options of a [Bridge]. Nil and the zero value are fit for production on one origin.
type Options struct {
	// Origins lists the pages that may connect, as scheme://host[:port], exactly; https://*.example.com allows every
	// sub-domain of example.com. Defaults to the origin that the request was sent to, which does not hold behind a proxy
	// that changes the Host header.
	Origins []string
	// AllowNoOrigin lets clients connect that send no Origin header: everything that is not a browser.
	AllowNoOrigin bool
	// Limits bound what a page, an address and all pages together can use. Each zero field has its own default.
	Limits Limits
	// Sessions keeps tickets and session state over a restart. Defaults to the publisher, when it is a [SessionStore], as
	// an inbox is, and else to memory.
	Sessions SessionStore
	// Push decides what a page is told of a webhook; see [SafePush]. Defaults to nothing.
	Push func(env events.Envelope) (Push, bool)
	// Fanout carries pushes to the pages that are connected to other nodes. Defaults to this process alone.
	Fanout Fanout
	// Revalidate reports whether the principal may still be connected. It is asked when a session is resumed without a
	// ticket and every Limits.RevalidateEvery; false closes with 4503. It must be safe for concurrent use. Defaults to yes.
	Revalidate func(ctx context.Context, p Principal) bool
	// ClientIP names the client for the handshake limit. Defaults to the address of the connection; addresses of
	// loopback and private networks are then not limited, because a proxy stands in front of all clients there.
	ClientIP func(r *http.Request) string
	// ScriptURL is the path that Script is mounted at, for ScriptTag. Defaults to "/hooks/link.js".
	ScriptURL string
	// Logger gets ids, codes and sizes, never a payload or a token: failures as Warn and Error, the end of a connection as
	// Debug. Defaults to [slog.Default] at the time of [New].
	Logger *slog.Logger
}

// Limits of a [Bridge]. A zero field means its default.
type Limits struct {
	FrameBytes  int // of one frame, and of a POST body; default 64 KiB; more closes with 1009, or is answered 413
	EventBytes  int // of one event; default 16 KiB; more is refused with nack too_large
	BatchEvents int // events in one POST; default 50

	RatePerSecond float64 // events per second of one connection, sustained; default 20. More is slowed down by not reading
	RateBurst     int     // events that may come at once; default 100
	SessionEvents int     // events of one link session in its life; default 2,000; then the session has ended, 4503

	HandshakesPerSecond float64 // of one address; default 5
	HandshakeBurst      int     // handshakes of one address that may come at once; default 20
	ConnsPerPrincipal   int     // live connections of one principal; default 5
	Conns               int     // live connections in all; default 10,000; more are answered 503

	OutboundBytes int // waiting to be written to one connection; default 64 KiB; more closes with 4008
	Sessions      int // link sessions, and used tickets, kept in memory; default 100,000
	SessionBytes  int // memory of all kept link sessions, estimated; default 64 MiB

	TicketTTL       time.Duration // life of a ticket; default 15 min, the life of a Pinwheel Link token; never more than 1 h
	SessionTTL      time.Duration // life of a link session after its last sign of life; default 24 h
	HelloTimeout    time.Duration // until the first frame; default 5 s; then 4408
	Ping            time.Duration // between pings; default 25 s, below the 60 s of common proxies
	PingGrace       time.Duration // for the answer to a ping; default 10 s; then 4008
	WriteTimeout    time.Duration // for one frame to be written; default 5 s
	CloseTimeout    time.Duration // for the other side's close frame; default 1 s
	BodyTimeout     time.Duration // for a POST body to arrive; default 10 s; then 408
	RatePatience    time.Duration // of being over the rate without a break, until 4429; default 10 s
	SpreadMax       time.Duration // over which clients spread their reconnects after a drain; default 10 s
	RevalidateEvery time.Duration // default 30 min
}

// DefaultLimits returns the limits that the zero value stands for.
func DefaultLimits() Limits { return Limits{}.withDefaults() }

// or sets *v to def when it is zero or less.
func or[T int | float64 | time.Duration](v *T, def T) {
	if *v <= 0 {
		*v = def
	}
}

// withDefaults returns the limits with every zero field filled in.
func (l Limits) withDefaults() Limits {
	or(&l.FrameBytes, 64<<10)
	or(&l.EventBytes, 16<<10)
	or(&l.BatchEvents, 50)
	or(&l.RatePerSecond, 20)
	or(&l.RateBurst, 100)
	or(&l.SessionEvents, 2000)
	or(&l.HandshakesPerSecond, 5)
	or(&l.HandshakeBurst, 20)
	or(&l.ConnsPerPrincipal, 5)
	or(&l.Conns, 10_000)
	or(&l.OutboundBytes, 64<<10)
	or(&l.Sessions, 100_000)
	or(&l.SessionBytes, 64<<20)
	or(&l.TicketTTL, 15*time.Minute)
	l.TicketTTL = min(l.TicketTTL, time.Hour)
	or(&l.SessionTTL, 24*time.Hour)
	or(&l.HelloTimeout, 5*time.Second)
	or(&l.Ping, 25*time.Second)
	or(&l.PingGrace, 10*time.Second)
	or(&l.WriteTimeout, 5*time.Second)
	or(&l.CloseTimeout, time.Second)
	or(&l.BodyTimeout, 10*time.Second)
	or(&l.RatePatience, 10*time.Second)
	or(&l.SpreadMax, 10*time.Second)
	or(&l.RevalidateEvery, 30*time.Minute)
	return l
}
