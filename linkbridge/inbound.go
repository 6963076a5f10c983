package linkbridge

import (
	"bytes"
	"context"
	"time"
	"unicode/utf8"
)

// pongFrame is the form in which the script answers a ping: recognised without reading JSON.
var pongFrame = []byte(`{"type":"pong"}`)

// handleHello takes the first frame of a connection.
func (c *conn) handleHello(data []byte) {
	var f frame
	if ok, err := parseFrame(data, &f); !ok || err != nil || f.Type != "hello" {
		c.close(unreadable(data))
		return
	}
	if f.Version != version {
		c.close(refuseVersion)
		return
	}
	if !f.hello.check() || f.Seq > maxSeq {
		c.close(refuseMalformed)
		return
	}
	if err := c.enter(c.bridge.ctx, &f.hello, f.Seq); err != nil {
		c.bridge.logFault(err)
		c.close(refusalOf(err))
	}
}

// unreadable is the refusal of a frame that is no JSON, or not of the grammar.
func unreadable(data []byte) refusal {
	if utf8.Valid(data) {
		return refuseMalformed
	}
	return refuseEncoding
}

// enter opens, or continues, the link session and says welcome.
func (c *conn) enter(ctx context.Context, h *hello, seq uint64) error {
	b := c.bridge
	s, err := b.registry.get(ctx, h.Session)
	if err != nil {
		return err
	}
	keep := false
	defer func() {
		if !keep {
			b.registry.put(s)
		}
	}()
	s.mu.Lock()
	resumed := s.known
	s.mu.Unlock()
	if err := b.authenticate(ctx, s, h); err != nil {
		return err
	}
	s.turn.Lock() // an event of the page before may be under way; its ack belongs into the welcome
	defer s.turn.Unlock()
	ack, old, ok := s.enter(h, seq, false)
	if !ok {
		c.send(encode(ackFrame{Type: "ack", Ack: ack}))
		return refuse(refuseSuperseded)
	}
	if old != nil {
		old.supersede()
	}
	c.session, c.instance = s, h.Instance
	if !b.admit(c, s) {
		c.session = nil
		return refuse(refuseRoom)
	}
	keep = true
	return c.welcome(ctx, h, ack, resumed)
}

// welcome saves the session, sends the welcome and the pushes that the page has missed.
func (c *conn) welcome(ctx context.Context, h *hello, ack uint64, resumed bool) error {
	b, s := c.bridge, c.session
	if err := b.save(ctx, s); err != nil {
		return err
	}
	if _, lost := s.lost(c.instance); lost {
		return refuse(refuseSuperseded) // it has been told
	}
	token, err := b.renew(s)
	if err != nil {
		return err
	}
	principal := s.who()
	subs := b.grant(&principal, h.Want)
	b.pushes.attach(c, &principal, subs, h, func(epoch string) {
		c.send(encode(welcomeFrame{
			Type: "welcome", Session: s.id, Ack: ack, Resumed: resumed, Resume: token,
			Ping: b.limits.Ping.Milliseconds(),
			Limits: welcomeLimits{Frame: b.limits.FrameBytes, Event: b.limits.EventBytes, Queue: clientQueue,
				Rate: b.limits.RatePerSecond},
			Now: time.Now().UnixMilli(), Subs: subs, Epoch: epoch,
		}))
	})
	b.wheel.add(c)
	return nil
}

// handle takes a frame after the hello.
func (c *conn) handle(data []byte) {
	if !c.pace() {
		return
	}
	c.resting = bytes.Equal(data, pongFrame)
	if c.resting {
		return
	}
	var f frame
	ok, err := parseFrame(data, &f)
	switch {
	case !ok:
		c.close(unreadable(data))
	case err != nil:
		c.refuseEvent(f.Seq, nackInvalid)
	case f.Type == "event" && len(data) > c.bridge.limits.EventBytes:
		c.refuseEvent(f.Seq, nackTooLarge)
	case f.Type == "event":
		c.takeEvent(&f.event)
	case f.Type == "refresh":
		c.refresh(f.Ticket)
	case f.Type == "pong":
		c.resting = true
	case f.Type == "hello":
		c.close(refuseMalformed)
	default:
		c.refuseEvent(f.Seq, nackInvalid)
	}
}

// refuseEvent refuses one event for good and keeps the connection.
func (c *conn) refuseEvent(seq uint64, code string) {
	c.bridge.countFrame(c, code)
	if seq > maxSeq {
		seq = 0
	}
	c.session.mark(seq, sender{page: c.instance})
	c.nack(seq, code)
}

func (c *conn) nack(seq uint64, code string) {
	c.send(encode(nackFrame{Type: "nack", Seq: seq, Code: code}))
	c.noteAck()
}

// takeEvent publishes one event and answers for it.
func (c *conn) takeEvent(e *event) {
	v, pause := c.publish(e)
	switch v {
	case taken, known:
		c.noteAck()
	case invalid:
		seq := e.Seq
		if seq > maxSeq {
			seq = 0
		}
		c.nack(seq, nackInvalid)
	case postponed:
		c.nack(e.Seq, nackRate)
		if pause > 0 {
			c.sleep(pause)
		}
	case over:
		c.flushAck()
		c.session.finish()
		c.close(refuseEnded)
	case closed:
		c.flushAck()
		c.close(c.bridge.restart())
	default:
	}
}

// publish takes the session's turn, makes sure that this page still owns the session, and publishes.
func (c *conn) publish(e *event) (verdict, time.Duration) {
	s, b := c.session, c.bridge
	s.turn.Lock()
	defer s.turn.Unlock()
	if c.caughtUp() {
		if err := b.reload(b.ctx, s); err != nil {
			b.logFault(err)
			return postponed, defaultPause
		}
		if s.isOver() {
			return over, 0
		}
	}
	if _, lost := s.lost(c.instance); lost {
		return 0, 0 // superseded: not acknowledged, so it comes again under the session that the page takes next
	}
	return b.take(b.ctx, s, e, sender{page: c.instance})
}

// pace holds the reader back when the page is over its rate: not reading is what slows a sender down. It reports false
// when the page did not slow down for Limits.RatePatience, or the connection was closed meanwhile.
func (c *conn) pace() bool {
	l := &c.bridge.limits
	now := time.Now()
	wait := c.bucket.take(now, l.RatePerSecond, l.RateBurst)
	if wait == 0 {
		c.overFrom = 0
		return true
	}
	if c.overFrom == 0 {
		c.overFrom = now.UnixNano()
	}
	if now.UnixNano()-c.overFrom >= int64(l.RatePatience) {
		back := int(max(wait, time.Second).Milliseconds())
		c.flushAck()
		c.close(refusal{code: CodeRate, reason: "rate", min: back, max: back * 2})
		return false
	}
	return c.sleep(wait)
}

// refresh takes a new ticket on a live connection: the session goes on, and so does its principal, perhaps with another Link
// token, whose pushes the page is told of from now on.
func (c *conn) refresh(ticket string) {
	b, s, h := c.bridge, c.session, hello{Ticket: ticket}
	err := b.authenticate(b.ctx, s, &h)
	if err == nil {
		err = b.save(b.ctx, s)
	}
	if err != nil {
		b.logFault(err)
		c.close(refusalOf(err))
		return
	}
	principal := s.who()
	b.pushes.move(c, &principal)
}
