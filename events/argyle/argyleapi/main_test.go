package argyleapi_test

import (
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/linkhook/linkhook/events/argyle/argyleapi"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	keyID     = "key-id"
	keySecret = "canary-key-secret"
	hookURL   = "https://host.example/hooks/argyle"
)

// asked is one request that a server got.
type asked struct{ line, body string }

// server answers with the routes' bodies and records what it was asked.
type server struct {
	*httptest.Server
	mu    sync.Mutex
	asked []asked
}

// serve starts a server for routes: "METHOD /path?query" or "METHOD /path" for any query. $HOST in an answer is its own URL.
func serve(t *testing.T, routes map[string]string) (*server, *argyleapi.Client) {
	t.Helper()
	s := &server{}
	routes = maps.Clone(routes)
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		line := r.Method + " " + r.URL.RequestURI()
		s.mu.Lock()
		s.asked = append(s.asked, asked{line, string(body)})
		s.mu.Unlock()
		w.Header().Set("X-Trace-Id", "trace-1")
		w.Header().Set("Content-Type", "application/json")
		if id, secret, ok := r.BasicAuth(); !ok || id != keyID || secret != keySecret {
			w.WriteHeader(http.StatusUnauthorized)
			_, _ = io.WriteString(w, `{"detail": "Invalid username/password."}`)
			return
		}
		answer, ok := routes[line]
		if !ok {
			answer, ok = routes[r.Method+" "+r.URL.EscapedPath()]
		}
		if !ok {
			w.WriteHeader(http.StatusNotFound)
			_, _ = io.WriteString(w, `{"detail": "Not found."}`)
			return
		}
		if r.Method == http.MethodPost {
			w.WriteHeader(http.StatusCreated)
		}
		_, _ = io.WriteString(w, strings.ReplaceAll(answer, "$HOST", s.URL))
	}))
	t.Cleanup(s.Close)
	return s, client(s.URL)
}

func client(base string) *argyleapi.Client {
	return argyleapi.New(keyID, keySecret, &argyleapi.Options{
		BaseURL: base, Patience: time.Second,
		HTTP: &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: 10 * time.Second},
	})
}

func recorded(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name+".json"))
	require.NoError(t, err)
	return string(b)
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
