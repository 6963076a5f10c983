package linkbridge

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"sync"
	"time"
)

// Bounds of what is kept for pages that are not there yet, or not there any more.
const (
	ringSize  = 32
	ringKeep  = 10 * time.Minute
	maxTopics = 10_000
)

// pushes holds the last pushes of every Link token and user, and who is listening.
type pushes struct {
	log string // where the numbers come from when they are those of a log between nodes; empty in one process

	mu     sync.Mutex
	topics map[string]*topic
}

// topic is the ring of one Link token or user. Its numbers mean something within its epoch only.
type topic struct {
	key     string
	epoch   string
	last    uint64
	ring    []pushed
	readers []*conn
	touched time.Time
}

// member is a connection's subscription.
type member struct {
	topic *topic
	subs  []string
	seen  uint64 // highest number that the page has seen, perhaps from a node that reads the log faster
	moved bool   // the topic is not the one that the page was welcomed to
}

func newPushes() *pushes { return &pushes{topics: map[string]*topic{}} }

// topicOf returns the topic, making it when it is new; p.mu is held.
func (p *pushes) topicOf(key string, now time.Time) *topic {
	t := p.topics[key]
	if t != nil {
		return t
	}
	if len(p.topics) >= maxTopics {
		p.makeRoom(now)
	}
	t = &topic{key: key, epoch: randomID()[:16], touched: now}
	if p.log != "" { // on every node the same one, and not that of another topic
		sum := sha256.Sum256([]byte(key))
		t.epoch = p.log + "-" + hex.EncodeToString(sum[:8])
	}
	p.topics[key] = t
	return t
}

// makeRoom drops what nobody can ask for any more, and if that is not enough the topic that was quiet longest; p.mu is held.
func (p *pushes) makeRoom(now time.Time) {
	var oldest *topic
	for key, t := range p.topics {
		if len(t.readers) > 0 {
			continue
		}
		if now.Sub(t.touched) > ringKeep {
			delete(p.topics, key)
			continue
		}
		if oldest == nil || t.touched.Before(oldest.touched) {
			oldest = t
		}
	}
	if len(p.topics) >= maxTopics && oldest != nil {
		delete(p.topics, oldest.key)
	}
}

// add puts a push into a topic's ring and sends it to the readers. A push of the log brings its number along.
func (p *pushes) add(key string, push pushed) {
	now := time.Now()
	p.mu.Lock()
	defer p.mu.Unlock()
	t := p.topicOf(key, now)
	t.expire(now)
	known := slices.ContainsFunc(t.ring, func(x pushed) bool { return x.Event == push.Event })
	if known || push.seq != 0 && push.seq <= t.last {
		return
	}
	if push.seq == 0 {
		push.seq = t.last + 1
	}
	push.kept = now
	t.last, t.touched = push.seq, now
	if len(t.ring) == ringSize {
		t.ring = slices.Delete(t.ring, 0, 1)
	}
	t.ring = append(t.ring, push)
	for _, c := range t.readers {
		if push.seq > c.seen && slices.Contains(c.subs, push.Name) {
			c.tell(push.frame())
		}
	}
}

func (t *topic) expire(now time.Time) {
	t.ring = slices.DeleteFunc(t.ring, func(x pushed) bool { return now.Sub(x.kept) > ringKeep })
}

// missed returns the pushes above a number that a page with those subscriptions is to be told of.
func (t *topic) missed(subs []string, after uint64, now time.Time) []pushFrame {
	t.expire(now)
	list := make([]pushFrame, 0, len(t.ring))
	for _, x := range t.ring {
		if x.seq > after && slices.Contains(subs, x.Name) {
			list = append(list, x.frame())
		}
	}
	return list
}

// attach subscribes a connection. Welcome is called with the epoch before any push is sent. A page without subscriptions
// costs nothing.
func (p *pushes) attach(c *conn, principal *Principal, subs []string, h *hello, welcome func(epoch string)) {
	if len(subs) == 0 {
		welcome("")
		return
	}
	now := time.Now()
	p.mu.Lock()
	defer p.mu.Unlock()
	t := p.topicOf(topicKey(principal), now)
	t.readers = append(t.readers, c)
	c.member = member{topic: t, subs: subs}
	if h.Epoch == t.epoch {
		c.seen = h.PushAfter
	}
	welcome(t.epoch)
	for _, f := range t.missed(subs, c.seen, now) {
		c.tell(f)
	}
}

// move subscribes a connection anew when a ticket has brought another Link token. What came for that one before is told now;
// the frames say that their numbers are others.
func (p *pushes) move(c *conn, principal *Principal) {
	now := time.Now()
	p.mu.Lock()
	defer p.mu.Unlock()
	old, key := c.topic, topicKey(principal)
	if old == nil || old.key == key {
		return
	}
	p.leave(c, now)
	t := p.topicOf(key, now)
	t.readers = append(t.readers, c)
	c.topic, c.seen, c.moved = t, 0, true
	for _, f := range t.missed(c.subs, 0, now) {
		c.tell(f)
	}
}

// tell sends a push to its reader; the mutex of the pushes is held.
func (c *conn) tell(f pushFrame) {
	c.seen = f.PSeq
	if c.moved {
		f.Epoch = c.topic.epoch
	}
	c.send(encode(f))
}

// detach ends a connection's subscription.
func (p *pushes) detach(c *conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if c.topic != nil {
		p.leave(c, time.Now())
		c.member = member{}
	}
}

// leave takes a reader out of its topic; p.mu is held.
func (p *pushes) leave(c *conn, now time.Time) {
	t := c.topic
	t.readers = slices.DeleteFunc(t.readers, func(x *conn) bool { return x == c })
	t.touched = now
	if len(t.readers) == 0 && len(t.ring) == 0 {
		delete(p.topics, t.key)
	}
}

// poll answers a POST: the epoch and what the page has not seen.
func (p *pushes) poll(principal *Principal, subs []string, h *hello) (epoch string, missed []pushFrame) {
	if len(subs) == 0 {
		return "", []pushFrame{}
	}
	now := time.Now()
	p.mu.Lock()
	defer p.mu.Unlock()
	t := p.topicOf(topicKey(principal), now)
	t.touched = now
	after := h.PushAfter
	if h.Epoch != t.epoch {
		after = 0
	}
	return t.epoch, t.missed(subs, after, now)
}
