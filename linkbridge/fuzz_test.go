package linkbridge_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/linkbridge"
)

// checkClaims fails when anything that came from a browser looks proven.
func checkClaims(t *testing.T, s *sink) {
	t.Helper()
	for _, env := range s.all() {
		require.Equal(t, events.StreamLink, env.Kind.Stream)
		require.Equal(t, events.Claimed, env.Trust)
		require.Equal(t, events.SourceLink, env.Source)
		require.Equal(t, "user-1", env.EndUserID)
		require.Equal(t, "lt-1", env.LinkTokenID)
		require.Empty(t, env.AccountID)
		require.Empty(t, env.KeyID)
		require.Equal(t, "pinwheel", env.Kind.Provider)
		require.NotEmpty(t, env.Kind.Name)
		require.True(t, jsontext.Value(env.Raw).IsValid())
	}
}

// anyone is a client that no limit is for.
func anyone(*http.Request) string { return "" }

// FuzzFrame sends a frame after the hello and, as its first one, to a connection of its own.
func FuzzFrame(f *testing.F) {
	g := readGolden(f)
	for _, group := range g.Frames.Client {
		for _, frame := range group {
			f.Add([]byte(frame))
		}
	}
	for _, s := range []string{"", "{", "null", "[]", `"hello"`, `{"type":1}`, `{"type":"event","seq":1e400}`, "{\"type\":\"\xff\"}", `{"type":"event","seq":1,"seq":2}`,
		`{"type":"event","seq":9007199254740993,"id":"c0ffee00c0ffee00c0ffee00c0ffee01","provider":"pinwheel","name":"webhook/account.added"}`,
		strings.Repeat("[", 10_001), `{"TYPE":"hello"}`, "\ufeff{}", `{"type":"event"}{"type":"event"}`} {
		f.Add([]byte(s))
	}
	s := &sink{}
	b := start(f, s, &linkbridge.Options{Limits: linkbridge.Limits{ConnsPerPrincipal: 1000}})
	srv := serve(f, b)
	f.Fuzz(func(t *testing.T, data []byte) {
		first := dial(t, srv, nil)
		require.NoError(t, first.ws.WriteMessage(websocket.TextMessage, data))
		r, _ := enter(t, srv, helloFrame(ticket(t, b, user)))
		require.NoError(t, r.ws.WriteMessage(websocket.TextMessage, data))
		r.send(object{"type": "fuzz", "seq": 7})
		require.NoError(t, r.ws.SetReadDeadline(time.Now().Add(testWait)))
		for {
			if _, answer, err := r.ws.ReadMessage(); err != nil || strings.Contains(string(answer), `"nack","seq":7`) {
				require.False(t, isTimeout(err), "the bridge hangs")
				break
			}
		}
		require.NoError(t, first.ws.Close())
		require.NoError(t, r.ws.Close())
		checkClaims(t, s)
	})
}

func FuzzPost(f *testing.F) {
	g := readGolden(f)
	f.Add([]byte(g.Post["request"]))
	f.Add([]byte(g.Frames.Client["events"][0]))
	f.Add([]byte(`{"type":"events","v":1,"events":[1,{},null,"x",[]]}`))
	s := &sink{}
	b := start(f, s, &linkbridge.Options{ClientIP: anyone})
	f.Fuzz(func(t *testing.T, data []byte) {
		var request object
		if json.Unmarshal(data, &request) == nil && request != nil {
			if _, ok := request["ticket"]; ok {
				request["ticket"] = ticket(t, b, user)
				request["session"] = newID()
				post(t, b, request)
			}
		}
		status, _, w := post(t, b, string(data))
		require.Contains(t, []int{http.StatusBadRequest, http.StatusUnauthorized, http.StatusRequestEntityTooLarge}, status)
		require.Less(t, w.Body.Len(), 100)
		checkClaims(t, s)
	})
}

func FuzzTicket(f *testing.F) {
	own := []byte(newID()) // another key in every process of the fuzzer
	b := startWith(f, &sink{}, linkbridge.Keys(own), &linkbridge.Options{ClientIP: anyone})
	good := ticket(f, b, user)
	_, answer, _ := post(f, b, batch(helloFrame(ticket(f, b, user))))
	resume, _ := answer["resume"].(string)
	for _, s := range []string{good, resume, "", ".", "a.b", good + ".", strings.Repeat("a", 5000)} {
		f.Add(s, 3)
	}
	f.Fuzz(func(t *testing.T, token string, at int) {
		token = strings.ToValidUTF8(token, "x")
		i := max(at, -at, 0) % len(good)
		for _, forged := range []string{token + good, good + token, good[:i] + token + good[min(len(good), i+len(token)):]} {
			if forged == good {
				continue
			}
			h := helloFrame(forged)
			h["resume"] = resume[:i%len(resume)] + token
			status, _, _ := post(t, b, batch(h))
			require.Contains(t, []int{http.StatusUnauthorized, http.StatusBadRequest}, status)
		}
	})
}
