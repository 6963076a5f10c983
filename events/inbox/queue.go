package inbox

import (
	"container/heap"
	"math"
	"slices"
	"time"
)

// queue orders the events of a [Memory]. Each order key has a lane; a lane's oldest due event is a head, unless one of the
// lane's events is leased. Heaps are cleaned when they are read, so an entry is a hint and the record decides.
type queue struct {
	records map[int64]*kept // those of the store
	lanes   map[string]*lane
	heads   idHeap
	timers  timerHeap // events that wait for their time
	leases  map[int64]struct{}
}

type lane struct {
	key  string
	due  idHeap
	busy bool
}

func newQueue(records map[int64]*kept) queue {
	return queue{records: records, lanes: map[string]*lane{}, leases: map[int64]struct{}{}}
}

// due puts an event that can be claimed into its lane.
func (q *queue) due(r *kept) {
	if r.lane == nil {
		r.lane = q.lane(r.OrderKey)
	}
	r.queued = true
	r.lane.due.push(r.ID)
	q.offer(r.lane)
}

// offer makes the lane's oldest due event a head, unless the lane is busy, and forgets a lane that is empty.
func (q *queue) offer(l *lane) {
	if l.busy {
		return
	}
	if top, ok := q.top(l); ok {
		q.heads.push(top)
		return
	}
	delete(q.lanes, l.key)
}

func (q *queue) lane(key string) *lane {
	if key == "" {
		return &lane{}
	}
	l := q.lanes[key]
	if l == nil {
		l = &lane{key: key}
		q.lanes[key] = l
	}
	return l
}

// wait sets an event aside until its NextAt.
func (q *queue) wait(r *kept) {
	heap.Push(&q.timers, timer{at: r.NextAt, id: r.ID})
}

// wake moves events whose time has come into their lanes.
func (q *queue) wake(now time.Time) {
	for len(q.timers) > 0 && !q.timers[0].at.After(now) {
		t, _ := heap.Pop(&q.timers).(timer)
		if r := q.records[t.id]; r != nil && r.waits(t) {
			q.due(r)
		}
	}
}

// waits reports whether t is the timer of r.
func (r *kept) waits(t timer) bool { return r.State == Ready && !r.queued && r.NextAt.Equal(t.at) }

// take removes the oldest head and marks its lane busy; the caller leases it. It is nil when nothing is due.
func (q *queue) take() *kept {
	for len(q.heads) > 0 {
		id := q.heads.pop()
		r := q.records[id]
		if r == nil || !r.queued || r.lane.busy {
			continue
		}
		if top, ok := q.top(r.lane); !ok || top != id {
			continue
		}
		r.lane.due.pop()
		r.lane.busy, r.queued = true, false
		q.leases[id] = struct{}{}
		return r
	}
	return nil
}

// top returns the oldest due event of the lane.
func (q *queue) top(l *lane) (int64, bool) {
	for len(l.due) > 0 {
		if r := q.records[l.due[0]]; r != nil && r.queued && r.lane == l {
			return r.ID, true
		}
		l.due.pop()
	}
	return 0, false
}

// release frees the lane of a leased event and lets the next one of it come up.
func (q *queue) release(r *kept) {
	delete(q.leases, r.ID)
	l := r.lane
	r.lane, r.queued = nil, false
	l.busy = false
	q.offer(l)
}

// drop takes an event that is not leased out of the queue.
func (q *queue) drop(r *kept) {
	l := r.lane
	r.queued, r.lane = false, nil
	if l != nil {
		q.offer(l)
	}
}

// ended returns the events whose lease is over, oldest first.
func (q *queue) ended(now time.Time) []int64 {
	var ids []int64
	for id := range q.leases {
		if !q.records[id].until.After(now) {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

// next returns how long until something can become due by time alone, negative when nothing can.
func (q *queue) next(now time.Time) time.Duration {
	next := time.Duration(math.MaxInt64)
	if len(q.timers) > 0 {
		next = max(q.timers[0].at.Sub(now), 0)
	}
	for id := range q.leases {
		next = min(next, max(q.records[id].until.Sub(now), 0))
	}
	if next == math.MaxInt64 {
		return -1
	}
	return next
}

// idHeap is a min-heap of ids.
type idHeap []int64

func (h idHeap) Len() int           { return len(h) }
func (h idHeap) Less(i, j int) bool { return h[i] < h[j] }
func (h idHeap) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }

// Push implements [heap.Interface].
func (h *idHeap) Push(x any) { *h = append(*h, x.(int64)) } //nolint:forcetypeassert // only ids are pushed

// Pop implements [heap.Interface].
func (h *idHeap) Pop() any {
	old := *h
	x := old[len(old)-1]
	*h = old[:len(old)-1]
	return x
}

func (h *idHeap) push(id int64) { heap.Push(h, id) }
func (h *idHeap) pop() int64    { id, _ := heap.Pop(h).(int64); return id }

// timer is an event that waits.
type timer struct {
	at time.Time
	id int64
}

type timerHeap []timer

func (h timerHeap) Len() int { return len(h) }
func (h timerHeap) Less(i, j int) bool {
	if !h[i].at.Equal(h[j].at) {
		return h[i].at.Before(h[j].at)
	}
	return h[i].id < h[j].id
}
func (h timerHeap) Swap(i, j int) { h[i], h[j] = h[j], h[i] }

// Push implements [heap.Interface].
func (h *timerHeap) Push(x any) { *h = append(*h, x.(timer)) } //nolint:forcetypeassert // only timers are pushed

// Pop implements [heap.Interface].
func (h *timerHeap) Pop() any {
	old := *h
	x := old[len(old)-1]
	*h = old[:len(old)-1]
	return x
}
