package linkbridge

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// writeBufferSize of the write buffers that all connections share.
const writeBufferSize = 1024

// newUpgrader makes the one upgrader. Compression is never negotiated: gorilla's read limit counts compressed bytes, so a
// small frame could grow into a huge one, and secrets beside attacker-chosen text must not be compressed together.
// The origin has been checked before it is asked.
func newUpgrader() *websocket.Upgrader {
	return &websocket.Upgrader{
		HandshakeTimeout: 5 * time.Second,
		WriteBufferSize:  writeBufferSize,
		WriteBufferPool:  &sync.Pool{},
		Subprotocols:     []string{Subprotocol},
		CheckOrigin:      func(*http.Request) bool { return true },
	}
}

// serveWebsocket upgrades the request and returns: the connection lives on goroutines of the bridge, so that the server's
// own goroutine and its buffers are free again.
func (b *Bridge) serveWebsocket(w http.ResponseWriter, r *http.Request) {
	switch {
	case !b.origins.allow(r):
		b.refuseHTTP(w, http.StatusForbidden, "origin", 0)
		return
	case !websocket.IsWebSocketUpgrade(r):
		w.Header().Set("Upgrade", "websocket")
		b.refuseHTTP(w, http.StatusUpgradeRequired, "no upgrade", 0)
		return
	case b.isDraining():
		b.refuseHTTP(w, http.StatusServiceUnavailable, "draining", b.limits.SpreadMax)
		return
	case !b.addresses.allow(time.Now(), b.options.ClientIP(r)):
		b.refuseHTTP(w, http.StatusTooManyRequests, "address rate", time.Second)
		return
	case !b.room.TryAcquire(1):
		b.refuseHTTP(w, http.StatusServiceUnavailable, "no room", b.limits.SpreadMax)
		return
	}
	c := &conn{bridge: b}
	ws, err := b.upgrader.Upgrade(hijackable{ResponseWriter: w, wire: &c.wire}, r, nil)
	if err != nil {
		b.room.Release(1)
		b.emitRefused("handshake")
		return
	}
	c.use(ws)
	if !b.launch(c) {
		c.turnAway(b.restart())
		b.room.Release(1)
	}
}

// turnAway closes a connection that was never started.
func (c *conn) turnAway(r refusal) {
	deadline := time.Now().Add(c.bridge.limits.CloseTimeout)
	_ = c.ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(r.code, r.reason), deadline) // a courtesy
	_ = c.ws.Close()                                                                                        // it is over either way
}

// refuseHTTP answers a request that is refused before it becomes a connection or a batch.
func (b *Bridge) refuseHTTP(w http.ResponseWriter, status int, reason string, retry time.Duration) {
	if retry > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int((retry+time.Second-1)/time.Second)))
	}
	b.emitRefused(reason)
	if retry > 0 {
		writeJSON(w, status, postBusy{Retry: retry.Milliseconds()})
		return
	}
	http.Error(w, reason, status)
}

// hijackable gives gorilla the http.Hijacker that it looks for, found through any middleware that has Unwrap.
type hijackable struct {
	http.ResponseWriter

	wire *wire
}

// Hijack implements http.Hijacker. Gorilla takes the reader that it is given here for its own; what the server had
// read already would be lost with the server's buffer, and no client may send before the handshake is over.
func (h hijackable) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	nc, rw, err := http.NewResponseController(h.ResponseWriter).Hijack()
	if err != nil {
		return nil, nil, fmt.Errorf("linkbridge: the connection cannot be taken over, mount the bridge outside of http.TimeoutHandler: %w", err)
	}
	if rw.Reader.Buffered() > 0 {
		_ = nc.Close() // it is refused
		return nil, nil, errEarly
	}
	h.wire.Conn = nc
	h.wire.borrow()
	return h.wire, bufio.NewReadWriter(&h.wire.reader, rw.Writer), nil
}
