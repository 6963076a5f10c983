package router

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/linkhook/linkhook/events"
)

// New returns the handler that takes p's webhooks in and gives them to pub. See the package comment for what it answers. It
// panics when pub or p is nil. The handler is safe for concurrent use, keeps no state between requests and needs no closing:
// http.Server.Shutdown waits for the requests under way.
//
// With a pub that is also an [events.Keeper], an inbox, genuine bodies that cannot be parsed are kept there.
func New(pub events.Publisher, p Provider, opts *Options) http.Handler {
	if pub == nil || p == nil {
		panic("router: New needs a publisher and a provider")
	}
	h := &handler{pub: pub, provider: p, opts: opts.withDefaults(pub, p)}
	h.keeper, _ = pub.(events.Keeper)
	if b, ok := pub.(events.Borrower); ok {
		h.lends = b.Borrows(pub)
	}
	h.doctor.diagnoser, _ = p.(Diagnoser)
	h.exchanges.New = func() any { return new(exchange) }
	return h
}

type handler struct {
	pub       events.Publisher
	keeper    events.Keeper // nil when pub is none
	lends     bool          // pub keeps no body, so it needs none of its own
	provider  Provider
	opts      Options // with defaults filled in
	doctor    doctor
	exchanges sync.Pool // of *exchange
}

// exchange is one request and what became of it. It is reused: nothing outside of ServeHTTP holds it or its buffer.
type exchange struct {
	start  time.Time // by the process's clock
	at     time.Time // by the clock of the options
	buf    []byte    // the pooled read buffer
	body   []byte    // what was read, in buf
	spare  []budget  // for this request and the next ones
	meta   events.Meta
	known  bool // meta is set: it is copied only for those who look at it
	answer      // empty until it is known
}

// answer is the outcome of an exchange.
type answer struct {
	status int
	reason string        // one of the Reason constants, empty for 200
	err    error         // for the log
	retry  time.Duration // what Retry-After is to say; zero for none
	hangUp bool          // part of the body is unread, so the connection cannot be used again
}

func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	x, _ := h.exchanges.Get().(*exchange)
	x.start = time.Now()
	x.at = x.start
	if h.opts.Now != nil {
		x.at = h.opts.Now()
	}
	h.take(w, r, x)
	x.respond(w, r)
	h.report(w, r, x)
	x.release()
	h.exchanges.Put(x)
}

// bodyFor returns the body as the publisher gets it, no longer than it is: a copy that may be kept, or, lent, the buffer.
func (x *exchange) bodyFor(lends bool) []byte {
	body := x.body
	if lends {
		return slices.Clip(body)
	}
	b := make([]byte, len(body)) // in this form nothing is zeroed before the copy
	copy(b, body)
	return b
}

// release forgets the request and keeps a buffer of usual size.
func (x *exchange) release() {
	if cap(x.buf) > maxPooled {
		x.buf = nil
	}
	x.body, x.status = nil, 0
	if x.reason != "" {
		x.answer = answer{}
	}
	if x.known {
		x.meta, x.known = events.Meta{}, false
	}
}

// take does everything but answering. It leaves the answer in x.
func (h *handler) take(w http.ResponseWriter, r *http.Request, x *exchange) {
	defer func() {
		if v := recover(); v != nil {
			if v == http.ErrAbortHandler { //nolint:errorlint,err113 // the very value that net/http looks for
				panic(v) //nolint:forbidigo // it belongs to net/http
			}
			x.answer = answer{status: http.StatusInternalServerError, reason: ReasonHandler, err: events.NewPanicError(v)}
		}
	}()
	if !x.admit(r, h.opts.MaxBody) {
		h.limit(w, r, x)
		return
	}
	if !h.read(w, r, x) {
		return
	}
	keyID, err := h.provider.Verify(r.Header, x.body, x.at)
	if err != nil {
		x.refuse(answer{status: http.StatusUnauthorized, reason: ReasonSignature, err: err})
		return
	}
	env, err := h.provider.Parse(r.Header, x.bodyFor(h.lends))
	h.complete(&env, x, keyID)
	h.hand(r, x, &env, err)
	if x.status != http.StatusOK || h.opts.Logger.Enabled(r.Context(), slog.LevelDebug) {
		x.meta, x.known = env.Meta, true
	}
}

// refuse sets the answer to a request that is not taken, and returns false for the caller to return.
func (x *exchange) refuse(a answer) bool {
	x.answer = a
	return false
}

// complete adds to the envelope what only the router knows.
func (h *handler) complete(env *events.Envelope, x *exchange, keyID string) {
	if env.Raw == nil {
		env.Raw = x.bodyFor(h.lends)
	}
	if env.Endpoint == "" {
		env.Endpoint = h.provider.Name()
	}
	env.Source, env.Trust, env.KeyID = events.SourceWebhook, events.Verified, keyID
	env.ReceivedAt = x.at.UTC().Round(0)
}

// hand gives a genuine envelope to the publisher, or to the keeper when it could not be parsed.
func (h *handler) hand(r *http.Request, x *exchange, env *events.Envelope, unparsed error) {
	ctx := x.budget(r.Context(), h.opts.AckBudget)
	defer ctx.end()
	var err error
	switch {
	case unparsed == nil:
		err = h.pub.Publish(ctx, *env)
	case h.keeper != nil:
		err = h.keeper.Keep(ctx, *env, unparsed)
	default:
		x.refuse(answer{status: http.StatusBadRequest, reason: ReasonUnparseable, err: unparsed})
		return
	}
	if err != nil {
		x.refuse(judge(ctx, err))
		return
	}
	x.status = http.StatusOK
}

// judge turns the publisher's error into an answer.
func judge(ctx context.Context, err error) answer {
	retry, asked := events.RetryDelay(err)
	_, handled := errors.AsType[*events.HandlerError](err)
	if handled && (!errors.Is(err, context.DeadlineExceeded) || ctx.Err() == nil) {
		return answer{status: http.StatusInternalServerError, reason: ReasonHandler, err: err, retry: retry}
	}
	if !asked {
		retry = defaultRetry()
	}
	return answer{status: http.StatusServiceUnavailable, reason: ReasonUnavailable, err: err, retry: retry}
}
