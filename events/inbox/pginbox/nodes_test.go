package pginbox_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/inbox"
	"github.com/linkhook/linkhook/events/inbox/pginbox"
	"github.com/linkhook/linkhook/linkbridge"
	"github.com/linkhook/linkhook/linkbridge/linkbridgetest"
)

var _ linkbridge.Fanout = (*pginbox.Store)(nil)

var synced = events.Webhook[struct{}]("acme", "data.synced")

// server is one of several nodes that share a database.
type server struct {
	box    *inbox.Inbox
	bridge *linkbridge.Bridge
}

func newServer(tb testing.TB, pool *pgxpool.Pool, schema, listen string) *server {
	tb.Helper()
	store, err := pginbox.Open(context.Background(), pool, &pginbox.Options{Schema: schema, Listen: listen})
	require.NoError(tb, err)
	bus := events.New()
	s := &server{box: inbox.New(store, bus, &inbox.Options{KeyWrapper: inbox.StaticKey(make([]byte, 32))})}
	s.bridge = linkbridge.New(s.box, linkbridge.Keys(make([]byte, 32)), &linkbridge.Options{
		Push: linkbridge.SafePush(synced), Fanout: store,
	})
	s.bridge.Watch(bus)
	done := make(chan error)
	go func() { done <- s.box.Run(context.Background()) }()
	tb.Cleanup(func() {
		require.NoError(tb, s.bridge.Shutdown(context.Background()))
		require.NoError(tb, s.box.Shutdown(context.Background()))
		require.NoError(tb, <-done)
		require.NoError(tb, store.Close())
	})
	return s
}

func (s *server) webhook(tb testing.TB, id string) {
	tb.Helper()
	require.NoError(tb, s.box.Publish(tb.Context(), events.Envelope{Meta: events.Meta{
		ID: id, Kind: synced.ID(), Source: events.SourceWebhook, Trust: events.Verified, ReceivedAt: time.Now(),
		Subject: events.Subject{AccountID: id, LinkTokenID: "token"},
	}, Raw: []byte(`{"secret":"body"}`)}))
}

func account(tb testing.TB, p linkbridgetest.Push) string {
	tb.Helper()
	var data struct {
		Account string `json:"account"`
	}
	require.NoError(tb, json.Unmarshal(p.Data, &data))
	require.NotContains(tb, string(p.Data), "secret", "never a body")
	return data.Account
}

func ticket(tb testing.TB, b *linkbridge.Bridge) string {
	tb.Helper()
	t, err := b.Ticket(linkbridge.Principal{Provider: "acme", LinkTokenID: "token", EndUserID: "user"})
	require.NoError(tb, err)
	return t
}

func TestWebhookOnOneNodeReachesThePageOnAnother(t *testing.T) {
	t.Parallel()
	pool, schema := database(t)
	a, b := newServer(t, pool, schema, ""), newServer(t, pool, schema, "")
	a.webhook(t, "early")
	page := linkbridgetest.Dial(t, b.bridge, ticket(t, a.bridge), &linkbridgetest.Options{Want: []string{"data.synced"}, Timeout: time.Minute})
	require.Equal(t, "early", account(t, page.WaitPush()), "it waits for the page")
	var took []time.Duration
	for i := range 50 {
		id := fmt.Sprint("acc", i)
		begin := time.Now()
		a.webhook(t, id)
		require.Equal(t, id, account(t, page.WaitPush()), "each once, in order")
		took = append(took, time.Since(begin))
	}
	slices.Sort(took)
	t.Logf("webhook on node A to page on node B: median %v, p90 %v, longest %v", took[25], took[45], took[49])
}

func TestLostHintCostsOnePoll(t *testing.T) {
	t.Parallel()
	pool, schema := database(t)
	a, deaf := newServer(t, pool, schema, ""), newServer(t, pool, schema, "off")
	page := linkbridgetest.Dial(t, deaf.bridge, ticket(t, a.bridge), &linkbridgetest.Options{Want: []string{"data.synced"}, Timeout: time.Minute})
	a.webhook(t, "acc")
	require.Equal(t, "acc", account(t, page.WaitPush()))
}

func TestLogOfPushesIsInOrderAndEnds(t *testing.T) {
	t.Parallel()
	s, _, _ := open(t)
	for i := range 5 {
		require.NoError(t, s.AppendPush(t.Context(), "topic", []byte{byte(i)}, time.Hour))
	}
	require.NoError(t, s.AppendPush(t.Context(), "gone", []byte("x"), -time.Hour))
	var got []byte
	last, err := s.PushesAfter(t.Context(), 0, func(_ uint64, topic string, push []byte) {
		require.Equal(t, "topic", topic)
		got = append(got, push...)
	})
	require.NoError(t, err)
	require.Equal(t, []byte{0, 1, 2, 3, 4}, got)
	again, err := s.PushesAfter(t.Context(), last, func(uint64, string, []byte) { t.Error("nothing is new") })
	require.NoError(t, err)
	require.Equal(t, last, again)
	_, err = s.Prune(t.Context(), inbox.Retention{}, 10)
	require.NoError(t, err)

	require.NoError(t, s.AppendPush(t.Context(), "topic", []byte("new"), time.Hour))
	require.NoError(t, s.WaitPush(t.Context()), "it rang since the log was read")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = s.PushesAfter(t.Context(), last, func(uint64, string, []byte) {})
	require.NoError(t, err)
	_ = s.WaitPush(ctx) // a late echo of its own hint may ring first
}
