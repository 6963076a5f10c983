package linkbridge

import (
	"sync"
	"time"
)

// wheel pings all connections, a slice of them at every tick, from one timer. It has no goroutine, and while there is no
// connection no timer either.
type wheel struct {
	tick  time.Duration
	turn  func(c *conn)
	mu    sync.Mutex
	slots [wheelSlots][]*conn
	hand  int
	moved time.Time // when the hand should have come to where it is
	count int
	timer *time.Timer
	over  bool
}

// wheelSlots is how many ticks a revolution has.
const wheelSlots = 25

// slot is the place of a connection in the wheel.
type slot struct {
	slot, index int
	turning     bool
}

// newWheel makes a wheel that calls turn for each connection once in every period.
func newWheel(period time.Duration, turn func(*conn)) *wheel {
	return &wheel{tick: max(period/wheelSlots, time.Millisecond), turn: turn}
}

// add puts c just behind the hand, so that its first turn comes after one period.
func (w *wheel) add(c *conn) {
	w.mu.Lock()
	defer w.mu.Unlock()
	i := (w.hand + wheelSlots - 1) % wheelSlots
	c.slot = slot{slot: i, index: len(w.slots[i]), turning: true}
	w.slots[i] = append(w.slots[i], c)
	w.count++
	if w.count > 1 || w.over {
		return
	}
	w.moved = time.Now()
	if w.timer == nil {
		w.timer = time.AfterFunc(w.tick, w.advance)
		return
	}
	w.timer.Reset(w.tick)
}

func (w *wheel) remove(c *conn) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !c.turning {
		return
	}
	c.turning = false
	list := w.slots[c.slot.slot]
	last := len(list) - 1
	list[last].index = c.index
	list[c.index] = list[last]
	list[last] = nil
	w.slots[c.slot.slot] = list[:last]
	w.count--
	if w.count == 0 && w.timer != nil {
		w.timer.Stop()
	}
}

// advance moves the hand to where it should be. On a busy machine timers are late, and a hand that moved by one slot each
// time would ping ever more rarely.
func (w *wheel) advance() {
	w.mu.Lock()
	now := time.Now()
	var due []*conn
	for range wheelSlots {
		if now.Sub(w.moved) < w.tick {
			break
		}
		w.moved = w.moved.Add(w.tick)
		w.hand = (w.hand + 1) % wheelSlots
		due = append(due, w.slots[w.hand]...)
	}
	if now.Sub(w.moved) > w.tick { // a whole period was missed: the machine slept
		w.moved = now
	}
	if w.count > 0 && !w.over {
		w.timer.Reset(max(0, w.tick-now.Sub(w.moved)))
	}
	w.mu.Unlock()
	for _, c := range due {
		w.turn(c)
	}
}

// stop ends the wheel for good.
func (w *wheel) stop() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.over = true
	if w.timer != nil {
		w.timer.Stop()
	}
}
