package rest_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/internal/rest"
)

const secret = "canary-secret"

// script answers each request with the next of its steps.
type script struct {
	steps []func(*http.Request) (*http.Response, error)
	times []time.Time
}

func (s *script) RoundTrip(r *http.Request) (*http.Response, error) {
	step := s.steps[min(len(s.times), len(s.steps)-1)]
	s.times = append(s.times, time.Now())
	return step(r)
}

func answer(status int, body string, headers ...string) func(*http.Request) (*http.Response, error) {
	return func(r *http.Request) (*http.Response, error) {
		h := http.Header{"X-Request-Id": {"req-7"}}
		for i := 0; i+1 < len(headers); i += 2 {
			h.Set(headers[i], headers[i+1])
		}
		return &http.Response{StatusCode: status, Header: h, Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
	}
}

func broken(err error) func(*http.Request) (*http.Response, error) {
	return func(*http.Request) (*http.Response, error) { return nil, err }
}

func client(steps ...func(*http.Request) (*http.Response, error)) (*rest.Client, *script) {
	s := &script{steps: steps}
	return &rest.Client{
		Name: "testapi", Base: "https://api.example.com/v1", HTTP: &http.Client{Transport: s}, RequestID: "X-Request-Id",
		Authorize: func(r *http.Request) { r.Header.Set("X-Secret", secret) },
		Describe: func(body []byte, e *events.APIError) {
			var v struct{ Code string }
			_ = json.Unmarshal(body, &v, json.MatchCaseInsensitiveNames(true))
			e.Code = v.Code
		},
	}, s
}

func TestRetriesOn429And5xxAndNetwork(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, s := client(answer(500, `{}`), answer(429, `{}`, "Retry-After", "7"), broken(io.ErrUnexpectedEOF), answer(200, `{"ok":true}`))
		var out struct {
			OK bool `json:"ok"`
		}
		require.NoError(t, c.Do(t.Context(), rest.Request{Method: http.MethodGet, Path: "/x", Out: &out}))
		require.True(t, out.OK)
		require.Len(t, s.times, 4)
		require.GreaterOrEqual(t, s.times[2].Sub(s.times[1]), 7*time.Second, "Retry-After is honoured")
	})
}

func TestRetryAfterAsDate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		when := time.Now().Add(20 * time.Second).UTC().Format(http.TimeFormat)
		c, s := client(answer(503, ``, "Retry-After", when), answer(204, ``))
		require.NoError(t, c.Do(t.Context(), rest.Request{Method: http.MethodDelete, Path: "/x"}))
		require.GreaterOrEqual(t, s.times[1].Sub(s.times[0]), 19*time.Second)
	})
}

func TestGivesUpWhenTheProviderAsksForTooMuch(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, s := client(answer(429, `{"code":"slow"}`, "Retry-After", "3600"))
		err := c.Do(t.Context(), rest.Request{Method: http.MethodGet, Path: "/x"})
		var e *events.APIError
		require.ErrorAs(t, err, &e)
		require.Equal(t, time.Hour, e.RetryAfter)
		require.Len(t, s.times, 1)
	})
}

func TestGivesUpAfterPatience(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, s := client(answer(500, ``))
		begin := time.Now()
		require.Error(t, c.Do(t.Context(), rest.Request{Method: http.MethodGet, Path: "/x"}))
		require.LessOrEqual(t, time.Since(begin), time.Minute)
		require.Greater(t, len(s.times), 5)
	})
}

func TestPostIsNotRepeatedBlindly(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		step       func(*http.Request) (*http.Response, error)
		repeatable bool
		tries      int
	}{
		"500":                {answer(500, ``), false, 1},
		"cut connection":     {broken(io.ErrUnexpectedEOF), false, 1},
		"429":                {answer(429, ``), false, 2},
		"500 but repeatable": {answer(500, ``), true, 2},
		"400":                {answer(400, ``), true, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c, s := client(tc.step, answer(200, ``))
				_ = c.Do(t.Context(), rest.Request{Method: http.MethodPost, Path: "/x", Body: struct{}{}, Repeatable: tc.repeatable})
				require.Len(t, s.times, tc.tries)
			})
		})
	}
}

func TestErrorsNameTheRequestAndNoSecret(t *testing.T) {
	t.Parallel()
	c, _ := client(answer(401, `{"code":"UNAUTHORIZED","message":"`+secret+`"}`))
	err := c.Do(t.Context(), rest.Request{Method: http.MethodPost, Path: "/link_tokens", Body: map[string]string{"ssn": secret}})
	require.EqualError(t, err, "testapi: POST /link_tokens: 401 Unauthorized UNAUTHORIZED (request req-7)")
	c, _ = client(answer(200, `{"ok":"`+secret+`"}`))
	var out struct {
		OK bool `json:"ok"`
	}
	err = c.Do(t.Context(), rest.Request{Method: http.MethodGet, Path: "/x", Out: &out})
	require.ErrorContains(t, err, "/ok does not fit")
	require.NotContains(t, fmt.Sprintf("%v %+v", err, err), secret)
	c, _ = client(broken(errors.New("boom")))
	c.Patience = time.Millisecond
	err = c.Do(t.Context(), rest.Request{Method: http.MethodGet, Path: "/x", Query: map[string][]string{"account_id": {secret}}})
	require.EqualError(t, err, "testapi: GET /x: boom")
}

func TestPagesOfOtherHostsAreRefused(t *testing.T) {
	t.Parallel()
	c, s := client(answer(200, ``))
	for _, u := range []string{"https://evil.example/v1/x", "http://api.example.com/v1/x", "://"} {
		require.ErrorContains(t, c.Do(t.Context(), rest.Request{Method: http.MethodGet, URL: u}), "another host")
	}
	require.Empty(t, s.times)
	require.NoError(t, c.Do(t.Context(), rest.Request{Method: http.MethodGet, URL: "https://api.example.com/v1/x?cursor=2"}))
}

func TestContextEndsTheWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, _ := client(answer(500, ``))
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		require.Error(t, c.Do(ctx, rest.Request{Method: http.MethodGet, Path: "/x"}))
	})
}
