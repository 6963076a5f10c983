package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/pinwheel"
	"github.com/linkhook/linkhook/router/routertest"
)

func TestTheExampleTakesASignedWebhook(t *testing.T) {
	t.Parallel()
	h := routes("the secret", make([]byte, 32))
	to := routertest.Delivery{Path: "/hooks/pinwheel"}
	genuine := pinwheel.NewWebhooks(events.Keys("the secret"), nil)
	paystubs := routertest.Sample(t, pinwheel.PaystubsAdded)
	require.Equal(t, http.StatusOK, routertest.SendWith(t, h, genuine, pinwheel.PaystubsAdded, paystubs, to).Code)
	forged := pinwheel.NewWebhooks(events.Keys("another"), nil)
	require.Equal(t, http.StatusUnauthorized, routertest.SendWith(t, h, forged, pinwheel.PaystubsAdded, paystubs, to).Code)
}

func TestTheExampleServesTheScript(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(routes("the secret", make([]byte, 32)))
	t.Cleanup(server.Close)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+"/hooks/link.js", nil)
	require.NoError(t, err)
	resp, err := server.Client().Do(req)
	require.NoError(t, err)
	script, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	require.Contains(t, string(script), "LinkBridge")
}

// TestTheReadmeShowsCompiledCode finds every Go block of the README, as it stands there, in a file that is compiled and tested.
func TestTheReadmeShowsCompiledCode(t *testing.T) {
	t.Parallel()
	read := func(path string) string {
		b, err := os.ReadFile("../../" + path)
		require.NoError(t, err)
		return string(b)
	}
	readme := read("README.md")
	require.LessOrEqual(t, strings.Count(readme, "\n"), 250)
	blocks := regexp.MustCompile("(?s)```go\n(.*?)```").FindAllStringSubmatch(readme, -1)
	files := []string{
		"examples/minimal/main.go", "events/inbox/boltinbox/example_test.go", "examples/hosttest/bus_test.go",
		"examples/hosttest/http_test.go",
	}
	require.Len(t, blocks, len(files))
	for i, file := range files {
		require.Contains(t, read(file), blocks[i][1], file)
	}
	require.LessOrEqual(t, strings.Count(blocks[0][1], "\n"), 25, "a reader takes it in at once")
	links := regexp.MustCompile(`\]\(([^:)]+)\)`).FindAllStringSubmatch(readme, -1)
	require.NotEmpty(t, links)
	for _, link := range links {
		_, err := os.Stat("../../" + link[1])
		require.NoError(t, err, "a link of the README leads nowhere")
	}
}
