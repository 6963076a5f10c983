package browsertest_test

import (
	"bytes"
	"context"
	"embed"
	"fmt"
	"html/template"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/linkbridge"
)

//go:embed testdata
var testdata embed.FS

var (
	secret = []byte("0123456789abcdef0123456789abcdef")
	user   = linkbridge.Principal{Provider: "pinwheel", EndUserID: "user-1", LinkTokenID: "lt-1"}
)

// policy is the Content-Security-Policy of the test's pages unless they say otherwise.
const policy = "default-src 'none'; script-src 'self'; connect-src 'self'; require-trusted-types-for 'script'"

// page is a page of the site.
type page struct {
	options  object   // for LinkBridge.create; url and ticket are added where they are missing
	policy   string   // Content-Security-Policy; defaults to policy
	before   []string // scripts that run before ours
	scripts  []string // what the page does; defaults to page.js
	isolated bool     // whether its clock is exact, which takes isolation from other origins
}

// site is a host's server with a bridge, its pages, and everything that has come to the bus.
type site struct {
	mux    *http.ServeMux
	bus    *events.Bus
	bridge *linkbridge.Bridge
	url    string // of the server, without a slash at the end

	address   string // of the server, as host:port
	elsewhere string // a page of another site

	mu    sync.Mutex
	seen  []events.Envelope
	moved chan struct{} // closed when something has been seen
}

var layout = template.Must(template.ParseFS(testdata, "testdata/page.html"))

// newSite serves a bridge and its script, and pages that are added later. A list of origins is completed with its own.
func newSite(t testing.TB, opts *linkbridge.Options) *site {
	t.Helper()
	s := &site{mux: http.NewServeMux(), bus: events.New(), moved: make(chan struct{})}
	s.bus.OnAny(func(_ context.Context, env events.Envelope) error {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.seen = append(s.seen, env)
		close(s.moved)
		s.moved = make(chan struct{})
		return nil
	})
	srv := httptest.NewUnstartedServer(s.mux)
	_ = srv.Listener.Close()
	srv.Listener = listen(t)
	srv.Start()
	s.url, s.address = srv.URL, srv.Listener.Addr().String()
	if opts != nil && len(opts.Origins) != 0 {
		opts.Origins = append(opts.Origins, s.url)
	}
	s.bridge = linkbridge.New(s.bus, linkbridge.Keys(secret), opts)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		require.NoError(t, s.bridge.Shutdown(ctx))
		srv.CloseClientConnections()
		srv.Close()
	})
	s.mux.Handle("/hooks/link", s.bridge)
	s.mux.Handle("/hooks/link.js", s.bridge.Script())
	s.mux.HandleFunc("POST /ticket", func(w http.ResponseWriter, _ *http.Request) {
		ticket, err := s.bridge.Ticket(user)
		if err != nil {
			w.WriteHeader(http.StatusInternalServerError)
		}
		_, _ = io.WriteString(w, ticket)
	})
	s.mux.HandleFunc("/favicon.ico", http.NotFound)
	for _, name := range []string{"acks.js", "clock.js", "host.js", "page.js", "stub.js"} {
		s.script(name, asset(t, name))
	}
	return s
}

func asset(t testing.TB, name string) []byte {
	t.Helper()
	data, err := testdata.ReadFile("testdata/" + name)
	require.NoError(t, err)
	return data
}

// script serves a script under its name.
func (s *site) script(name string, data []byte) {
	s.mux.HandleFunc("/"+name, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/javascript")
		_, _ = w.Write(data)
	})
}

// page serves a page and returns its address. Every load of it gets the same ticket, so that it goes on with its session.
func (s *site) page(t testing.TB, name string, p page) string {
	t.Helper()
	ticket, err := s.bridge.Ticket(user)
	require.NoError(t, err)
	options := object{"url": "/hooks/link", "ticket": ticket}
	maps.Copy(options, p.options)
	if p.policy == "" {
		p.policy = policy
	}
	if p.scripts == nil {
		p.scripts = []string{"page.js"}
	}
	config, err := json.Marshal(options)
	require.NoError(t, err)
	var html bytes.Buffer
	require.NoError(t, layout.Execute(&html, object{
		"Link": s.bridge.ScriptTag(""), "Options": string(config), "Before": p.before, "Scripts": p.scripts,
	}))
	s.mux.HandleFunc("/"+name, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Security-Policy", p.policy)
		if p.isolated {
			w.Header().Set("Cross-Origin-Opener-Policy", "same-origin")
			w.Header().Set("Cross-Origin-Embedder-Policy", "require-corp")
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write(html.Bytes())
	})
	return s.url + "/" + name
}

// await waits until n events have come to the bus, and returns all that have.
func (s *site) await(t testing.TB, n int) []events.Envelope {
	t.Helper()
	return s.awaitUntil(t, func(seen []events.Envelope) bool { return len(seen) >= n })
}

// awaitUntil waits until what has come to the bus is enough.
func (s *site) awaitUntil(t testing.TB, enough func([]events.Envelope) bool) []events.Envelope {
	t.Helper()
	for {
		s.mu.Lock()
		seen, moved := append([]events.Envelope(nil), s.seen...), s.moved
		s.mu.Unlock()
		if enough(seen) {
			return seen
		}
		awaitOrFail(t, moved, "events are missing", func() string { return fmt.Sprint(len(seen), " have come") })
	}
}
