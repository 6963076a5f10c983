package browsertest_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"
)

// process is a browser that all tests of this run share; stop ends it.
type process struct {
	start  sync.Once
	cmd    *exec.Cmd
	dir    string
	remote *remote
	err    error
}

func (p *process) stop() {
	if p.cmd == nil {
		return
	}
	kill(p.cmd)
	if p.remote != nil {
		<-p.remote.done
	}
	_ = os.RemoveAll(p.dir)
}

// launch starts the browser, waits for its announcement, and connects to the address that it makes.
func (p *process) launch(pattern, suffix string, cmd *exec.Cmd) error {
	stderr, err := cmd.StderrPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	p.cmd = cmd
	url, err := announced(stderr, pattern)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	p.remote, err = dialRemote(ctx, url+suffix)
	return err
}

var theChromium, theFirefox process

func chromium() *engine {
	return &engine{name: "chromium", open: func(t testing.TB) target { return openChromium(t) }}
}

// chromiumFlags let it run as root without a network of its own, and keep tabs behind others at full speed.
var chromiumFlags = []string{"--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
	"--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--disable-background-timer-throttling",
	"--disable-renderer-backgrounding", "--disable-backgrounding-occluded-windows", "--remote-debugging-port=0"}

func startChromium(path string) error {
	dir, err := os.MkdirTemp("", "chromium")
	if err != nil {
		return err
	}
	theChromium.dir = dir
	cmd := command(path, append(chromiumFlags, "--user-data-dir="+dir, "about:blank")...)
	return theChromium.launch(`listening on (ws://\S+)`, "", cmd)
}

// chromeTab is a tab under DevTools.
type chromeTab struct {
	remote          *remote
	target, session string
}

func openChromium(t testing.TB) *chromeTab {
	t.Helper()
	path := need(t, "LINKHOOK_CHROMIUM", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
	theChromium.start.Do(func() { theChromium.err = startChromium(path) })
	require.NoError(t, theChromium.err)
	c := &chromeTab{remote: theChromium.remote}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	var made struct {
		Target  string `json:"targetId"`
		Session string `json:"sessionId"`
	}
	require.NoError(t, c.remote.call(ctx, "", "Target.createTarget", object{"url": "about:blank", "newWindow": true}, &made))
	require.NoError(t, c.remote.call(ctx, "", "Target.attachToTarget", object{"targetId": made.Target, "flatten": true}, &made))
	c.target, c.session = made.Target, made.Session
	require.NoError(t, c.call(ctx, "Page.enable", object{}, nil))
	require.NoError(t, c.call(ctx, "Page.setLifecycleEventsEnabled", object{"enabled": true}, nil))
	return c
}

func (c *chromeTab) call(ctx context.Context, method string, params object, result any) error {
	return c.remote.call(ctx, c.session, method, params, result)
}

// loaded runs what makes the tab go to an address, or anywhere, and waits until the page there has loaded. A new tab's
// empty page can still have a load event of its own to come.
func (c *chromeTab) loaded(ctx context.Context, url string, do func() error) error {
	var loader any
	c.remote.next(c.session, "Page.frameNavigated", func(params object) bool {
		frame, _ := params["frame"].(map[string]any)
		if url != "" && frame["url"] != url {
			return false
		}
		loader = frame["loaderId"]
		return true
	})
	loaded := c.remote.next(c.session, "Page.lifecycleEvent", func(params object) bool {
		return loader != nil && params["name"] == "load" && params["loaderId"] == loader
	})
	if err := do(); err != nil {
		return err
	}
	return c.remote.await(ctx, loaded)
}

func (c *chromeTab) load(ctx context.Context, url string) error {
	return c.loaded(ctx, url, func() error {
		var got struct {
			Error string `json:"errorText"`
		}
		if err := c.call(ctx, "Page.navigate", object{"url": url}, &got); err != nil {
			return err
		}
		if got.Error != "" {
			return errors.New(got.Error)
		}
		return nil
	})
}

func (c *chromeTab) reload(ctx context.Context) error {
	return c.loaded(ctx, "", func() error { return c.call(ctx, "Page.reload", object{}, nil) })
}

func (c *chromeTab) back(ctx context.Context) error {
	var history struct {
		Current int `json:"currentIndex"`
		Entries []struct {
			ID int `json:"id"`
		} `json:"entries"`
	}
	if err := c.call(ctx, "Page.getNavigationHistory", object{}, &history); err != nil {
		return err
	}
	return c.call(ctx, "Page.navigateToHistoryEntry", object{"entryId": history.Entries[history.Current-1].ID}, nil)
}

func (c *chromeTab) eval(ctx context.Context, expression string) (string, error) {
	var got struct {
		Result struct {
			Value string `json:"value"`
		} `json:"result"`
		Exception jsontext.Value `json:"exceptionDetails"`
	}
	err := c.call(ctx, "Runtime.evaluate",
		object{"expression": expression, "awaitPromise": true, "returnByValue": true, "userGesture": true}, &got)
	if err == nil && len(got.Exception) != 0 {
		err = fmt.Errorf("the page threw: %s", got.Exception)
	}
	return got.Result.Value, err
}

func (c *chromeTab) close(ctx context.Context) error {
	return c.remote.call(ctx, "", "Target.closeTarget", object{"targetId": c.target}, nil)
}
