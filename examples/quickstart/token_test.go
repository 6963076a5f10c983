package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events/pinwheel"
	"github.com/linkhook/linkhook/linkbridge/linkbridgetest"
)

// sandbox answers as Pinwheel's sandbox was recorded to, with that status.
func sandbox(t *testing.T, status int, body string) (url string, asked func() (header http.Header, request string)) {
	t.Helper()
	var last atomic.Pointer[struct {
		header http.Header
		body   string
	}]
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		last.Store(&struct {
			header http.Header
			body   string
		}{r.Header.Clone(), r.Method + " " + r.URL.Path + " " + string(b)})
		w.Header().Set("X-Pinwheel-Request-Id", "req-1")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}))
	t.Cleanup(server.Close)
	return server.URL + "/v1", func() (http.Header, string) { return last.Load().header, last.Load().body }
}

const recordedToken = `{"data": {"mode": "sandbox", "id": "a63c75ef-3e91-4fff-8147-78cf7efeddd2", "token": "link-token", ` +
	`"smart_branch_url": null, "expires": "2025-06-24T23:04:28.391042+00:00"}}`

func TestLiveTokensComeFromPinwheel(t *testing.T) {
	t.Parallel()
	url, asked := sandbox(t, http.StatusOK, recordedToken)
	h := start(t, func(cfg *config) { cfg.live = url })
	var session linkSession
	require.Equal(t, http.StatusOK, h.call(t, "/api/link-session", nil, &session))
	require.Equal(t, "link-token", session.LinkToken)
	require.Equal(t, "a63c75ef-3e91-4fff-8147-78cf7efeddd2", session.LinkTokenID)
	header, request := asked()
	require.Equal(t, pinwheelSecret, header.Get("X-Api-Secret"))
	require.Equal(t, pinwheel.Version, header.Get("Pinwheel-Version"))
	require.Equal(t, `POST /v1/link_tokens {"org_name":"linkhook quickstart","end_user_id":"`+session.EndUserID+
		`","solution":"Verify","features":["employment","income","identity","paystubs","shifts"]}`, request)

	// The ticket is bound to the real token: what the real modal says is of its session.
	browser := linkbridgetest.DialURL(t, h.url+"/hooks/link", session.Ticket, nil)
	browser.WaitAck(browser.Track("pinwheel", "open", map[string]any{}))
	require.Equal(t, session.LinkTokenID, h.out.rows(t)[0]["link_token_id"])
}

func TestLivePageLoadsTheRealScriptAndNothingSimulated(t *testing.T) {
	t.Parallel()
	url, _ := sandbox(t, http.StatusOK, recordedToken)
	h := start(t, func(cfg *config) { cfg.live = url })
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, h.url+"/", nil)
	require.NoError(t, err)
	res := answer(t, req)
	html, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	require.Contains(t, string(html), `<script src="https://cdn.getpinwheel.com/pinwheel-v3.0.js" defer></script>`)
	require.NotContains(t, string(html), "simulated")
	require.NotContains(t, string(html), "simlink")
	policy := res.Header.Get("Content-Security-Policy")
	require.Contains(t, policy, "script-src 'self' https://cdn.getpinwheel.com;")
	require.Contains(t, policy, "frame-src https://cdn.getpinwheel.com;")
	require.NotContains(t, policy, "trusted-types")
	require.NotEqual(t, http.StatusOK, h.call(t, "/sim/login", map[string]any{}, nil))
}

func TestARefusedLiveTokenIsABadGatewayWithoutTheSecret(t *testing.T) {
	t.Parallel()
	url, _ := sandbox(t, http.StatusUnauthorized, `{"error":{"type":"UNAUTHORIZED_REQUEST","code":"UNAUTHORIZED","message":"no","status_code":401}}`)
	h := start(t, func(cfg *config) { cfg.live = url })
	require.Equal(t, http.StatusBadGateway, h.call(t, "/api/link-session", nil, nil))
	t.Cleanup(func() { require.NotContains(t, h.log.String(), pinwheelSecret) })
}

func TestLiveNeedsASecretAndAsksTheSandbox(t *testing.T) {
	t.Parallel()
	none := func(string) string { return "" }
	_, err := configure([]string{"-live"}, none, io.Discard)
	require.ErrorContains(t, err, "PINWHEEL_API_SECRET")
	cfg, err := configure([]string{"-live"}, func(string) string { return "s" }, io.Discard)
	require.NoError(t, err)
	require.Equal(t, "https://sandbox.getpinwheel.com/v1", cfg.live)
	cfg, err = configure(nil, func(string) string { return "s" }, io.Discard)
	require.NoError(t, err)
	require.Empty(t, cfg.live, "a secret alone changes nothing")
}
