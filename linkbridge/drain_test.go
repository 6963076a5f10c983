package linkbridge_test

import (
	"context"
	"errors"
	"net/http"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/linkbridge"
	"github.com/linkhook/linkhook/linkbridge/linkbridgetest"
)

// testWait is how long a test waits for what has to come; only a test that fails takes that long.
const (
	testWait = time.Minute
	testTick = 5 * time.Millisecond
)

func TestDrainSaysByeAndAcknowledgesWhatIsInFlight(t *testing.T) {
	t.Parallel()
	s := &sink{}
	entered, proceed := make(chan struct{}), make(chan struct{})
	s.failWith(func(events.Envelope) error {
		close(entered)
		<-proceed
		return nil
	})
	b := linkbridge.New(s, linkbridge.Keys(secret), nil)
	srv := serve(t, b)
	quiet, _ := enter(t, srv, helloFrame(ticket(t, b, user)))
	busy, _ := enter(t, srv, helloFrame(ticket(t, b, user)))
	busy.send(eventFrame(1, "a", nil))
	<-entered
	done := make(chan error, 1)
	go func() { done <- b.Shutdown(context.Background()) }()
	code, bye := quiet.closed()
	require.Equal(t, linkbridge.CodeRestart, code)
	require.Equal(t, object{"type": "bye", "code": float64(1012), "reconnect": true, "min": float64(0), "max": float64(10_000),
		"reason": "restart"}, bye)
	status, answer, w := post(t, b, batch(helloFrame(ticket(t, b, user))))
	require.Equal(t, http.StatusServiceUnavailable, status)
	require.Equal(t, "10", w.Header().Get("Retry-After"))
	require.Equal(t, float64(10_000), answer["retry_ms"])
	require.Equal(t, http.StatusServiceUnavailable, handshake(b, "host.test", false, "http://host.test"))
	require.Empty(t, done, "Shutdown waits for the event in flight")
	close(proceed)
	require.Equal(t, float64(1), busy.await("ack")["ack"])
	code, _ = busy.closed()
	require.Equal(t, linkbridge.CodeRestart, code)
	require.NoError(t, <-done)
	require.NoError(t, b.Shutdown(context.Background()), "again is harmless")
	require.Len(t, s.all(), 1)
}

// TestADrainOf200PagesTellsEachWhenToComeBack ends a bridge while each of its pages has an event under way. How the script
// spreads the reconnects over the window that it is told is tested in js/test/spread.test.mjs.
func TestADrainOf200PagesTellsEachWhenToComeBack(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const pages = 200
		s := &sink{}
		proceed := make(chan struct{})
		s.failWith(func(events.Envelope) error {
			<-proceed
			return nil
		})
		b := linkbridge.New(s, linkbridge.Keys(secret), &linkbridge.Options{Limits: linkbridge.Limits{ConnsPerPrincipal: pages, SpreadMax: 7 * time.Second}})
		p := servePipes(t, b)
		frames := make(chan []object, pages)
		for range pages {
			r := p.enter(t, helloFrame(ticket(t, b, user)))
			r.send(eventFrame(1, "a", nil))
			go func() { frames <- r.rest() }()
		}
		synctest.Wait()
		began := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		done := make(chan error, 1)
		go func() { done <- b.Shutdown(ctx) }()
		time.Sleep(time.Second)
		close(proceed)
		require.NoError(t, <-done)
		require.Less(t, time.Since(began), 2*time.Second, "all of them at once")
		for range pages {
			require.Equal(t, []object{{"type": "ack", "ack": float64(1)}, {"type": "bye", "code": float64(1012), "reconnect": true, "min": float64(0),
				"max": float64(7000), "reason": "restart"}, {"closed": 1012}}, <-frames)
		}
		require.Len(t, s.all(), pages)
	})
}

func TestShutdownEndsWithItsContext(t *testing.T) {
	t.Parallel()
	s := &sink{}
	entered, proceed := make(chan struct{}), make(chan struct{})
	s.failWith(func(events.Envelope) error {
		close(entered)
		<-proceed
		return nil
	})
	b := linkbridge.New(s, linkbridge.Keys(secret), nil)
	page := linkbridgetest.Dial(t, b, ticket(t, b, user), nil)
	page.Track("pinwheel", "a", nil)
	<-entered
	stop := errors.New("out of time")
	ctx, cancel := context.WithCancelCause(context.Background())
	cancel(stop)
	require.ErrorIs(t, b.Shutdown(ctx), stop)
	require.Equal(t, linkbridge.CodeDropped, page.WaitClose())
	close(proceed)
	require.NoError(t, b.Shutdown(context.Background()))
}

func TestServerShutdownStartsTheDrain(t *testing.T) {
	t.Parallel()
	b := linkbridge.New(&sink{}, linkbridge.Keys(secret), nil)
	srv := serve(t, b)
	b.RegisterOnShutdown(srv.Config)
	r, _ := enter(t, srv, helloFrame(ticket(t, b, user)))
	require.NoError(t, srv.Config.Shutdown(context.Background()))
	code, _ := r.closed()
	require.Equal(t, linkbridge.CodeRestart, code)
	require.NoError(t, b.Shutdown(context.Background()))
}

func TestClosedBusDrainsThePage(t *testing.T) {
	t.Parallel()
	bus := events.New()
	b := start(t, bus, nil)
	r, _ := enter(t, serve(t, b), helloFrame(ticket(t, b, user)))
	require.NoError(t, bus.Close(t.Context()))
	r.send(eventFrame(1, "a", nil))
	code, _ := r.closed()
	require.Equal(t, linkbridge.CodeRestart, code)
	status, _, _ := post(t, b, batch(helloFrame(ticket(t, b, user)), eventFrame(1, "a", nil)))
	require.Equal(t, http.StatusServiceUnavailable, status)
}

func TestCloseWhereEndsSessionsForGood(t *testing.T) {
	t.Parallel()
	b := start(t, &sink{}, nil)
	srv := serve(t, b)
	page := linkbridgetest.DialURL(t, srv.URL, ticket(t, b, user), nil)
	stays := linkbridgetest.DialURL(t, srv.URL, ticket(t, b, linkbridge.Principal{Provider: "pinwheel", EndUserID: "other"}), nil)
	away := helloFrame(ticket(t, b, user))
	post(t, b, batch(away))
	require.Equal(t, 2, b.CloseWhere(func(p linkbridge.Principal) bool { return p.EndUserID == "user-1" }))
	require.Equal(t, linkbridge.CodeForbidden, page.WaitClose())
	require.Equal(t, linkbridge.CodeForbidden, page.TryConnect())
	status, _, _ := post(t, b, batch(away))
	require.Equal(t, http.StatusForbidden, status)
	stays.WaitAck(stays.Track("pinwheel", "a", nil))
}

func TestGoroutinesReturnToStart(t *testing.T) { //nolint:paralleltest // it counts the goroutines of the process
	b := start(t, &sink{}, &linkbridge.Options{Limits: linkbridge.Limits{ConnsPerPrincipal: 1000}})
	srv := serve(t, b)
	before := runtime.NumGoroutine()
	for range 10 {
		for range 100 {
			r, _ := enter(t, srv, helloFrame(ticket(t, b, user)))
			r.send(eventFrame(1, "a", nil))
			require.NoError(t, r.ws.Close())
		}
	}
	require.Eventually(t, func() bool { return b.Stats().Live == 0 && runtime.NumGoroutine() <= before+2 }, testWait, testTick)
	require.Equal(t, uint64(1000), b.Stats().Opened)
}
