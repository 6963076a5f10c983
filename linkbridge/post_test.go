package linkbridge_test

import (
	"bytes"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/linkbridge"
)

// post sends a batch from the handler's own origin, without a socket.
func post(t testing.TB, h http.Handler, body any, header ...string) (status int, answer object, w *httptest.ResponseRecorder) {
	t.Helper()
	data, ok := body.(string)
	if !ok {
		b, err := json.Marshal(body)
		require.NoError(t, err)
		data = string(b)
	}
	r := httptest.NewRequest(http.MethodPost, "http://host.test/hooks/link", strings.NewReader(data))
	r.Header.Set("Origin", "http://host.test")
	r.Header.Set("Content-Type", "text/plain;charset=UTF-8")
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w = httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if strings.HasPrefix(w.Header().Get("Content-Type"), "application/json") {
		require.NoError(t, json.Unmarshal(w.Body.Bytes(), &answer))
	}
	return w.Code, answer, w
}

// batch turns a hello into a POST body.
func batch(hello object, events ...any) object {
	b := object{}
	maps.Copy(b, hello)
	b["type"], b["events"] = "events", events
	if events == nil {
		b["events"] = []any{}
	}
	return b
}

func TestPostIsThatOfTheGoldenFile(t *testing.T) {
	t.Parallel()
	g := readGolden(t)
	s := &sink{}
	b := start(t, s, nil)
	var request object
	require.NoError(t, json.Unmarshal(g.Post["request"], &request))
	request["ticket"] = ticket(t, b, user)
	for _, media := range []string{"text/plain;charset=UTF-8", "application/json"} {
		status, answer, _ := post(t, b, request, "Content-Type", media)
		require.Equal(t, http.StatusOK, status)
		require.Equal(t, keysOf(t, g.Post["answer"]), keysOf(t, answer))
		require.Equal(t, float64(1), answer["ack"])
	}
	require.Len(t, s.all(), 1, "the second time it was known")
	require.Equal(t, "pinwheel/link/open", s.all()[0].Kind.String())
}

// TestEveryTransportPublishesTheSame sends the events of the golden file by websocket, by POST and by beacon; what comes out
// on the bus is testdata/bus.golden, line by line.
func TestEveryTransportPublishesTheSame(t *testing.T) {
	t.Parallel()
	want, err := os.ReadFile(filepath.Join("testdata", "bus.golden"))
	require.NoError(t, err)
	sent := func(seq int, frame jsontext.Value) object {
		var fields map[string]jsontext.Value
		require.NoError(t, json.Unmarshal(frame, &fields))
		e := object{}
		for name, value := range fields {
			e[name] = value
		}
		e["seq"], e["id"], e["at"] = seq, newID(), 0 // a clock that cannot be believed, since the golden one will be a day old
		return e
	}
	g := readGolden(t)
	for _, transport := range []string{"websocket", "POST", "beacon"} {
		t.Run(transport, func(t *testing.T) {
			t.Parallel()
			s := &sink{}
			b := start(t, s, nil)
			h := helloFrame(ticket(t, b, user))
			frames := []any{sent(1, g.Frames.Client["event"][0]), eventFrame(2, "DD_FORM_CREATE", object{"url": "u"}), // what an Android SDK sends
				eventFrame(4, "input_search", jsontext.Value(`{"term":"t","n":1}`)), sent(5, g.Frames.Client["event"][2]), sent(6, g.Frames.Client["event"][1])}
			if transport == "websocket" {
				r, _ := enter(t, serve(t, b), h)
				for _, f := range frames {
					r.send(f)
				}
				for r.await("ack")["ack"] != float64(6) {
				}
			} else {
				body := batch(h, frames...)
				body["leave"] = transport == "beacon"
				status, answer, _ := post(t, b, body)
				require.Equal(t, http.StatusOK, status)
				require.Equal(t, float64(6), answer["ack"], "a gap within a batch was dropped by the client")
			}
			var got strings.Builder
			for _, env := range s.all() {
				require.Equal(t, h["session"], env.Session)
				require.Len(t, env.ID, 32)
				fmt.Fprintln(&got, env.Kind, env.Seq, env.Source, env.Trust, env.EndUserID, env.LinkTokenID, env.AccountID == "", env.KeyID == "", string(env.Raw))
			}
			require.Equal(t, string(want), got.String())
		})
	}
}

func TestPostAnswers(t *testing.T) {
	t.Parallel()
	b := start(t, &sink{}, nil)
	good := batch(helloFrame(ticket(t, b, user)))
	many := make([]any, 51)
	for i := range many {
		many[i] = eventFrame(i+1, "a", nil)
	}
	foreign := batch(helloFrame(ticket(t, b, user)))
	foreign["v"] = 2
	for _, tc := range []struct {
		name   string
		body   any
		header []string
		want   int
	}{
		{"good", good, nil, http.StatusOK},
		{"no JSON", "{", nil, http.StatusBadRequest},
		{"empty", "", nil, http.StatusBadRequest},
		{"hello by POST", helloFrame(ticket(t, b, user)), nil, http.StatusBadRequest},
		{"other version", foreign, nil, http.StatusBadRequest},
		{"no ticket", batch(helloFrame("")), nil, http.StatusUnauthorized},
		{"wrong ticket", batch(helloFrame("a.b")), nil, http.StatusUnauthorized},
		{"wrong origin", good, []string{"Origin", "https://evil.test"}, http.StatusForbidden},
		{"form", good, []string{"Content-Type", "application/x-www-form-urlencoded"}, http.StatusUnsupportedMediaType},
		{"no content type", good, []string{"Content-Type", ""}, http.StatusUnsupportedMediaType},
		{"compressed", good, []string{"Content-Encoding", "gzip"}, http.StatusUnsupportedMediaType},
		{"too long", strings.Repeat(" ", 64<<10) + "{}", nil, http.StatusRequestEntityTooLarge},
		{"too many events", batch(helloFrame(ticket(t, b, user)), many...), nil, http.StatusRequestEntityTooLarge},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			status, _, w := post(t, b, tc.body, tc.header...)
			require.Equal(t, tc.want, status)
			require.Equal(t, "no-store", w.Header().Get("Cache-Control"))
		})
	}
}

func TestPostFromAnotherAllowedOrigin(t *testing.T) {
	t.Parallel()
	b := start(t, &sink{}, &linkbridge.Options{Origins: []string{"https://app.example.com"}})
	status, _, w := post(t, b, batch(helloFrame(ticket(t, b, user))), "Origin", "https://app.example.com")
	require.Equal(t, http.StatusOK, status)
	require.Equal(t, "https://app.example.com", w.Header().Get("Access-Control-Allow-Origin"))
	require.Contains(t, w.Header().Values("Vary"), "Origin")
	require.Empty(t, w.Header().Get("Access-Control-Allow-Credentials"), "cookies are not wanted")

	for origin, want := range map[string]int{"https://app.example.com": http.StatusNoContent, "https://evil.test": http.StatusForbidden} {
		r := httptest.NewRequest(http.MethodOptions, "http://host.test/hooks/link", nil)
		r.Header.Set("Origin", origin)
		p := httptest.NewRecorder()
		b.ServeHTTP(p, r)
		require.Equal(t, want, p.Code)
		require.Equal(t, want == http.StatusNoContent, p.Header().Get("Access-Control-Allow-Origin") == origin)
	}
}

func TestBadEventsOfABatchDoNotStallIt(t *testing.T) {
	t.Parallel()
	s := &sink{}
	b := start(t, s, nil)
	other := eventFrame(2, "login", nil)
	other["provider"] = "argyle"
	body := batch(helloFrame(ticket(t, b, user)), eventFrame(1, "a", strings.Repeat("x", 17<<10)), other,
		object{"type": "event", "seq": 3, "at": "never"}, eventFrame(4, "a", nil))
	status, answer, _ := post(t, b, body)
	require.Equal(t, http.StatusOK, status)
	require.Equal(t, float64(4), answer["ack"])
	require.Equal(t, []uint64{4}, s.seqs())
}

func TestABatchThatIsNotTakenWholeComesAgain(t *testing.T) {
	t.Parallel()
	g := readGolden(t)
	s := &sink{}
	s.failWith(func(env events.Envelope) error {
		if env.Seq == 2 {
			return events.ErrOverloaded
		}
		return nil
	})
	b := start(t, s, nil)
	body := batch(helloFrame(ticket(t, b, user)), eventFrame(1, "a", nil), eventFrame(2, "b", nil), eventFrame(3, "c", nil))
	_, answer, _ := post(t, b, body)
	require.Equal(t, keysOf(t, g.Post["answer_busy"]), keysOf(t, answer))
	require.Equal(t, float64(1), answer["ack"])
	require.Equal(t, float64(2000), answer["retry_ms"])
	s.failWith(nil)
	_, answer, _ = post(t, b, body)
	require.Equal(t, float64(3), answer["ack"])
	require.Equal(t, []uint64{1, 2, 3}, s.seqs())
}

func TestBeaconsThatOvertakeEachOther(t *testing.T) {
	t.Parallel()
	s := &sink{}
	b := start(t, s, nil)
	h := helloFrame(ticket(t, b, user))
	first := batch(h, eventFrame(1, "a", nil), eventFrame(2, "b", nil))
	second := batch(h, eventFrame(3, "c", nil))
	first["leave"], second["leave"] = true, true
	_, answer, _ := post(t, b, second)
	require.Equal(t, float64(0), answer["ack"], "1 and 2 may be on their way")
	_, answer, _ = post(t, b, first)
	require.Equal(t, float64(3), answer["ack"])
	require.ElementsMatch(t, []uint64{1, 2, 3}, s.seqs())
}

func TestALateBeaconIsTakenAndSupersedesNobody(t *testing.T) {
	t.Parallel()
	s := &sink{}
	b := start(t, s, nil)
	srv := serve(t, b)
	before := helloFrame(ticket(t, b, user))
	enter(t, srv, before)
	after := batch(before)
	after["type"], after["instance"], after["seq"] = "hello", newID(), 2
	r, _ := enter(t, srv, after)
	r.send(eventFrame(1, "after", nil))
	require.Equal(t, float64(1), r.await("ack")["ack"])

	beacon := batch(before, eventFrame(1, "before", nil), eventFrame(2, "before", nil))
	beacon["leave"] = true
	status, _, _ := post(t, b, beacon)
	require.Equal(t, http.StatusOK, status)
	require.Equal(t, []uint64{1, 0, 2}, s.seqs(), "a number that is taken is not given twice")

	r.send(eventFrame(3, "after", nil))
	require.Equal(t, float64(3), r.await("ack")["ack"], "the page still has the session")

	live := batch(before, eventFrame(3, "before", nil))
	status, answer, _ := post(t, b, live)
	require.Equal(t, http.StatusConflict, status)
	require.Equal(t, object{"ack": float64(0)}, answer)
}

func TestPostBesideItsOwnWebsocket(t *testing.T) {
	t.Parallel()
	s := &sink{}
	b := start(t, s, nil)
	h := helloFrame(ticket(t, b, user))
	r, _ := enter(t, serve(t, b), h)
	e := eventFrame(1, "a", nil)
	status, _, _ := post(t, b, batch(h, e))
	require.Equal(t, http.StatusOK, status)
	r.send(e)
	require.Equal(t, float64(1), r.await("ack")["ack"])
	require.Len(t, s.all(), 1)
}

func TestPostOfACopiedTabSupersedesTheWebsocket(t *testing.T) {
	t.Parallel()
	b := start(t, &sink{}, nil)
	h := helloFrame(ticket(t, b, user))
	r, _ := enter(t, serve(t, b), h)
	twin := batch(h)
	twin["instance"] = newID()
	status, _, _ := post(t, b, twin)
	require.Equal(t, http.StatusOK, status)
	code, bye := r.closed()
	require.Equal(t, linkbridge.CodeSuperseded, code)
	require.Equal(t, true, bye["reconnect"])
}

func TestAnswersHoldNoPayloadAndNoTicket(t *testing.T) {
	t.Parallel()
	b := start(t, &sink{}, nil)
	for _, body := range []any{"planted", batch(helloFrame("planted"), eventFrame(1, "planted", "planted")), `{"type":"planted"}`} {
		_, _, w := post(t, b, body)
		require.False(t, bytes.Contains(w.Body.Bytes(), []byte("planted")))
	}
}
