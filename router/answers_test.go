package router_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/router"
)

func TestAnswers200WhenStored(t *testing.T) {
	t.Parallel()
	pub := &publisher{}
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.FixedZone("", 3600))
	w := serve(router.New(pub, newAcme(), &router.Options{Now: func() time.Time { return now }, Logger: discard}), signed(t, widgetBody))
	require.Equal(t, http.StatusOK, w.Code)
	require.Empty(t, w.Body.String())
	require.Len(t, pub.taken(), 1)
	env := pub.taken()[0]
	require.Equal(t, events.Meta{
		ID: "w1", Kind: widgetMade.ID(), Endpoint: "acme", Source: events.SourceWebhook, Trust: events.Verified,
		KeyID: "blue", ReceivedAt: now.UTC(),
	}, env.Meta)
	require.Equal(t, widgetBody, string(env.Raw))
	require.Equal(t, `{"name":"cog"}`, string(env.Payload()))
}

func TestAnswers200WhenHandledWithoutInbox(t *testing.T) {
	t.Parallel()
	bus := events.New()
	var got []string
	events.On(bus, widgetMade, func(_ context.Context, ev events.Event[widget]) error {
		got = append(got, ev.Data.Name)
		return nil
	})
	w := serve(router.New(bus, newAcme(), quiet()), signed(t, widgetBody))
	require.Equal(t, http.StatusOK, w.Code)
	require.Equal(t, []string{"cog"}, got)
}

func TestAnswers200ForADuplicate(t *testing.T) {
	t.Parallel()
	// A publisher that knows the event already returns nil, as the inbox does; what the first answer said is said again.
	h := router.New(&publisher{}, newAcme(), quiet())
	first, second := serve(h, signed(t, widgetBody)), serve(h, signed(t, widgetBody))
	require.Equal(t, http.StatusOK, first.Code)
	require.Equal(t, first, second)
}

func TestAnswers200ForAnUnknownKind(t *testing.T) {
	t.Parallel()
	bus := events.New()
	var reasons []error
	bus.OnUnhandled(func(_ context.Context, env events.Envelope, reason error) error {
		require.Equal(t, "widget.melted", env.Kind.Name)
		reasons = append(reasons, reason)
		return nil
	})
	w := serve(router.New(bus, newAcme(), quiet()), signed(t, `{"id":"w2","type":"widget.melted","data":[1,"new"]}`))
	require.Equal(t, http.StatusOK, w.Code)
	require.Equal(t, []error{events.ErrNoHandler}, reasons)
}

func TestAnswers200ForGenuineButUnfittingData(t *testing.T) {
	t.Parallel()
	bus := events.New()
	events.On(bus, widgetMade, func(context.Context, events.Event[widget]) error {
		t.Error("the handler must not run")
		return nil
	})
	unfitting := 0
	bus.OnUnhandled(func(_ context.Context, _ events.Envelope, reason error) error {
		_, ok := errors.AsType[*events.DecodeError](reason)
		require.True(t, ok)
		unfitting++
		return nil
	})
	w := serve(router.New(bus, newAcme(), quiet()), signed(t, `{"id":"w1","type":"widget.made","data":{"name":7}}`))
	require.Equal(t, http.StatusOK, w.Code)
	require.Equal(t, 1, unfitting)
}

func TestAnswers405AndAllowUnlessPost(t *testing.T) {
	t.Parallel()
	pub := &publisher{}
	h := router.New(pub, newAcme(), quiet())
	for _, method := range []string{"GET", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "post", "X"} {
		r := signed(t, widgetBody)
		r.Method = method
		w := serve(h, r)
		requireRefused(t, w, pub, http.StatusMethodNotAllowed)
		require.Equal(t, []string{"POST"}, w.Header()["Allow"], method)
	}
}

func TestAnswers415UnlessJSON(t *testing.T) {
	t.Parallel()
	cases := map[string]bool{
		"application/json":                  true,
		"Application/JSON":                  true,
		"application/json; charset=utf-8":   true,
		"application/json;charset=UTF-16":   true,
		"application/json ; q=\"a;b\"; x=,": true,
		" application/json":                 true,
		"application/vnd.acme.v2+json":      true,
		"application/CloudEvents+JSON":      true,
		"text/vnd.x+json; a=b":              true,
		"":                                  false,
		"text/json":                         false,
		"text/plain":                        false,
		"application/jsonp":                 false,
		"application/x-json":                false,
		"application/+json":                 false,
		"+json":                             false,
		"json":                              false,
		"/+json":                            false,
		"application/json, text/plain":      false,
		"text/plain, application/a+json":    false,
		"text/plain; a=application/json":    false,
		"application/x-www-form-urlencoded": false,
		"multipart/form-data; boundary=x":   false,
	}
	for value, ok := range cases {
		t.Run(value, func(t *testing.T) {
			t.Parallel()
			pub := &publisher{}
			r := signed(t, widgetBody)
			r.Header["Content-Type"] = []string{value}
			w := serve(router.New(pub, newAcme(), quiet()), r)
			if ok {
				require.Equal(t, http.StatusOK, w.Code)
				return
			}
			requireRefused(t, w, pub, http.StatusUnsupportedMediaType)
		})
	}
	for name, values := range map[string][]string{"missing": nil, "two": {"application/json", "application/json"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pub := &publisher{}
			r := signed(t, widgetBody)
			r.Header["Content-Type"] = values
			requireRefused(t, serve(router.New(pub, newAcme(), quiet()), r), pub, http.StatusUnsupportedMediaType)
		})
	}
}

func TestAnswers415UnlessIdentityEncoding(t *testing.T) {
	t.Parallel()
	cases := map[string]bool{
		"": true, "identity": true, "Identity": true, "identity, identity": true,
		"gzip": false, "deflate": false, "br": false, "zstd": false, "GZIP": false, "identity, gzip": false, "gzip, gzip": false, "x": false,
	}
	for value, ok := range cases {
		pub := &publisher{}
		r := signed(t, widgetBody)
		r.Header.Set("Content-Encoding", value)
		w := serve(router.New(pub, newAcme(), quiet()), r)
		if ok {
			require.Equal(t, http.StatusOK, w.Code, value)
			continue
		}
		requireRefused(t, w, pub, http.StatusUnsupportedMediaType)
	}
}

func TestAnswers401AlwaysTheSame(t *testing.T) {
	t.Parallel()
	spoil := map[string]func(r *http.Request){
		"missing":      func(r *http.Request) { r.Header.Del("X-Acme-Signature") },
		"empty":        func(r *http.Request) { r.Header.Set("X-Acme-Signature", "") },
		"malformed":    func(r *http.Request) { r.Header.Set("X-Acme-Signature", "sha256=zz") },
		"short":        func(r *http.Request) { r.Header.Set("X-Acme-Signature", r.Header.Get("X-Acme-Signature")[:10]) },
		"wrong":        func(r *http.Request) { r.Header.Set("X-Acme-Signature", strings.Repeat("0", 64)) },
		"body changed": func(r *http.Request) { setBody(r, widgetBody+" ") },
		"body emptied": func(r *http.Request) { setBody(r, "") },
		"not JSON":     func(r *http.Request) { setBody(r, "\xff\x00") },
	}
	for name, change := range spoil {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pub := &publisher{}
			r := signed(t, widgetBody)
			change(r)
			w := serve(router.New(pub, newAcme(), quiet()), r)
			requireRefused(t, w, pub, http.StatusUnauthorized)
			require.Equal(t, http.Header{
				"Content-Type": {"text/plain; charset=utf-8"}, "Content-Length": {"13"}, "X-Content-Type-Options": {"nosniff"},
			}, w.Header())
		})
	}
}

func setBody(r *http.Request, body string) {
	r.Body = io.NopCloser(strings.NewReader(body))
	r.ContentLength = int64(len(body))
}

func TestAnswers400WhenSignedButUnparseableWithoutKeeper(t *testing.T) {
	t.Parallel()
	for _, body := range []string{``, `null`, `[]`, `{"id":"1"`, `{"id":"1","ID":"2","type":"x","data":1}`, `{} {}`, "\xef\xbb\xbf{}"} {
		pub := &publisher{}
		requireRefused(t, serve(router.New(pub, newAcme(), quiet()), signed(t, body)), pub, http.StatusBadRequest)
	}
}

func TestAnswers200WhenTheKeeperTakesTheUnparseable(t *testing.T) {
	t.Parallel()
	pub := &keeper{}
	w := serve(router.New(pub, newAcme(), quiet()), signed(t, `{"id":`))
	require.Equal(t, http.StatusOK, w.Code)
	require.Empty(t, pub.taken())
	require.Len(t, pub.kept, 1)
	require.ErrorIs(t, pub.reasons[0], events.ErrSyntax)
	env := pub.kept[0]
	require.Equal(t, `{"id":`, string(env.Raw))
	require.Equal(t, "unparsed", env.ID)
	require.Equal(t, "blue", env.KeyID)
	require.Equal(t, events.Verified, env.Trust)

	pub.keepErr = events.ErrOverloaded
	w = serve(router.New(pub, newAcme(), quiet()), signed(t, `{"id":`))
	require.Equal(t, http.StatusServiceUnavailable, w.Code)
}

func TestAnswers503AndRetryAfterWhenNotTaken(t *testing.T) {
	t.Parallel()
	for _, err := range []error{errors.New("disk full"), events.ErrClosed, events.ErrOverloaded, context.Canceled} {
		pub := &publisher{err: err}
		w := serve(router.New(pub, newAcme(), quiet()), signed(t, widgetBody))
		require.Equal(t, http.StatusServiceUnavailable, w.Code)
		seconds, convErr := strconv.Atoi(w.Header().Get("Retry-After"))
		require.NoError(t, convErr)
		require.GreaterOrEqual(t, seconds, 1)
		require.LessOrEqual(t, seconds, 5)
	}
	pub := &publisher{err: events.RetryAfter(90*time.Second+time.Millisecond, events.ErrOverloaded)}
	w := serve(router.New(pub, newAcme(), quiet()), signed(t, widgetBody))
	require.Equal(t, http.StatusServiceUnavailable, w.Code)
	require.Equal(t, "91", w.Header().Get("Retry-After"))
}

func TestAnswers503WhenTheBusIsClosed(t *testing.T) {
	t.Parallel()
	bus := events.New()
	require.NoError(t, bus.Close(t.Context()))
	w := serve(router.New(bus, newAcme(), quiet()), signed(t, widgetBody))
	require.Equal(t, http.StatusServiceUnavailable, w.Code)
	require.NotEmpty(t, w.Header().Get("Retry-After"))
}

func TestAnswers503WhenTheAckBudgetRanOut(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		bus := events.New()
		events.On(bus, widgetMade, func(ctx context.Context, _ events.Event[widget]) error {
			<-ctx.Done()
			return ctx.Err()
		})
		start := time.Now()
		w := serve(router.New(bus, newAcme(), quiet()), signed(t, widgetBody))
		require.Equal(t, http.StatusServiceUnavailable, w.Code)
		require.NotEmpty(t, w.Header().Get("Retry-After"))
		require.Equal(t, 14*time.Second, time.Since(start), "one second is left for the answer")

		start = time.Now()
		serve(router.New(bus, newAcme(), &router.Options{AckBudget: 5 * time.Second, Logger: discard}), signed(t, widgetBody))
		require.Equal(t, 4500*time.Millisecond, time.Since(start))
	})
}

func TestAnswers500WhenAHandlerFailed(t *testing.T) {
	t.Parallel()
	for name, failure := range map[string]func() error{
		"error":            func() error { return errors.New("ledger down") },
		"permanent":        func() error { return events.Permanent(errors.New("ledger down")) },
		"its own deadline": func() error { return context.DeadlineExceeded },
		"panic":            func() error { panic("ledger down") },
		"abort":            func() error { panic(http.ErrAbortHandler) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			bus := events.New()
			events.On(bus, widgetMade, func(context.Context, events.Event[widget]) error { return failure() })
			w := serve(router.New(bus, newAcme(), quiet()), signed(t, widgetBody))
			require.Equal(t, http.StatusInternalServerError, w.Code)
			require.Equal(t, "Internal Server Error\n", w.Body.String())
			require.Empty(t, w.Header().Get("Retry-After"))
		})
	}
}

func TestAnswers500WithTheHandlersOwnRetryAfter(t *testing.T) {
	t.Parallel()
	bus := events.New()
	events.On(bus, widgetMade, func(context.Context, events.Event[widget]) error {
		return events.RetryAfter(time.Minute, errors.New("locked"))
	})
	w := serve(router.New(bus, newAcme(), quiet()), signed(t, widgetBody))
	require.Equal(t, http.StatusInternalServerError, w.Code)
	require.Equal(t, "60", w.Header().Get("Retry-After"))
}

func TestAnswers500WhenSomethingElsePanics(t *testing.T) {
	t.Parallel()
	provider := newAcme()
	provider.wait = -1
	pub := &publisher{}
	requireRefused(t, serve(router.New(pub, provider, quiet()), signed(t, widgetBody)), pub, http.StatusInternalServerError)
}

func TestAbortHandlerIsLeftToNetHTTP(t *testing.T) {
	t.Parallel()
	r := signed(t, widgetBody)
	r.Body = io.NopCloser(aborting{})
	require.PanicsWithValue(t, http.ErrAbortHandler, func() {
		router.New(&publisher{}, newAcme(), quiet()).ServeHTTP(httptest.NewRecorder(), r)
	})
}

type aborting struct{}

func (aborting) Read([]byte) (int, error) { panic(http.ErrAbortHandler) }

func TestMisusePanicsAtStartUp(t *testing.T) {
	t.Parallel()
	require.PanicsWithValue(t, "router: New needs a publisher and a provider", func() { router.New(nil, newAcme(), nil) })
	require.PanicsWithValue(t, "router: New needs a publisher and a provider", func() { router.New(&publisher{}, nil, nil) })
	require.Panics(t, func() { router.New(&publisher{}, newAcme(), &router.Options{MaxBody: -1}) })
	require.NotPanics(t, func() { router.New(&publisher{}, newAcme(), nil) })
}
