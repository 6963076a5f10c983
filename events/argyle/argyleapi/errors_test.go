package argyleapi_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/argyle/argyleapi"
)

// handled is a transport that hands each request to a handler, without a network: time can be made to pass.
type handled struct{ http.Handler }

func (h handled) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	res := w.Result()
	res.Request = r
	return res, nil
}

// answering returns a client whose requests are all answered alike, and counts them.
func answering(status int, body string) (c *argyleapi.Client, tries *int) {
	tries = new(int)
	h := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		*tries++
		w.Header().Set("X-Trace-Id", "trace-9")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	})
	return argyleapi.New(keyID, keySecret, &argyleapi.Options{HTTP: &http.Client{Transport: handled{h}}}), tries
}

func TestErrorsCarryStatusMessageAndTrace(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		status  int
		body    string
		message string
		code    string
		fields  map[string]string
		again   bool
	}{
		"field":          {status: 400, body: `{"config": ["only allowed for accounts.added", "and others"]}`, fields: map[string]string{"config": "only allowed for accounts.added; and others"}},
		"nested field":   {status: 400, body: `{"config": {"days_synced": ["A valid integer is required."]}}`, fields: map[string]string{"config.days_synced": "A valid integer is required."}},
		"text field":     {status: 400, body: `{"user": "no such user", "n": 1}`, fields: map[string]string{"user": "no such user"}},
		"key":            {status: 401, body: `{"detail": "Invalid username/password."}`, message: "Invalid username/password."},
		"environment":    {status: 401, body: `{"detail": "Invalid environment."}`, message: "Invalid environment."},
		"not found":      {status: 404, body: `{"detail": "Not found."}`, message: "Not found."},
		"conflict":       {status: 409, body: `{"error_code": "duplicate", "error_message": "there is one"}`, message: "there is one", code: "duplicate"},
		"too many":       {status: 429, body: `{"detail": "Request was throttled."}`, message: "Request was throttled.", again: true},
		"their fault":    {status: 500, body: `<html>`, again: true},
		"bad gateway":    {status: 502, body: ``, again: true},
		"deep nesting":   {status: 400, body: `{"a":[[[[[[["x"]]]]]]]}`},
		"not an object":  {status: 400, body: `["x"]`},
		"invalid nested": {status: 400, body: `{"a":{"b":1,"b":2}}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var err error
			var tries *int
			synctest.Test(t, func(t *testing.T) {
				var c *argyleapi.Client
				c, tries = answering(tc.status, tc.body)
				_, err = c.Account(t.Context(), "acc")
			})
			var e *events.APIError
			require.ErrorAs(t, err, &e)
			require.Equal(t, tc.status, e.Status)
			require.Equal(t, "trace-9", e.RequestID)
			require.Equal(t, tc.message, e.Message)
			require.Equal(t, tc.code, e.Code)
			require.Equal(t, tc.fields, e.Fields)
			require.NotContains(t, fmt.Sprintf("%v %+v %#v", err, err, err), keySecret)
			require.Contains(t, err.Error(), "argyleapi: GET /v2/accounts/acc: ")
			require.Equal(t, tc.again, *tries > 1, "tried %d times", *tries)
		})
	}
}

func TestCreatingAUserIsNotRepeatedBlindly(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, tries := answering(500, ``)
		_, err := c.CreateUser(t.Context(), argyleapi.UserRequest{})
		require.Error(t, err)
		require.Equal(t, 1, *tries)
		c, tries = answering(500, ``)
		_, err = c.CreateUserToken(t.Context(), "u")
		require.Error(t, err)
		require.Greater(t, *tries, 1, "another token does no harm")
	})
}

func TestSuccessThatCannotBeReadIsAnError(t *testing.T) {
	t.Parallel()
	for _, body := range []string{`<html>`, `{"id": 7}`, `{"id": "a"`, `[]`} {
		c, _ := answering(200, body)
		_, err := c.Account(t.Context(), "acc")
		var e *events.APIError
		require.ErrorAs(t, err, &e, body)
		require.True(t, e.Undecodable)
		require.Equal(t, 200, e.Status)
	}
}

func TestCutConnectionIsTriedAgain(t *testing.T) {
	t.Parallel()
	var tries atomic.Int32
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if tries.Add(1) == 1 {
			w.Header().Set("Content-Length", "100")
			_, _ = io.WriteString(w, `{"id":`)
			panic(http.ErrAbortHandler) // the connection is cut in the middle of the answer
		}
		_, _ = io.WriteString(w, `{"id":"acc"}`)
	}))
	t.Cleanup(srv.Close)
	c := argyleapi.New(keyID, keySecret, &argyleapi.Options{BaseURL: srv.URL + "/", HTTP: &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}})
	account, err := c.Account(t.Context(), "acc")
	require.NoError(t, err)
	require.Equal(t, "acc", account.ID)
	require.EqualValues(t, 2, tries.Load())
}

func TestSlowServerEndsWithTheContext(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, `{`)
		_ = http.NewResponseController(w).Flush()
		select {
		case <-release:
		case <-r.Context().Done():
		}
	}))
	t.Cleanup(srv.Close)
	t.Cleanup(func() { close(release) })
	c := argyleapi.New(keyID, keySecret, &argyleapi.Options{BaseURL: srv.URL, HTTP: &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}})
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	for _, err := range c.Paystubs(ctx, "acc") {
		require.ErrorIs(t, err, context.DeadlineExceeded)
	}
}

// Nobody can listen on port 0; another test could on that of a server that was closed.
func TestNobodyThereIsANetworkError(t *testing.T) {
	t.Parallel()
	_, err := client("http://127.0.0.1:0").CreateUser(t.Context(), argyleapi.UserRequest{Email: "canary@example.com"})
	require.Error(t, err)
	var e *events.APIError
	require.NotErrorAs(t, err, &e, "nobody answered")
	require.NotContains(t, err.Error(), "canary")
}

func TestMisuseIsNamedAtStartUp(t *testing.T) {
	t.Parallel()
	for _, bad := range [][2]string{{"", "s"}, {"id ", "s"}, {"a:b", "s"}, {"id", ""}, {"id", "s\n"}} {
		require.Panics(t, func() { argyleapi.New(bad[0], bad[1], nil) })
	}
	require.NotPanics(t, func() { argyleapi.New("id", "s", nil) })
}
