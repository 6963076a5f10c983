package linkbridge

import (
	"context"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/gorilla/websocket"
	"golang.org/x/sync/errgroup"
	"golang.org/x/sync/semaphore"

	"github.com/linkhook/linkhook/events"
)

// Bridge is the http.Handler that takes in the Link events of browsers. GET with Upgrade is a websocket, POST a batch; both
// carry the same frames and publish the same envelopes. Make one with [New]; all methods are safe for concurrent use.
type Bridge struct {
	publisher events.Publisher
	keys      *Keyring
	options   Options
	limits    Limits
	origins   *origins
	log       *slog.Logger
	watch     *events.Watch
	registry  *registry
	pushes    *pushes
	wheel     *wheel
	addresses *addressLimit
	posts     *addressLimit
	script    *script
	upgrader  *websocket.Upgrader

	ctx    context.Context //nolint:containedctx // the life of the bridge, which outlasts the requests that open connections
	cancel context.CancelFunc
	room   *semaphore.Weighted // live connections in all
	group  errgroup.Group      // every goroutine of the connections

	background errgroup.Group // what runs without connections

	mu         sync.Mutex
	draining   bool
	posting    sync.WaitGroup // POSTs under way
	conns      map[*conn]struct{}
	principals map[string]*conn // first of the list of a principal's connections
	stats      counters
}

// place is where a connection stands in the bridge's books.
type place struct {
	principal string
	sibling   *conn // next connection of the same principal
	checked   int64 // when the principal was asked about, Unix nanoseconds
}

// New makes a bridge that publishes to pub, a bus or an inbox, and signs its tickets with keys. It panics, at start-up and
// with a sentence, when either is nil or an entry of Options.Origins is no origin.
func New(pub events.Publisher, keys *Keyring, opts *Options) *Bridge {
	if pub == nil || keys == nil {
		panic("linkbridge: New needs a publisher and keys")
	}
	b := &Bridge{publisher: pub, keys: keys, watch: events.WatchOf(pub), conns: map[*conn]struct{}{},
		principals: map[string]*conn{}}
	if opts != nil {
		b.options = *opts
	}
	b.limits = b.options.Limits.withDefaults()
	b.origins = newOrigins(b.options.Origins, b.options.AllowNoOrigin)
	b.log = b.options.Logger
	if b.log == nil {
		b.log = slog.Default() //nolint:forbidigo // the documented default: what fails unheard costs its host hours
	}
	if b.options.ClientIP == nil {
		b.options.ClientIP = remoteAddress
	}
	if b.options.ScriptURL == "" {
		b.options.ScriptURL = "/hooks/link.js"
	}
	store := b.options.Sessions
	if store == nil {
		store, _ = pub.(SessionStore)
	}
	b.registry = newRegistry(&b.limits, store)
	b.pushes = newPushes()
	b.wheel = newWheel(b.limits.Ping, b.beat)
	b.addresses = newAddressLimit(b.limits.HandshakesPerSecond, b.limits.HandshakeBurst)
	b.posts = newAddressLimit(postFactor*b.limits.HandshakesPerSecond, postFactor*b.limits.HandshakeBurst)
	b.script = newScript()
	b.upgrader = newUpgrader()
	b.room = semaphore.NewWeighted(int64(b.limits.Conns))
	b.ctx, b.cancel = context.WithCancel(context.Background())
	if b.options.Fanout != nil {
		b.pushes.log = "log"
		b.background.Go(func() error {
			b.follow()
			return nil
		})
	}
	return b
}

// postFactor is how many POSTs an address may send for one handshake: a page that polls sends many.
const postFactor = 4

// ServeHTTP answers a websocket handshake or a POST. Everything that is refused before the upgrade looks the same to a
// page, so only the origin and the lack of room are answered there; bad credentials get a close code.
func (b *Bridge) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Add("Vary", "Origin")
	switch r.Method {
	case http.MethodGet:
		b.serveWebsocket(w, r)
	case http.MethodPost:
		b.servePost(w, r)
	case http.MethodOptions:
		b.servePreflight(w, r)
	default:
		w.Header().Set("Allow", "GET, POST, OPTIONS")
		http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
	}
}

// spawn runs fn on a goroutine that Shutdown waits for.
func (b *Bridge) spawn(fn func()) {
	b.group.Go(func() error {
		fn()
		return nil
	})
}

// launch starts a connection, unless the bridge drains.
func (b *Bridge) launch(c *conn) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.draining {
		return false
	}
	b.conns[c] = struct{}{}
	b.spawn(c.serve)
	return true
}

// admit counts the connection of an authenticated principal in, unless it has too many.
func (b *Bridge) admit(c *conn, s *session) bool {
	key := s.who().key()
	b.mu.Lock()
	defer b.mu.Unlock()
	live := 0
	for o := b.principals[key]; o != nil; o = o.sibling {
		if o.open() {
			live++
		}
	}
	if live >= b.limits.ConnsPerPrincipal {
		return false
	}
	c.place = place{principal: key, sibling: b.principals[key], checked: time.Now().UnixNano()}
	b.principals[key] = c
	s.mu.Lock()
	s.conn = c
	s.mu.Unlock()
	b.stats.opened++
	b.emit(events.Observation{What: events.Connected, Meta: c.meta(s)})
	return true
}

// drop takes a connection that has ended out of the books.
func (b *Bridge) drop(c *conn) {
	b.wheel.remove(c)
	b.pushes.detach(c)
	s := c.session
	b.mu.Lock()
	delete(b.conns, c)
	if c.principal != "" {
		for p := b.principals[c.principal]; p != nil; p = p.sibling {
			if p.sibling == c {
				p.sibling = c.sibling
			}
		}
		if b.principals[c.principal] == c {
			b.principals[c.principal] = c.sibling
		}
		if b.principals[c.principal] == nil {
			delete(b.principals, c.principal)
		}
	}
	b.mu.Unlock()
	if s != nil {
		s.mu.Lock()
		if s.conn == c {
			s.conn = nil
		}
		s.mu.Unlock()
		if err := b.registry.save(b.ctx, s); err != nil {
			b.logFault(err)
		}
		b.registry.put(s)
	}
	b.room.Release(1)
}

// open reports whether the connection is not being closed.
func (c *conn) open() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.ending == nil && !c.gone
}
