package linkbridge

import (
	"container/heap"
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
	for {
		f, partner, ok := c.nextDue(time.Now())
		if !ok {
			return
		}
		if f == nil {
			continue
		}
		c.tell(f, partner)
	}
}

// nextDue takes the next fact whose time has come. It returns ok false when there is none, and a nil fact when there is
// nothing to say about it.
func (c *Correlator) nextDue(now time.Time) (f, partner *fact, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed || len(c.queue) == 0 || c.queue[0].due.After(now) {
		c.arm()
		return nil, nil, false
	}
	f = c.queue[0]
	end := f.since.Add(c.opts.Timeout)
	switch {
	case f.reporting:
		c.postpone(f, now.Add(retryAfter))
		return nil, nil, true
	case f.settled:
		if now.Before(end) {
			c.postpone(f, end)
		} else {
			c.forget(f)
		}
		return nil, nil, true
	case !f.graced:
		f.graced = true
		c.postpone(f, end)
	case !now.Before(end):
		f.reporting = true
		c.postpone(f, now.Add(retryAfter)) // forgotten then, or tried again
		return f, nil, true
	default:
		c.postpone(f, end)
	}
	partner = c.search(f, func(o *fact) bool { return o.graced && !o.settled && o.account != f.account })
	if partner == nil {
		return nil, nil, true
	}
	f.reporting, partner.reporting = true, true
	return f, partner, true
}

// postpone moves the next decision about f; c.mu is held.
func (c *Correlator) postpone(f *fact, due time.Time) {
	f.due = due
	heap.Fix(&c.queue, f.index)
}
