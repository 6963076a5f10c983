package chitest_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"
	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/pinwheel"
	"github.com/linkhook/linkhook/router"
	"github.com/linkhook/linkhook/router/routertest"
)

// app is a chi application with the usual middleware and our handler in every place where it can be mounted.
func app(webhooks *pinwheel.Webhooks) (h http.Handler, seen *[]string) {
	bus := events.New()
	seen = new([]string)
	events.On(bus, pinwheel.PaystubsAdded, func(ctx context.Context, ev events.Event[pinwheel.Paystubs]) error {
		*seen = append(*seen, middleware.GetReqID(ctx)+" "+ev.AccountID)
		return ctx.Err()
	})
	hook := router.New(bus, webhooks, &router.Options{Logger: slog.New(slog.DiscardHandler)})
	r := chi.NewRouter()
	r.Use(middleware.RequestID, middleware.Recoverer, middleware.StripSlashes, middleware.Compress(5),
		middleware.RequestSize(1<<20), middleware.Timeout(time.Minute), middleware.Heartbeat("/ping"))
	r.Handle("/handle", hook)
	r.Method(http.MethodPost, "/method", hook)
	r.Post("/post", hook.ServeHTTP)
	r.Mount("/mount", hook)
	r.Route("/route/{tenant}", func(r chi.Router) { r.Handle("/*", hook) })
	r.With(middleware.NoCache).Handle("/with", hook)
	return r, seen
}

func TestMountsInChi(t *testing.T) {
	t.Parallel()
	webhooks := pinwheel.NewWebhooks(events.Keys("test_secret"), nil)
	h, seen := app(webhooks)
	data := routertest.Sample(t, pinwheel.PaystubsAdded)
	paths := []string{"/handle", "/handle/", "/method", "/post", "/mount", "/mount/", "/mount/deeper/still", "/route/t1/x", "/with?a=b"}
	for i, path := range paths {
		w := routertest.SendWith(t, h, webhooks, pinwheel.PaystubsAdded, data,
			routertest.Delivery{Path: path, Header: http.Header{"X-Request-Id": {path}, "Accept-Encoding": {"gzip"}}})
		require.Equal(t, http.StatusOK, w.Code, path)
		require.Empty(t, w.Body.String())
		require.Len(t, *seen, i+1)
		require.Equal(t, path+" "+data.AccountID, (*seen)[i], "the request's values reach the handler")
	}
}

func TestRefusesInChi(t *testing.T) {
	t.Parallel()
	webhooks := pinwheel.NewWebhooks(events.Keys("test_secret"), nil)
	h, seen := app(webhooks)
	srv := httptest.NewServer(h)
	defer srv.Close()
	for path, want := range map[string]int{"/handle": http.StatusMethodNotAllowed, "/mount": http.StatusMethodNotAllowed, "/nowhere": http.StatusNotFound} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, srv.URL+path, nil)
		require.NoError(t, err)
		res, err := srv.Client().Do(r)
		require.NoError(t, err)
		require.NoError(t, res.Body.Close())
		require.Equal(t, want, res.StatusCode, path)
	}
	forged := routertest.SendRaw(t, h, pinwheel.NewWebhooks(events.Keys("another"), nil), []byte(`{}`))
	require.Equal(t, http.StatusNotFound, forged.Code, "nothing is mounted at the root")
	w := routertest.SendWith(t, h, pinwheel.NewWebhooks(events.Keys("another"), nil), pinwheel.PaystubsAdded,
		routertest.Sample(t, pinwheel.PaystubsAdded), routertest.Delivery{Path: "/mount"})
	require.Equal(t, http.StatusUnauthorized, w.Code)
	large := routertest.Request(t, webhooks, []byte(strings.Repeat(" ", 1<<20+1)), routertest.Delivery{Path: "/handle"})
	rec := httptest.NewRecorder()
	large.ContentLength = -1
	h.ServeHTTP(rec, large)
	require.Equal(t, http.StatusRequestEntityTooLarge, rec.Code)
	require.Empty(t, *seen)
}
