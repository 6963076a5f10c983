package linkbridge_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/inbox"
	"github.com/linkhook/linkhook/linkbridge"
)

// copies returns the first frames of two sessions of the same user, as two copies of a tab have them in the end.
func copies(t *testing.T, b *linkbridge.Bridge) (one, two object) {
	t.Helper()
	return helloFrame(ticket(t, b, user)), helloFrame(ticket(t, b, user))
}

func TestAnIDIsNotTakenAgainInAnotherSessionOfThePrincipal(t *testing.T) {
	t.Parallel()
	s := &sink{}
	b := start(t, s, nil)
	one, two := copies(t, b)
	shared, again := eventFrame(7, "login", nil), eventFrame(1, "login", nil)
	again["id"] = shared["id"]
	status, _, _ := post(t, b, batch(one, shared))
	require.Equal(t, http.StatusOK, status)

	r, _ := enter(t, serve(t, b), two)
	r.send(again)
	r.send(eventFrame(2, "exit", nil))
	for r.await("ack")["ack"] != float64(2) {
	}
	require.Equal(t, []uint64{7, 2}, s.seqs(), "the copy is told that both arrived; the first had arrived before")

	stranger := user
	stranger.EndUserID = "user-2"
	_, answer, _ := post(t, b, batch(helloFrame(ticket(t, b, stranger)), again))
	require.Equal(t, float64(1), answer["ack"])
	require.Len(t, s.all(), 3, "ids of one user mean nothing for another")
}

func TestAnInboxKnowsTheIDsOfACopiedTabAfterARestart(t *testing.T) {
	t.Parallel()
	store := inbox.NewMemory()
	box := inbox.New(store, events.New(), nil)
	first := startWith(t, box, linkbridge.Keys(secret), nil)
	one, two := copies(t, first)
	shared := eventFrame(7, "login", nil)
	_, answer, _ := post(t, first, batch(one, shared))
	require.NotNil(t, answer)
	shared["seq"] = 1
	second := startWith(t, box, linkbridge.Keys(secret), nil)
	_, answer, _ = post(t, second, batch(two, shared))
	require.Equal(t, float64(1), answer["ack"])
	list, err := store.List(t.Context(), inbox.Filter{})
	require.NoError(t, err)
	require.Len(t, list, 1)
}

// TestTwoCopiesSendingAtOncePublishOnce has the one copy send while the event of the other is still being published.
func TestTwoCopiesSendingAtOncePublishOnce(t *testing.T) {
	t.Parallel()
	for _, failed := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			s := &sink{}
			calls := 0
			s.failWith(func(events.Envelope) error {
				calls++
				if calls > 1 {
					return nil
				}
				time.Sleep(time.Second)
				if failed {
					return events.ErrOverloaded
				}
				return nil
			})
			b := start(t, s, nil)
			one, two := copies(t, b)
			shared := eventFrame(1, "login", nil)
			body, err := jsonOf(batch(one, shared))
			require.NoError(t, err)
			slow := make(chan string)
			go func() {
				r := httptest.NewRequest(http.MethodPost, "http://host.test/", strings.NewReader(body))
				r.Header.Set("Origin", "http://host.test")
				r.Header.Set("Content-Type", "text/plain")
				w := httptest.NewRecorder()
				b.ServeHTTP(w, r)
				slow <- w.Body.String()
			}()
			synctest.Wait()
			_, answer, _ := post(t, b, batch(two, shared))
			require.Equal(t, float64(1), answer["ack"])
			if failed {
				require.Contains(t, <-slow, `"ack":0,`)
			} else {
				require.Contains(t, <-slow, `"ack":1,`)
			}
			require.Len(t, s.all(), 1)
		})
	}
}

func TestAPanicOfThePublisherDoesNotBlockTheCopy(t *testing.T) {
	t.Parallel()
	s := &sink{}
	s.failWith(func(events.Envelope) error { panic("handler") })
	b := start(t, s, nil)
	one, two := copies(t, b)
	shared := eventFrame(1, "login", nil)
	r, _ := enter(t, serve(t, b), one)
	r.send(shared)
	code, _ := r.closed()
	require.Equal(t, linkbridge.CodeError, code)
	s.failWith(nil)
	_, answer, _ := post(t, b, batch(two, shared))
	require.Equal(t, float64(1), answer["ack"])
}

func TestIDsAreForgottenWithTheirSession(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &sink{}
		b := start(t, s, nil)
		shared := eventFrame(1, "login", nil)
		for range 2 {
			one, two := copies(t, b)
			post(t, b, batch(one, shared))
			post(t, b, batch(two, shared, eventFrame(2, "exit", nil)))
			time.Sleep(25 * time.Hour)
		}
		require.Len(t, s.all(), 4, "a day later nothing is left of both")
	})
}

func TestAnInstanceIsToldItsAckAgainAtAnyLaterHello(t *testing.T) {
	t.Parallel()
	d := newDurable()
	b := startWith(t, d, linkbridge.Keys(secret), nil)
	h := helloFrame(ticket(t, b, user))
	first := h["instance"]
	post(t, b, batch(h, eventFrame(1, "a", nil), eventFrame(2, "b", nil)))
	for i := range 40 { // as many reloads of the copy
		h["instance"] = newID()
		_, answer, _ := post(t, b, batch(h, eventFrame(1_000_000*(i+1), "c", nil)))
		require.NotNil(t, answer)
	}
	h["instance"] = first
	for _, node := range []*linkbridge.Bridge{b, startWith(t, d, linkbridge.Keys(secret), nil)} {
		status, answer, _ := post(t, node, batch(h, eventFrame(3, "lost", nil)))
		require.Equal(t, http.StatusConflict, status)
		require.Equal(t, object{"ack": float64(2)}, answer, "numbers after that are the copy's")
		r := dial(t, serve(t, node), nil)
		r.send(batchHello(h))
		require.Equal(t, object{"type": "ack", "ack": float64(2)}, r.next())
		code, _ := r.closed()
		require.Equal(t, linkbridge.CodeSuperseded, code)
	}
}

// TestAnOlderCopyThatComesLateTakesNothingOver has the copy of a tab arrive before the page that it was copied from.
func TestAnOlderCopyThatComesLateTakesNothingOver(t *testing.T) {
	t.Parallel()
	s := &sink{}
	b := start(t, s, nil)
	srv := serve(t, b)
	shared, own := eventFrame(1, "shared", nil), eventFrame(2, "own", nil)
	twin := helloFrame(ticket(t, b, user))
	twin["seq"] = 500_000
	r, _ := enter(t, srv, twin)
	r.send(shared)
	r.send(eventFrame(500_001, "twin", nil))
	for r.await("ack")["ack"] != float64(500_001) {
	}
	page := batchHello(twin)
	page["instance"], page["seq"] = newID(), 2
	late := dial(t, srv, nil)
	late.send(page)
	require.Equal(t, object{"type": "ack", "ack": float64(0)}, late.next(), "2 is not 500001")
	code, _ := late.closed()
	require.Equal(t, linkbridge.CodeSuperseded, code)
	status, answer, _ := post(t, b, batch(page, shared, own))
	require.Equal(t, http.StatusConflict, status)
	require.Equal(t, object{"ack": float64(0)}, answer)

	page["session"], page["ticket"] = newID(), ticket(t, b, user)
	_, answer, _ = post(t, b, batch(page, shared, own))
	require.Equal(t, float64(2), answer["ack"])
	require.Equal(t, []uint64{1, 500_001, 2}, s.seqs())
	r.send(eventFrame(500_002, "twin", nil))
	require.Equal(t, float64(500_002), r.await("ack")["ack"], "the copy has kept the session")
}

// TestAnAckNeverCoversWhatACopyPassedOver has a page and its copy track events under numbers of their own, and the page
// come back with a leap further than that of its copy.
func TestAnAckNeverCoversWhatACopyPassedOver(t *testing.T) {
	t.Parallel()
	d := newDurable()
	first := startWith(t, d, linkbridge.Keys(secret), nil)
	page := helloFrame(ticket(t, first, user))
	_, answer, _ := post(t, first, batch(page, eventFrame(1, "a", nil)))
	require.Equal(t, float64(1), answer["ack"])
	twin := batchHello(page)
	twin["instance"], twin["acked"], twin["seq"] = newID(), 1, 1000
	r, _ := enter(t, serve(t, first), twin)
	r.send(eventFrame(1001, "twin", nil))
	require.Equal(t, float64(1001), r.await("ack")["ack"])

	page["instance"], page["acked"], page["seq"] = newID(), 0, 5000
	own := eventFrame(2, "own", nil)
	for _, node := range []*linkbridge.Bridge{first, startWith(t, d, linkbridge.Keys(secret), nil)} {
		r, welcome := enter(t, serve(t, node), page)
		require.Equal(t, float64(1), welcome["ack"], "2 to 1000 were passed over")
		page["instance"], page["seq"] = newID(), 6000
		if node == first {
			r.send(own)
			require.Equal(t, "rate", r.await("nack")["code"], "behind 1001")
			own["seq"] = 5001
		}
		r.send(own)
		for r.await("ack")["ack"] != float64(5001) {
		}
	}
	code, _ := r.closed()
	require.Equal(t, linkbridge.CodeSuperseded, code)
	require.Equal(t, []uint64{1, 1001, 5001}, d.seqs()[:3])
}

func TestANumberThatIsTakenIsRefusedForAnotherEvent(t *testing.T) {
	t.Parallel()
	s := &sink{}
	b := start(t, s, nil)
	r, _ := enter(t, serve(t, b), helloFrame(ticket(t, b, user)))
	r.send(eventFrame(1, "a", nil))
	other := eventFrame(1, "b", nil)
	r.send(other)
	nack := r.await("nack")
	require.Equal(t, object{"type": "nack", "seq": float64(1), "code": "rate"}, nack)
	other["seq"] = 2
	r.send(other)
	for r.await("ack")["ack"] != float64(2) {
	}
	require.Equal(t, []uint64{1, 2}, s.seqs())
}

func TestBusyAnswersSayWhenToComeAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := start(t, &sink{}, &linkbridge.Options{Limits: linkbridge.Limits{HandshakesPerSecond: 0.25, HandshakeBurst: 1},
			ClientIP: func(*http.Request) string { return "192.0.2.1" }})
		h := helloFrame(ticket(t, b, user))
		for range 4 {
			status, _, _ := post(t, b, batch(h))
			require.Equal(t, http.StatusOK, status)
		}
		status, answer, w := post(t, b, batch(h))
		require.Equal(t, http.StatusTooManyRequests, status)
		require.Equal(t, object{"retry_ms": float64(1000)}, answer)
		require.Equal(t, "1", w.Header().Get("Retry-After"))
		require.NoError(t, b.Shutdown(context.Background()))
		status, answer, w = post(t, b, batch(h))
		require.Equal(t, http.StatusServiceUnavailable, status)
		require.Equal(t, object{"retry_ms": float64(10_000)}, answer)
		require.Equal(t, "10", w.Header().Get("Retry-After"))
	})
}

func TestNumbersMayLeapAMillionAfterAReload(t *testing.T) {
	t.Parallel()
	s := &sink{}
	b := start(t, s, nil)
	h := helloFrame(ticket(t, b, user))
	_, answer, _ := post(t, b, batch(h, eventFrame(1, "a", nil), eventFrame(2, "b", nil)))
	require.Equal(t, float64(2), answer["ack"])
	h["instance"], h["acked"] = newID(), 2
	_, answer, _ = post(t, b, batch(h, eventFrame(3, "c", nil), eventFrame(1_000_003, "d", nil)))
	require.Equal(t, float64(1_000_003), answer["ack"], "the leap is within the batch")
	h["instance"], h["acked"] = newID(), 1_900_000
	_, answer, _ = post(t, b, batch(h, eventFrame(1_900_001, "e", nil)))
	require.Equal(t, float64(1_900_001), answer["ack"], "the leap is up to acked")
	_, answer, _ = post(t, b, batch(h, eventFrame(2_000_000, "f", nil)))
	require.Equal(t, float64(1_900_001), answer["ack"], "what is between acked and the first event may be in another beacon")
	h["acked"] = 2_000_000
	r, welcome := enter(t, serve(t, b), batchHello(h))
	require.Equal(t, float64(2_000_000), welcome["ack"])
	r.send(eventFrame(3_000_000, "g", nil))
	require.Equal(t, float64(3_000_000), r.await("ack")["ack"])
	require.Equal(t, []uint64{1, 2, 3, 1_000_003, 1_900_001, 2_000_000, 3_000_000}, s.seqs())
}

// batchHello makes a copy of the hello that says so.
func batchHello(h object) object {
	c := batch(h)
	delete(c, "events")
	c["type"] = "hello"
	return c
}

func TestABatchThatWasNotTakenComesAgainUnderNewNumbers(t *testing.T) {
	t.Parallel()
	s := &sink{}
	s.failWith(func(events.Envelope) error { return events.ErrOverloaded })
	b := start(t, s, nil)
	h := helloFrame(ticket(t, b, user))
	one, two := eventFrame(1, "a", nil), eventFrame(2, "b", nil)
	_, answer, _ := post(t, b, batch(h, one, two))
	require.Equal(t, float64(0), answer["ack"])
	s.failWith(nil)
	one["seq"], two["seq"], h["acked"] = 3, 4, 2
	_, answer, _ = post(t, b, batch(h, one, two))
	require.Equal(t, float64(4), answer["ack"])
	one["seq"], two["seq"], h["acked"] = 5, 6, 4
	_, answer, _ = post(t, b, batch(h, one, two))
	require.Equal(t, float64(6), answer["ack"], "and again, since that answer was lost")
	require.Equal(t, []uint64{3, 4}, s.seqs())
}

func TestTheClientIsDoneWithEveryNumberUpToItsAcked(t *testing.T) {
	t.Parallel()
	s := &sink{}
	s.failWith(func(events.Envelope) error { return events.ErrOverloaded })
	b := start(t, s, nil)
	h := helloFrame(ticket(t, b, user))
	_, answer, _ := post(t, b, batch(h, eventFrame(1, "refused", nil)))
	require.Equal(t, float64(0), answer["ack"])
	s.failWith(nil)
	h["acked"] = 9
	_, answer, _ = post(t, b, batch(h, eventFrame(10, "a", nil)))
	require.Equal(t, float64(10), answer["ack"], "it has dropped the refused one")
	_, welcome := enter(t, serve(t, b), batchHello(h))
	require.Equal(t, float64(10), welcome["ack"])
}
