package inboxtest

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/inbox"
)

// Simulate runs a whole inbox over a memory store through a story that the seed tells: providers that deliver twice, late and
// all at once, handlers that fail, panic, hang and give up, a store that is slow, fails before and after it has written, and
// processes that crash and are shut down. Time is virtual, and every choice depends on the seed and on what it is about,
// not on the order in which goroutines come to it, so that a seed tells the same story again, but for what happens at the very
// same instant.
//
// In the end the store is well and the inbox has all the time in the world, and this must hold:
//
//   - every event that was acknowledged is done, ignored, or a dead letter for a reason that the story gave;
//   - what was acknowledged is stored byte for byte, and nothing else is;
//   - each handler of an event that is done has succeeded, and once, unless a crash or a failure of the store hid the
//     success from the inbox;
//   - at no time were two events of one account handled at once, unless a lease was lost;
//   - the events of an account came up for the first time in the order in which they were stored.
func Simulate(t *testing.T, seed uint64) {
	t.Helper()
	simulate(t, seed)
}

// simulate returns the trace of the story.
func simulate(t *testing.T, seed uint64) (trace []string) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(seed)
		w.live(t.Context())
		trace = w.trace
		for _, problem := range w.verify(t.Context()) {
			t.Errorf("%s", problem)
		}
		if t.Failed() {
			t.Fatalf("the story of this seed again: go test ./events/inbox/inboxtest -run TestSimulation -seed=%d", seed)
		}
	})
	return trace
}

// The kinds of the story. Payloads are small; what matters is whose they are.
type payload struct {
	N int `json:"n"`
}

var ( //nolint:gochecknoglobals // kinds are package variables
	simAdded   = events.Webhook[payload]("acme", "added")
	simChanged = events.Webhook[payload]("acme", "changed")
	simUnknown = events.Webhook[payload]("acme", "unheard of")
	simScreen  = events.Link[payload]("acme", "screen")
)

// delivery is something that a provider, a browser or the reconciler hands in, once or more often.
type delivery struct {
	env   events.Envelope
	at    []time.Duration // when; each one is tried until it is acknowledged or the provider gives up
	acked bool
}

// world is a story under way.
type world struct {
	seed    uint64
	store   *inbox.Memory
	wrapper inbox.KeyWrapper
	story   []*delivery

	mu       sync.Mutex
	box      *inbox.Inbox // that takes deliveries; nil while none does
	healed   bool
	tries    map[string]int  // handler and event → runs
	success  map[string]int  // handler and event → successes
	excuses  map[string]int  // event → how many of its successes may have been hidden
	busy     map[string]int  // order key → handlers at work
	loose    map[string]bool // order keys of which a lease was lost
	entered  map[string]bool // events that came up
	stored   []string        // keys of events in the order in which they were stored
	problems []string
	trace    []string // what came up when
}

func newWorld(seed uint64) *world {
	master := make([]byte, 32)
	return &world{
		seed: seed, store: inbox.NewMemory(), wrapper: inbox.StaticKey(master),
		story: newStory(seed), tries: map[string]int{}, success: map[string]int{}, excuses: map[string]int{},
		busy: map[string]int{}, loose: map[string]bool{}, entered: map[string]bool{},
	}
}

// roll returns random numbers that depend on the seed and on what they are for, and on nothing else.
func roll(seed uint64, what ...any) *rand.Rand {
	h := fnv.New64a()
	_, _ = fmt.Fprintln(h, what...)
	return rand.New(rand.NewPCG(seed, h.Sum64())) //nolint:gosec // a simulation must be repeatable
}

func (w *world) roll(what ...any) *rand.Rand { return roll(w.seed, what...) }

// live runs the story to its end.
func (w *world) live(ctx context.Context) {
	var senders sync.WaitGroup
	for i, d := range w.story {
		for j, at := range d.at {
			senders.Go(func() { w.send(ctx, d, i, j, at) })
		}
	}
	generations := 1 + w.roll("generations").IntN(4)
	for g := range generations {
		w.generation(ctx, g, false)
	}
	w.mu.Lock()
	w.healed = true
	w.mu.Unlock()
	w.generation(ctx, generations, true)
	senders.Wait()
}

// send hands a delivery in, and again while it is not taken, as a provider does.
func (w *world) send(ctx context.Context, d *delivery, i, j int, at time.Duration) {
	const patience = 12
	for try := range patience {
		time.Sleep(at)
		w.mu.Lock()
		box := w.box
		w.mu.Unlock()
		if box != nil && box.Publish(ctx, d.env) == nil {
			w.mu.Lock()
			d.acked = true
			w.mu.Unlock()
			return
		}
		at = time.Duration(1+w.roll("redelivery", i, j, try).IntN(60_000)) * time.Millisecond
	}
}

// generation is the life of one process. The last one lives until nothing is left to do.
func (w *world) generation(ctx context.Context, g int, last bool) {
	gate := &chaos{Store: w.store, world: w, generation: g}
	bus := events.New()
	w.register(bus)
	box := inbox.New(gate, bus, &inbox.Options{
		KeyWrapper: w.wrapper, Workers: 1 + w.roll("workers", g).IntN(6), MaxBacklog: -1,
		Retry: func(events.KindID) inbox.RetryPolicy {
			return inbox.RetryPolicy{First: 700 * time.Millisecond, Factor: 2, Max: time.Minute, GiveUpAfter: -1, Exact: true}
		},
	})
	run, kill := context.WithCancel(ctx)
	defer kill()
	over := make(chan error, 1)
	go func() { over <- box.Run(run) }()
	w.setBox(box)
	if last {
		w.drain(ctx)
	} else {
		time.Sleep(time.Duration(5+w.roll("life", g).IntN(120)) * time.Second)
	}
	w.setBox(nil)
	if !last && w.roll("crash", g).IntN(2) == 0 {
		w.excuseLeased(ctx)
		gate.die()
		kill()
	} else {
		patience, cancel := context.WithTimeout(ctx, time.Duration(1+w.roll("patience", g).IntN(40))*time.Second)
		defer cancel()
		_ = box.Shutdown(patience)
		w.excuseLeased(ctx)
	}
	if err := <-over; err != nil {
		w.problemf("Run returned %v", err)
	}
}

func (w *world) setBox(box *inbox.Inbox) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.box = box
}

// drain waits until everything was handed in and handled.
func (w *world) drain(ctx context.Context) {
	const patience = 500
	for range patience {
		time.Sleep(10 * time.Minute)
		s, err := w.store.Stats(ctx)
		if err == nil && s.Backlog() == 0 {
			return
		}
	}
	w.problemf("the backlog is not worked off")
}

// excuseLeased notes that what the handlers at work achieve may be hidden from the inbox.
func (w *world) excuseLeased(ctx context.Context) {
	list, err := w.store.List(ctx, inbox.Filter{States: []inbox.State{inbox.Leased}, Limit: 1000})
	if err != nil {
		w.problemf("List: %v", err)
	}
	for i := range list {
		w.excuse(&list[i])
	}
}

// excuse notes that a success of the event's handlers may be hidden, and its lease lost.
func (w *world) excuse(r *inbox.Record) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.excuses[nameOf(&r.Meta)]++
	w.loose[r.OrderKey] = true
}

func (w *world) problemf(format string, args ...any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.problems = append(w.problems, fmt.Sprintf(format, args...))
}

// nameOf names an event in the books: a synthetic one and the real one that confirms it are one event.
func nameOf(m *events.Meta) string {
	if m.JobID != "" {
		return m.Kind.Name + " of " + m.JobID
	}
	return m.Kind.Name + " " + m.ID
}

// register registers the handlers of the story.
func (w *world) register(bus *events.Bus) {
	for _, name := range []string{"ledger", "mail"} {
		b := bus.Named(name)
		events.On(b, simAdded, handler[payload](w, name))
		events.On(b, simScreen, handler[payload](w, name))
	}
	events.On(bus.Named("ledger"), simChanged, handler[payload](w, "ledger"))
	bus.Named("log").OnAny(func(ctx context.Context, env events.Envelope) error { return w.handle(ctx, "log", &env.Meta) })
	bus.Named("fallback").OnUnhandled(func(ctx context.Context, env events.Envelope, _ error) error {
		return w.handle(ctx, "fallback", &env.Meta)
	})
}

func handler[T any](w *world, name string) func(context.Context, events.Event[T]) error {
	return func(ctx context.Context, ev events.Event[T]) error { return w.handle(ctx, name, &ev.Meta) }
}

var errHandler = errors.New("the handler of the story fails")

// handle is what a handler of the story does.
func (w *world) handle(ctx context.Context, name string, m *events.Meta) error {
	event := nameOf(m)
	key := name + ": " + event
	try := w.enter(key, event, m.OrderKey())
	defer w.leave(m.OrderKey())
	r := w.roll("handler", key, try)
	select {
	case <-time.After(time.Duration(r.IntN(1_500_000))*time.Microsecond + w.hang(r)):
	case <-ctx.Done():
		if r.IntN(2) == 0 {
			return context.Cause(ctx)
		}
	}
	const willing = 5 // from the next try on nothing fails any more
	if fate := r.IntN(10); try <= willing && !w.isHealed() {
		switch {
		case fate == 0:
			panic("a panic of the story")
		case fate == 1:
			return events.RetryAfter(time.Duration(r.IntN(90))*time.Second, errHandler)
		case fate <= 4:
			return errHandler
		}
	}
	if w.givesUp(key) {
		return events.Permanent(errHandler)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.success[key]++
	return nil
}

// hang lets a handler run longer than its lease, now and then.
func (w *world) hang(r *rand.Rand) time.Duration {
	if r.IntN(20) > 0 {
		return 0
	}
	return time.Duration(20+r.IntN(80)) * time.Second
}

// givesUp says whether that handler always gives up that event.
func (w *world) givesUp(key string) bool { return w.roll("gives up", key).IntN(12) == 0 }

func (w *world) isHealed() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.healed
}

// enter keeps the books of a run that begins.
func (w *world) enter(key, event, order string) (try int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.tries[key]++
	w.trace = append(w.trace, fmt.Sprint(time.Now().UnixMicro(), " ", key, " ", w.tries[key]))
	w.busy[order]++
	if w.busy[order] > 1 && order != "" && !w.loose[order] {
		w.problems = append(w.problems, "two events of "+order+" are handled at once")
	}
	if !w.entered[event] {
		w.entered[event] = true
		w.checkOrder(event, order)
	}
	return w.tries[key]
}

// checkOrder checks that the events of the key that were stored earlier came up earlier.
func (w *world) checkOrder(event, order string) {
	if order == "" {
		return
	}
	for _, line := range w.stored {
		key, earlier, _ := cutLine(line)
		if key != order {
			continue
		}
		if earlier == event {
			return
		}
		if !w.entered[earlier] {
			w.problems = append(w.problems, event+" came up before "+earlier+", which was stored before it")
		}
	}
}

func (w *world) leave(order string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.busy[order]--
}
