package linkbridge

import (
	"context"
	"errors"
	"io"
	"mime"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/linkhook/linkhook/events"
)

// postAnswer is the answer to a batch.
type postAnswer struct {
	Ack    uint64      `json:"ack"`
	Resume string      `json:"resume,omitzero"`
	Epoch  string      `json:"epoch"`
	Push   []pushFrame `json:"push"`
	Retry  int64       `json:"retry_ms,omitzero"`
}

// postConflict is the body of 409: what the page that lost its session need not send again.
type postConflict struct {
	Ack uint64 `json:"ack"`
}

// postBusy is the body of 429 and 503.
type postBusy struct {
	Retry int64 `json:"retry_ms"`
}

// servePreflight answers the browser's question before a cross-origin POST of application/json.
func (b *Bridge) servePreflight(w http.ResponseWriter, r *http.Request) {
	if !b.origins.allow(r) {
		b.refuseHTTP(w, http.StatusForbidden, "origin", 0)
		return
	}
	allowOrigin(w, r)
	w.Header().Set("Access-Control-Allow-Methods", "POST")
	w.Header().Set("Access-Control-Allow-Headers", "Content-Type")
	w.Header().Set("Access-Control-Max-Age", "600")
	w.WriteHeader(http.StatusNoContent)
}

// allowOrigin lets a page of another, allowed origin read the answer.
func allowOrigin(w http.ResponseWriter, r *http.Request) {
	if origin := r.Header.Get("Origin"); origin != "" {
		w.Header().Set("Access-Control-Allow-Origin", origin)
	}
}

// servePost takes a batch: what a page sends that is being closed, or that gets no websocket through.
func (b *Bridge) servePost(w http.ResponseWriter, r *http.Request) {
	if !b.origins.allow(r) {
		b.refuseHTTP(w, http.StatusForbidden, "origin", 0)
		return
	}
	allowOrigin(w, r)
	if !b.beginPost() {
		b.refuseHTTP(w, http.StatusServiceUnavailable, "draining", b.limits.SpreadMax)
		return
	}
	defer b.posting.Done()
	switch {
	case !b.posts.allow(time.Now(), b.options.ClientIP(r)):
		b.refuseHTTP(w, http.StatusTooManyRequests, "address rate", time.Second)
		return
	case !postType(r.Header.Get("Content-Type")), r.Header.Get("Content-Encoding") != "":
		b.refuseHTTP(w, http.StatusUnsupportedMediaType, "content type", 0)
		return
	}
	f, status := b.readBatch(w, r)
	if status != http.StatusOK {
		b.refuseHTTP(w, status, http.StatusText(status), 0)
		return
	}
	// The page may be gone before the handlers have run: what it sent is taken in all the same.
	b.answer(w, context.WithoutCancel(r.Context()), f)
}

// beginPost counts a POST in, unless the bridge drains.
func (b *Bridge) beginPost() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.draining {
		return false
	}
	b.posting.Add(1)
	return true
}

// postType reports whether the media type is one that pages send: text/plain needs no preflight.
func postType(header string) bool {
	media, _, err := mime.ParseMediaType(header)
	return err == nil && (media == "text/plain" || media == "application/json")
}

// readBatch reads and checks the body.
func (b *Bridge) readBatch(w http.ResponseWriter, r *http.Request) (*frame, int) {
	deadline := time.Now().Add(b.limits.BodyTimeout)
	_ = http.NewResponseController(w).SetReadDeadline(deadline) // a writer without deadlines has its own
	data, err := io.ReadAll(http.MaxBytesReader(w, r.Body, int64(b.limits.FrameBytes)))
	if err != nil {
		return nil, bodyStatus(err)
	}
	var f frame
	if ok, err := parseFrame(data, &f); !ok || err != nil || f.Type != "events" {
		return nil, http.StatusBadRequest
	}
	if f.Version != version || !f.hello.check() || f.Seq > maxSeq {
		return nil, http.StatusBadRequest
	}
	if len(f.Events) > b.limits.BatchEvents {
		return nil, http.StatusRequestEntityTooLarge
	}
	return &f, http.StatusOK
}

func bodyStatus(err error) int {
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return http.StatusRequestEntityTooLarge
	}
	if e, ok := errors.AsType[net.Error](err); ok && e.Timeout() || errors.Is(err, os.ErrDeadlineExceeded) {
		return http.StatusRequestTimeout
	}
	return http.StatusBadRequest
}

// answer authenticates the batch, publishes it and answers.
func (b *Bridge) answer(w http.ResponseWriter, ctx context.Context, f *frame) { //nolint:revive // the writer comes first, as in net/http
	s, err := b.registry.get(ctx, f.Session)
	if err != nil {
		b.failPost(w, err)
		return
	}
	defer b.registry.put(s)
	if err := b.authenticate(ctx, s, &f.hello); err != nil {
		b.failPost(w, err)
		return
	}
	s.turn.Lock()
	defer s.turn.Unlock()
	from := sender{page: f.Instance, order: inBatch}
	if f.Leave && s.late(f.Instance) {
		from.order = tooLate
	} else {
		ack, old, ok := s.enter(&f.hello, f.Seq, true)
		if !ok {
			b.conflict(w, ack)
			return
		}
		if old != nil {
			old.supersede()
		}
	}
	retry, err := b.takeBatch(ctx, s, f, from)
	if err == nil {
		err = b.save(ctx, s)
	}
	if err != nil {
		b.failPost(w, err)
		return
	}
	if ack, lost := s.lost(f.Instance); lost && from.order != tooLate {
		b.conflict(w, ack)
		return
	}
	b.writeAnswer(w, s, f, retry)
}

// conflict answers a page that has lost its session.
func (b *Bridge) conflict(w http.ResponseWriter, ack uint64) {
	writeJSON(w, http.StatusConflict, postConflict{Ack: ack})
	b.emitRefused(refuseSuperseded.reason)
}

// writeAnswer answers 200.
func (b *Bridge) writeAnswer(w http.ResponseWriter, s *session, f *frame, retry time.Duration) {
	token, err := b.renew(s)
	if err != nil {
		b.failPost(w, err)
		return
	}
	principal := s.who()
	a := postAnswer{Resume: token, Retry: retry.Milliseconds()}
	a.Epoch, a.Push = b.pushes.poll(&principal, b.grant(&principal, f.Want), &f.hello)
	s.mu.Lock()
	a.Ack = s.safeAck()
	s.mu.Unlock()
	b.stats.posts.Add(1)
	writeJSON(w, http.StatusOK, a)
}

// postRetry is how long a page waits after a batch that was not taken whole.
const postRetry = 2 * time.Second

// takeBatch publishes the events of a batch in their order. It stops at the first one that is not taken now; retry is then
// when to come again. The caller has the session's turn.
func (b *Bridge) takeBatch(ctx context.Context, s *session, f *frame, from sender) (retry time.Duration, err error) {
	var prev uint64
	for _, raw := range f.Events {
		if wait := s.pacePost(&b.limits, f.Leave); wait > 0 {
			return wait, nil
		}
		var e event
		whole := b.readEvent(s, raw, &e)
		if from.order == inBatch {
			s.bridgeGap(prev, e.Seq, from.page)
			prev = e.Seq
		}
		if !whole {
			s.mark(e.Seq, from)
			continue
		}
		v, pause := b.take(ctx, s, &e, from)
		switch v {
		case postponed:
			return max(pause, postRetry), nil
		case over:
			s.finish()
			if err := b.save(ctx, s); err != nil {
				return 0, err
			}
			return 0, refuse(refuseEnded)
		case closed:
			return 0, refuse(b.restart())
		default:
		}
	}
	return 0, nil
}

// readEvent reads one event of a batch. One that is malformed or too large is refused for good; there is no nack by POST,
// so the caller marks its number as done.
func (b *Bridge) readEvent(s *session, raw jsontext.Value, e *event) bool {
	var f frame
	ok, err := parseFrame(raw, &f)
	*e = f.event
	var reason string
	switch {
	case !ok || err != nil || f.Type != "event":
		reason = nackInvalid
	case len(raw) > b.limits.EventBytes:
		reason = nackTooLarge
	default:
		return true
	}
	b.count(events.Refused, events.Meta{Source: events.SourceLink, Subject: events.Subject{Session: s.id}}, len(raw), reason)
	return false
}

// failPost answers a batch that was refused.
func (b *Bridge) failPost(w http.ResponseWriter, err error) {
	b.logFault(err)
	r := refusalOf(err)
	switch r.code {
	case CodeTicket:
		b.refuseHTTP(w, http.StatusUnauthorized, r.reason, 0)
	case CodeForbidden:
		b.refuseHTTP(w, http.StatusForbidden, r.reason, 0)
	case CodeOverloaded, CodeRestart:
		b.refuseHTTP(w, http.StatusServiceUnavailable, r.reason, b.limits.SpreadMax)
	default:
		b.refuseHTTP(w, http.StatusServiceUnavailable, r.reason, postRetry)
	}
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.MarshalWrite(w, v) // the client is gone
}
