package pinwheelapi_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/pinwheel"
	"github.com/linkhook/linkhook/events/pinwheel/pinwheelapi"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const secret = "canary-api-secret"

// server answers with the routes' bodies and records what it was asked.
type server struct {
	*httptest.Server
	mu     sync.Mutex
	asked  []string // "METHOD path?query"
	bodies []string
}

func serve(t *testing.T, routes map[string]string) (*server, *pinwheelapi.Client) {
	t.Helper()
	s := &server{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		line := r.Method + " " + r.URL.RequestURI()
		s.mu.Lock()
		s.asked, s.bodies = append(s.asked, line), append(s.bodies, string(body))
		s.mu.Unlock()
		w.Header().Set("X-Pinwheel-Request-Id", "req-1")
		if r.Header.Get("X-Api-Secret") != secret || r.Header.Get("Pinwheel-Version") != pinwheel.Version {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		for route, answer := range routes {
			if line == route || !hasExact(routes, line) && strings.HasPrefix(line, route+"?") && !strings.Contains(route, "?") {
				_, _ = io.WriteString(w, answer)
				return
			}
		}
		w.WriteHeader(http.StatusNotFound)
		_, _ = io.WriteString(w, `{"error":{"type":"RECORD_NOT_FOUND","code":"RECORD_NOT_FOUND","message":"none such","status_code":404}}`)
	}))
	t.Cleanup(s.Close)
	http := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	return s, pinwheelapi.New(secret, &pinwheelapi.Options{BaseURL: s.URL + "/v1", HTTP: http, Patience: 3 * time.Second})
}

func hasExact(routes map[string]string, line string) bool {
	_, ok := routes[line]
	return ok
}

func collect[T any](t *testing.T, seq func(func(T, error) bool)) []T {
	t.Helper()
	var out []T
	for v, err := range seq {
		require.NoError(t, err)
		out = append(out, v)
	}
	return out
}

func TestLinkTokenInBothForms(t *testing.T) {
	t.Parallel()
	s, c := serve(t, map[string]string{"POST /v1/link_tokens": `{"data":{"id":"lt-1","token":"tok","expires":"2030-01-09T02:52:26+00:00","mode":"sandbox"}}`})
	token, err := c.CreateLinkToken(t.Context(), pinwheelapi.LinkTokenRequest{
		OrgName: "Acme", EndUserID: "u1", Solution: pinwheelapi.SolutionVerify,
		Features:   []pinwheel.JobName{pinwheel.JobPaystubs},
		Allocation: &pinwheelapi.AllocationRequest{Type: pinwheel.AllocationAmount, Value: "123.45"},
	})
	require.NoError(t, err)
	require.Equal(t, "lt-1", token.ID)
	require.Equal(t, time.Date(2030, 1, 9, 2, 52, 26, 0, time.UTC), token.Expires.Time())
	_, err = c.CreateLinkToken(t.Context(), pinwheelapi.LinkTokenRequest{
		OrgName: "Acme", EndUserID: "u1", RequiredJobs: []pinwheel.JobName{pinwheel.JobIncome},
	})
	require.NoError(t, err)
	_, err = c.Reauthenticate(t.Context(), "Acme", "acc", pinwheelapi.SolutionVerify)
	require.NoError(t, err)
	require.JSONEq(t, `{"org_name":"Acme","end_user_id":"u1","solution":"Verify","features":["paystubs"],"allocation":{"type":"amount","value":123.45}}`, s.bodies[0])
	require.JSONEq(t, `{"org_name":"Acme","end_user_id":"u1","required_jobs":["income"]}`, s.bodies[1])
	require.JSONEq(t, `{"org_name":"Acme","account_id":"acc","solution":"Verify","skip_intro_screen":true}`, s.bodies[2])
}

func TestThinEventToDataIsOneCall(t *testing.T) {
	t.Parallel()
	s, c := serve(t, map[string]string{
		"GET /v1/accounts/acc/paystubs?limit=100":                 `{"data":[{"id":"p1","account_id":"acc","pay_date":"2024-12-31","gross_pay_amount":9007199254740993,"net_pay_amount":null,"currency":"usd","earnings":[{"name":"Regular","category":"salary","amount":1200,"rate":null,"hours":7.25}],"deductions":null}],"meta":{"count":2,"next_cursor":"c2","refreshed_at":"2025-01-02T03:04:05.000006+00:00"}}`,
		"GET /v1/accounts/acc/paystubs?cursor=c2&limit=100":       `{"data":[{"id":"p2"}],"meta":{"count":2,"next_cursor":null}}`,
		"GET /v1/accounts/acc/paystubs/p1":                        `{"data":{"id":"p1"},"meta":{}}`,
		"GET /v1/accounts/acc/employment":                         `{"data":{"id":"e","status":null,"employer_name":"Umbrella","updated_at":"2025-01-01T00:00:00+00:00"},"meta":{"refreshed_at":"2025-01-02T00:00:00+00:00"}}`,
		"GET /v1/accounts/acc/income":                             `{"data":{"compensation_amount":400000,"compensation_unit":"monthly","currency":"USD"}}`,
		"GET /v1/accounts/acc/identity":                           `{"data":{"full_name":"A","emails":null,"address":{"line2":null,"city":"X"},"phone_numbers":[{"value":"+1","type":"mobile"}]}}`,
		"GET /v1/accounts/acc/shifts":                             `{"data":[{"id":"s1","created_at":"2021-01-29 22:06:06.920124+00:00","earnings":[{"hours":0.35,"rate":4311,"amount":1509}],"timestamps":[{"from":"2021-01-26T12:00:00+00:00","to":null}]}],"meta":{}}`,
		"GET /v1/accounts/acc/direct_deposit_allocations":         `{"data":[{"type":"percentage","value":12.5,"account_type":"checking"}]}`,
		"GET /v1/accounts/acc/tax_forms":                          `{"data":[{"id":"t1","year":2024,"type":"w2"}],"meta":{}}`,
		"GET /v1/accounts/acc/tax_forms/t1?with_parsed_data=true": `{"data":{"id":"t1","parsed_data":{"box1":1}}}`,
		"GET /v1/accounts/acc/tax_forms/t1":                       `{"data":{"id":"t1"}}`,
	})
	stubs := collect(t, c.Paystubs(t.Context(), "acc"))
	require.Len(t, stubs, 2)
	require.Equal(t, int64(9007199254740993), *stubs[0].GrossPayAmount, "cents are exact")
	require.Nil(t, stubs[0].NetPayAmount)
	require.Equal(t, pinwheel.Decimal("7.25"), stubs[0].Earnings[0].Hours)
	require.Empty(t, stubs[0].Earnings[0].Rate)
	require.Equal(t, time.Date(2025, 1, 2, 3, 4, 5, 6000, time.UTC), stubs[0].RefreshedAt.Time())
	one, err := c.Paystub(t.Context(), "acc", "p1")
	require.NoError(t, err)
	require.Equal(t, "p1", one.Data.ID)
	employment, err := c.Employment(t.Context(), "acc")
	require.NoError(t, err)
	require.Empty(t, employment.Data.Status)
	require.Equal(t, "2025-01-02T00:00:00+00:00", string(employment.RefreshedAt))
	income, err := c.Income(t.Context(), "acc")
	require.NoError(t, err)
	require.Equal(t, int64(400000), *income.Data.CompensationAmount)
	identity, err := c.Identity(t.Context(), "acc")
	require.NoError(t, err)
	require.Nil(t, identity.Data.Emails)
	shifts := collect(t, c.Shifts(t.Context(), "acc"))
	require.Equal(t, pinwheel.Decimal("0.35"), shifts[0].Earnings[0].Hours)
	require.Equal(t, 2021, shifts[0].CreatedAt.Time().Year())
	allocations, err := c.DirectDepositAllocations(t.Context(), "acc")
	require.NoError(t, err)
	require.Equal(t, pinwheel.Decimal("12.5"), allocations.Data[0].Value)
	require.Len(t, collect(t, c.TaxForms(t.Context(), "acc", 2023, 2024)), 1)
	form, err := c.TaxForm(t.Context(), "acc", "t1")
	require.NoError(t, err)
	require.Empty(t, form.Data.ParsedData)
	form, err = c.ParsedTaxForm(t.Context(), "acc", "t1")
	require.NoError(t, err)
	require.JSONEq(t, `{"box1":1}`, string(form.Data.ParsedData))
	require.Contains(t, s.asked, "GET /v1/accounts/acc/tax_forms?from_year=2023&limit=100&to_year=2024")
}

func TestJobsAndAccounts(t *testing.T) {
	t.Parallel()
	s, c := serve(t, map[string]string{
		"GET /v1/jobs":                             `{"data":[{"id":"j1","name":"paystubs","timestamp":"2025-01-12T02:36:01.287148+00:00","outcome":"pending","link_token_id":"lt","account_id":"acc","params":{"count":3}}],"meta":{"count":1}}`,
		"GET /v1/accounts":                         `{"data":[{"id":"acc","connected":true,"monitoring_status":"active","data_updated_at":{"paystubs":"2025-01-12T02:36:01+00:00","shifts":null},"data_refreshed_at":{}}],"meta":{}}`,
		"GET /v1/accounts/acc":                     `{"data":{"id":"acc","end_user_id":"u1","tags":{"a":"b"}}}`,
		"POST /v1/accounts/acc/disable_monitoring": ``,
		"POST /v1/accounts/acc/disconnect":         ``,
		"PATCH /v1/sandbox/accounts/acc":           `{}`,
	})
	jobs := collect(t, c.Jobs(t.Context(), pinwheelapi.JobFilter{
		LinkTokenID: "lt", AccountID: "acc", Names: []pinwheel.JobName{pinwheel.JobPaystubs, pinwheel.JobShifts},
		Outcome: pinwheel.OutcomePending, From: time.Unix(0, 0), To: time.Unix(60, 0),
	}))
	require.Len(t, jobs, 1)
	require.True(t, jobs[0].Outcome.Pending())
	require.Contains(t, s.asked[0], "job_types=paystubs&job_types=shifts", "list parameters repeat the key")
	connected := true
	accounts := collect(t, c.Accounts(t.Context(), pinwheelapi.AccountFilter{Connected: &connected}))
	require.Empty(t, accounts[0].DataUpdatedAt["shifts"])
	require.Contains(t, s.asked[1], "connected=true")
	account, err := c.Account(t.Context(), "acc")
	require.NoError(t, err)
	require.Equal(t, "u1", account.EndUserID)
	require.NoError(t, c.DisableMonitoring(t.Context(), "acc"))
	require.NoError(t, c.Disconnect(t.Context(), "acc"))
	require.NoError(t, c.SetSandboxMonitoring(t.Context(), "acc", pinwheel.MonitoringUserActionRequired))
}

func TestErrorsCarryTypeCodeAndRequestID(t *testing.T) {
	t.Parallel()
	for status, body := range map[int]string{
		400: `{"error":{"type":"INVALID_REQUEST_PARAMETERS","code":"INVALID","message":"bad","status_code":400,"fields":[{"name":"org_name","message":"too long"}]}}`,
		401: `{"error":{"type":"UNAUTHORIZED_REQUEST","code":"UNAUTHORIZED","message":"no","status_code":401}}`,
		404: `{"error":{"type":"RECORD_NOT_FOUND","code":"NOT_FOUND","message":"no","status_code":404}}`,
		409: `{"error":{"type":"CONFLICT","code":"CONFLICT","message":"no","status_code":409}}`,
		429: `slow down`,
		500: `<html>`,
	} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			t.Parallel()
			srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("X-Pinwheel-Request-Id", "req-9")
				w.WriteHeader(status)
				_, _ = io.WriteString(w, body)
			}))
			t.Cleanup(srv.Close)
			c := pinwheelapi.New(secret, &pinwheelapi.Options{
				BaseURL: srv.URL, HTTP: &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}, Patience: 300 * time.Millisecond,
			})
			_, err := c.Account(t.Context(), "acc")
			var e *events.APIError
			require.ErrorAs(t, err, &e)
			require.Equal(t, status, e.Status)
			require.Equal(t, "req-9", e.RequestID)
			require.NotContains(t, fmt.Sprintf("%v %+v", err, err), secret)
			if status == 400 {
				require.Equal(t, "INVALID_REQUEST_PARAMETERS", e.Type)
				require.Equal(t, "too long", e.Fields["org_name"])
			}
		})
	}
}

func TestCutConnectionEndsWithItsContext(t *testing.T) {
	t.Parallel()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err == nil {
			_ = conn.Close()
		}
	}))
	t.Cleanup(srv.Close)
	c := pinwheelapi.New(secret, &pinwheelapi.Options{BaseURL: srv.URL, HTTP: &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}})
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	for _, err := range c.Paystubs(ctx, "acc") {
		require.Error(t, err)
	}
}

func TestSlowServerEndsWithItsContext(t *testing.T) {
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
	c := pinwheelapi.New(secret, &pinwheelapi.Options{BaseURL: srv.URL, HTTP: &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}})
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	_, err := c.Account(ctx, "acc")
	require.ErrorIs(t, err, context.DeadlineExceeded)
}

func handlers() *events.Bus {
	bus := events.New()
	events.On(bus, pinwheel.AccountAdded, func(context.Context, events.Event[pinwheel.Account]) error { return nil })
	events.On(bus, pinwheel.PaystubsFullySynced, func(context.Context, events.Event[pinwheel.PaystubsSync]) error { return nil })
	return bus
}

func TestAuditAndSync(t *testing.T) {
	t.Parallel()
	const url = "https://host.example/hooks/pinwheel"
	sub := func(id, target, status, version string, enabled ...string) string {
		names, _ := json.Marshal(enabled)
		return fmt.Sprintf(`{"id":%q,"url":%q,"status":%q,"version":%q,"enabled_events":%s}`, id, target, status, version, names)
	}
	page := func(subs ...string) string { return `{"data":[` + strings.Join(subs, ",") + `],"meta":{}}` }

	t.Run("nothing there", func(t *testing.T) {
		t.Parallel()
		s, c := serve(t, map[string]string{
			"GET /v1/webhooks":  page(sub("w0", "https://other.example", "active", pinwheel.Version, "account.added")),
			"POST /v1/webhooks": `{"data":{"id":"w1"}}`,
		})
		audit, err := c.Sync(t.Context(), handlers(), url)
		require.NoError(t, err)
		require.Equal(t, []string{"account.added", "paystubs.fully_synced"}, audit.NotSubscribed)
		require.JSONEq(t, `{"url":"`+url+`","status":"active","enabled_events":["account.added","paystubs.fully_synced"],"version":"`+pinwheel.Version+`"}`, s.bodies[1])
	})
	t.Run("paused and incomplete", func(t *testing.T) {
		t.Parallel()
		s, c := serve(t, map[string]string{
			"GET /v1/webhooks":    page(sub("w1", url, "PAUSED", pinwheel.Version, "account.added", "shifts.added")),
			"PUT /v1/webhooks/w1": `{"data":{"id":"w1"}}`,
		})
		audit, err := c.Sync(t.Context(), handlers(), url)
		require.NoError(t, err)
		require.Contains(t, audit.Problems[0], "paused")
		require.JSONEq(t, `{"status":"active","enabled_events":["account.added","paystubs.fully_synced","shifts.added"]}`, s.bodies[1])
	})
	t.Run("old version, unknown and unhandled events", func(t *testing.T) {
		t.Parallel()
		s, c := serve(t, map[string]string{
			"GET /v1/webhooks": page(sub("w1", url, "active", "2022-09-09", "account.added", "paystubs.fully_synced", "shifts.added", "brand.new")),
		})
		audit, err := c.Audit(t.Context(), handlers(), url)
		require.NoError(t, err)
		require.Empty(t, audit.NotSubscribed)
		require.Equal(t, []string{"brand.new", "shifts.added"}, audit.Unhandled)
		require.Equal(t, []string{"brand.new"}, audit.Unknown)
		require.Contains(t, audit.Problems[0], "version 2022-09-09")
		require.Len(t, s.asked, 1, "an audit changes nothing")
		_, err = c.Sync(t.Context(), handlers(), url)
		require.NoError(t, err)
		require.Len(t, s.asked, 2, "nothing is missing, so nothing is changed")
	})
}

func TestSubscriptionCalls(t *testing.T) {
	t.Parallel()
	s, c := serve(t, map[string]string{"GET /v1/webhooks/w1": `{"data":{"id":"w1","status":"active"}}`, "DELETE /v1/webhooks/w1": `{}`})
	sub, err := c.Subscription(t.Context(), "w1")
	require.NoError(t, err)
	require.Equal(t, pinwheelapi.StatusActive, sub.Status)
	require.NoError(t, c.DeleteSubscription(t.Context(), "w1"))
	require.Equal(t, "DELETE /v1/webhooks/w1", s.asked[1])
}

func TestMisuseIsNamedAtStartUp(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{"", " ", "secret\n"} {
		require.Panics(t, func() { pinwheelapi.New(bad, nil) })
	}
}
