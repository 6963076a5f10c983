package linkbridge

import "time"

// An ack goes out every 16 events, or 200 ms after an event.
const (
	ackEvery = 16
	ackDelay = 200 * time.Millisecond
)

// noteAck counts an event that is done.
func (c *conn) noteAck() {
	c.ackMu.Lock()
	c.unacked++
	if c.unacked < ackEvery {
		if c.unacked == 1 {
			c.armAck()
		}
		c.ackMu.Unlock()
		return
	}
	c.ackMu.Unlock()
	c.flushAck()
}

// caughtUp reports whether nothing waits to be acknowledged, so that the page was quiet.
func (c *conn) caughtUp() bool {
	c.ackMu.Lock()
	defer c.ackMu.Unlock()
	return c.unacked == 0
}

// armAck starts the delay; c.ackMu is held.
func (c *conn) armAck() {
	if c.ackOver {
		return
	}
	if c.ackTimer == nil {
		c.ackTimer = time.AfterFunc(ackDelay, c.flushAck)
		return
	}
	c.ackTimer.Reset(ackDelay)
}

// flushAck sends the ack that is due, if one is. With a store the session is saved first: an ack that was seen holds over a
// restart.
func (c *conn) flushAck() {
	c.ackMu.Lock()
	due := c.unacked > 0
	c.unacked = 0
	if c.ackTimer != nil {
		c.ackTimer.Stop()
	}
	c.ackMu.Unlock()
	s := c.session
	if !due || s == nil {
		return
	}
	s.mu.Lock()
	ack, mine := s.ack, s.instance == c.instance
	s.mu.Unlock()
	if !mine {
		return
	}
	if err := c.bridge.save(c.bridge.ctx, s); err != nil {
		c.bridge.logFault(err)
		c.ackMu.Lock()
		defer c.ackMu.Unlock()
		if c.unacked++; c.unacked == 1 {
			c.armAck()
		}
		return
	}
	c.send(encode(ackFrame{Type: "ack", Ack: ack}))
}

// stopAck ends the timer with the connection.
func (c *conn) stopAck() {
	c.ackMu.Lock()
	defer c.ackMu.Unlock()
	c.ackOver = true
	if c.ackTimer != nil {
		c.ackTimer.Stop()
	}
}

// supersede closes the connection that the session had until now. A page that has lost its session to another one is told
// first what it need not send again; a page that has merely reconnected forgets its old connection. An event that is being
// published meanwhile is not acknowledged: it comes again under the page's next session, and its id is known then.
func (c *conn) supersede() {
	ack, lost := c.session.lost(c.instance)
	c.mu.Lock()
	defer c.mu.Unlock()
	if !lost {
		c.closeLocked(refusal{code: CodeGone, reason: "replaced"})
		return
	}
	c.sendLocked(encode(ackFrame{Type: "ack", Ack: ack}))
	c.closeLocked(refuseSuperseded)
}
