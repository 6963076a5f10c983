package linkbridge

import (
	"container/heap"
	"log/slog"
	"time"
)

// dueQueue is a heap of facts by the time of their next decision.
type dueQueue []*fact

func (q dueQueue) Len() int           { return len(q) }
func (q dueQueue) Less(i, j int) bool { return q[i].due.Before(q[j].due) }

func (q dueQueue) Swap(i, j int) {
	q[i], q[j] = q[j], q[i]
	q[i].index, q[j].index = i, j
}

// Push implements heap.Interface.
func (q *dueQueue) Push(x any) {
	f, _ := x.(*fact)
	f.index = len(*q)
	*q = append(*q, f)
}

// Pop implements heap.Interface.
func (q *dueQueue) Pop() any {
	old := *q
	f := old[len(old)-1]
	old[len(old)-1] = nil
	*q = old[:len(old)-1]
	f.index = -1
	return f
}

// arm sets the one timer to the next decision; c.mu is held.
func (c *Correlator) arm() {
	if c.closed || len(c.queue) == 0 {
		return
	}
	wait := max(0, time.Until(c.queue[0].due))
	if c.timer == nil {
		c.timer = time.AfterFunc(wait, c.decide)
		return
	}
	c.timer.Reset(wait)
}

// decide takes all decisions that are due.
func (c *Correlator) decide() {
	c.mu.Lock()
	if c.closed {
		c.mu.Unlock()
		return
	}
	c.running.Add(1)
	c.mu.Unlock()
	defer c.running.Done()
	for f, due := c.nextDue(); f != nil; f, due = c.nextDue() {
		if partner, ok := c.conclude(f, due, time.Now()); ok {
			c.tell(f, partner)
		}
	}
}

// nextDue returns the next fact whose time has come, and that time, with what other nodes know about it, or nil when there is none.
func (c *Correlator) nextDue() (*fact, time.Time) {
	for {
		c.mu.Lock()
		now := time.Now()
		if c.closed || len(c.queue) == 0 || c.queue[0].due.After(now) {
			c.arm()
			c.mu.Unlock()
			return nil, time.Time{}
		}
		f, due := c.queue[0], c.queue[0].due
		ask := c.opts.Store != nil && f.stage == waiting
		c.mu.Unlock()
		if !ask {
			return f, due
		}
		err := c.adopt(c.ctx, f.keys)
		if err == nil {
			return f, due
		}
		c.log.LogAttrs(c.ctx, slog.LevelWarn, "linkbridge: a claim is decided later", slog.Any("error", err))
		c.mu.Lock()
		if f.index >= 0 {
			c.postpone(f, now.Add(retryAfter))
		}
		c.mu.Unlock()
	}
}

// conclude decides about a fact whose time, due, has come, as far as there is something to say: about it and its partner, or
// about it alone. The timer can run twice at once, and each decision is taken once.
func (c *Correlator) conclude(f *fact, due, now time.Time) (partner *fact, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	end := f.since.Add(c.opts.Timeout + f.slack)
	switch {
	case f.index < 0, !f.due.Equal(due): // forgotten, or decided about, meanwhile
		return nil, false
	case f.reporting:
		c.postpone(f, now.Add(retryAfter))
		return nil, false
	case f.stage != waiting && now.Before(end):
		c.postpone(f, end)
		return nil, false
	case f.stage != waiting:
		c.forget(f)
		return nil, false
	}
	late := f.graced && !now.Before(end)
	f.graced = true
	partner = c.partner(f)
	if partner == nil && !late {
		partner = c.search(f, func(o *fact) bool { return o.graced && o.stage == waiting && o.account != f.account })
	}
	switch {
	case partner != nil:
		partner.reporting = true
	case !late:
		c.postpone(f, end)
		return nil, false
	}
	f.reporting = true
	c.postpone(f, now.Add(retryAfter)) // looked at again then, should the event not be taken
	return partner, true
}

// postpone moves the next decision about f; c.mu is held.
func (c *Correlator) postpone(f *fact, due time.Time) {
	f.due = due
	heap.Fix(&c.queue, f.index)
}
