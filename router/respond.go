package router

import (
	"log/slog"
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"

	"github.com/linkhook/linkhook/events"
)

// Why a request was not answered 200: the Reason of its [events.Refused] observation, a fixed set of words that is fit for a
// metric label.
const (
	ReasonMethod       = "method"        // 405: not POST
	ReasonContentType  = "content_type"  // 415: missing, several, or not JSON
	ReasonEncoding     = "encoding"      // 415: a content encoding other than identity
	ReasonTooLarge     = "too_large"     // 413: larger than Options.MaxBody, or than an http.MaxBytesHandler outside allows
	ReasonSlowBody     = "slow_body"     // 408: not in within Options.ReadTimeout
	ReasonBodyBroken   = "body_broken"   // 400: the connection ended within the body; 503: reading it failed otherwise
	ReasonBodyConsumed = "body_consumed" // 500: the host's own middleware had read it
	ReasonSignature    = "signature"     // 401: verification failed
	ReasonUnparseable  = "unparseable"   // 400: genuine, but no envelope could be read and nothing keeps it
	ReasonUnavailable  = "unavailable"   // 503: the publisher did not take it, or not in time
	ReasonHandler      = "handler"       // 500: a handler failed, or something panicked
)

// respond writes the answer. Its body depends on the status alone.
func (x *exchange) respond(w http.ResponseWriter, r *http.Request) {
	if x.status == http.StatusOK {
		w.WriteHeader(http.StatusOK)
		return
	}
	text := http.StatusText(x.status) + "\n"
	head := w.Header()
	head.Set("Content-Type", "text/plain; charset=utf-8")
	head.Set("Content-Length", strconv.Itoa(len(text)))
	head.Set("X-Content-Type-Options", "nosniff")
	if x.status == http.StatusMethodNotAllowed {
		head.Set("Allow", http.MethodPost)
	}
	if x.retry > 0 {
		head.Set("Retry-After", strconv.FormatInt(int64((x.retry+time.Second-1)/time.Second), 10))
	}
	if x.hangUp && r.ProtoMajor == 1 { // in HTTP/2 the stream ends, and the connection lives on
		head.Set("Connection", "close")
	}
	w.WriteHeader(x.status)
	_, _ = w.Write([]byte(text))
}

// defaultRetry spreads the next tries of many deliveries over 1 to 5 seconds.
func defaultRetry() time.Duration {
	return time.Duration(1+rand.IntN(5)) * time.Second //nolint:gosec // nobody gains by guessing it
}

// report tells the log and the watch what became of the request, after the answer.
func (h *handler) report(w http.ResponseWriter, r *http.Request, x *exchange) {
	if x.status == http.StatusOK && !x.known { // nobody looks
		return
	}
	level := slog.LevelDebug
	switch {
	case x.status >= http.StatusInternalServerError:
		level = slog.LevelError
	case x.status >= http.StatusBadRequest:
		level = slog.LevelWarn
	}
	if x.status != http.StatusOK && h.opts.Watch.Active() {
		meta := x.meta
		meta.Endpoint = h.provider.Name()
		h.opts.Watch.Emit(events.Observation{
			What: events.Refused, Meta: meta, Duration: time.Since(x.start), Size: len(x.body), Reason: x.reason, Err: x.err,
		})
	}
	if h.opts.Logger.Enabled(r.Context(), level) {
		h.log(w, r, x, level)
	}
}

func (h *handler) log(w http.ResponseWriter, r *http.Request, x *exchange, level slog.Level) {
	attrs := make([]slog.Attr, 0, 8)
	attrs = append(attrs, slog.String("endpoint", h.provider.Name()), slog.Int("status", x.status),
		slog.Int("size", len(x.body)), slog.Duration("duration", time.Since(x.start)))
	message := "webhook taken in"
	if x.status != http.StatusOK {
		message = "webhook refused"
		attrs = append(attrs, slog.String("reason", x.reason))
	}
	if x.known {
		attrs = append(attrs, slog.Any("event", x.meta))
	}
	if x.err != nil {
		attrs = append(attrs, slog.String("error", x.err.Error()))
	}
	if x.reason == ReasonSignature {
		attrs = append(attrs, slog.String("diagnosis", h.doctor.examine(w, r, x)))
	}
	h.opts.Logger.LogAttrs(r.Context(), level, message, attrs...)
}
