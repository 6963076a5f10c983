package routertest_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"runtime"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/argyle"
	"github.com/linkhook/linkhook/events/eventstest"
	"github.com/linkhook/linkhook/events/pinwheel"
	"github.com/linkhook/linkhook/router"
	"github.com/linkhook/linkhook/router/routertest"
)

var (
	_ routertest.Sender = (*pinwheel.Webhooks)(nil)
	_ routertest.Sender = (*argyle.Webhooks)(nil)
)

func quiet() *router.Options { return &router.Options{Logger: slog.New(slog.DiscardHandler)} }

func TestSendArrivesTyped(t *testing.T) {
	t.Parallel()
	webhooks := pinwheel.NewWebhooks(events.Keys("test_secret"), nil)
	bus := events.New()
	var got []events.Event[pinwheel.Paystubs]
	events.On(bus, pinwheel.PaystubsAdded, func(_ context.Context, ev events.Event[pinwheel.Paystubs]) error {
		got = append(got, ev)
		return nil
	})
	want := routertest.Sample(t, pinwheel.PaystubsAdded)
	w := routertest.Send(t, router.New(bus, webhooks, quiet()), webhooks, pinwheel.PaystubsAdded, want)
	require.Equal(t, http.StatusOK, w.Code)
	require.Len(t, got, 1)
	require.Equal(t, want, got[0].Data)
	require.Equal(t, events.Verified, got[0].Trust)
	require.NotEmpty(t, got[0].ID)
}

func TestSendWithSaysWhereAndWhat(t *testing.T) {
	t.Parallel()
	webhooks := argyle.NewWebhooks(events.Keys("test_secret"), nil)
	bus := events.New()
	var ids []string
	bus.OnAny(func(_ context.Context, env events.Envelope) error {
		ids = append(ids, env.ID)
		return nil
	})
	mux := http.NewServeMux()
	var header http.Header
	inner := router.New(bus, webhooks, quiet())
	mux.HandleFunc("/hooks/argyle", func(w http.ResponseWriter, r *http.Request) {
		header = r.Header
		inner.ServeHTTP(w, r)
	})
	d := routertest.Delivery{Path: "/hooks/argyle?a=b", Header: http.Header{"x-trace": {"1"}, "Content-Type": {"Application/JSON"}}}
	data := routertest.Sample(t, argyle.AccountsConnected)
	for range 2 {
		require.Equal(t, http.StatusOK, routertest.SendWith(t, mux, webhooks, argyle.AccountsConnected, data, d).Code)
	}
	require.Equal(t, "1", header.Get("X-Trace"))
	require.Equal(t, "Application/JSON", header.Get("Content-Type"))
	require.Len(t, ids, 2)
	require.Equal(t, ids[0], ids[1], "the same bytes are the same event")

	pin := pinwheel.NewWebhooks(events.Keys("test_secret"), nil)
	routertest.SendWith(t, router.New(bus, pin, quiet()), pin, pinwheel.PaystubsAdded, routertest.Sample(t, pinwheel.PaystubsAdded),
		routertest.Delivery{Meta: events.Meta{ID: "ev_again"}})
	require.Equal(t, "ev_again", ids[2])
}

func TestSendWithAnotherSecretIsRefused(t *testing.T) {
	t.Parallel()
	h := router.New(events.New(), pinwheel.NewWebhooks(events.Keys("test_secret"), nil), quiet())
	forger := pinwheel.NewWebhooks(events.Keys("another_secret"), nil)
	w := routertest.Send(t, h, forger, pinwheel.PaystubsAdded, routertest.Sample(t, pinwheel.PaystubsAdded))
	require.Equal(t, http.StatusUnauthorized, w.Code)
}

func TestSendKeepsTheBubblesTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		webhooks := pinwheel.NewWebhooks(events.Keys("test_secret"), nil)
		w := routertest.SendRaw(t, router.New(events.New(), webhooks, quiet()), webhooks, []byte(`{"event_id":"1","event":"x","payload":{}}`))
		require.Equal(t, http.StatusOK, w.Code)
	})
}

func TestEveryFixtureIsTakenInOverHTTP(t *testing.T) {
	t.Parallel()
	keys := events.Keys("test_secret")
	providers := map[string]interface {
		routertest.Sender
		router.Provider
	}{
		pinwheel.Provider: pinwheel.NewWebhooks(keys, nil),
		argyle.Provider:   argyle.NewWebhooks(keys, nil),
		argyle.ProviderV1: argyle.NewWebhooksV1(keys, nil),
	}
	for _, id := range eventstest.FixtureIDs() {
		if id.Stream != events.StreamWebhook {
			continue
		}
		p, ok := providers[id.Provider]
		require.True(t, ok, "a fixture of a provider that is not in this test: %s", id)
		bus := events.New()
		var seen []events.KindID
		bus.OnAny(func(_ context.Context, env events.Envelope) error {
			seen = append(seen, env.Kind)
			return nil
		})
		w := routertest.SendFixture(t, router.New(bus, p, quiet()), p, id)
		require.Equal(t, http.StatusOK, w.Code, id)
		require.Equal(t, []events.KindID{id}, seen)
	}
}

// crash is a testing.TB that notes how a test would have failed.
type crash struct {
	testing.TB
	message string
}

func (c *crash) Helper()                  {}
func (c *crash) Context() context.Context { return context.Background() }
func (c *crash) Fatal(args ...any)        { c.stop(fmt.Sprint(args...)) }
func (c *crash) Fatalf(format string, args ...any) {
	c.stop(fmt.Sprintf(format, args...))
}

func (c *crash) stop(message string) {
	c.message = message
	runtime.Goexit()
}

// failure runs fn as a test and returns what it failed with.
func failure(t *testing.T, fn func(tb testing.TB)) string {
	t.Helper()
	c := &crash{TB: t}
	done := make(chan struct{})
	go func() {
		defer close(done)
		fn(c)
	}()
	<-done
	require.NotEmpty(t, c.message, "it should have failed")
	return c.message
}

func TestFailsWell(t *testing.T) {
	t.Parallel()
	webhooks := pinwheel.NewWebhooks(events.Keys("test_secret"), nil)
	h := router.New(events.New(), webhooks, quiet())
	other := events.Webhook[int]("acme", "widget.made")
	unencodable := events.Webhook[func()](pinwheel.Provider, "x")
	cases := map[string]func(tb testing.TB){
		"routertest: the handler is nil": func(tb testing.TB) { routertest.SendRaw(tb, nil, webhooks, nil) },
		"routertest: this sender does not send acme/webhook/widget.made: pinwheel: not a webhook of this provider": func(tb testing.TB) {
			routertest.Send(tb, h, webhooks, other, 1)
		},
		"routertest: encoding pinwheel/webhook/x: events: pinwheel/webhook/x does not fit its type: the payload: the payload cannot be encoded: func()": func(tb testing.TB) {
			routertest.Send(tb, h, webhooks, unencodable, nil)
		},
		"routertest: acme/link/open is no webhook: it comes from a browser, see package linkbridgetest": func(tb testing.TB) {
			routertest.Send(tb, h, webhooks, events.Link[int]("acme", "open"), 1)
		},
		"routertest: there is no fixture of acme/webhook/widget.made; eventstest.FixtureIDs lists what there is": func(tb testing.TB) {
			routertest.SendFixture(tb, h, webhooks, other.ID())
		},
		"eventstest: there is no fixture of acme/webhook/widget.made": func(tb testing.TB) { routertest.Sample(tb, other) },
	}
	for want, fn := range cases {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, want, failure(t, fn))
		})
	}
}

func TestAnswersAreForTheTestToJudge(t *testing.T) {
	t.Parallel()
	webhooks := pinwheel.NewWebhooks(events.Keys("test_secret"), nil)
	bus := events.New()
	bus.OnAny(func(context.Context, events.Envelope) error { return errors.New("ledger down") })
	w := routertest.SendFixture(t, router.New(bus, webhooks, quiet()), webhooks, pinwheel.PaystubsAdded.ID())
	require.Equal(t, http.StatusInternalServerError, w.Code)
}

func TestRequestServesARealServerToo(t *testing.T) {
	t.Parallel()
	webhooks := pinwheel.NewWebhooks(events.Keys("test_secret"), nil)
	srv := httptest.NewServer(router.New(events.New(), webhooks, quiet()))
	defer srv.Close()
	r := routertest.Request(t, webhooks, routertest.Fixture(t, pinwheel.PaystubsAdded.ID()), routertest.Delivery{})
	target, err := r.URL.Parse(srv.URL)
	require.NoError(t, err)
	r.URL, r.RequestURI = target, ""
	res, err := srv.Client().Do(r)
	require.NoError(t, err)
	require.NoError(t, res.Body.Close())
	require.Equal(t, http.StatusOK, res.StatusCode)
}
