package linkbridge_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/inbox"
	"github.com/linkhook/linkhook/linkbridge"
)

// modelTime bounds the walks; the sequences of rapid that do not fit in are passed over.
const modelTime = 10 * time.Second

// world is a server that restarts, with an inbox that does not, and the pages of one user.
type world struct {
	t      *rapid.T
	driver *driver
	relay  *relay
	front  *httptest.Server
	store  *inbox.Memory
	box    *inbox.Inbox
	cancel context.CancelFunc
	ran    chan struct{}

	swap   sync.RWMutex
	bridge *linkbridge.Bridge

	mu      sync.Mutex
	changed chan struct{}
	handled []events.Envelope

	pages   int
	frozen  map[int]bool
	tracked int
}

func newWorld(t *testing.T, rt *rapid.T, bin string) *world {
	t.Helper()
	w := &world{t: rt, store: inbox.NewMemory(), ran: make(chan struct{}), changed: make(chan struct{}, 1), frozen: map[int]bool{}}
	bus := events.New()
	bus.OnAny(w.handle)
	w.box = inbox.New(w.store, bus, nil)
	ctx, cancel := context.WithCancel(t.Context())
	w.cancel = cancel
	go func() {
		defer close(w.ran)
		_ = w.box.Run(ctx) // it ends with the walk; what it did not do is missed there
	}()
	w.start()
	mux := http.NewServeMux()
	mux.HandleFunc("/ticket", func(rw http.ResponseWriter, _ *http.Request) {
		token, err := w.now().Ticket(user)
		if err == nil {
			_, _ = io.WriteString(rw, token)
		}
	})
	mux.HandleFunc("/link", func(rw http.ResponseWriter, r *http.Request) { w.now().ServeHTTP(rw, r) })
	w.front = httptest.NewServer(mux)
	w.relay = newRelay(t, w.front.Listener.Addr().String())
	d, err := startDriver(bin)
	require.NoError(t, err)
	w.driver = d
	w.tell("speed 20")
	w.tell("create %s/link %s/ticket", w.relay.url(), w.relay.url())
	w.pages = 1
	return w
}

func (w *world) handle(_ context.Context, env events.Envelope) error {
	w.mu.Lock()
	w.handled = append(w.handled, env)
	w.mu.Unlock()
	select {
	case w.changed <- struct{}{}:
	default:
	}
	return nil
}

func (w *world) now() *linkbridge.Bridge {
	w.swap.RLock()
	defer w.swap.RUnlock()
	return w.bridge
}

// start replaces the bridge by one that knows what the inbox knows, and returns the old one.
func (w *world) start() *linkbridge.Bridge {
	next := linkbridge.New(w.box, linkbridge.Keys(secret), quiet(&linkbridge.Options{Limits: linkbridge.Limits{
		Ping: 100 * time.Millisecond, SpreadMax: 100 * time.Millisecond, CloseTimeout: 100 * time.Millisecond,
		ConnsPerPrincipal: 1000, RatePerSecond: 1000, RateBurst: 1000,
	}}))
	w.swap.Lock()
	defer w.swap.Unlock()
	old := w.bridge
	w.bridge = next
	return old
}

func (w *world) tell(format string, args ...any) answer {
	a, err := w.driver.tell(format, args...)
	require.NoError(w.t, err)
	return a
}

// stop ends a bridge: in order, or as a process that is killed.
func (w *world) stop(b *linkbridge.Bridge, kill bool) {
	ctx, cancel := context.WithTimeout(context.Background(), testWait)
	defer cancel()
	if kill {
		cancel()
	}
	if err := b.Shutdown(ctx); !kill {
		require.NoError(w.t, err)
	}
}

// step does one thing to a page, or to all of them.
func (w *world) step(name string, page int) {
	if w.frozen[page] && name != "thaw" {
		name = "track" // only the script's own wrapper is there in the back/forward cache
	}
	switch name {
	case "track":
		w.tracked++
		w.tell(`track %d pinwheel screen_transition {"n":%d}`, page, w.tracked)
	case "clone":
		if w.pages < 3 {
			w.pages = w.tell("clone %d", page).Page
		}
	case "freeze":
		w.frozen[page] = true
		w.tell("freeze %d", page)
	case "thaw":
		if w.frozen[page] {
			delete(w.frozen, page)
			w.tell("thaw %d", page)
		}
	case "restart", "kill":
		w.stop(w.start(), name == "kill")
	case "hold":
		w.relay.hold()
	case "release":
		w.relay.release()
	case "wait":
		select {
		case <-w.changed:
		case <-time.After(20 * time.Millisecond):
		}
	default: // drop, reload, hide, show, beacon
		w.tell("%s %d", name, page)
	}
}

// numbers returns the payloads' numbers in the order in which they were handled.
func (w *world) numbers() []int {
	w.mu.Lock()
	defer w.mu.Unlock()
	list := make([]int, len(w.handled))
	for i, env := range w.handled {
		var p struct{ N int }
		require.NoError(w.t, json.Unmarshal(env.Raw, &p, json.MatchCaseInsensitiveNames(true)))
		list[i] = p.N
	}
	return list
}

// settle lets the network and the pages be well again, and waits until everything that was tracked has been handled.
func (w *world) settle() {
	for page := range w.frozen {
		w.tell("thaw %d", page)
	}
	for page := range w.pages {
		w.tell("beacon %d on", page+1)
		w.tell("show %d", page+1)
	}
	w.relay.release()
	late := time.NewTimer(testWait)
	defer late.Stop()
	for {
		got := map[int]bool{}
		for _, n := range w.numbers() {
			got[n] = true
		}
		if len(got) == w.tracked {
			return
		}
		select {
		case <-w.changed:
			late.Reset(testWait)
		case <-late.C:
			require.Len(w.t, got, w.tracked, "events did not arrive; the pages said %v", w.driver.history())
		}
	}
}

// check states the guarantee.
func (w *world) check() {
	numbers := w.numbers()
	slices.Sort(numbers)
	for i, n := range numbers {
		require.Equal(w.t, i+1, n, "each event once: %v", numbers)
	}
	ids := map[string]bool{}
	last := map[string]uint64{}
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, env := range w.handled {
		require.False(w.t, ids[env.ID], "each id once")
		ids[env.ID] = true
		if env.Seq == 0 { // a beacon that came after the next page had taken the session over
			continue
		}
		require.Greater(w.t, env.Seq, last[env.Session], "in order: %s", w.order(env.Session))
		last[env.Session] = env.Seq
	}
}

// order tells the sequence of one session; w.mu is held.
func (w *world) order(session string) (list []string) {
	for _, env := range w.handled {
		if env.Session == session {
			list = append(list, strconv.FormatUint(env.Seq, 10)+string(env.Raw))
		}
	}
	return append(list, fmt.Sprint(w.driver.history()))
}

func (w *world) close() {
	w.driver.stop()
	w.relay.release()
	w.relay.stop()
	w.stop(w.now(), true)
	w.front.Close()
	w.cancel()
	<-w.ran
	_ = w.store.Close()
}

// TestEveryEventOfTheScriptArrivesOnce runs the real script in Node against a bridge behind a bad network: tabs are copied,
// reloaded, hidden and put into the back/forward cache, connections are cut, stalled and delivered late beside their
// successors, beacons are lost, the server is restarted and killed. Everything that was tracked is handled once, and the
// events of one link session in their order.
func TestEveryEventOfTheScriptArrivesOnce(t *testing.T) {
	t.Parallel()
	bin := node(t, "ws")
	began := time.Now()
	walks := 0
	rapid.Check(t, func(rt *rapid.T) {
		steps := rapid.SliceOfN(rapid.SampledFrom([]string{"track", "track", "track", "track", "wait", "wait", "drop", "drop", "reload",
			"clone", "hide", "show", "beacon", "freeze", "thaw", "restart", "kill", "hold", "release"}), 5, 40).Draw(rt, "steps")
		pages := rapid.SliceOfN(rapid.IntRange(0, 2), len(steps), len(steps)).Draw(rt, "pages")
		if time.Since(began) > modelTime {
			return
		}
		walks++
		w := newWorld(t, rt, bin)
		defer w.close()
		for i, name := range steps {
			page := 1 + pages[i]%w.pages
			if name == "beacon" {
				w.tell("beacon %d %s", page, []string{"on", "off", "refuse"}[i%3])
				continue
			}
			w.step(name, page)
		}
		w.settle()
		w.check()
	})
	t.Logf("%d walks in %v", walks, time.Since(began).Round(time.Second))
}
