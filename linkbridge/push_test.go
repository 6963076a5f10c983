package linkbridge_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/linkbridge"
	"github.com/linkhook/linkhook/linkbridge/linkbridgetest"
)

type body struct {
	Secret string `json:"secret"`
}

var (
	accountAdded  = events.Webhook[body]("pinwheel", "account.added")
	paystubsAdded = events.Webhook[body]("pinwheel", "paystubs.added")
	connectedV1   = events.Webhook[body]("argyle-v1", "accounts.connected")
	allowPush     = linkbridge.SafePush(accountAdded, paystubsAdded, connectedV1)
)

// webhook is a signed delivery as it stands on the bus.
func webhook(kind events.AnyKind, id string) events.Envelope {
	return events.Envelope{Meta: events.Meta{ID: id, Kind: kind.ID(), Source: events.SourceWebhook, Trust: events.Verified,
		Subject: events.Subject{AccountID: "acc-1", EndUserID: "user-1", LinkTokenID: "lt-1"}, Outcome: "success",
		OccurredAt: time.UnixMilli(1780000003000)}, Raw: []byte(`{"secret":"planted"}`)}
}

func TestAWebhookIsPushedToItsPage(t *testing.T) {
	t.Parallel()
	g := readGolden(t)
	bus := events.New()
	b := start(t, bus, &linkbridge.Options{Push: allowPush})
	t.Cleanup(b.Watch(bus))
	srv := serve(t, b)
	h := helloFrame(ticket(t, b, user))
	h["want"] = []string{"account.added", "employment.added"}
	r, welcome := enter(t, srv, h)
	require.Equal(t, []any{"account.added"}, welcome["subs"], "what is wanted and allowed")
	other := helloFrame(ticket(t, b, linkbridge.Principal{Provider: "pinwheel", EndUserID: "user-1", LinkTokenID: "lt-2"}))
	other["want"] = h["want"]
	stranger, _ := enter(t, srv, other)

	require.NoError(t, bus.Publish(t.Context(), webhook(paystubsAdded, "1")))
	require.NoError(t, bus.Publish(t.Context(), webhook(accountAdded, "2")))
	push := r.await("push")
	require.Equal(t, keysOf(t, g.Frames.Server["push"][1]), keysOf(t, push))
	require.Equal(t, object{"type": "push", "pseq": float64(2), "name": "account.added", "provider": "pinwheel",
		"data": map[string]any{"account": "acc-1", "outcome": "success"}, "at": float64(1780000003000)}, push)

	stranger.send(eventFrame(1, "a", nil))
	require.Equal(t, "ack", stranger.next()["type"], "another Link token's page is told nothing")
}

func TestNothingIsPushedByDefault(t *testing.T) {
	t.Parallel()
	bus := events.New()
	b := start(t, bus, nil)
	t.Cleanup(b.Watch(bus))
	h := helloFrame(ticket(t, b, user))
	h["want"] = []string{"account.added"}
	r, welcome := enter(t, serve(t, b), h)
	require.Equal(t, []any{}, welcome["subs"])
	require.NoError(t, bus.Publish(t.Context(), webhook(accountAdded, "1")))
	r.send(eventFrame(1, "a", nil))
	require.Equal(t, "ack", r.next()["type"])
}

func TestAWebhookThatBeatsTheSocketIsDeliveredAtHello(t *testing.T) {
	t.Parallel()
	bus := events.New()
	b := start(t, bus, &linkbridge.Options{Push: allowPush})
	t.Cleanup(b.Watch(bus))
	require.NoError(t, bus.Publish(t.Context(), webhook(accountAdded, "1")))
	page := linkbridgetest.Dial(t, b, ticket(t, b, user), &linkbridgetest.Options{Want: []string{"account.added"}})
	require.Equal(t, "account.added", page.WaitPush().Name)
}

func TestPushesAreReplayedExactlyOnceAfterAReconnect(t *testing.T) {
	t.Parallel()
	bus := events.New()
	b := start(t, bus, &linkbridge.Options{Push: allowPush})
	t.Cleanup(b.Watch(bus))
	page := linkbridgetest.Dial(t, b, ticket(t, b, user), &linkbridgetest.Options{Want: []string{"account.added"}})
	var got []uint64
	for i := range 9 {
		if i%3 == 1 {
			page.Drop()
		}
		require.NoError(t, bus.Publish(t.Context(), webhook(accountAdded, fmt.Sprint(i))))
		require.NoError(t, bus.Publish(t.Context(), webhook(accountAdded, fmt.Sprint(i))), "a redelivery is told once")
		if i%3 == 1 {
			page.Reconnect()
		}
		got = append(got, page.WaitPush().Seq)
	}
	require.Equal(t, []uint64{1, 2, 3, 4, 5, 6, 7, 8, 9}, got)
}

func TestPushesByPost(t *testing.T) {
	t.Parallel()
	bus := events.New()
	b := start(t, bus, &linkbridge.Options{Push: allowPush})
	t.Cleanup(b.Watch(bus))
	h := helloFrame(ticket(t, b, user))
	h["want"] = []string{"account.added"}
	_, answer, _ := post(t, b, batch(h))
	require.Empty(t, answer["push"])
	require.NoError(t, bus.Publish(t.Context(), webhook(accountAdded, "1")))
	_, answer, _ = post(t, b, batch(h))
	require.Len(t, answer["push"], 1)
	h["push_after"], h["epoch"] = 1, answer["epoch"]
	_, answer, _ = post(t, b, batch(h))
	require.Empty(t, answer["push"])
	h["epoch"] = "of another process"
	_, answer, _ = post(t, b, batch(h))
	require.Len(t, answer["push"], 1, "numbers of another epoch mean nothing")
}

func TestPushRingHolds32PushesForTenMinutes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		bus := events.New()
		b := start(t, bus, &linkbridge.Options{Push: allowPush})
		t.Cleanup(b.Watch(bus))
		for i := range 40 {
			require.NoError(t, bus.Publish(t.Context(), webhook(accountAdded, fmt.Sprint(i))))
		}
		h := helloFrame(ticket(t, b, user))
		h["want"] = []string{"account.added"}
		_, answer, _ := post(t, b, batch(h))
		list, _ := answer["push"].([]any)
		require.Len(t, list, 32)
		require.Equal(t, float64(9), list[0].(map[string]any)["pseq"])
		time.Sleep(11 * time.Minute)
		_, answer, _ = post(t, b, batch(h))
		require.Empty(t, answer["push"])
	})
}

func TestArgylePushesAreKeyedByUser(t *testing.T) {
	t.Parallel()
	bus := events.New()
	b := start(t, bus, &linkbridge.Options{Push: allowPush})
	t.Cleanup(b.Watch(bus))
	page := linkbridgetest.Dial(t, b, ticket(t, b, linkbridge.Principal{Provider: "argyle", EndUserID: "user-1"}),
		&linkbridgetest.Options{Want: []string{"accounts.connected"}})
	env := webhook(connectedV1, "1")
	env.LinkTokenID = ""
	require.NoError(t, bus.Publish(t.Context(), env))
	require.Equal(t, "argyle-v1", page.WaitPush().Provider)
}

func TestOnlyVerifiedWebhooksArePushed(t *testing.T) {
	t.Parallel()
	asked := 0
	b := start(t, events.New(), &linkbridge.Options{Push: func(events.Envelope) (linkbridge.Push, bool) {
		asked++
		return linkbridge.Push{Name: "x"}, true
	}})
	claimed, link, replayed, nobody := webhook(accountAdded, "1"), webhook(accountAdded, "2"), webhook(accountAdded, "3"), webhook(accountAdded, "4")
	claimed.Trust = events.Claimed
	link.Kind.Stream = events.StreamLink
	replayed.Source = events.SourceReplay
	nobody.Subject = events.Subject{AccountID: "acc-1"}
	for _, env := range []events.Envelope{claimed, link, replayed, nobody} {
		require.NoError(t, b.Deliver(t.Context(), env))
	}
	require.Zero(t, asked)
	require.Panics(t, func() { linkbridge.SafePush(events.Link[body]("pinwheel", "login")) })
}

func TestAPushNeverHoldsTheBody(t *testing.T) {
	t.Parallel()
	push, ok := allowPush(webhook(accountAdded, "1"))
	require.True(t, ok)
	data, err := json.Marshal(push)
	require.NoError(t, err)
	require.NotContains(t, string(data), "planted")
}

// TestARefreshToANewLinkTokenBringsItsPushes has the page of one Link token get the ticket of the next one while connected.
func TestARefreshToANewLinkTokenBringsItsPushes(t *testing.T) {
	t.Parallel()
	for name, fanout := range map[string]linkbridge.Fanout{"one node": nil, "a log between nodes": &shared{hint: make(chan struct{})}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := start(t, events.New(), &linkbridge.Options{Push: allowPush, Fanout: fanout})
			deliver := func(token, id string) {
				env := webhook(accountAdded, id)
				env.LinkTokenID, env.EndUserID, env.AccountID = token, "", id
				require.NoError(t, b.Deliver(t.Context(), env))
			}
			opts := &linkbridgetest.Options{Want: []string{"account.added"}}
			deliver("lt-2", "early")
			page := linkbridgetest.Dial(t, b, ticket(t, b, user), opts)
			deliver("lt-1", "first")
			require.Contains(t, string(page.WaitPush().Data), "first")
			next := user
			next.LinkTokenID = "lt-2"
			page.Refresh(ticket(t, b, next))
			require.Contains(t, string(page.WaitPush().Data), "early", "it came before the page knew the token, with a lower number")
			deliver("lt-1", "of the old token")
			deliver("lt-2", "second")
			require.Contains(t, string(page.WaitPush().Data), "second")
			page.Reconnect()
			deliver("lt-2", "third")
			require.Contains(t, string(page.WaitPush().Data), "third", "what was told is not told again")
			page.Refresh(ticket(t, b, next))
			deliver("lt-2", "fourth")
			require.Contains(t, string(page.WaitPush().Data), "fourth", "the same token again changes nothing")
		})
	}
}

// shared is a log between nodes whose hints can be lost.
type shared struct {
	mu      sync.Mutex
	entries []string
	keys    []string
	hint    chan struct{}
	deaf    bool
	err     error
}

func (s *shared) AppendPush(_ context.Context, key string, push []byte, _ time.Duration) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err != nil {
		return s.err
	}
	s.entries, s.keys = append(s.entries, string(push)), append(s.keys, key)
	if !s.deaf {
		close(s.hint)
		s.hint = make(chan struct{})
	}
	return nil
}

func (s *shared) PushesAfter(_ context.Context, after uint64, fn func(uint64, string, []byte)) (uint64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := int(after); i < len(s.entries); i++ {
		fn(uint64(i)+1, s.keys[i], []byte(s.entries[i]))
	}
	return uint64(len(s.entries)), nil
}

func (s *shared) WaitPush(ctx context.Context) error {
	s.mu.Lock()
	hint := s.hint
	s.mu.Unlock()
	select {
	case <-hint:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func TestAWebhookOnOneNodeReachesAPageOnAnother(t *testing.T) {
	t.Parallel()
	for name, deaf := range map[string]bool{"with hints": false, "with every hint lost": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				log := &shared{hint: make(chan struct{}), deaf: deaf}
				a := start(t, events.New(), &linkbridge.Options{Push: allowPush, Fanout: log})
				b := start(t, events.New(), &linkbridge.Options{Push: allowPush, Fanout: log})
				h := helloFrame(ticket(t, b, user))
				h["want"] = []string{"account.added"}
				r := servePipes(t, b).dial(t)
				r.send(h)
				welcome := r.next()
				synctest.Wait()
				began := time.Now()
				require.NoError(t, a.Deliver(t.Context(), webhook(accountAdded, "1")))
				push := r.await("push")
				require.Equal(t, "account.added", push["name"])
				require.LessOrEqual(t, time.Since(began), 2*time.Second)
				if !deaf {
					require.Zero(t, time.Since(began))
				}

				h["push_after"], h["epoch"], h["instance"] = push["pseq"], welcome["epoch"], newID()
				again := servePipes(t, a).enter(t, h)
				again.send(eventFrame(1, "a", nil))
				require.Equal(t, "ack", again.next()["type"], "the other node does not tell it twice")
			})
		})
	}
}

func TestAPushThatTheLogDidNotTakeIsRetriedByTheInbox(t *testing.T) {
	t.Parallel()
	log := &shared{hint: make(chan struct{}), err: errors.New("down")}
	bus := events.New()
	b := start(t, bus, &linkbridge.Options{Push: allowPush, Fanout: log})
	t.Cleanup(b.Watch(bus))
	require.ErrorContains(t, bus.Publish(t.Context(), webhook(accountAdded, "1")), "down")
}
