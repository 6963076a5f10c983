package router_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/router"
)

func TestMountsAnywhere(t *testing.T) {
	t.Parallel()
	inner := http.NewServeMux()
	h := router.New(&publisher{}, newAcme(), quiet())
	inner.Handle("/acme", h)
	inner.Handle("/acme/", h)
	mux := http.NewServeMux()
	mux.Handle("/hooks/", http.StripPrefix("/hooks", inner))
	mux.Handle("POST /only-post", h)
	mux.Handle("/t/{tenant}/in", h)
	for _, target := range []string{"/hooks/acme", "/hooks/acme/", "/hooks/acme/deeper?b=2&a=1#x", "/only-post", "/t/1/in", "/t/1/in?sig=1"} {
		r := signed(t, widgetBody)
		r.URL.Path, r.URL.RawQuery, _ = strings.Cut(target, "?")
		require.Equal(t, http.StatusOK, serve(mux, r).Code, target)
	}
}

// unwrapOnly is what most middleware puts around a response writer.
type unwrapOnly struct{ http.ResponseWriter }

func (u unwrapOnly) Unwrap() http.ResponseWriter { return u.ResponseWriter }

// opaque hides everything, as old middleware does.
type opaque struct{ http.ResponseWriter }

func TestBehindUnwrapOnlyMiddlewareTheDeadlineHolds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := router.New(&publisher{}, newAcme(), quiet())
		c := dial(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			h.ServeHTTP(unwrapOnly{unwrapOnly{w}}, r)
		}))
		c.send(head(widgetBody), "\r\n", widgetBody)
		require.Equal(t, http.StatusOK, c.answer().StatusCode)
		c.send(head(widgetBody), "\r\n", widgetBody[:10])
		require.Equal(t, http.StatusRequestTimeout, c.answer().StatusCode)
	})
}

func TestBehindOpaqueMiddlewareEverythingButTheDeadlineHolds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := router.New(&publisher{}, newAcme(), quiet())
		c := dial(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { h.ServeHTTP(opaque{w}, r) }))
		c.send(head(widgetBody), "\r\n", widgetBody)
		require.Equal(t, http.StatusOK, c.answer().StatusCode)
		c.send(head(widgetBody+" "), "\r\n", " ", widgetBody)
		require.Equal(t, http.StatusUnauthorized, c.answer().StatusCode)
	})
}

func TestBodyConsumedByMiddlewareIsNotABadSignature(t *testing.T) {
	t.Parallel()
	read := func(r *http.Request) {
		_, err := io.Copy(io.Discard, r.Body)
		if err != nil {
			panic(err)
		}
	}
	cases := map[string]struct {
		before func(r *http.Request)
		want   int
	}{
		"read":         {read, http.StatusInternalServerError},
		"read in part": {func(r *http.Request) { _, _ = r.Body.Read(make([]byte, 5)) }, http.StatusInternalServerError},
		"closed":       {func(r *http.Request) { _ = r.Body.Close() }, http.StatusInternalServerError},
		"form parsed": {func(r *http.Request) {
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			_ = r.ParseForm()
			r.Header.Set("Content-Type", "application/json")
		}, http.StatusInternalServerError},
		"set to nil":    {func(r *http.Request) { r.Body = nil }, http.StatusInternalServerError},
		"set to NoBody": {func(r *http.Request) { r.Body = http.NoBody }, http.StatusInternalServerError},
		"put back": {func(r *http.Request) {
			b, _ := io.ReadAll(r.Body)
			r.Body = io.NopCloser(bytes.NewReader(b))
		}, http.StatusOK},
		"re-encoded": {func(r *http.Request) {
			b, _ := io.ReadAll(r.Body)
			r.Body = io.NopCloser(bytes.NewReader(append(b, '\n')))
		}, http.StatusUnauthorized},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pub := &publisher{}
			h := router.New(pub, newAcme(), quiet())
			srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				c.before(r)
				h.ServeHTTP(w, r)
			}))
			defer srv.Close()
			r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, srv.URL, strings.NewReader(widgetBody))
			require.NoError(t, err)
			r.Header.Set("Content-Type", "application/json")
			newAcme().Sign(r.Header, []byte(widgetBody))
			res, err := srv.Client().Do(r)
			require.NoError(t, err)
			require.NoError(t, res.Body.Close())
			require.Equal(t, c.want, res.StatusCode)
			require.Equal(t, c.want == http.StatusOK, len(pub.taken()) == 1)
		})
	}
}
