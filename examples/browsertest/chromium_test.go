package browsertest_test

import (
	"context"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// need returns the path of the first of names that is installed. Without any of them the test is skipped, or fails where
// LINKHOOK_CI=1.
func need(tb testing.TB, env string, names ...string) string {
	tb.Helper()
	for _, name := range append([]string{os.Getenv(env)}, names...) {
		if name == "" {
			continue
		}
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	msg := "none of " + strings.Join(names, ", ") + " is installed (or set " + env + ")"
	if os.Getenv("LINKHOOK_CI") == "1" {
		tb.Fatal(msg)
	}
	tb.Skip(msg)
	return ""
}

// patience bounds a browser's test; it only passes in one that fails.
const patience = 2 * time.Minute

// page is a tab of a browser of its own.
type page struct {
	ctx context.Context

	mu       sync.Mutex
	problems []string // what the browser complained of: exceptions, refused loads, violated policies
}

// open starts Chromium and returns its first tab.
func open(t *testing.T) *page {
	t.Helper()
	path := need(t, "LINKHOOK_CHROMIUM", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
	// t.TempDir would fail the test when a helper of the browser that is killed leaves a file behind.
	dir, err := os.MkdirTemp("", "chromium") //nolint:usetesting // see above
	require.NoError(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	var browser *exec.Cmd
	options := append([]chromedp.ExecAllocatorOption{
		chromedp.ExecPath(path), chromedp.UserDataDir(dir), chromedp.Headless, chromedp.NoSandbox, chromedp.NoFirstRun,
		chromedp.DisableGPU, chromedp.WSURLReadTimeout(patience), chromedp.ModifyCmdFunc(func(cmd *exec.Cmd) {
			cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
			browser = cmd
		}),
	}, flags("disable-quic", "disable-background-networking", "disable-component-update", "disable-sync", "disable-dev-shm-usage")...)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	ctx, endAllocator := chromedp.NewExecAllocator(ctx, options...)
	ctx, endTab := chromedp.NewContext(ctx, chromedp.WithErrorf(t.Logf)) // the driver is older than the browser's newest events
	p := &page{ctx: ctx}
	t.Cleanup(func() {
		endTab()
		if browser != nil && browser.Process != nil {
			_ = syscall.Kill(-browser.Process.Pid, syscall.SIGKILL) // its helpers, too
		}
		endAllocator()
		cancel()
	})
	chromedp.ListenTarget(ctx, p.listen)
	require.NoError(t, chromedp.Run(ctx, log.Enable(), runtime.Enable()))
	return p
}

func flags(names ...string) []chromedp.ExecAllocatorOption {
	options := make([]chromedp.ExecAllocatorOption, len(names))
	for i, name := range names {
		options[i] = chromedp.Flag(name, true)
	}
	return options
}

func (p *page) listen(ev any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch ev := ev.(type) {
	case *runtime.EventExceptionThrown:
		p.problems = append(p.problems, ev.ExceptionDetails.Error())
	case *log.EventEntryAdded:
		p.problems = append(p.problems, ev.Entry.Text+" "+ev.Entry.URL)
	}
}

// do runs the actions, and fails with what the browser complained of.
func (p *page) do(t *testing.T, actions ...chromedp.Action) {
	t.Helper()
	err := chromedp.Run(p.ctx, actions...)
	p.mu.Lock()
	defer p.mu.Unlock()
	require.NoError(t, err, "%q", p.problems)
}

// complaints returns what the browser complained of.
func (p *page) complaints() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]string(nil), p.problems...)
}
