package linkbridge_test

import (
	"crypto/tls"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/linkbridge"
)

// handshake asks for an upgrade, without a connection that could be taken over: 403 says that the origin was refused.
func handshake(b http.Handler, host string, secure bool, origins ...string) int {
	r := httptest.NewRequest(http.MethodGet, "http://"+host+"/hooks/link", nil)
	if secure {
		r.TLS = &tls.ConnectionState{}
	}
	r.Header.Set("Connection", "Upgrade")
	r.Header.Set("Upgrade", "websocket")
	r.Header.Set("Sec-WebSocket-Version", "13")
	r.Header.Set("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")
	r.Header["Origin"] = origins
	w := httptest.NewRecorder()
	b.ServeHTTP(w, r)
	return w.Code
}

func TestOriginIsCheckedBeforeTheUpgrade(t *testing.T) {
	t.Parallel()
	listed := start(t, &sink{}, &linkbridge.Options{Origins: []string{"https://app.example.com", "https://*.wild.example", "http://localhost:3000"}})
	same := start(t, &sink{}, nil)
	loose := start(t, &sink{}, &linkbridge.Options{AllowNoOrigin: true})
	for _, tc := range []struct {
		name    string
		b       http.Handler
		secure  bool
		origins []string
		allowed bool
	}{
		{"listed", listed, false, []string{"https://app.example.com"}, true},
		{"listed with default port", listed, false, []string{"https://app.example.com:443"}, true},
		{"listed in another case", listed, false, []string{"https://APP.example.com"}, true},
		{"listed with port", listed, false, []string{"http://localhost:3000"}, true},
		{"other scheme", listed, false, []string{"http://app.example.com"}, false},
		{"other port", listed, false, []string{"https://app.example.com:8443"}, false},
		{"other host", listed, false, []string{"https://example.com"}, false},
		{"prefix trick", listed, false, []string{"https://app.example.com.evil.test"}, false},
		{"suffix trick", listed, false, []string{"https://evilapp.example.com"}, false},
		{"user trick", listed, false, []string{"https://app.example.com@evil.test"}, false},
		{"path trick", listed, false, []string{"https://evil.test/https://app.example.com"}, false},
		{"trailing dot", listed, false, []string{"https://app.example.com."}, false},
		{"with path", listed, false, []string{"https://app.example.com/"}, false},
		{"null", listed, false, []string{"null"}, false},
		{"empty", listed, false, []string{""}, false},
		{"missing", listed, false, nil, false},
		{"two", listed, false, []string{"https://app.example.com", "https://app.example.com"}, false},
		{"extension", listed, false, []string{"chrome-extension://abcdef"}, false},
		{"file", listed, false, []string{"file://"}, false},
		{"sub-domain", listed, false, []string{"https://a.wild.example"}, true},
		{"deep sub-domain", listed, false, []string{"https://a.b.wild.example"}, true},
		{"wildcard's own domain", listed, false, []string{"https://wild.example"}, false},
		{"wildcard without dot", listed, false, []string{"https://evilwild.example"}, false},
		{"wildcard other scheme", listed, false, []string{"http://a.wild.example"}, false},
		{"wildcard other port", listed, false, []string{"https://a.wild.example:444"}, false},
		{"wildcard itself", listed, false, []string{"https://*.wild.example"}, false},
		{"empty label", listed, false, []string{"https://.wild.example"}, false},
		{"same host", same, false, []string{"http://host.test"}, true},
		{"same host behind a TLS proxy", same, false, []string{"https://host.test"}, true},
		{"same host, plain page to secure server", same, true, []string{"http://host.test"}, false},
		{"same host, secure", same, true, []string{"https://host.test"}, true},
		{"same host, other port", same, false, []string{"http://host.test:81"}, false},
		{"not same host", same, false, []string{"http://app.example.com"}, false},
		{"missing, same-origin only", same, false, nil, false},
		{"missing, allowed", loose, false, nil, true},
		{"missing allowed, wrong still refused", loose, false, []string{"http://app.example.com"}, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			code := handshake(tc.b, "host.test", tc.secure, tc.origins...)
			if tc.allowed {
				require.NotEqual(t, http.StatusForbidden, code)
			} else {
				require.Equal(t, http.StatusForbidden, code)
			}
		})
	}
}

func TestWrongOriginListsPanicAtStartUp(t *testing.T) {
	t.Parallel()
	for _, entry := range []string{"*", "https://*", "https://*.com", "app.example.com", "https://app.example.com/x", "https://", "ftp://a.test",
		"https://a.*.test", "https://*a.test", "null", "", "https://*.*.test", "https://a.test?x"} {
		require.Panics(t, func() {
			linkbridge.New(&sink{}, linkbridge.Keys(secret), &linkbridge.Options{Origins: []string{entry}})
		}, entry)
	}
}

func TestWhatIsNoHandshake(t *testing.T) {
	t.Parallel()
	b := start(t, &sink{}, nil)
	srv := serve(t, b)
	for method, want := range map[string]int{http.MethodGet: http.StatusUpgradeRequired, http.MethodPut: http.StatusMethodNotAllowed,
		http.MethodHead: http.StatusMethodNotAllowed, http.MethodDelete: http.StatusMethodNotAllowed} {
		req, err := http.NewRequestWithContext(t.Context(), method, srv.URL, nil)
		require.NoError(t, err)
		req.Header.Set("Origin", srv.URL)
		resp, err := srv.Client().Do(req)
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
		require.Equal(t, want, resp.StatusCode, method)
	}
}
