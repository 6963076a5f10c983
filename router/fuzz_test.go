package router_test

import (
	"bytes"
	"crypto/hmac"
	"encoding/hex"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/router"
	"github.com/linkhook/linkhook/router/routertest"
)

// FuzzHandler sends whole requests to every provider. It shows that nothing panics (the handler would answer that with 500),
// and that nothing is taken in but what an independent check finds signed: whatever the mutations make of a real delivery.
func FuzzHandler(f *testing.F) {
	const secret = "test_secret_first"
	clock := func() time.Time { return hostileClock }
	for i, p := range hostileProviders {
		body := routertest.Fixture(f, p.genuine)
		header := http.Header{}
		p.make(events.Keys(secret), clock).Sign(header, body)
		f.Add(byte(i), "POST", "application/json", "", header.Get(p.signature), header.Get("X-Timestamp"), "", body)
		f.Add(byte(i), "POST", "application/vnd.x+json; a=b", "identity", header.Get(p.signature)+",", header.Get("X-Timestamp"), "x", body[1:])
	}
	f.Add(byte(0), "GET", "", "gzip", "v2=", "-1", "v1=", []byte("[[[["))
	f.Add(byte(1), "", "/", "br", strings.Repeat("0", 128), "1e9", "", []byte(`{"event":"a","EVENT":"b"}`))
	pub := &publisher{}
	handlers := make([]http.Handler, len(hostileProviders))
	for i, p := range hostileProviders {
		handlers[i] = router.New(pub, p.make(events.Keys(secret), clock), quiet())
	}
	f.Fuzz(func(t *testing.T, provider byte, method, contentType, encoding, signature, timestamp, second string, body []byte) {
		i := int(provider) % len(hostileProviders)
		p := hostileProviders[i]
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", bytes.NewReader(body))
		r.Method = method
		r.Header = http.Header{"Content-Type": {contentType}, "Content-Encoding": {encoding}, p.signature: {signature}, "X-Timestamp": {timestamp}}
		if second != "" {
			r.Header[p.signature] = append(r.Header[p.signature], second)
		}
		w := httptest.NewRecorder()
		handlers[i].ServeHTTP(w, r)
		require.NotEqual(t, http.StatusInternalServerError, w.Code)
		if w.Code != http.StatusOK && w.Code != http.StatusBadRequest {
			require.Equal(t, http.StatusText(w.Code)+"\n", w.Body.String())
			return
		}
		require.Equal(t, http.MethodPost, method)
		m, head, prefix := events.HMACSHA512, "", ""
		if p.name == "pinwheel" {
			m, head, prefix = events.HMACSHA256, "v2:"+timestamp+":", "v2="
			at, err := strconv.ParseInt(timestamp, 10, 64)
			require.NoError(t, err)
			require.LessOrEqual(t, hostileClock.Sub(time.Unix(at, 0)).Abs(), 20*time.Minute)
		}
		want := prefix + hex.EncodeToString(hmacOf(m, secret, head+string(body)))
		require.True(t, hmac.Equal([]byte(want), []byte(signature)), "answered %d without a signature", w.Code)
		require.Empty(t, second)
	})
}
