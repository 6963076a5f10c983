package main

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cenkalti/backoff/v4"
	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events/pinwheel"
)

func TestTheEndpointsAloneHaveNoPageAndNoSimulator(t *testing.T) {
	t.Parallel()
	for _, demo := range []bool{true, false} {
		h := start(t, func(c *config) { c.demo = demo })
		for _, path := range []string{"/", "/static/page.js", "/static/style.css", "/static/simlink.js", "/static/icon.svg"} {
			req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, h.url+path, nil)
			require.NoError(t, err)
			resp := answer(t, req)
			if !demo {
				require.Equal(t, http.StatusNotFound, resp.StatusCode, path)
				continue
			}
			require.Equal(t, http.StatusOK, resp.StatusCode, path)
			require.Equal(t, policy, resp.Header.Get("Content-Security-Policy"))
		}
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, h.url+"/static/", nil)
		require.NoError(t, err)
		require.Equal(t, http.StatusNotFound, answer(t, req).StatusCode)
		var session linkSession
		require.Equal(t, http.StatusOK, h.call(t, "/api/link-session", nil, &session))
		require.NotEmpty(t, session.Ticket)
		require.NotEmpty(t, session.LinkToken)
		require.NotEmpty(t, session.LinkTokenID)
		require.NotEmpty(t, session.EndUserID)
	}
}

func TestAnotherSitesPageGetsNoLinkSession(t *testing.T) {
	t.Parallel()
	h := start(t, nil)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, h.url+"/api/link-session", nil)
	require.NoError(t, err)
	req.Header.Set("Sec-Fetch-Site", "cross-site")
	require.Equal(t, http.StatusForbidden, answer(t, req).StatusCode)
}

// TestASimulatedConnection logs in and allocates as the modal does, and sees the recorded order at typed handlers.
func TestASimulatedConnection(t *testing.T) {
	t.Parallel()
	h := start(t, nil)
	h.provider.client = &http.Client{Transport: &inOrder{next: http.DefaultTransport}}
	var session linkSession
	require.Equal(t, http.StatusOK, h.call(t, "/api/link-session", nil, &session))
	var account struct {
		ID string `json:"account_id"`
	}
	require.Equal(t, http.StatusConflict, h.call(t, "/sim/allocate", map[string]any{"link_token": session.LinkToken}, &account))
	login := map[string]any{"link_token": session.LinkToken, "platform_id": "p-1", "platform_name": "Workday"}
	require.Equal(t, http.StatusOK, h.call(t, "/sim/login", login, &account))
	h.out.await(t, 12)
	allocation := map[string]any{"link_token": session.LinkToken, "action": "partial_switch", "type": "amount", "value": 120.5}
	require.Equal(t, http.StatusOK, h.call(t, "/sim/allocate", allocation, &account))
	h.out.await(t, 1)

	count := map[string]int{}
	for _, row := range h.out.rows(t) {
		name, ok := strings.CutPrefix(row["kind"].(string), "pinwheel/webhook/")
		require.True(t, ok)
		count[name]++
		require.Equal(t, []any{"verified", account.ID, session.EndUserID, session.LinkTokenID, "ledger"},
			[]any{row["trust"], row["account_id"], row["end_user_id"], row["link_token_id"], row["handler"]}, name)
	}
	require.Equal(t, map[string]int{
		"account.added": 1, "identity.added": 1, "income.added": 1, "paystubs.added": 4, "paystubs.fully_synced": 1,
		"shifts.added": 3, "employment.added": 1, "direct_deposit_switch.added": 1,
	}, count)
}

// inOrder lets one request through at a time.
type inOrder struct {
	mu   sync.Mutex
	next http.RoundTripper
}

func (i *inOrder) RoundTrip(r *http.Request) (*http.Response, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.next.RoundTrip(r)
}

func TestTheScriptHasTheOrderOfTheRecordedDeliveries(t *testing.T) {
	t.Parallel()
	h := start(t, nil)
	script, err := connected(h.pinwheel, connection{accountID: "a", endUserID: "e", linkTokenID: "l"}, time.Now())
	require.NoError(t, err)
	var got []string
	for _, d := range script {
		got = append(got, d.event)
		env, err := h.pinwheel.Parse(http.Header{}, d.body)
		require.NoError(t, err)
		require.Equal(t, d.event, env.Kind.Name)
	}
	require.Equal(t, []string{
		"account.added", "identity.added", "income.added", "paystubs.added", "shifts.added", "paystubs.added", "paystubs.added",
		"shifts.added", "paystubs.added", "paystubs.fully_synced", "shifts.added", "employment.added",
	}, got)
}

func TestTheSimulatedProviderRefusesWhatItDoesNotKnow(t *testing.T) {
	t.Parallel()
	h := start(t, nil)
	require.Equal(t, http.StatusUnauthorized, h.call(t, "/sim/login", map[string]any{"link_token": "unknown"}, nil))
	require.Equal(t, http.StatusBadRequest, h.call(t, "/sim/login", []int{1}, nil))
	require.Equal(t, http.StatusBadRequest, h.call(t, "/sim/allocate", map[string]any{"link_token": strings.Repeat("x", 5000)}, nil))
}

func TestTheSimulatedProviderSaysWhenItIsBusy(t *testing.T) {
	t.Parallel()
	hooks := byPinwheel()
	var log bytes.Buffer
	p := newProvider(hooks, config{}, slog.New(slog.NewTextHandler(&log, nil))) // nothing runs its scripts
	for range cap(p.scripts) {
		require.True(t, p.schedule(httptest.NewRecorder(), nil, nil))
	}
	w := httptest.NewRecorder()
	require.False(t, p.schedule(w, nil, nil))
	require.Equal(t, http.StatusServiceUnavailable, w.Code)
	w = httptest.NewRecorder()
	require.False(t, p.schedule(w, nil, io.ErrUnexpectedEOF))
	require.Equal(t, http.StatusInternalServerError, w.Code)
	require.Contains(t, log.String(), "nothing to send")
}

func TestFailedDeliveriesAreTriedAgainAsPinwheelWould(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		answers []int
		want    string
	}{
		"5xx is tried again":                 {[]int{503, 500, 200}, ""},
		"4xx is not tried again":             {[]int{401}, "the endpoint answered 401, which is not tried again"},
		"another 2xx is no 200":              {[]int{204}, "the endpoint answered 204, which is not tried again"},
		"after five more times it is enough": {[]int{500, 500, 500, 500, 500, 502}, "the endpoint answered 502"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			answers := c.answers
			var mu sync.Mutex
			hooks := byPinwheel()
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				mu.Lock()
				defer mu.Unlock()
				body, err := io.ReadAll(r.Body)
				if err == nil {
					_, err = hooks.Verify(r.Header, body, time.Now())
				}
				if err != nil || len(answers) == 0 {
					t.Errorf("a wrong or needless delivery: %v", err)
					return
				}
				w.WriteHeader(answers[0])
				answers = answers[1:]
			}))
			t.Cleanup(server.Close)
			p := newProvider(hooks, config{url: server.URL}, slog.New(slog.DiscardHandler))
			p.client = server.Client()
			p.retry = func() backoff.BackOff { return backoff.WithMaxRetries(&backoff.ZeroBackOff{}, 5) }
			err := p.deliver(context.Background(), delivery{event: "account.added", body: []byte(accountAdded)})
			if c.want == "" {
				require.NoError(t, err)
			} else {
				require.EqualError(t, err, c.want)
			}
			require.Empty(t, answers)
		})
	}
}

func TestAnEndpointThatIsDownIsTriedAgain(t *testing.T) {
	t.Parallel()
	nobody := "http://127.0.0.1:0" // another test could listen on the port of a server that was closed
	p := newProvider(byPinwheel(), config{url: nobody}, slog.New(slog.DiscardHandler))
	tries := 0
	p.retry = func() backoff.BackOff { return &counted{&tries} }
	require.EqualError(t, p.deliver(context.Background(), delivery{}), "the endpoint did not answer")
	require.Equal(t, 3, tries)
}

// counted stops after three tries.
type counted struct{ tries *int }

func (c *counted) NextBackOff() (wait time.Duration) {
	*c.tries++
	if *c.tries == 3 {
		return backoff.Stop
	}
	return 0
}

func (*counted) Reset() {}

func TestPinwheelsScheduleEndsWithinItsTime(t *testing.T) {
	t.Parallel()
	policy := asPinwheel()
	var total time.Duration
	for range 5 {
		wait := policy.NextBackOff()
		require.Positive(t, wait)
		total += wait
	}
	require.Equal(t, backoff.Stop, policy.NextBackOff())
	require.Less(t, total.Minutes(), 15.0)
}

func TestTheSwitchTellsTheWholeAllocation(t *testing.T) {
	t.Parallel()
	script, err := switched(byPinwheel(), connection{accountID: "a"}, pinwheel.SwitchPartial,
		pinwheel.Allocation{Type: pinwheel.AllocationAmount, Value: "120.50"}, time.Now())
	require.NoError(t, err)
	require.Contains(t, string(script[0].body), `"value": 120.50`)
}
