package boltinbox

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/linkhook/linkhook/events/inbox"
)

// slowGroup is how long a group may take before those who wait for it look at their contexts. Asking a context whether it is done
// makes a timer, for each event, which is a waste as long as an answer takes a millisecond.
const slowGroup = 50 * time.Millisecond

// watch tells waiting callers when the writer takes long.
type watch struct {
	slow  atomic.Pointer[chan struct{}] // closed when the group under way takes long, then replaced
	timer *time.Timer

	mu   sync.Mutex
	busy bool // the writer is at work on a group
}

func newWatch() *watch {
	w := &watch{}
	slow := make(chan struct{})
	w.slow.Store(&slow)
	w.timer = time.AfterFunc(time.Hour, w.fire)
	w.timer.Stop()
	return w
}

// start says that the writer begins with a group; each must be followed by stop.
func (w *watch) start() { w.set(true); w.timer.Reset(slowGroup) }

func (w *watch) stop() { w.timer.Stop(); w.set(false) }

func (w *watch) set(busy bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.busy = busy
}

func (w *watch) fire() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.busy {
		return
	}
	next := make(chan struct{})
	close(*w.slow.Swap(&next))
	w.timer.Reset(slowGroup)
}

// end says that there is no writer any more: nobody waits without looking around.
func (w *watch) end() {
	w.mu.Lock()
	defer w.mu.Unlock()
	close(*w.slow.Load())
}

// submit gives the writer an op and waits for its answer. It returns false when it did not wait for that, and the op is still the
// writer's.
func (s *Store) submit(ctx context.Context, o *op) (answered bool, err error) {
	if ctx.Err() != nil {
		return false, context.Cause(ctx)
	}
	if err := s.send(ctx, o); err != nil {
		return false, err
	}
	select {
	case <-o.done:
		return true, o.err
	case <-*s.watch.slow.Load():
	}
	select {
	case <-o.done:
		return true, o.err
	case <-s.done:
		select {
		case <-o.done:
			return true, o.err
		default:
			return false, inbox.ErrStoreClosed
		}
	case <-ctx.Done():
		return false, context.Cause(ctx)
	}
}

// send puts an op into the writer's queue, which nearly always has room.
func (s *Store) send(ctx context.Context, o *op) error {
	select {
	case <-s.quit:
		return inbox.ErrStoreClosed
	default:
	}
	select {
	case s.ops <- o:
		return nil
	default:
	}
	select {
	case s.ops <- o:
		return nil
	case <-s.quit:
		return inbox.ErrStoreClosed
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
