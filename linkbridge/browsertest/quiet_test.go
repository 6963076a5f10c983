package browsertest_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

// complaints returns the exceptions of the page that nobody has caught.
func complaints(p *tab) []string {
	p.t.Helper()
	var list []string
	p.get("return complaints", &list)
	return list
}

// nowhere returns an address that nobody listens at.
func nowhere(t testing.TB, _ *site) string {
	t.Helper()
	listener := listen(t)
	require.NoError(t, listener.Close())
	return "http://" + listener.Addr().String() + "/hooks/link"
}

// hanging serves an address that takes requests and never answers.
func hanging(t testing.TB, s *site) string {
	t.Helper()
	over := make(chan struct{})
	t.Cleanup(func() { close(over) })
	s.mux.HandleFunc("/hanging", func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-over:
		case <-r.Context().Done():
		}
	})
	return "/hanging"
}

// answering serves an address that answers everything with that status.
func answering(status int) func(t testing.TB, s *site) string {
	return func(t testing.TB, s *site) string {
		t.Helper()
		s.mux.HandleFunc("/answering", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) })
		return "/answering"
	}
}

// trouble is something that must not stand in Link's way.
type trouble struct {
	url    func(t testing.TB, s *site) string // of the bridge; nil for one that works
	policy string                             // of the page
	script string                             // what the page's world has wrong
	state  string                             // which the bridge reaches
}

// open lets connections go everywhere.
const open = "default-src 'none'; script-src 'self'; connect-src *"

var troubles = map[string]trouble{
	"endpoint down":       {url: nowhere, policy: open, state: "waiting"},
	"endpoint hanging":    {url: hanging, state: "waiting"},
	"endpoint failing":    {url: answering(http.StatusInternalServerError), state: "waiting"},
	"endpoint forbidding": {url: answering(http.StatusForbidden), state: "failed"},
	"address is none":     {url: func(testing.TB, *site) string { return "http://[" }, state: "off"},
	"connections blocked by policy": {
		policy: "default-src 'none'; script-src 'self'; connect-src 'none'", state: "waiting",
	},
	"storage throwing": {
		script: `for (const name of ['sessionStorage', 'localStorage']) {
			Object.defineProperty(window, name, { get() { throw new Error('storage is denied'); } });
		}`,
		state: "open",
	},
	"no WebSocket":        {script: `window.WebSocket = undefined;`, state: "http"},
	"WebSocket throwing":  {script: `window.WebSocket = class { constructor() { throw new Error('denied'); } };`, state: "http"},
	"no WebSocket, fetch": {script: `window.WebSocket = window.fetch = undefined;`, state: "waiting"},
}

func TestNothingStandsInLinksWay(t *testing.T) {
	t.Parallel()
	for name, trouble := range troubles {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, e := range engines() {
				t.Run(e.name, func(t *testing.T) {
					t.Parallel()
					s := newSite(t, nil)
					options := object{}
					if trouble.url != nil {
						options["url"] = trouble.url(t, s)
					}
					s.script("trouble.js", []byte(trouble.script))
					p := e.tab(t).load(s.page(t, "page", page{
						options: options, policy: trouble.policy, before: []string{"trouble.js"}, scripts: []string{"host.js", "stub.js", "page.js"},
					}))
					p.run("Pinwheel.open(bridge.pinwheel(makeHost(" + quoted(allCallbacks) + ")))")
					var keys []string
					p.get("return Object.keys(opened[0])", &keys)
					require.ElementsMatch(t, append([]string{"linkToken"}, allCallbacks...), keys, "the options are the host's")
					list := recorded(t)
					require.Empty(t, play(t, p, list, allCallbacks), "before it has shown")
					p.run("if (bridge.state !== 'off') await reached('" + trouble.state + "')")
					require.Empty(t, play(t, p, list, allCallbacks), "in trouble")
					require.Empty(t, complaints(p))
					if trouble.state == "open" || trouble.state == "http" {
						requireOnBus(t, s, append(list, recorded(t)...))
					}
				})
			}
		})
	}
}

func TestAPayloadThatCannotBeReadStandsInNobodysWay(t *testing.T) {
	t.Parallel()
	for _, e := range engines() {
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t, nil)
			p := e.tab(t).load(s.page(t, "page", page{scripts: []string{"host.js", "stub.js", "page.js"}}))
			var wrong []string
			p.get(`Pinwheel.open(bridge.pinwheel(makeHost(['onEvent', 'onSuccess'])));
			const circle = {};
			circle.circle = circle;
			const payloads = [
				circle, 1n, Symbol('s'), () => 1, document.body, window, undefined, null, NaN, 'text',
				{ get secret() { throw new Error('a getter'); } },
				{ toJSON() { throw new Error('toJSON'); } },
				new Proxy({}, { ownKeys() { throw new Error('a proxy'); } }),
				{ text: 'x'.repeat(1 << 20) },
			];
			return play(payloads.map((payload) => ['success', payload]), ['onEvent', 'onSuccess'])`, &wrong)
			require.Empty(t, wrong)
			require.Empty(t, complaints(p))
			s.await(t, 14)
			p.run("bridge.track('pinwheel', 'exit', {})")
			seen := s.await(t, 15)
			require.Len(t, seen, 15, "each is on the bus, with a marker where it cannot be read")
			require.Equal(t, "exit", seen[14].Kind.Name)
		})
	}
}

//nolint:paralleltest // it measures: the others would be in its way
func TestTheAddedTimeOfACallbackWithTheServerDown(t *testing.T) {
	for _, e := range engines() {
		t.Run(e.name, func(t *testing.T) {
			s := newSite(t, nil)
			p := e.tab(t).load(s.page(t, "page", page{
				options: object{"url": nowhere(t, s)}, policy: open, isolated: true, scripts: []string{"page.js", "clock.js"},
			}))
			var got struct {
				Events, Called   int
				Bare, P50, P99   float64
				Max, Granularity float64
				Isolated         bool
			}
			p.get("return measure(5000)", &got)
			require.Equal(t, 5000, got.Events)
			require.Equal(t, got.Events, got.Called, "the host hears every event, though no server does")
			require.True(t, got.Isolated, "the clock is exact")
			t.Logf("time of a wrapped callback with the server down, %d events: p50 %.0f µs, p99 %.0f µs, max %.0f µs (bare callback p99 %.0f µs, clock %.0f µs)",
				got.Events, got.P50, got.P99, got.Max, got.Bare, got.Granularity)
		})
	}
}
