package router

import (
	"errors"
	"io"
	"net/http"
	"os"
	"slices"
	"time"
)

const (
	firstBuffer = 8 << 10   // holds all but the longest known deliveries
	maxEager    = 64 << 10  // what an announced length alone may make us allocate
	maxPooled   = 256 << 10 // larger buffers go back to the garbage collector
)

// errConsumed is logged when the host's own middleware took the body: answered 5xx, because it is not the provider's fault.
var errConsumed = errors.New("router: the body was read before it reached this handler: " +
	"mount it in front of middleware that parses bodies, or let that put the exact bytes back")

// errSlow is the reason when the connection itself could not be given a deadline.
var errSlow = errors.New("router: the body did not come in within the read timeout")

// limit gives the connection a deadline for the body and reports whether it took it. Without one, a sender that stalls holds
// a goroutine for as long as it likes, also after a refusal, while the server skips what is left of the body.
func (h *handler) limit(w http.ResponseWriter, r *http.Request, x *exchange) bool {
	if h.opts.ReadTimeout < 0 || !hasBody(r) {
		return true
	}
	return setReadDeadline(w, x.start.Add(h.opts.ReadTimeout)) == nil
}

// setReadDeadline does what http.ResponseController does, and asks the server's own response writer at once.
func setReadDeadline(w http.ResponseWriter, deadline time.Time) error {
	if d, ok := w.(interface {
		SetReadDeadline(deadline time.Time) error
	}); ok {
		return d.SetReadDeadline(deadline) //nolint:wrapcheck // only asked whether there is one
	}
	return http.NewResponseController(w).SetReadDeadline(deadline) //nolint:wrapcheck // likewise
}

// read reads the body into the exchange's buffer.
func (h *handler) read(w http.ResponseWriter, r *http.Request, x *exchange) bool {
	if !hasBody(r) {
		if r.ContentLength > 0 {
			return x.refuse(answer{status: http.StatusInternalServerError, reason: ReasonBodyConsumed, err: errConsumed})
		}
		return true
	}
	limited := h.limit(w, r, x)
	until := time.Time{}
	if !limited {
		until = x.start.Add(h.opts.ReadTimeout)
	}
	if err := x.fill(r.Body, h.opts.MaxBody, r.ContentLength, until); err != nil {
		return x.refuse(unread(err))
	}
	if limited && h.opts.ReadTimeout > 0 {
		// The server watches the connection while handlers run; a deadline left on it would cancel the request.
		_ = setReadDeadline(w, time.Time{})
	}
	if int64(len(x.body)) < r.ContentLength {
		return x.refuse(answer{status: http.StatusInternalServerError, reason: ReasonBodyConsumed, err: errConsumed})
	}
	return true
}

// fill reads all of body, of which size bytes are announced (-1: unknown), but no more than limit, and until a time.
func (x *exchange) fill(body io.Reader, limit int, size int64, until time.Time) error {
	want := firstBuffer
	if size >= int64(want) { // one more than announced, so that the end is seen without growing
		want = int(min(size+1, maxEager))
	}
	buf := slices.Grow(x.buf[:0], want)
	for {
		if len(buf) == cap(buf) {
			buf = slices.Grow(buf, len(buf))
		}
		n, err := body.Read(buf[len(buf):min(cap(buf), limit+1)])
		buf = buf[:len(buf)+n]
		x.buf, x.body = buf, buf
		switch {
		case len(buf) > limit:
			return &http.MaxBytesError{Limit: int64(limit)}
		case err == nil && until.IsZero():
		case err == io.EOF || errors.Is(err, io.EOF): // readers have to return it as it is; some wrap it
			return nil
		case err != nil:
			return err
		case !until.IsZero() && time.Now().After(until):
			return errSlow
		}
	}
}

// unread turns a failed read into an answer.
func unread(err error) answer {
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		return answer{status: http.StatusRequestEntityTooLarge, reason: ReasonTooLarge, hangUp: true}
	}
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, errSlow):
		return answer{status: http.StatusRequestTimeout, reason: ReasonSlowBody, err: errSlow, hangUp: true}
	case errors.Is(err, http.ErrBodyReadAfterClose):
		return answer{status: http.StatusInternalServerError, reason: ReasonBodyConsumed, err: errConsumed}
	case errors.Is(err, io.ErrUnexpectedEOF):
		return answer{status: http.StatusBadRequest, reason: ReasonBodyBroken, err: err, hangUp: true}
	default: // it may be the host's own reader that failed, so the provider is to try again
		return answer{status: http.StatusServiceUnavailable, reason: ReasonBodyBroken, err: err, retry: defaultRetry(), hangUp: true}
	}
}
