package linkbridge_test

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/js"
	"github.com/linkhook/linkhook/linkbridge"
)

func fetch(h http.Handler, target string, header ...string) *http.Response {
	r := httptest.NewRequest(http.MethodGet, target, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

func TestScriptIsServedWithItsHash(t *testing.T) {
	t.Parallel()
	b := start(t, &sink{}, nil)
	resp := fetch(b.Script(), "/hooks/link.js")
	body, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	require.Equal(t, js.Script(), body)
	require.True(t, strings.HasPrefix(resp.Header.Get("Content-Type"), "text/javascript"))
	require.Equal(t, "nosniff", resp.Header.Get("X-Content-Type-Options"))
	require.Equal(t, "no-cache", resp.Header.Get("Cache-Control"))
	tag := resp.Header.Get("ETag")
	require.Len(t, tag, 18)

	again := fetch(b.Script(), "/hooks/link.js", "If-None-Match", `"other", W/`+tag)
	require.Equal(t, http.StatusNotModified, again.StatusCode)

	zipped := fetch(b.Script(), "/hooks/link.js", "Accept-Encoding", "br, gzip;q=0.5")
	require.Equal(t, "gzip", zipped.Header.Get("Content-Encoding"))
	require.NotEqual(t, tag, zipped.Header.Get("ETag"), "two forms, two tags")
	zr, err := gzip.NewReader(zipped.Body)
	require.NoError(t, err)
	plain, err := io.ReadAll(zr)
	require.NoError(t, err)
	require.Equal(t, js.Script(), plain)

	refused := fetch(b.Script(), "/hooks/link.js", "Accept-Encoding", "gzip;q=0")
	require.Empty(t, refused.Header.Get("Content-Encoding"))
}

func TestScriptTagPinsTheScript(t *testing.T) {
	t.Parallel()
	b := start(t, &sink{}, &linkbridge.Options{ScriptURL: `/a"b/link.js`})
	tag := string(b.ScriptTag(`n"1`))
	require.Contains(t, tag, ` integrity="`+js.Integrity+`"`)
	require.Contains(t, tag, ` crossorigin="anonymous"`)
	require.Contains(t, tag, ` nonce="n&#34;1"`)
	require.Contains(t, tag, `src="/a&#34;b/link.js?v=`)
	require.NotContains(t, string(b.ScriptTag("")), "nonce")

	_, rest, _ := strings.Cut(tag, "?v=")
	hash, _, _ := strings.Cut(rest, `"`)
	resp := fetch(b.Script(), "/hooks/link.js?v="+hash)
	require.Equal(t, "public, max-age=31536000, immutable", resp.Header.Get("Cache-Control"))
	stale := fetch(b.Script(), "/hooks/link.js?v=0000")
	require.Equal(t, "no-cache", stale.Header.Get("Cache-Control"))
}

func TestScriptTakesGetAndHeadOnly(t *testing.T) {
	t.Parallel()
	b := start(t, &sink{}, nil)
	for method, want := range map[string]int{http.MethodHead: http.StatusOK, http.MethodPost: http.StatusMethodNotAllowed} {
		w := httptest.NewRecorder()
		b.Script().ServeHTTP(w, httptest.NewRequest(method, "/hooks/link.js", nil))
		require.Equal(t, want, w.Code)
		if method == http.MethodHead {
			require.Empty(t, w.Body.Bytes())
		}
	}
}
