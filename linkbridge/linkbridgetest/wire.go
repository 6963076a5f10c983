package linkbridgetest

import (
	"bytes"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/gorilla/websocket"

	"github.com/linkhook/linkhook/events"
)

type event struct {
	Type     string         `json:"type"`
	Seq      uint64         `json:"seq"`
	ID       string         `json:"id"`
	Provider string         `json:"provider"`
	Name     string         `json:"name"`
	At       int64          `json:"at"`
	Mono     int64          `json:"mono"`
	Payload  jsontext.Value `json:"payload"`
}

type hello struct {
	Type      string   `json:"type"` // "hello", or "events" in a POST
	V         int      `json:"v"`
	Session   string   `json:"session"`
	Instance  string   `json:"instance"`
	Ticket    string   `json:"ticket,omitzero"`
	Resume    string   `json:"resume,omitzero"`
	SDK       string   `json:"sdk"`
	Acked     uint64   `json:"acked"`
	Seq       uint64   `json:"seq"`
	Want      []string `json:"want"`
	PushAfter uint64   `json:"push_after"`
	Epoch     string   `json:"epoch"`
	Events    []event  `json:"events,omitzero"`
	Leave     bool     `json:"leave,omitzero"`
}

// reply has the fields of every frame of the server.
type reply struct {
	Type    string `json:"type"`
	Ack     uint64 `json:"ack"`
	Resumed bool   `json:"resumed"`
	Resume  string `json:"resume"`
	Epoch   string `json:"epoch"`
	Code    any    `json:"code"` // a number in bye, a word in nack
	Seq     uint64 `json:"seq"`
	Push
}

// TryConnect opens a connection and waits for the welcome, for which it returns zero, or for the end of the connection, for
// which it returns the close code. An HTTP status is returned when the handshake is refused.
func (b *Browser) TryConnect() (code int) {
	b.tb.Helper()
	b.Drop()
	dialer := websocket.Dialer{Subprotocols: []string{"linkbridge.v1"}, HandshakeTimeout: b.opts.Timeout, NetDialContext: b.opts.Dial}
	ws, resp, err := dialer.Dial(b.url, http.Header{"Origin": {b.opts.Origin}}) //nolint:bodyclose // gorilla needs none to be closed
	if err != nil {
		if resp != nil {
			return resp.StatusCode
		}
		b.tb.Fatalf("linkbridgetest: no connection to the bridge: %v", err)
	}
	b.mu.Lock()
	b.ws, b.welcome, b.ended, b.code = ws, false, false, 0
	h := b.hello()
	b.mu.Unlock()
	b.write(h)
	b.reader.Go(func() { b.read(ws) })
	b.wait("welcome", func() bool { return b.welcome || b.ended })
	b.mu.Lock()
	code, open := b.code, b.welcome
	queue := slices.Clone(b.queue)
	b.mu.Unlock()
	if !open {
		return code
	}
	for _, e := range queue {
		b.write(e)
	}
	return 0
}

// hello makes the first frame; b.mu is held.
func (b *Browser) hello() hello {
	return hello{Type: "hello", V: 1, Session: b.session, Instance: b.instance, Ticket: b.ticket, Resume: b.resume,
		SDK: "linkbridgetest/1", Acked: b.acked, Seq: b.seq, Want: b.opts.Want, PushAfter: b.pseq, Epoch: b.epoch}
}

// Leave sends what is not acknowledged as a beacon, as a page does that is hidden or closed, and returns the status. The
// page goes on as if it had not read the answer.
func (b *Browser) Leave() (status int) {
	b.tb.Helper()
	b.mu.Lock()
	h := b.hello()
	h.Type, h.Leave = "events", true
	h.Events = append([]event{}, b.queue...)
	b.mu.Unlock()
	body, err := json.Marshal(h)
	if err != nil {
		b.tb.Fatalf("linkbridgetest: encoding a beacon: %v", err)
	}
	url := "http" + strings.TrimPrefix(b.url, "ws")
	req, err := http.NewRequestWithContext(b.tb.Context(), http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		b.tb.Fatalf("linkbridgetest: making a beacon: %v", err)
	}
	req.Header.Set("Origin", b.opts.Origin)
	req.Header.Set("Content-Type", "text/plain;charset=UTF-8")
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true, DialContext: b.opts.Dial}, Timeout: b.opts.Timeout}
	resp, err := client.Do(req)
	if err != nil {
		b.tb.Fatalf("linkbridgetest: no answer to the beacon: %v", err)
	}
	_ = resp.Body.Close()
	return resp.StatusCode
}

// Track sends one Link event and returns its number. The payload is encoded as JSON.
func (b *Browser) Track(provider, name string, payload any) (seq uint64) {
	b.tb.Helper()
	data, err := json.Marshal(payload)
	if err != nil {
		b.tb.Fatalf("linkbridgetest: encoding the payload: %v", err)
	}
	b.tracked++
	b.mu.Lock()
	b.seq++
	e := event{Type: "event", Seq: b.seq, ID: randomID(), Provider: provider, Name: name, At: time.Now().UnixMilli(),
		Payload: data}
	b.queue = append(b.queue, e)
	open := b.welcome && !b.ended
	b.mu.Unlock()
	if open {
		b.write(e)
	}
	return e.Seq
}

// Track sends one Link event of a declared kind, with its typed payload, and returns its number.
func Track[T any](b *Browser, kind events.Kind[T], data T) (seq uint64) {
	b.tb.Helper()
	payload, err := kind.Encode(data)
	if err != nil {
		b.tb.Fatalf("linkbridgetest: encoding the payload: %v", err)
	}
	return b.Track(kind.ID().Provider, kind.ID().Name, jsontext.Value(payload))
}

// Refresh sends a new ticket on the live connection; later connections use it too.
func (b *Browser) Refresh(ticket string) {
	b.ticket = ticket
	b.write(map[string]string{"type": "refresh", "ticket": ticket})
}

// WaitAck waits until the bridge has acknowledged that number: every event up to it was published, or refused for good.
func (b *Browser) WaitAck(seq uint64) {
	b.tb.Helper()
	b.wait("ack", func() bool { return b.acked >= seq })
}

// WaitNack waits until the bridge has refused that number and returns the code of the nack.
func (b *Browser) WaitNack(seq uint64) (code string) {
	b.tb.Helper()
	b.wait("nack", func() bool { return b.nacks[seq] != "" })
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.nacks[seq]
}

// WaitPush waits for the next push that was not returned yet.
func (b *Browser) WaitPush() Push {
	b.tb.Helper()
	b.wait("push", func() bool { return len(b.pushes) > 0 })
	b.mu.Lock()
	defer b.mu.Unlock()
	p := b.pushes[0]
	b.pushes = b.pushes[1:]
	return p
}

// WaitClose waits until the connection has ended and returns its close code, 1006 when there was none.
func (b *Browser) WaitClose() (code int) {
	b.tb.Helper()
	b.wait("close", func() bool { return b.ended })
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.code
}

// Resumed reports whether the bridge knew the session at the last welcome.
func (b *Browser) Resumed() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.resumed
}

// write sends a frame. A broken connection is no failure: what it swallowed is sent again after the next one is open.
func (b *Browser) write(v any) {
	data, err := json.Marshal(v)
	if err != nil {
		b.tb.Fatalf("linkbridgetest: encoding a frame: %v", err)
	}
	b.mu.Lock()
	ws := b.ws
	b.mu.Unlock()
	b.writing.Lock()
	defer b.writing.Unlock()
	_ = ws.WriteMessage(websocket.TextMessage, data) // see above
}

// read takes frames until the connection ends.
func (b *Browser) read(ws *websocket.Conn) {
	for {
		_, data, err := ws.ReadMessage()
		if err != nil {
			b.mu.Lock()
			b.ended, b.code = true, websocket.CloseAbnormalClosure
			if e, ok := errors.AsType[*websocket.CloseError](err); ok {
				b.code = e.Code
			}
			_ = ws.Close() // it has ended
			b.notify()
			b.mu.Unlock()
			return
		}
		var r reply
		if err := json.Unmarshal(data, &r); err != nil {
			b.tb.Errorf("linkbridgetest: the bridge sent a frame that is no JSON: %v", err)
			continue
		}
		if r.Type == "ping" {
			b.write(map[string]string{"type": "pong"})
			continue
		}
		b.mu.Lock()
		b.apply(&r)
		b.notify()
		b.mu.Unlock()
	}
}

// apply changes the page's state as the frame says; b.mu is held.
func (b *Browser) apply(r *reply) {
	switch r.Type {
	case "welcome":
		b.welcome, b.resumed, b.resume = true, r.Resumed, r.Resume
		if b.epoch != r.Epoch {
			b.epoch, b.pseq = r.Epoch, 0
		}
		b.ack(r.Ack)
	case "ack":
		b.ack(r.Ack)
	case "nack":
		code, _ := r.Code.(string)
		b.nacks[r.Seq] = code
		if code != "rate" {
			b.queue = slices.DeleteFunc(b.queue, func(e event) bool { return e.Seq == r.Seq })
		}
	case "push":
		if r.Epoch != "" {
			b.epoch = r.Epoch
		}
		b.pseq = r.Push.Seq
		b.pushes = append(b.pushes, r.Push)
	default:
	}
}

// ack forgets what is acknowledged; an event that was nacked with rate comes again under a new number when Resend is called.
func (b *Browser) ack(n uint64) {
	b.acked = max(b.acked, n)
	b.queue = slices.DeleteFunc(b.queue, func(e event) bool { return e.Seq <= n && b.nacks[e.Seq] != "rate" })
}

// Resend gives every event that was refused with nack rate a new number, sends it again and returns the last number.
func (b *Browser) Resend() (seq uint64) {
	b.tb.Helper()
	b.mu.Lock()
	var again []event
	var kept []event
	for _, e := range b.queue {
		if b.nacks[e.Seq] != "rate" {
			kept = append(kept, e)
			continue
		}
		b.seq++
		e.Seq = b.seq
		again = append(again, e)
	}
	b.queue = slices.Concat(kept, again)
	seq = b.seq
	b.mu.Unlock()
	for _, e := range again {
		b.write(e)
	}
	return seq
}
