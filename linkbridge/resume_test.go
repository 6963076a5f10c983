package linkbridge_test

import (
	"bytes"
	"context"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/linkbridge"
	"github.com/linkhook/linkhook/linkbridge/linkbridgetest"
)

// durable is a publisher that can keep sessions, as an inbox is.
type durable struct {
	sink
	store sync.Mutex
	kept  map[string][]byte
	lease map[string]string
	err   error
}

func newDurable() *durable { return &durable{kept: map[string][]byte{}, lease: map[string]string{}} }

func (d *durable) LoadSession(_ context.Context, id string) ([]byte, error) {
	d.store.Lock()
	defer d.store.Unlock()
	return d.kept[id], d.err
}

func (d *durable) SwapSession(_ context.Context, id string, old, next []byte, _ time.Duration) (bool, error) {
	d.store.Lock()
	defer d.store.Unlock()
	if d.err != nil || !bytes.Equal(d.kept[id], old) {
		return false, d.err
	}
	d.kept[id] = next
	return true, nil
}

func (d *durable) Lease(_ context.Context, name, holder string, _ time.Duration) (bool, error) {
	d.store.Lock()
	defer d.store.Unlock()
	if d.lease[name] == "" {
		d.lease[name] = holder
	}
	return d.lease[name] == holder, d.err
}

func (d *durable) failStore(err error) {
	d.store.Lock()
	defer d.store.Unlock()
	d.err = err
}

func TestResumeAfterReloadWithoutTicket(t *testing.T) {
	t.Parallel()
	s := &sink{}
	b := start(t, s, nil)
	page := linkbridgetest.Dial(t, b, ticket(t, b, user), nil)
	require.False(t, page.Resumed())
	page.WaitAck(page.Track("pinwheel", "open", nil))
	page.Refresh("")
	page.Reload()
	require.True(t, page.Resumed())
	page.WaitAck(page.Track("pinwheel", "login", nil))
	require.Equal(t, []uint64{1, 2}, s.seqs())
}

func TestAResumeTokenIsRetiredWhenItsSuccessorIsUsed(t *testing.T) {
	t.Parallel()
	b := start(t, &sink{}, nil)
	h := helloFrame(ticket(t, b, user))
	token := func(resume any) (int, any) {
		h["ticket"], h["resume"] = "", resume
		status, answer, _ := post(t, b, batch(h))
		return status, answer["resume"]
	}
	_, answer, _ := post(t, b, batch(h))
	first := answer["resume"]
	status, second := token(first)
	require.Equal(t, http.StatusOK, status)
	require.NotEqual(t, first, second)
	status, _ = token(first)
	require.Equal(t, http.StatusOK, status, "the answer with the second may have been lost")
	status, _ = token(second)
	require.Equal(t, http.StatusOK, status)
	status, _ = token(first)
	require.Equal(t, http.StatusUnauthorized, status, "its successor was used")
}

func TestAResumeTokenIsForItsSessionOnly(t *testing.T) {
	t.Parallel()
	b := start(t, &sink{}, nil)
	_, answer, _ := post(t, b, batch(helloFrame(ticket(t, b, user))))
	other := helloFrame("")
	other["resume"] = answer["resume"]
	status, _, _ := post(t, b, batch(other))
	require.Equal(t, http.StatusUnauthorized, status)
}

func TestACopiedTabEndsWithTwoSessionsAndEveryEventOnce(t *testing.T) {
	t.Parallel()
	s := &sink{}
	b := start(t, s, nil)
	page := linkbridgetest.Dial(t, b, ticket(t, b, user), nil)
	page.WaitAck(page.Track("pinwheel", "one", nil))
	twin := page.Clone()
	page.WaitAck(page.Track("pinwheel", "two", nil))
	twin.Reconnect()
	require.Equal(t, linkbridge.CodeSuperseded, page.WaitClose())
	require.Equal(t, linkbridge.CodeSuperseded, page.TryConnect(), "and it stays superseded")
	twin.WaitAck(twin.Track("pinwheel", "three", nil))
	var names []string
	for _, env := range s.all() {
		names = append(names, env.Kind.Name)
	}
	require.Equal(t, []string{"one", "two", "three"}, names)
}

func TestASupersededPageIsToldItsAckFirst(t *testing.T) {
	t.Parallel()
	b := start(t, &sink{}, nil)
	srv := serve(t, b)
	h := helloFrame(ticket(t, b, user))
	old, _ := enter(t, srv, h)
	old.send(eventFrame(1, "a", nil))
	old.send(eventFrame(2, "b", nil))
	for old.await("ack")["ack"] != float64(2) {
	}
	twin := batch(h)
	twin["type"], twin["instance"] = "hello", newID()
	r, _ := enter(t, srv, twin)
	require.Equal(t, object{"type": "ack", "ack": float64(2)}, old.next())
	require.Equal(t, "bye", old.next()["type"])
	r.send(eventFrame(3, "c", nil))
	r.await("ack")
	again := dial(t, srv, nil)
	again.send(h)
	require.Equal(t, object{"type": "ack", "ack": float64(2)}, again.next(), "as it stood then")
	code, _ := again.closed()
	require.Equal(t, linkbridge.CodeSuperseded, code)
}

func TestTheSamePageReconnectsOverItsHalfOpenConnection(t *testing.T) {
	t.Parallel()
	b := start(t, &sink{}, nil)
	srv := serve(t, b)
	h := helloFrame(ticket(t, b, user))
	old, _ := enter(t, srv, h)
	enter(t, srv, h)
	code, _ := old.closed()
	require.Equal(t, linkbridge.CodeGone, code)
}

func TestSessionsSurviveARestart(t *testing.T) {
	t.Parallel()
	d := newDurable()
	first := startWith(t, d, linkbridge.Keys(secret), nil)
	used := ticket(t, first, user)
	page := linkbridgetest.Dial(t, first, used, nil)
	for range 3 {
		page.Track("pinwheel", "a", nil)
	}
	page.WaitAck(3)
	h := helloFrame(used)
	second := startWith(t, d, linkbridge.Keys(secret), nil)

	status, _, _ := post(t, second, batch(h))
	require.Equal(t, http.StatusUnauthorized, status, "the ticket is bound to the session that used it before the restart")

	h["session"], h["instance"] = page.Session(), newID()
	status, answer, _ := post(t, second, batch(h))
	require.Equal(t, http.StatusOK, status)
	require.Equal(t, float64(3), answer["ack"])

	require.Equal(t, 1, first.CloseWhere(func(p linkbridge.Principal) bool { return p == user }))
	status, _, _ = post(t, second, batch(h))
	require.Equal(t, http.StatusForbidden, status, "the session was ended on another node")
}

func TestResumeTokensSurviveARestartWithoutAStore(t *testing.T) {
	t.Parallel()
	first := start(t, &sink{}, nil)
	h := helloFrame(ticket(t, first, user))
	_, answer, _ := post(t, first, batch(h, eventFrame(1, "a", nil)))
	h["ticket"], h["resume"] = "", answer["resume"]
	s := &sink{}
	second := start(t, s, nil)
	srv := serve(t, second)
	r, welcome := enter(t, srv, h)
	require.Equal(t, false, welcome["resumed"])
	require.Equal(t, float64(0), welcome["ack"])
	r.send(eventFrame(1, "a", nil))
	require.Equal(t, float64(1), r.await("ack")["ack"])
	require.Equal(t, user.EndUserID, s.all()[0].EndUserID)
}

func TestNothingIsAcknowledgedThatTheStoreDidNotKeep(t *testing.T) {
	t.Parallel()
	d := newDurable()
	b := startWith(t, d, linkbridge.Keys(secret), nil)
	h := helloFrame(ticket(t, b, user))
	post(t, b, batch(h))
	d.failStore(events.ErrOverloaded)
	status, answer, _ := post(t, b, batch(h, eventFrame(1, "a", nil)))
	require.Equal(t, http.StatusServiceUnavailable, status)
	require.Equal(t, float64(2000), answer["retry_ms"])
	r := dial(t, serve(t, b), nil)
	r.send(h)
	code, _ := r.closed()
	require.Equal(t, linkbridge.CodeError, code)
	d.failStore(nil)
	status, answer, _ = post(t, b, batch(h, eventFrame(2, "b", nil)))
	require.Equal(t, http.StatusOK, status)
	require.Equal(t, float64(0), answer["ack"], "1 was never read")
}
