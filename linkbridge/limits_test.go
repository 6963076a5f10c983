package linkbridge_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/linkbridge"
	"github.com/linkhook/linkhook/linkbridge/linkbridgetest"
)

func TestHandshakesPerAddress(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := start(t, &sink{}, &linkbridge.Options{ClientIP: func(r *http.Request) string { return r.Header.Get("Origin") },
			Origins: []string{"https://a.test", "https://b.test"}})
		for i := range 20 {
			require.NotEqual(t, http.StatusTooManyRequests, handshake(b, "host.test", false, "https://a.test"), i)
		}
		require.Equal(t, http.StatusTooManyRequests, handshake(b, "host.test", false, "https://a.test"))
		require.NotEqual(t, http.StatusTooManyRequests, handshake(b, "host.test", false, "https://b.test"))
	})
}

func TestAddressesBehindAProxyAreNotLimitedByDefault(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		for remote, limited := range map[string]bool{"127.0.0.1:1": false, "10.1.2.3:1": false, "[::1]:1": false, "203.0.113.9:1": true,
			"[2001:db8::1]:1": true, "pipe": false} {
			b := start(t, &sink{}, &linkbridge.Options{AllowNoOrigin: true})
			refused := false
			for range 25 {
				r := httptest.NewRequest(http.MethodGet, "http://host.test/", nil)
				r.RemoteAddr = remote
				r.Header.Set("Connection", "Upgrade")
				r.Header.Set("Upgrade", "websocket")
				w := httptest.NewRecorder()
				b.ServeHTTP(w, r)
				refused = refused || w.Code == http.StatusTooManyRequests
			}
			require.Equal(t, limited, refused, remote)
		}
	})
}

func TestConnectionsInAll(t *testing.T) {
	t.Parallel()
	b := start(t, &sink{}, &linkbridge.Options{Limits: linkbridge.Limits{Conns: 1}})
	srv := serve(t, b)
	page := linkbridgetest.DialURL(t, srv.URL, ticket(t, b, user), nil)
	_, resp, err := websocket.DefaultDialer.Dial("ws"+srv.URL[4:], http.Header{"Origin": {srv.URL}})
	require.Error(t, err)
	require.Equal(t, http.StatusServiceUnavailable, resp.StatusCode)
	require.Equal(t, "10", resp.Header.Get("Retry-After"))
	page.Drop()
	require.Eventually(t, func() bool { return b.Stats().Live == 0 }, testWait, testTick)
	linkbridgetest.DialURL(t, srv.URL, ticket(t, b, user), nil)
}

func TestLiveConnectionsOfOnePrincipal(t *testing.T) {
	t.Parallel()
	b := start(t, &sink{}, nil)
	srv := serve(t, b)
	var pages []*linkbridgetest.Browser
	for range 5 {
		pages = append(pages, linkbridgetest.DialURL(t, srv.URL, ticket(t, b, user), nil))
	}
	sixth := linkbridgetest.New(t, srv.URL, ticket(t, b, user), nil)
	require.Equal(t, linkbridge.CodeOverloaded, sixth.TryConnect())
	other := user
	other.EndUserID = "user-2"
	linkbridgetest.DialURL(t, srv.URL, ticket(t, b, other), nil)
	pages[0].Reconnect()
	pages[1].Drop()
	require.Eventually(t, func() bool { return b.Stats().Live == 5 }, testWait, testTick)
	sixth.Reconnect()
}

func TestEventsOfOneSession(t *testing.T) {
	t.Parallel()
	s := &sink{}
	b := start(t, s, &linkbridge.Options{Limits: linkbridge.Limits{SessionEvents: 3}})
	page := linkbridgetest.Dial(t, b, ticket(t, b, user), nil)
	for range 4 {
		page.Track("pinwheel", "a", nil)
	}
	require.Equal(t, linkbridge.CodeForbidden, page.WaitClose())
	page.WaitAck(3)
	require.Equal(t, linkbridge.CodeForbidden, page.TryConnect(), "the session has ended")
	require.Len(t, s.all(), 3)
}

func TestRateByPost(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &sink{}
		b := start(t, s, &linkbridge.Options{Limits: linkbridge.Limits{RateBurst: 2, RatePerSecond: 0.01}})
		body := batch(helloFrame(ticket(t, b, user)), eventFrame(1, "a", nil), eventFrame(2, "a", nil), eventFrame(3, "a", nil))
		status, answer, _ := post(t, b, body)
		require.Equal(t, http.StatusOK, status)
		require.Equal(t, float64(2), answer["ack"])
		require.Greater(t, answer["retry_ms"], float64(90_000))
	})
}

func TestTheBeaconsOfAPageAreTakenOverItsRateButNotForEver(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &sink{}
		b := start(t, s, &linkbridge.Options{Limits: linkbridge.Limits{RatePerSecond: 1}})
		hello := helloFrame(ticket(t, b, user))
		var list []any
		for seq := 1; seq <= 200; seq++ {
			list = append(list, eventFrame(seq, "a", nil))
		}
		send := func(leave bool, list []any) object {
			body := batch(hello, list...)
			if leave {
				body["leave"] = true
			}
			status, answer, _ := post(t, b, body)
			require.Equal(t, http.StatusOK, status)
			return answer
		}
		for range 2 { // when it is hidden, and when it is left
			for from := 0; from < len(list); from += 50 {
				require.NotContains(t, send(true, list[from:from+50]), "retry_ms")
			}
		}
		require.Len(t, s.all(), 200)
		require.Contains(t, send(false, []any{eventFrame(201, "a", nil)}), "retry_ms", "the next page waits for it")
		require.Len(t, s.all(), 200)
		// Four hundred on a burst of a hundred: another hundred, and then no more.
		for seq := 300; seq < 500; seq += 50 {
			list = nil
			for i := range 50 {
				list = append(list, eventFrame(seq+i, "a", nil))
			}
			_, over := send(true, list)["retry_ms"]
			require.Equal(t, seq >= 400, over)
		}
		require.Len(t, s.all(), 300)
	})
}

func TestMemoryOfSessionsIsBounded(t *testing.T) {
	t.Parallel()
	for name, limits := range map[string]linkbridge.Limits{"number": {Sessions: 10}, "bytes": {SessionBytes: 8000}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := start(t, &sink{}, &linkbridge.Options{Limits: limits})
			live := linkbridgetest.Dial(t, b, ticket(t, b, user), nil)
			last := 0
			for range 30 {
				last, _, _ = post(t, b, batch(helloFrame(ticket(t, b, user)), eventFrame(1, "a", nil)))
			}
			require.LessOrEqual(t, b.Stats().Sessions, 12)
			if name == "number" {
				require.Equal(t, http.StatusServiceUnavailable, last, "no ticket in use is forgotten: it could be used twice")
			}
			live.WaitAck(live.Track("pinwheel", "still here", nil))
		})
	}
}
