package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/pinwheel"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	pinwheelSecret = "pinwheel-secret-of-the-test"
	argyleSecret   = "argyle-secret-of-the-test"
)

// output keeps each write apart, to show that a line is one of them.
type output struct {
	mu     sync.Mutex
	writes []string
	more   chan struct{}
	broken error // what the next writes return
}

func newOutput() *output { return &output{more: make(chan struct{}, 1000)} }

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.broken != nil {
		return 0, o.broken
	}
	o.writes = append(o.writes, string(p))
	o.more <- struct{}{}
	return len(p), nil
}

// lines returns what was written, and fails when a write was not one whole line.
func (o *output) lines(t *testing.T) []string {
	t.Helper()
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, w := range o.writes {
		require.Equal(t, len(w)-1, strings.IndexByte(w, '\n'), "a write is one line: %q", w)
	}
	return append([]string(nil), o.writes...)
}

// rows returns the lines of -events jsonl.
func (o *output) rows(t *testing.T) []map[string]any {
	t.Helper()
	var rows []map[string]any
	for _, line := range o.lines(t) {
		row := map[string]any{}
		require.NoError(t, json.Unmarshal([]byte(line), &row))
		rows = append(rows, row)
	}
	return rows
}

// await waits for n writes.
func (o *output) await(t *testing.T, n int) {
	t.Helper()
	for range n {
		select {
		case <-o.more:
		case <-t.Context().Done():
			t.Fatal("the test ended before the line was written")
		}
	}
}

// host is a program under test, without its simulated waits.
type host struct {
	*app
	url string
	out *output
	log *bytes.Buffer // to be read once the server is closed
}

func start(t *testing.T, change func(*config)) *host {
	t.Helper()
	server := httptest.NewUnstartedServer(nil)
	cfg := config{
		url: "http://" + server.Listener.Addr().String(), format: formatJSONL, demo: true,
		pinwheelSecret: pinwheelSecret, argyleSecret: argyleSecret,
	}
	if change != nil {
		change(&cfg)
	}
	h := &host{url: cfg.url, out: newOutput(), log: &bytes.Buffer{}}
	var err error
	h.app, err = newApp(cfg, h.out, slog.New(slog.NewTextHandler(&safe{w: h.log}, nil)))
	require.NoError(t, err)
	server.Config.Handler = h.handler()
	server.Start()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error)
	go func() { done <- h.provider.run(ctx) }()
	t.Cleanup(func() {
		cancel()
		require.NoError(t, <-done)
		h.feed.close()
		server.Close()
		require.NoError(t, h.bridge.Shutdown(context.Background()))
		h.provider.client.CloseIdleConnections()
		http.DefaultClient.CloseIdleConnections()
	})
	return h
}

// safe makes a buffer fit for a logger of many goroutines.
type safe struct {
	mu sync.Mutex
	w  io.Writer
}

func (s *safe) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.w.Write(p)
}

// signer is the half of a provider that signs.
type signer interface {
	Sign(header http.Header, body []byte)
}

// post sends body as that provider would and returns the status.
func (h *host) post(t *testing.T, path string, by signer, body string) int {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, h.url+path, strings.NewReader(body))
	require.NoError(t, err)
	by.Sign(req.Header, []byte(body))
	return answer(t, req).StatusCode
}

// call posts JSON to the page's API and decodes the answer.
func (h *host) call(t *testing.T, path string, in, out any) int {
	t.Helper()
	body, err := json.Marshal(in)
	require.NoError(t, err)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, h.url+path, bytes.NewReader(body))
	require.NoError(t, err)
	resp := answer(t, req)
	if resp.StatusCode == http.StatusOK {
		require.NoError(t, json.NewDecoder(resp.Body).Decode(out))
	}
	return resp.StatusCode
}

// answer does the request and returns the answer with its body read.
func answer(t *testing.T, req *http.Request) *http.Response {
	t.Helper()
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	body, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	resp.Body = io.NopCloser(bytes.NewReader(body))
	return resp
}

func byPinwheel() *pinwheel.Webhooks {
	return pinwheel.NewWebhooks(events.Keys(pinwheelSecret), nil)
}

func TestRunServesUntilItIsToldToStop(t *testing.T) {
	t.Parallel()
	for _, format := range []string{formatText, formatJSONL} {
		for demo, what := range map[string]string{"true": "open", "false": "endpoints at"} {
			ctx, cancel := context.WithCancel(t.Context())
			read, write := io.Pipe()
			var stdout, stderr io.Writer = write, io.Discard
			if format == formatJSONL {
				stdout, stderr = newOutput(), write
			}
			done := make(chan error, 1)
			args := []string{
				"-addr", "127.0.0.1:0", "-events", format, "-demo=" + demo,
				"-store", filepath.Join(t.TempDir(), "events.db"),
			}
			go func() { done <- run(ctx, args, os.Getenv, stdout, stderr) }()
			line, err := bufio.NewReader(read).ReadString('\n')
			require.NoError(t, err)
			url, ok := strings.CutPrefix(strings.TrimSpace(line), "linkhook quickstart: "+what+" ")
			require.True(t, ok, line)
			req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url+"/hooks/link.js", nil)
			require.NoError(t, err)
			require.Equal(t, http.StatusOK, answer(t, req).StatusCode)
			cancel()
			require.NoError(t, <-done)
			if out, ok := stdout.(*output); ok {
				require.Empty(t, out.lines(t), "stdout is for events and nothing else")
			}
		}
	}
}

func TestFlagsThatMeanNothingAreRefused(t *testing.T) {
	t.Parallel()
	for want, args := range map[string][]string{
		"-events is text or jsonl":  {"-events", "xml"},
		`"extra" is too much`:       {"extra"},
		"flag provided but not def": {"-nonsense"},
		"listening":                 {"-addr", "127.0.0.1:99999"},
	} {
		err := run(t.Context(), args, func(string) string { return "" }, io.Discard, io.Discard)
		require.ErrorContains(t, err, want)
	}
}

func TestUnusableSecretIsRefused(t *testing.T) {
	t.Parallel()
	require.PanicsWithValue(t, `events: the secret of key "1" has white space around it: copy it again without the line end`, func() {
		_ = run(t.Context(), []string{"-addr", "127.0.0.1:0", "-store", "none"}, func(string) string { return "secret\n" }, io.Discard, io.Discard)
	})
}
