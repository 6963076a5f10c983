package router_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/argyle"
	"github.com/linkhook/linkhook/events/pinwheel"
	"github.com/linkhook/linkhook/router"
)

// TestF26AnArrayOfEventsAndAPingAreRefusedAsUnreadable: neither provider sends batches or handshakes, and what looks like one
// is not taken for an event, though it is signed.
func TestF26AnArrayOfEventsAndAPingAreRefusedAsUnreadable(t *testing.T) {
	t.Parallel()
	for _, p := range []interface {
		router.Provider
		Sign(header http.Header, body []byte)
	}{pinwheel.NewWebhooks(events.Keys("secret"), nil), argyle.NewWebhooks(events.Keys("secret"), nil)} {
		for _, body := range []string{`[{"event":"a"},{"event":"b"}]`, `{"type":"ping"}`, `{"challenge":"abc"}`} {
			pub := &publisher{}
			r := httptest.NewRequest(http.MethodPost, "/hooks/"+p.Name(), strings.NewReader(body))
			r.Header.Set("Content-Type", "application/json")
			p.Sign(r.Header, []byte(body))
			requireRefused(t, serve(router.New(pub, p, quiet()), r), pub, http.StatusBadRequest)
		}
	}
}

// TestEveryPitfallHasATest holds testdata/pitfalls.tsv: each line of the list names tests that are there.
func TestEveryPitfallHasATest(t *testing.T) {
	t.Parallel()
	table, err := os.ReadFile("testdata/pitfalls.tsv")
	require.NoError(t, err)
	corpus := source(t, "testdata/hostile", "*.json")
	lines := map[string]bool{}
	for line := range strings.Lines(string(table)) {
		fields := strings.Split(strings.TrimSpace(line), "\t")
		if strings.HasPrefix(line, "#") {
			continue
		}
		require.GreaterOrEqual(t, len(fields), 3, line)
		require.False(t, lines[fields[0]], "%s stands twice", fields[0])
		lines[fields[0]] = true
		for _, where := range fields[2:] {
			if where == "hostile" {
				require.Contains(t, corpus, `"pitfall": "`+fields[0]+`"`, line)
				continue
			}
			dir, test, ok := strings.Cut(where, ":")
			require.True(t, ok, line)
			require.Contains(t, source(t, filepath.Join("..", dir), "*_test.go"), "func "+test+"(t *testing.T)", line)
		}
	}
	require.Len(t, lines, 16+26, "the checklist's 16 lines that apply here and all of F")
}

// source returns the files of a folder in one text.
func source(t *testing.T, dir, pattern string) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, pattern))
	require.NoError(t, err)
	var b strings.Builder
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		b.Write(text)
	}
	return b.String()
}
