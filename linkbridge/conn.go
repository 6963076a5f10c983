package linkbridge

import (
	"bytes"
	"errors"
	"io"
	"net"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"github.com/linkhook/linkhook/events"
)

// conn is one websocket. One goroutine reads; a second one writes while there is something to write. An idle connection
// therefore costs one small stack, and the memory of an idle connection is what bounds how many a node can hold.
type conn struct {
	bridge *Bridge
	ws     *websocket.Conn
	wire   wire

	// Fields of the reader.
	session  *session
	instance string
	bucket   bucket
	overFrom int64 // since when the page has been over its rate, Unix nanoseconds; zero when it is not
	readTill int64 // the read deadline, Unix nanoseconds
	resting  bool  // the last frame was a pong: the page is quiet

	mu      sync.Mutex
	queue   [][]byte
	queued  int // bytes in queue
	writing bool
	busy    bool          // the reader is at work on a frame
	leaving *refusal      // to be closed with this once the reader is done with its frame
	ending  *refusal      // how the connection was closed by us
	gone    bool          // the reader has ended
	done    chan struct{} // made by the first sleep, closed with ending

	ackMu    sync.Mutex
	unacked  int // events since the last ack
	ackTimer *time.Timer
	ackOver  bool // the connection has ended

	place  // guarded by the bridge's mutex
	slot   // guarded by the wheel's mutex
	member // guarded by the mutex of the pushes
}

// frames holds buffers for incoming frames; a connection that waits owns none.
var frames = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// maxPooled is the largest buffer that is kept.
const maxPooled = 16 << 10

// use takes the upgraded connection.
func (c *conn) use(ws *websocket.Conn) {
	c.ws = ws
	ws.SetReadLimit(int64(c.bridge.limits.FrameBytes))
	pong := ws.PingHandler()
	ws.SetPingHandler(func(data string) error {
		if !c.pace() {
			return errRate
		}
		return pong(data)
	})
	ws.SetPongHandler(func(string) error {
		c.extend(time.Now())
		return nil
	})
}

// serve reads the hello and then lets the connection rest: reading JSON grows a stack, and the one of the goroutine that
// waits for the page's next event shall be small.
func (c *conn) serve() {
	defer c.rescue()
	deadline := time.Now().Add(c.bridge.limits.HelloTimeout)
	c.readTill = deadline.UnixNano()
	if err := c.ws.SetReadDeadline(deadline); err != nil {
		c.finish(err)
		return
	}
	if c.ws.Subprotocol() != Subprotocol {
		c.close(refuseVersion)
	}
	if err := c.readFrame(c.handleHello); err != nil {
		if isTimeout(err) {
			c.close(refusal{code: CodeNoHello, reason: "no hello"})
		}
		c.finish(err)
		return
	}
	c.extend(time.Now())
	c.rest()
}

// rest goes on with a fresh goroutine.
func (c *conn) rest() {
	if c.wire.idle() {
		c.wire.giveBack()
		c.bridge.spawn(c.wait)
		return
	}
	c.bridge.spawn(c.read)
}

// wait is where a quiet connection spends its life.
func (c *conn) wait() {
	if err := c.wire.await(); err != nil {
		c.lose(err)
		return
	}
	c.wire.borrow()
	c.bridge.spawn(c.read)
}

// read takes frames until the connection ends or the page falls quiet.
func (c *conn) read() {
	defer c.rescue()
	for {
		if err := c.readFrame(c.handle); err != nil {
			c.lose(err)
			return
		}
		if c.resting {
			c.resting = false
			c.rest()
			return
		}
	}
}

// lose ends a connection that cannot be read any more.
func (c *conn) lose(err error) {
	if isTimeout(err) {
		c.close(refusal{code: CodeSlow, reason: "no pong"})
	}
	c.finish(err)
}

// readFrame reads one frame and hands it to the function. The error is that of the connection.
func (c *conn) readFrame(handle func([]byte)) error {
	kind, r, err := c.ws.NextReader()
	if err != nil {
		return err //nolint:wrapcheck // finish reads the close code from it
	}
	buf, _ := frames.Get().(*bytes.Buffer)
	buf.Reset()
	defer func() {
		if buf.Cap() <= maxPooled {
			frames.Put(buf)
		}
	}()
	if _, err := buf.ReadFrom(r); err != nil {
		return err //nolint:wrapcheck // finish reads the close code from it
	}
	if !c.start() {
		return nil // closing: what comes now is not acknowledged and will be sent again
	}
	defer c.stop()
	if kind != websocket.TextMessage {
		c.close(refusal{code: CodeBinary, reason: "binary frame"})
		return nil
	}
	c.extend(time.Now())
	handle(buf.Bytes())
	return nil
}

// start notes that the reader is at work; it reports false when the connection is being closed.
func (c *conn) start() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.busy = c.ending == nil && c.leaving == nil
	return c.busy
}

// stop notes that the reader is done with its frame, and closes if somebody asked for that meanwhile.
func (c *conn) stop() {
	c.mu.Lock()
	c.busy = false
	leaving := c.leaving
	c.mu.Unlock()
	if leaving != nil {
		c.flushAck()
		c.close(*leaving)
	}
}

// leave closes the connection once the event that is being published is done and acknowledged.
func (c *conn) leave(r refusal) {
	c.mu.Lock()
	if c.leaving == nil {
		c.leaving = &r // from now on the reader begins nothing new
	}
	busy := c.busy
	c.mu.Unlock()
	if busy {
		return
	}
	c.flushAck()
	c.close(r)
}

// extend moves the read deadline, at most once a second, because every frame would pay for it.
func (c *conn) extend(now time.Time) {
	deadline := now.Add(c.bridge.limits.Ping + c.bridge.limits.PingGrace)
	till := deadline.UnixNano()
	if moved := till - c.readTill; moved > -int64(time.Second) && moved < int64(time.Second) {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ending != nil {
		return // the deadline of the closing handshake holds
	}
	c.readTill = till
	_ = c.ws.SetReadDeadline(deadline) // the next read reports a broken connection
}

// sleep waits, and reports false when the connection is closed meanwhile.
func (c *conn) sleep(d time.Duration) bool {
	c.mu.Lock()
	if c.ending != nil {
		c.mu.Unlock()
		return false
	}
	if c.done == nil {
		c.done = make(chan struct{})
	}
	done := c.done
	c.mu.Unlock()
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-done:
		return false
	}
}

// finish takes the connection out of the books after the reader's last error.
func (c *conn) finish(err error) {
	c.linger(err)
	c.wire.giveBack()
	c.mu.Lock()
	c.gone = true
	ending, writing := c.ending, c.writing
	c.mu.Unlock()
	if ending == nil || !writing {
		_ = c.ws.Close() // it is over either way
	}
	c.stopAck()
	c.bridge.drop(c)
	c.bridge.report(c, closeCode(ending, err))
}

// linger reads on for a moment after a frame that broke the protocol or the size limit: closing a connection with bytes
// unread resets it, and the page would never see the close frame that says why.
func (c *conn) linger(err error) {
	_, closed := errors.AsType[*websocket.CloseError](err)
	_, broken := errors.AsType[net.Error](err)
	if closed || broken || errors.Is(err, io.ErrUnexpectedEOF) {
		return
	}
	nc := c.ws.NetConn()
	_ = nc.SetReadDeadline(time.Now().Add(c.bridge.limits.CloseTimeout)) // a broken connection ends the copy
	_, _ = io.Copy(io.Discard, nc)                                       // the end is all that is waited for
}

// closeCode is the code under which the end of a connection is counted.
func closeCode(ending *refusal, err error) int {
	if ending != nil {
		return ending.code
	}
	if e, ok := errors.AsType[*websocket.CloseError](err); ok {
		return e.Code
	}
	if errors.Is(err, websocket.ErrReadLimit) {
		return CodeTooBig
	}
	return CodeDropped
}

// rescue keeps a panic from ending the process: it closes this connection with 1011.
func (c *conn) rescue() {
	v := recover()
	if v == nil {
		return
	}
	c.bridge.logPanic(events.NewPanicError(v))
	c.close(refuseFault)
	c.finish(io.ErrUnexpectedEOF)
}

// rescueHost keeps a panic of a function of the host from ending the process; the connection is closed.
func (c *conn) rescueHost() {
	if v := recover(); v != nil {
		c.bridge.logPanic(events.NewPanicError(v))
		c.close(refuseFault)
	}
}

func isTimeout(err error) bool {
	e, ok := errors.AsType[net.Error](err)
	return ok && e.Timeout()
}
