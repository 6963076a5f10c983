package linkbridge_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/linkbridge"
	"github.com/linkhook/linkhook/linkbridge/linkbridgetest"
)

func TestLinkEventReachesTheBusAsAClaim(t *testing.T) {
	t.Parallel()
	bus := events.New()
	kind := events.Link[struct {
		AccountID string `json:"accountId"`
	}]("pinwheel", "login")
	got := make(chan events.Event[struct {
		AccountID string `json:"accountId"`
	}], 1)
	events.On(bus, kind, func(_ context.Context, e events.Event[struct {
		AccountID string `json:"accountId"`
	}]) error {
		got <- e
		return nil
	})
	b := start(t, bus, nil)
	page := linkbridgetest.Dial(t, b, ticket(t, b, user), nil)
	seq := page.Track("pinwheel", "login", map[string]string{"accountId": "acc-9"})
	page.WaitAck(seq)
	e := <-got
	require.Equal(t, events.SourceLink, e.Source)
	require.Equal(t, events.Claimed, e.Trust)
	require.Equal(t, "user-1", e.EndUserID)
	require.Equal(t, "lt-1", e.LinkTokenID)
	require.Equal(t, page.Session(), e.Session)
	require.Equal(t, uint64(1), e.Seq)
	require.Empty(t, e.AccountID, "an account id in a payload proves nothing")
	require.Equal(t, "acc-9", e.Data.AccountID)
	require.WithinDuration(t, time.Now(), e.OccurredAt, time.Minute)
	require.Len(t, e.ID, 32)
}

func TestEventsArriveInOrderOnce(t *testing.T) {
	t.Parallel()
	s := &sink{}
	b := start(t, s, nil)
	page := linkbridgetest.Dial(t, b, ticket(t, b, user), nil)
	var want []uint64
	for i := range 60 {
		want = append(want, page.Track("pinwheel", "screen_transition", map[string]int{"n": i}))
		if i%20 == 10 {
			page.Drop()
			page.Reconnect()
		}
	}
	page.WaitAck(60)
	require.Equal(t, want, s.seqs())
}

func TestUpperCaseNamesOfAndroidSDKsAreLowered(t *testing.T) {
	t.Parallel()
	s := &sink{}
	b := start(t, s, nil)
	page := linkbridgetest.Dial(t, b, ticket(t, b, user), nil)
	page.Track("pinwheel", "LOGIN_ATTEMPT", nil)
	page.WaitAck(page.Track("pinwheel", "Some-Other Name", nil))
	require.Equal(t, "pinwheel/link/login_attempt", s.all()[0].Kind.String())
	require.Equal(t, "pinwheel/link/Some-Other Name", s.all()[1].Kind.String(), "names are an open set")
}

func TestBadFrames(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, first string
		code        int
	}{
		{"not JSON", "{", linkbridge.CodeMalformed},
		{"not an object", `["hello"]`, linkbridge.CodeMalformed},
		{"no type", `{"v":1}`, linkbridge.CodeMalformed},
		{"event before hello", `{"type":"event","seq":1}`, linkbridge.CodeMalformed},
		{"invalid UTF-8", "{\"type\":\"hello\",\"sdk\":\"\xff\"}", linkbridge.CodeEncoding},
		{"twice the same name", `{"type":"hello","type":"hello"}`, linkbridge.CodeMalformed},
		{"other version", `{"type":"hello","v":2}`, linkbridge.CodeVersion},
		{"session of another form", `{"type":"hello","v":1,"session":"x","instance":"` + newID() + `"}`, linkbridge.CodeMalformed},
		{"session in upper case", `{"type":"hello","v":1,"session":"AAAABBBBCCCCDDDDEEEEFFFF00001111","instance":"` + newID() + `"}`, linkbridge.CodeMalformed},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			b := start(t, &sink{}, nil)
			r := dial(t, serve(t, b), nil)
			r.send(tc.first)
			code, bye := r.closed()
			require.Equal(t, tc.code, code)
			require.EqualValues(t, tc.code, bye["code"])
			require.Equal(t, tc.code < linkbridge.CodeMalformed, bye["reconnect"])
		})
	}
}

func TestBadEventsAreNackedAndTheConnectionLives(t *testing.T) {
	t.Parallel()
	s := &sink{}
	b := start(t, s, nil)
	r, _ := enter(t, serve(t, b), helloFrame(ticket(t, b, user)))
	big := make([]byte, 17<<10)
	for i := range big {
		big[i] = 'x'
	}
	other := eventFrame(3, "login", nil)
	other["provider"] = "argyle"
	control := eventFrame(4, "a\nb", nil)
	wrong := eventFrame(5, "login", nil)
	wrong["at"] = "yesterday"
	anonymous := eventFrame(6, "login", nil)
	anonymous["id"] = "short"
	for _, tc := range []struct {
		frame any
		seq   float64
		code  string
	}{
		{eventFrame(1, "login", string(big)), 1, "too_large"},
		{object{"type": "dance", "seq": 2}, 2, "invalid"},
		{other, 3, "invalid"},
		{control, 4, "invalid"},
		{wrong, 5, "invalid"},
		{anonymous, 6, "invalid"},
		{object{"type": "dance"}, 0, "invalid"},
		{`{"type":"event","seq":-1}`, 0, "invalid"},
	} {
		r.send(tc.frame)
		nack := r.await("nack")
		require.Equal(t, tc.seq, nack["seq"])
		require.Equal(t, tc.code, nack["code"])
	}
	r.send(eventFrame(7, "login", nil))
	for r.await("ack")["ack"] != float64(7) {
	}
	require.Equal(t, []uint64{7}, s.seqs())
}

func TestBinaryFrameCloses1003(t *testing.T) {
	t.Parallel()
	b := start(t, &sink{}, nil)
	r, _ := enter(t, serve(t, b), helloFrame(ticket(t, b, user)))
	require.NoError(t, r.ws.WriteMessage(websocket.BinaryMessage, []byte("{}")))
	code, _ := r.closed()
	require.Equal(t, linkbridge.CodeBinary, code)
}

func TestFrameOverTheLimitCloses1009(t *testing.T) {
	t.Parallel()
	b := start(t, &sink{}, nil)
	r, _ := enter(t, serve(t, b), helloFrame(ticket(t, b, user)))
	r.send(eventFrame(1, "login", fmt.Sprintf("%070000d", 1)))
	code, _ := r.closed()
	require.Equal(t, linkbridge.CodeTooBig, code)
}

func TestNoHelloCloses4408(t *testing.T) {
	t.Parallel()
	b := start(t, &sink{}, &linkbridge.Options{Limits: linkbridge.Limits{HelloTimeout: 20 * time.Millisecond}})
	r := dial(t, serve(t, b), nil)
	code, bye := r.closed()
	require.Equal(t, linkbridge.CodeNoHello, code)
	require.Equal(t, true, bye["reconnect"])
}

func TestCompressionIsNeverNegotiated(t *testing.T) {
	t.Parallel()
	b := start(t, &sink{}, nil)
	srv := serve(t, b)
	d := websocket.Dialer{Subprotocols: []string{"linkbridge.v1"}, EnableCompression: true}
	ws, resp, err := d.Dial("ws"+srv.URL[4:], http.Header{"Origin": {srv.URL}})
	require.NoError(t, err)
	defer ws.Close()
	require.Empty(t, resp.Header.Get("Sec-WebSocket-Extensions"))
	require.Equal(t, "linkbridge.v1", resp.Header.Get("Sec-WebSocket-Protocol"))
}

func TestUnknownSubprotocolCloses4501(t *testing.T) {
	t.Parallel()
	b := start(t, &sink{}, nil)
	srv := serve(t, b)
	d := websocket.Dialer{}
	ws, _, err := d.Dial("ws"+srv.URL[4:], http.Header{"Origin": {srv.URL}})
	require.NoError(t, err)
	defer ws.Close()
	code, _ := (&raw{t: t, ws: ws}).closed()
	require.Equal(t, linkbridge.CodeVersion, code)
}

// unwrapOnly is middleware's response writer that has Unwrap and nothing else.
type unwrapOnly struct{ w http.ResponseWriter }

func (u unwrapOnly) Header() http.Header         { return u.w.Header() }
func (u unwrapOnly) Write(p []byte) (int, error) { return u.w.Write(p) }
func (u unwrapOnly) WriteHeader(status int)      { u.w.WriteHeader(status) }
func (u unwrapOnly) Unwrap() http.ResponseWriter { return u.w }

func TestWorksThroughUnwrapOnlyMiddleware(t *testing.T) {
	t.Parallel()
	s := &sink{}
	b := start(t, s, nil)
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { b.ServeHTTP(unwrapOnly{unwrapOnly{w}}, r) })
	page := linkbridgetest.Dial(t, h, ticket(t, b, user), nil)
	page.WaitAck(page.Track("pinwheel", "open", nil))
	require.Len(t, s.all(), 1)
}

func TestHandlerErrorIsNotThePagesBusiness(t *testing.T) {
	t.Parallel()
	bus := events.New()
	bus.OnAny(func(context.Context, events.Envelope) error { return errors.New("no database") })
	b := start(t, bus, nil)
	page := linkbridgetest.Dial(t, b, ticket(t, b, user), nil)
	page.WaitAck(page.Track("pinwheel", "open", nil))
}

func TestAnEventThatIsNotTakenIsNackedAndComesAgain(t *testing.T) {
	t.Parallel()
	s := &sink{}
	s.failWith(func(events.Envelope) error { return events.RetryAfter(time.Millisecond, events.ErrOverloaded) })
	b := start(t, s, nil)
	page := linkbridgetest.Dial(t, b, ticket(t, b, user), nil)
	require.Equal(t, "rate", page.WaitNack(page.Track("pinwheel", "open", nil)))
	require.Empty(t, s.all())
	s.failWith(nil)
	page.WaitAck(page.Resend())
	require.Equal(t, []uint64{2}, s.seqs())
}

func TestWelcomeAckStopsBelowAnEventThatWasNotTaken(t *testing.T) {
	t.Parallel()
	s := &sink{}
	b := start(t, s, nil)
	srv := serve(t, b)
	s.failWith(func(env events.Envelope) error {
		if env.Seq == 2 {
			return events.RetryAfter(time.Millisecond, events.ErrOverloaded)
		}
		return nil
	})
	h := helloFrame(ticket(t, b, user))
	r, _ := enter(t, srv, h)
	lost := eventFrame(2, "b", nil)
	r.send(eventFrame(1, "a", nil))
	r.send(lost)
	r.send(eventFrame(3, "c", nil))
	for r.await("ack")["ack"] != float64(3) { // the nack went out before
	}
	require.NoError(t, r.ws.Close())
	s.failWith(nil)
	r, welcome := enter(t, srv, h) // the page has seen none of it
	require.Equal(t, float64(1), welcome["ack"])
	require.Equal(t, true, welcome["resumed"])
	r.send(lost)
	require.Equal(t, "rate", r.await("nack")["code"], "3 is out already; this one comes behind it")
	lost["seq"] = 4
	r.send(lost)
	for r.await("ack")["ack"] != float64(4) {
	}
	require.Equal(t, []uint64{1, 3, 4}, s.seqs())
}

func TestTheSameIDUnderAnotherNumberIsTheSameEvent(t *testing.T) {
	t.Parallel()
	s := &sink{}
	b := start(t, s, nil)
	r, _ := enter(t, serve(t, b), helloFrame(ticket(t, b, user)))
	e := eventFrame(1, "a", nil)
	r.send(e)
	e["seq"] = 2
	r.send(e)
	for r.await("ack")["ack"] != float64(2) {
	}
	require.Equal(t, []uint64{1}, s.seqs())
	require.EqualValues(t, 1, b.Stats().Duplicates)
}

func TestAGapNeverStallsTheAck(t *testing.T) {
	t.Parallel()
	b := start(t, &sink{}, nil)
	r, _ := enter(t, serve(t, b), helloFrame(ticket(t, b, user)))
	r.send(eventFrame(5, "a", nil))
	require.Equal(t, float64(5), r.await("ack")["ack"])
}

func TestPanickingPublisherCloses1011(t *testing.T) {
	t.Parallel()
	s := &sink{}
	s.failWith(func(events.Envelope) error { panic("boom") })
	b := start(t, s, nil)
	r, _ := enter(t, serve(t, b), helloFrame(ticket(t, b, user)))
	r.send(eventFrame(1, "a", nil))
	code, _ := r.closed()
	require.Equal(t, linkbridge.CodeError, code)
}
