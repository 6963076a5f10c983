package linkbridge_test

import (
	"bytes"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/js"
	"github.com/linkhook/linkhook/linkbridge"
)

// golden is the protocol's one file, which the script's tests read too.
type golden struct {
	Subprotocol string `json:"subprotocol"`
	Version     int    `json:"version"`
	Close       []struct {
		Code     int    `json:"code"`
		Name     string `json:"name"`
		Reaction string `json:"reaction"`
	} `json:"close"`
	HTTP []struct {
		Status int    `json:"status"`
		Name   string `json:"name"`
	} `json:"http"`
	Nack []struct {
		Code string `json:"code"`
	} `json:"nack"`
	Limits    map[string]int `json:"limits"`
	Timings   map[string]int `json:"timings_ms"`
	Redaction struct {
		Marker        string              `json:"marker"`
		Keys          []string            `json:"keys"`
		EventKeys     map[string][]string `json:"event_keys"`
		ShortenedKeys []string            `json:"shortened_keys"`
	} `json:"redaction"`
	Frames struct {
		Client map[string][]jsontext.Value `json:"client"`
		Server map[string][]jsontext.Value `json:"server"`
	} `json:"frames"`
	Post map[string]jsontext.Value `json:"post"`
}

func readGolden(t testing.TB) *golden {
	t.Helper()
	var g golden
	require.NoError(t, json.Unmarshal(js.Protocol(), &g))
	return &g
}

// keysOf returns the names of a JSON object, sorted.
func keysOf(t testing.TB, v any) []string {
	t.Helper()
	m, ok := v.(map[string]any)
	if !ok {
		if o, isObject := v.(object); isObject {
			m = o
		} else {
			require.NoError(t, json.Unmarshal(v.(jsontext.Value), &m))
		}
	}
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

func TestCloseCodesAreThoseOfTheGoldenFile(t *testing.T) {
	t.Parallel()
	g := readGolden(t)
	require.Equal(t, linkbridge.Subprotocol, g.Subprotocol)
	require.Equal(t, 1, g.Version)
	got := map[string]int{}
	for _, c := range g.Close {
		got[c.Name] = c.Code
		if c.Code >= linkbridge.CodeMalformed {
			require.Contains(t, []string{"fail", "version"}, c.Reaction)
		}
	}
	require.Equal(t, map[string]int{
		"done": linkbridge.CodeDone, "gone": linkbridge.CodeGone, "binary": linkbridge.CodeBinary, "no_status": 1005,
		"dropped": linkbridge.CodeDropped, "encoding": linkbridge.CodeEncoding, "too_big": linkbridge.CodeTooBig, "server_error": linkbridge.CodeError,
		"restart": linkbridge.CodeRestart, "overloaded": linkbridge.CodeOverloaded, "slow": linkbridge.CodeSlow,
		"ticket": linkbridge.CodeTicket, "no_hello": linkbridge.CodeNoHello, "superseded": linkbridge.CodeSuperseded,
		"rate": linkbridge.CodeRate, "malformed": linkbridge.CodeMalformed, "version": linkbridge.CodeVersion,
		"forbidden": linkbridge.CodeForbidden,
	}, got)
}

func TestByesSayWhatTheGoldenFileSays(t *testing.T) {
	t.Parallel()
	g := readGolden(t)
	for _, c := range g.Close {
		stops := c.Reaction == "stop" || c.Reaction == "fail" || c.Reaction == "version"
		require.Equal(t, !stops, linkbridge.Reconnects(c.Code), c.Name)
	}
	for _, words := range linkbridge.Reasons() {
		require.LessOrEqual(t, len(words), g.Limits["reason_bytes"])
	}
}

func TestAnswersAndNacksAreThoseOfTheGoldenFile(t *testing.T) {
	t.Parallel()
	g := readGolden(t)
	var statuses []int
	for _, a := range g.HTTP {
		statuses = append(statuses, a.Status)
	}
	require.Equal(t, []int{http.StatusOK, http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden, http.StatusRequestTimeout,
		http.StatusConflict, http.StatusRequestEntityTooLarge, http.StatusTooManyRequests, http.StatusServiceUnavailable}, statuses)
	var nacks []string
	for _, n := range g.Nack {
		nacks = append(nacks, n.Code)
	}
	require.Equal(t, nacks, linkbridge.Nacks())
}

// TestLimitsAreThoseOfTheGoldenFile names every entry: one that is new in the file has to be put on one of the two sides.
func TestLimitsAreThoseOfTheGoldenFile(t *testing.T) {
	t.Parallel()
	g := readGolden(t)
	l := linkbridge.DefaultLimits()
	limits := map[string]int{
		"frame_bytes": l.FrameBytes, "event_bytes": l.EventBytes, "post_bytes": l.FrameBytes, "batch_events": l.BatchEvents,
		"queue_events": linkbridge.ClientQueue, "outbound_bytes": l.OutboundBytes, "rate_per_second": int(l.RatePerSecond),
		"rate_burst": l.RateBurst, "session_events": l.SessionEvents, "ack_every_events": linkbridge.AckEvery,
		"push_ring": linkbridge.PushRing, "message_chars": linkbridge.ShortenedLength,
	}
	timings := map[string]time.Duration{
		"hello_deadline": l.HelloTimeout, "ack_delay": linkbridge.AckDelay, "ping": l.Ping, "ping_grace": l.PingGrace,
		"spread_max": l.SpreadMax, "rate_patience": l.RatePatience, "push_keep": linkbridge.PushKeep,
	}
	ofTheClient := []string{"beacon_bytes", "open_failures", "reason_bytes", "backoff_min", "backoff_max", "overload_min",
		"rate_resend", "welcome_timeout", "probe_min", "probe_max", "poll_min", "poll_max", "token_interval"}
	for name, want := range g.Limits {
		if !slices.Contains(ofTheClient, name) {
			require.Equal(t, want, limits[name], name)
		}
	}
	for name, want := range g.Timings {
		if !slices.Contains(ofTheClient, name) {
			require.EqualValues(t, want, timings[name].Milliseconds(), name)
		}
	}
	require.Len(t, ofTheClient, len(g.Limits)+len(g.Timings)-len(limits)-len(timings))
}

func TestWelcomeIsThatOfTheGoldenFile(t *testing.T) {
	t.Parallel()
	g := readGolden(t)
	b := start(t, &sink{}, nil)
	srv := serve(t, b)
	var h object
	require.NoError(t, json.Unmarshal(g.Frames.Client["hello"][0], &h))
	h["ticket"] = ticket(t, b, user)
	r, welcome := enter(t, srv, h)
	require.Equal(t, keysOf(t, g.Frames.Server["welcome"][0]), keysOf(t, welcome))
	limits, _ := welcome["limits"].(map[string]any)
	require.EqualValues(t, g.Limits["frame_bytes"], limits["frame"])
	require.EqualValues(t, g.Limits["event_bytes"], limits["event"])
	require.EqualValues(t, g.Limits["queue_events"], limits["queue"])
	require.EqualValues(t, g.Limits["rate_per_second"], limits["rate"])
	require.EqualValues(t, g.Timings["ping"], welcome["ping"])
	for i, e := range g.Frames.Client["event"][:2] {
		r.send(string(e))
		ack := r.await("ack")
		require.EqualValues(t, i+1, ack["ack"])
		require.Equal(t, keysOf(t, g.Frames.Server["ack"][0]), keysOf(t, ack))
	}
	r.send(string(g.Frames.Client["event"][2])) // of another provider than the ticket's
	nack := r.await("nack")
	require.Equal(t, keysOf(t, g.Frames.Server["nack"][0]), keysOf(t, nack))
	r.send(string(g.Frames.Client["pong"][0]))
	r.send(object{"type": "refresh", "ticket": "wrong"})
	_, bye := r.closed()
	require.Equal(t, keysOf(t, g.Frames.Server["bye"][0]), keysOf(t, bye))
}

func TestGoldenEventsOfBothProvidersAreTaken(t *testing.T) {
	t.Parallel()
	g := readGolden(t)
	s := &sink{}
	b := start(t, s, nil)
	srv := serve(t, b)
	r, _ := enter(t, srv, helloFrame(ticket(t, b, linkbridge.Principal{Provider: "argyle", EndUserID: "u"})))
	for _, e := range g.Frames.Client["event"][2:] {
		r.send(string(e))
	}
	for r.await("ack")["ack"] != float64(6) {
	}
	got := s.all()
	require.Equal(t, "argyle/link/search - opened", got[0].Kind.String())
	require.Equal(t, "argyle-v1/link/onAccountConnected", got[1].Kind.String())
	var e struct {
		Payload jsontext.Value `json:"payload"`
	}
	require.NoError(t, json.Unmarshal(g.Frames.Client["event"][3], &e))
	require.True(t, bytes.Equal(e.Payload, got[1].Raw))
}

func TestRedactionReadsPairsAndAnyCase(t *testing.T) {
	t.Parallel()
	s := &sink{}
	b := start(t, s, nil)
	deep := strings.Repeat(`{"a":[`, 200) + `{"term":"planted"}` + strings.Repeat(`]}`, 200)
	for i, payload := range []string{
		`{"name":"x","payload":[{"key":"linkToken","value":"planted","type":"string"},{"value":"planted","key":"TERM"},{"key":"kept","value":"v"}]}`,
		`{"LinkToken":"planted","QUERY":["planted"]}`, deep, `[{"term":{"planted":1}},"kept"]`, `"kept term"`,
	} {
		e := `{"type":"event","seq":1,"id":"` + newID() + `","provider":"pinwheel","name":"other_event","payload":` + payload + `}`
		status, _, _ := post(t, b, `{"type":"events","v":1,"session":"`+newID()+`","instance":"`+newID()+`","ticket":"`+ticket(t, b, user)+`","events":[`+e+`]}`)
		require.Equal(t, http.StatusOK, status)
		require.Len(t, s.all(), i+1)
		raw := s.all()[i].Raw
		require.NotContains(t, string(raw), "planted")
		require.True(t, jsontext.Value(raw).IsValid())
		require.Equal(t, strings.Contains(payload, "kept"), bytes.Contains(raw, []byte("kept")))
	}
}

func TestRedactionIsThatOfTheGoldenFile(t *testing.T) {
	t.Parallel()
	g := readGolden(t)
	s := &sink{}
	b := start(t, s, nil)
	r, _ := enter(t, serve(t, b), helloFrame(ticket(t, b, user)))
	payload := object{"kept": "planted", "url": "https://kept.test"}
	for _, k := range g.Redaction.Keys {
		payload[k] = "planted"
	}
	r.send(eventFrame(1, "a", object{"deep": []any{payload}, "term": nil}))
	for event, keys := range g.Redaction.EventKeys {
		p := object{}
		for _, k := range keys {
			p[k] = "planted"
		}
		require.Equal(t, "pinwheel/dd_form_create", event)
		r.send(eventFrame(2, "dd_form_create", p))
	}
	long := object{}
	for _, k := range g.Redaction.ShortenedKeys {
		long[k] = string(bytes.Repeat([]byte("ü"), g.Limits["message_chars"]+1))
	}
	r.send(eventFrame(3, "c", long))
	r.send(`{"type":"event","seq":4,"id":"` + newID() + `","provider":"pinwheel","name":"d","payload":{"link\u0054oken":"planted"}}`)
	for r.await("ack")["ack"] != float64(4) {
	}
	got := s.all()
	require.Len(t, got, 4)
	require.Equal(t, 1, bytes.Count(got[0].Raw, []byte("planted")), "the key that is not on the list")
	require.Equal(t, len(g.Redaction.Keys), bytes.Count(got[0].Raw, []byte(g.Redaction.Marker)))
	require.Contains(t, string(got[0].Raw), `"term":null`)
	require.Contains(t, string(got[0].Raw), "https://kept.test")
	require.NotContains(t, string(got[1].Raw), "planted")
	require.NotContains(t, string(got[3].Raw), "planted")
	var cut map[string]string
	require.NoError(t, json.Unmarshal(got[2].Raw, &cut))
	for k, v := range cut {
		require.Len(t, []rune(v), g.Limits["message_chars"], k)
	}
}
