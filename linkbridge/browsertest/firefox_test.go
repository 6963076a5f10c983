package browsertest_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"
)

func firefox() *engine {
	return &engine{
		name: "firefox",
		open: func(t testing.TB) target { return openFirefox(t) },
		beside: func(ctx context.Context, other target) (target, error) {
			f, ok := other.(*foxTab)
			if !ok {
				return nil, errGone
			}
			return newFoxTab(ctx, f.remote, object{"type": "tab", "referenceContext": f.context})
		},
	}
}

// firefoxPreferences keep it off the network, and let pages open windows.
const firefoxPreferences = `user_pref("dom.disable_open_during_load", false);
user_pref("app.update.enabled", false);
user_pref("browser.shell.checkDefaultBrowser", false);
user_pref("browser.startup.page", 0);
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("toolkit.telemetry.enabled", false);
user_pref("network.captive-portal-service.enabled", false);
user_pref("network.connectivity-service.enabled", false);
user_pref("extensions.systemAddon.update.enabled", false);
user_pref("services.settings.server", "data:,#remote-settings-dummy/v1");
`

func startFirefox(path string) error {
	dir, err := os.MkdirTemp("", "firefox")
	if err != nil {
		return err
	}
	theFirefox.dir = dir
	if err := os.WriteFile(filepath.Join(dir, "user.js"), []byte(firefoxPreferences), 0o600); err != nil {
		return err
	}
	cmd := command(path, "--headless", "--no-remote", "--profile", dir, "--remote-debugging-port", "0")
	cmd.Env = append(os.Environ(), "HOME="+dir, "MOZ_CRASHREPORTER_DISABLE=1")
	if err := theFirefox.launch(`WebDriver BiDi listening on (ws://\S+)`, "/session", cmd); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	return theFirefox.remote.call(ctx, "", "session.new", object{"capabilities": object{}}, nil)
}

// foxTab is a tab under WebDriver BiDi.
type foxTab struct {
	remote  *remote
	context string
}

func openFirefox(t testing.TB) *foxTab {
	t.Helper()
	path := need(t, "LINKHOOK_FIREFOX", "firefox-esr", "firefox")
	theFirefox.start.Do(func() { theFirefox.err = startFirefox(path) })
	require.NoError(t, theFirefox.err)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	f, err := newFoxTab(ctx, theFirefox.remote, object{"type": "window"})
	require.NoError(t, err)
	return f
}

func newFoxTab(ctx context.Context, r *remote, where object) (*foxTab, error) {
	var made struct {
		Context string `json:"context"`
	}
	if err := r.call(ctx, "", "browsingContext.create", where, &made); err != nil {
		return nil, err
	}
	return &foxTab{remote: r, context: made.Context}, nil
}

func (f *foxTab) load(ctx context.Context, url string) error {
	return f.remote.call(ctx, "", "browsingContext.navigate", object{"context": f.context, "url": url, "wait": "complete"}, nil)
}

func (f *foxTab) reload(ctx context.Context) error {
	return f.remote.call(ctx, "", "browsingContext.reload", object{"context": f.context, "wait": "complete"}, nil)
}

func (f *foxTab) back(ctx context.Context) error {
	return f.remote.call(ctx, "", "browsingContext.traverseHistory", object{"context": f.context, "delta": -1}, nil)
}

func (f *foxTab) eval(ctx context.Context, expression string) (string, error) {
	var got struct {
		Result struct {
			Value string `json:"value"`
		} `json:"result"`
		Exception jsontext.Value `json:"exceptionDetails"`
	}
	err := f.remote.call(ctx, "", "script.evaluate",
		object{"expression": expression, "target": object{"context": f.context}, "awaitPromise": true, "userActivation": true}, &got)
	if err == nil && len(got.Exception) != 0 {
		err = fmt.Errorf("the page threw: %s", got.Exception)
	}
	return got.Result.Value, err
}

func (f *foxTab) close(ctx context.Context) error {
	return f.remote.call(ctx, "", "browsingContext.close", object{"context": f.context}, nil)
}
