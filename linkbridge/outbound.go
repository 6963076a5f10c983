package linkbridge

import (
	"time"

	"github.com/go-json-experiment/json"
	"github.com/gorilla/websocket"
)

// Frames of the server.
type (
	welcomeFrame struct {
		Type    string        `json:"type"`
		Session string        `json:"session"`
		Ack     uint64        `json:"ack"`
		Resumed bool          `json:"resumed"`
		Resume  string        `json:"resume"`
		Ping    int64         `json:"ping"`
		Limits  welcomeLimits `json:"limits"`
		Now     int64         `json:"now"`
		Subs    []string      `json:"subs"`
		Epoch   string        `json:"epoch"`
	}
	welcomeLimits struct {
		Frame int     `json:"frame"`
		Event int     `json:"event"`
		Queue int     `json:"queue"`
		Rate  float64 `json:"rate"`
	}
	ackFrame struct {
		Type string `json:"type"`
		Ack  uint64 `json:"ack"`
	}
	nackFrame struct {
		Type string `json:"type"`
		Seq  uint64 `json:"seq"`
		Code string `json:"code"`
	}
	byeFrame struct {
		Type      string `json:"type"`
		Code      int    `json:"code"`
		Reconnect bool   `json:"reconnect"`
		Min       int    `json:"min"`
		Max       int    `json:"max"`
		Reason    string `json:"reason"`
	}
)

// clientQueue is how many events the script queues at most.
const clientQueue = 200

// pingFrame is what page JavaScript can see; the protocol's own ping goes out beside it.
var pingFrame = []byte(`{"type":"ping"}`)

// encode returns the JSON of a frame.
func encode(v any) []byte {
	b, _ := json.Marshal(v) // our own frames: numbers and strings that came out of JSON
	return b
}

// send queues a frame for the writer. Whatever comes after the close of the connection is dropped. A queue that grows over
// its bound in bytes closes the connection instead: the page does not read.
func (c *conn) send(frame []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sendLocked(frame)
}

func (c *conn) sendLocked(frame []byte) {
	if c.ending != nil || c.gone {
		return
	}
	if c.queued+len(frame) > c.bridge.limits.OutboundBytes {
		c.queue, c.queued = nil, 0
		c.closeLocked(refusal{code: CodeSlow, reason: "slow consumer"})
		return
	}
	c.queue = append(c.queue, frame)
	c.queued += len(frame)
	c.wake()
}

// close says bye and closes: what was queued goes out first. Only the first close counts.
func (c *conn) close(r refusal) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closeLocked(r)
}

func (c *conn) closeLocked(r refusal) {
	if c.ending != nil || c.gone {
		return
	}
	c.ending = &r
	if c.done != nil {
		close(c.done)
	}
	c.queue = append(c.queue, encode(byeFrame{Type: "bye", Code: r.code, Reconnect: r.reconnect(), Min: r.min, Max: r.max,
		Reason: r.reason}))
	c.wake()
}

// wake starts the writer unless it runs; an idle connection has none. c.mu is held.
func (c *conn) wake() {
	if c.writing {
		return
	}
	c.writing = true
	c.bridge.spawn(c.write)
}

// write is the only writer of data frames. It ends when the queue is empty.
func (c *conn) write() {
	for {
		c.mu.Lock()
		queue, ending := c.queue, c.ending
		c.queue, c.queued = nil, 0
		if len(queue) == 0 {
			c.writing = false
			gone := c.gone
			c.mu.Unlock()
			if gone {
				_ = c.ws.Close() // it is over either way
			}
			return
		}
		c.mu.Unlock()
		for _, frame := range queue {
			if err := c.writeFrame(frame); err != nil {
				_ = c.ws.Close() // the reader reports the broken connection
				break
			}
		}
		if ending != nil {
			c.writeClose(ending)
		}
	}
}

// writeFrame writes one frame; a ping is written twice, for the page and for the proxies between.
func (c *conn) writeFrame(frame []byte) error {
	deadline := time.Now().Add(c.bridge.limits.WriteTimeout)
	if &frame[0] == &pingFrame[0] {
		if err := c.ws.WriteControl(websocket.PingMessage, nil, deadline); err != nil {
			return err //nolint:wrapcheck // only its presence counts
		}
	}
	if err := c.ws.SetWriteDeadline(deadline); err != nil {
		return err //nolint:wrapcheck // only its presence counts
	}
	return c.ws.WriteMessage(websocket.TextMessage, frame) //nolint:wrapcheck // only its presence counts
}

// writeClose sends the close frame and gives the other side time to answer it.
func (c *conn) writeClose(r *refusal) {
	now := time.Now()
	message := websocket.FormatCloseMessage(r.code, r.reason)
	err := c.ws.WriteControl(websocket.CloseMessage, message, now.Add(c.bridge.limits.WriteTimeout))
	if err != nil {
		_ = c.ws.Close() // nothing is left to be said
		return
	}
	_ = c.ws.SetReadDeadline(now.Add(c.bridge.limits.CloseTimeout)) // the reader reports a broken connection
}
