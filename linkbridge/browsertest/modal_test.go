package browsertest_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/pinwheel"
)

// bundle builds the page of the modal from the npm packages.
func bundle(t *testing.T) []byte {
	t.Helper()
	for _, name := range []string{"@pinwheel/react-modal", "react", "react-dom"} {
		needPackage(t, name)
	}
	esbuild := needPackage(t, "esbuild/bin/esbuild")
	modules, err := filepath.Abs("../../js/node_modules")
	require.NoError(t, err)
	out := filepath.Join(t.TempDir(), "modal.js")
	build := command(esbuild, "testdata/modal.jsx", "--bundle", "--format=iife", "--jsx=automatic", "--log-level=warning",
		"--define:process.env.NODE_ENV=\"development\"", "--outfile="+out)
	build.Env = append(os.Environ(), "NODE_PATH="+modules)
	said, err := build.CombinedOutput()
	require.NoError(t, err, "%s", said)
	data, err := os.ReadFile(out)
	require.NoError(t, err)
	return data
}

// allCallbacks are those of Pinwheel.open.
var allCallbacks = []string{"onEvent", "onLogin", "onLoginAttempt", "onSuccess", "onError", "onExit"}

// linkEvent is one event of Link: name and payload.
type linkEvent [2]jsontext.Value

func (e linkEvent) name(t *testing.T) string {
	t.Helper()
	var name string
	require.NoError(t, json.Unmarshal(e[0], &name))
	return name
}

// recorded returns the events of a real session, and two that it did not have.
func recorded(t *testing.T) []linkEvent {
	t.Helper()
	data, err := os.ReadFile("../../js/test/testdata/pinwheel_callbacks.json")
	require.NoError(t, err)
	var file struct {
		Calls []struct {
			Name string           `json:"callbackName"`
			Args []jsontext.Value `json:"callbackArguments"`
		} `json:"calls"`
	}
	require.NoError(t, json.Unmarshal(data, &file))
	var list []linkEvent
	for _, call := range file.Calls {
		if call.Name == "onEvent" {
			list = append(list, linkEvent{call.Args[0], call.Args[1]})
		}
	}
	require.NotEmpty(t, list)
	return append(list,
		linkEvent{jsontext.Value(`"error"`), jsontext.Value(`{"type":"userActionableError","code":"invalidUserCredentials","message":"Try again","pendingRetry":true}`)},
		linkEvent{jsontext.Value(`"exit"`), jsontext.Value(`{}`)},
	)
}

func TestTheRealReactModalBringsEachEventToTheBusOnceAndTheHostHearsItAsBefore(t *testing.T) {
	t.Parallel()
	script := bundle(t)
	for name, options := range map[string]object{
		"strict, every callback":     {"strict": true, "callbacks": allCallbacks},
		"strict, onSuccess only":     {"strict": true, "callbacks": []string{"onSuccess"}},
		"not strict, every callback": {"strict": false, "callbacks": allCallbacks},
		"not strict, onSuccess only": {"strict": false, "callbacks": []string{"onSuccess"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, e := range engines() {
				t.Run(e.name, func(t *testing.T) {
					t.Parallel()
					walkTheModal(t, e, script, options)
				})
			}
		})
	}
}

func walkTheModal(t *testing.T, e *engine, script []byte, options object) {
	t.Helper()
	s := newSite(t, nil)
	var logins []pinwheel.LoginClaim
	events.On(s.bus, pinwheel.LinkLogin, func(_ context.Context, ev events.Event[pinwheel.LoginClaim]) error {
		logins = append(logins, ev.Data)
		return nil
	})
	s.script("modal.js", script)
	// The modal appends a script element, which is more than Trusted Types allow.
	p := e.tab(t).load(s.page(t, "modal", page{
		scripts: []string{"host.js", "modal.js"}, options: options, policy: "default-src 'none'; script-src 'self'; connect-src 'self'",
	}))
	callbacks := options["callbacks"]
	list := recorded(t)
	first, rest := list[:4], list[4:]
	p.run("await openedTimes(1)")
	require.Empty(t, play(t, p, first, callbacks))
	p.run("rerender(); await new Promise(requestAnimationFrame)")
	require.Empty(t, play(t, p, rest, callbacks))
	var state struct {
		Opened, Bridges int
		Token           string
	}
	p.get(`return { Opened: opened.length, Bridges: bridges.size, Token: opened[0].linkToken }`, &state)
	require.Equal(t, 1, state.Opened, "the modal opens once")
	require.Equal(t, 1, state.Bridges, "StrictMode's second run gets the same bridge")
	require.Equal(t, "a-link-token", state.Token)
	requireOnBus(t, s, list)
	require.Len(t, logins, 1, "typed")
	require.Equal(t, "934f6406-c332-4c05-a3e8-6a90765c842d", logins[0].AccountID)

	// A modal that is unmounted while it is open goes on calling back.
	p.run("unmount(); await new Promise(requestAnimationFrame)")
	require.Empty(t, play(t, p, first, callbacks))
	p.run(`const [bridge] = bridges;
		bridge.close();
		while (bridge.state !== 'closed') await new Promise((resolve) => setTimeout(resolve, 5))`)
	requireOnBus(t, s, append(slices.Clone(list), first...))
	require.Empty(t, complaints(p))
}

// play fires the events in the page and returns what the host noticed of the bridge.
func play(t *testing.T, p *tab, list []linkEvent, callbacks any) []string {
	t.Helper()
	data, err := json.Marshal([]any{list, callbacks})
	require.NoError(t, err)
	var wrong []string
	p.get("return play(..."+string(data)+")", &wrong)
	return wrong
}

// requireOnBus fails unless exactly these events have come to the bus, in this order, each with its payload.
func requireOnBus(t *testing.T, s *site, want []linkEvent) {
	t.Helper()
	seen := s.await(t, len(want))
	require.Len(t, seen, len(want))
	ids := map[string]bool{}
	for i, env := range seen {
		require.Equal(t, want[i].name(t), env.Kind.Name)
		require.JSONEq(t, string(want[i][1]), string(env.Raw), env.Kind.Name)
		require.Equal(t, events.Claimed, env.Trust)
		require.Equal(t, uint64(i+1), env.Seq)
		ids[env.ID] = true
	}
	require.Len(t, ids, len(want))
}
