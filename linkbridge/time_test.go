package linkbridge_test

import (
	"context"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/linkbridge"
)

func TestHelloDeadlineIsFiveSeconds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := start(t, &sink{}, nil)
		r := servePipes(t, b).dial(t)
		began := time.Now()
		code, _ := r.closed()
		require.Equal(t, linkbridge.CodeNoHello, code)
		require.Equal(t, 5*time.Second, time.Since(began))
	})
}

func TestPingsEvery25SecondsKeepAQuietPageConnected(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := start(t, &sink{}, nil)
		r := servePipes(t, b).enter(t, helloFrame(ticket(t, b, user)))
		var protocol int
		pong := r.ws.PingHandler()
		r.ws.SetPingHandler(func(s string) error { protocol++; return pong(s) })
		last := time.Now()
		for range 5 {
			require.NoError(t, r.ws.SetReadDeadline(time.Now().Add(time.Minute)))
			_, data, err := r.ws.ReadMessage()
			require.NoError(t, err)
			require.JSONEq(t, `{"type":"ping"}`, string(data))
			require.InDelta(t, 25, time.Since(last).Seconds(), 1)
			last = time.Now()
			r.send(object{"type": "pong"})
		}
		require.Equal(t, 5, protocol)
		require.Equal(t, 1, b.Stats().Live)
	})
}

func TestAPageThatDoesNotAnswerPingsIsClosedWith4008(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := start(t, &sink{}, nil)
		r := servePipes(t, b).enter(t, helloFrame(ticket(t, b, user)))
		r.ws.SetPingHandler(func(string) error { return nil })
		began := time.Now()
		require.NoError(t, r.ws.SetReadDeadline(time.Now().Add(time.Hour)))
		var err error
		for err == nil {
			_, _, err = r.ws.ReadMessage()
		}
		require.True(t, websocket.IsCloseError(err, linkbridge.CodeSlow), err)
		require.Equal(t, 35*time.Second, time.Since(began))
	})
}

func TestRateIsBackpressureFirstAnd4429AfterTenSeconds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &sink{}
		b := start(t, s, nil)
		r := servePipes(t, b).enter(t, helloFrame(ticket(t, b, user)))
		began := time.Now()
		go func() {
			for i := range 2000 {
				frame := object{"type": "event", "seq": i + 1, "id": newID(), "provider": "pinwheel", "name": "a", "at": 1, "payload": object{}}
				if r.ws.WriteJSON(frame) != nil {
					return
				}
			}
		}()
		require.NoError(t, r.ws.SetReadDeadline(time.Now().Add(time.Minute)))
		var err error
		for err == nil {
			_, _, err = r.ws.ReadMessage()
		}
		require.True(t, websocket.IsCloseError(err, linkbridge.CodeRate), err)
		require.InDelta(t, 10, time.Since(began).Seconds(), 0.2)
		require.InDelta(t, 300, len(s.all()), 5, "a burst of 100 and 20 a second")
		_ = r.ws.Close()
	})
}

func TestFramesThatAreNoEventsAreWithinTheRateToo(t *testing.T) {
	t.Parallel()
	for name, flood := range map[string]func(*raw) error{
		"pong": func(r *raw) error { return r.ws.WriteJSON(object{"type": "pong"}) },
		"ping": func(r *raw) error { return r.ws.WriteMessage(websocket.PingMessage, nil) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				b := start(t, &sink{}, nil)
				r := servePipes(t, b).enter(t, helloFrame(ticket(t, b, user)))
				go func() {
					for flood(r) == nil {
					}
				}()
				code, _ := r.closed()
				require.Equal(t, linkbridge.CodeRate, code)
				_ = r.ws.Close()
			})
		})
	}
}

func TestAQueueOf200IsWithinTheRate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &sink{}
		b := start(t, s, nil)
		r := servePipes(t, b).enter(t, helloFrame(ticket(t, b, user)))
		go func() {
			for i := range 200 {
				r.send(eventFrame(i+1, "a", nil))
			}
		}()
		for r.await("ack")["ack"] != float64(200) {
		}
		require.Len(t, s.all(), 200)
	})
}

func TestTicketLastsFifteenMinutesAndResumeOutlivesIt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := start(t, &sink{}, nil)
		h := helloFrame(ticket(t, b, user))
		status, answer, _ := post(t, b, batch(h))
		require.Equal(t, http.StatusOK, status)
		time.Sleep(14 * time.Minute)
		status, _, _ = post(t, b, batch(h))
		require.Equal(t, http.StatusOK, status)
		time.Sleep(2 * time.Minute)
		status, _, _ = post(t, b, batch(h))
		require.Equal(t, http.StatusUnauthorized, status)
		h["resume"] = answer["resume"]
		status, answer, _ = post(t, b, batch(h))
		require.Equal(t, http.StatusOK, status)
		h["resume"] = answer["resume"]
		time.Sleep(23 * time.Hour)
		status, answer, _ = post(t, b, batch(h))
		require.Equal(t, http.StatusOK, status)
		h["resume"] = answer["resume"]
		time.Sleep(25 * time.Hour)
		status, _, _ = post(t, b, batch(h))
		require.Equal(t, http.StatusUnauthorized, status)
	})
}

func TestSessionsAreForgottenAfterADay(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := start(t, &sink{}, nil)
		post(t, b, batch(helloFrame(ticket(t, b, user))))
		require.Equal(t, 1, b.Stats().Sessions)
		time.Sleep(25 * time.Hour)
		post(t, b, batch(helloFrame(ticket(t, b, user))))
		require.Equal(t, 1, b.Stats().Sessions)
	})
}

func TestRevalidateClosesAfterHalfAnHour(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		asked := 0
		b := start(t, &sink{}, &linkbridge.Options{Revalidate: func(_ context.Context, p linkbridge.Principal) bool {
			require.Equal(t, user, p)
			asked++
			return asked < 3
		}})
		r := servePipes(t, b).enter(t, helloFrame(ticket(t, b, user)))
		began := time.Now()
		require.NoError(t, r.ws.SetReadDeadline(time.Now().Add(24*time.Hour)))
		var err error
		for err == nil {
			if _, _, err = r.ws.ReadMessage(); err == nil {
				_ = r.ws.WriteJSON(object{"type": "pong"})
			}
		}
		require.True(t, websocket.IsCloseError(err, linkbridge.CodeForbidden), err)
		require.InDelta(t, 90, time.Since(began).Minutes(), 2)
	})
}

func TestRevalidateIsAskedWhenASessionIsResumed(t *testing.T) {
	t.Parallel()
	b := start(t, &sink{}, &linkbridge.Options{Revalidate: func(context.Context, linkbridge.Principal) bool { return false }})
	h := helloFrame(ticket(t, b, user))
	status, answer, _ := post(t, b, batch(h))
	require.Equal(t, http.StatusOK, status, "a ticket is fresh from the host")
	h["resume"] = answer["resume"]
	status, _, _ = post(t, b, batch(h))
	require.Equal(t, http.StatusForbidden, status)
	delete(h, "resume")
	status, _, _ = post(t, b, batch(h))
	require.Equal(t, http.StatusForbidden, status, "the session has ended, whatever the ticket")
}

func TestSlowBodyIsAnswered408(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := start(t, &sink{}, nil)
		resp := servePipes(t, b).slowly(t)
		require.Equal(t, http.StatusRequestTimeout, resp.StatusCode)
		_ = resp.Body.Close()
	})
}

func TestThePagesClockIsBelievedWithinBounds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &sink{}
		b := start(t, s, nil)
		now := time.Now()
		var frames []any
		for i, at := range []any{now.UnixMilli(), now.Add(-49 * time.Hour).UnixMilli(), now.Add(2 * time.Hour).UnixMilli(), 0, -5, 1e300, 0.5} {
			f := eventFrame(i+1, "a", nil)
			f["at"] = at
			frames = append(frames, f)
		}
		post(t, b, batch(helloFrame(ticket(t, b, user)), frames...))
		got := s.all()
		require.Len(t, got, len(frames))
		require.True(t, got[0].OccurredAt.Equal(now.Truncate(time.Millisecond)))
		for _, env := range got[1:] {
			require.Zero(t, env.OccurredAt)
			require.Equal(t, events.Claimed, env.Trust)
		}
	})
}

func TestASlowReaderIsClosedWith4008(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := start(t, &sink{}, &linkbridge.Options{Limits: linkbridge.Limits{OutboundBytes: 1000, RateBurst: 1000}})
		r := servePipes(t, b).enter(t, helloFrame(ticket(t, b, user)))
		for range 40 {
			r.send(object{"type": "dance"}) // each is nacked; nobody reads
		}
		synctest.Wait()
		code, bye := r.closed()
		require.Equal(t, linkbridge.CodeSlow, code)
		require.Equal(t, "slow consumer", bye["reason"])
	})
}
