package argyle_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/argyle"
	"github.com/linkhook/linkhook/router"
)

var (
	_ router.Provider  = (*argyle.Webhooks)(nil)
	_ router.Diagnoser = (*argyle.Webhooks)(nil)
)

func TestEndpoints(t *testing.T) {
	t.Parallel()
	v2, v1 := newV2(nil), newV1(&argyle.Options{Name: "argyle-old"})
	require.Equal(t, "argyle", v2.Name())
	require.Equal(t, argyle.Provider, v2.Provider())
	require.Equal(t, "argyle-old", v1.Name())
	require.Equal(t, argyle.ProviderV1, v1.Provider())
	require.Equal(t, 10*time.Second, v2.AckBudget())
}

func TestBothGenerationsBesideEachOther(t *testing.T) {
	t.Parallel()
	bus := events.New()
	var got []string
	events.On(bus, argyle.AccountsConnected, func(_ context.Context, ev events.Event[argyle.AccountChange]) error {
		got = append(got, ev.Kind.String()+" "+ev.Data.Account)
		return nil
	})
	events.On(bus, argyle.V1AccountsConnected, func(_ context.Context, ev events.Event[argyle.V1AccountChange]) error {
		got = append(got, ev.Kind.String()+" "+ev.Data.Account)
		return nil
	})
	v2, v1 := newV2(nil), newV1(nil)
	quiet := &router.Options{Logger: slog.New(slog.DiscardHandler)}
	mux := http.NewServeMux()
	mux.Handle("/hooks/argyle", router.New(bus, v2, quiet))
	mux.Handle("/hooks/argyle/v1", router.New(bus, v1, quiet))
	send := func(w *argyle.Webhooks, path string, body []byte) int {
		req := httptest.NewRequestWithContext(t.Context(), http.MethodPost, path, bytes.NewReader(body))
		w.Sign(req.Header, body)
		rec := httptest.NewRecorder()
		mux.ServeHTTP(rec, req)
		return rec.Code
	}
	body := recorded(t)["03_accounts.connected"]
	require.Equal(t, http.StatusOK, send(v2, "/hooks/argyle", body))
	require.Equal(t, http.StatusOK, send(v1, "/hooks/argyle/v1", body))
	stranger := argyle.NewWebhooks(events.Keys("a stranger's"), nil)
	require.Equal(t, http.StatusUnauthorized, send(stranger, "/hooks/argyle", body))
	require.Equal(t, []string{
		"argyle/webhook/accounts.connected 019c0b39-0b68-fb0c-9282-57302afa2ed2",
		"argyle-v1/webhook/accounts.connected 019c0b39-0b68-fb0c-9282-57302afa2ed2",
	}, got)
}
