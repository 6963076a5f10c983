package browsertest_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/require"
)

// engine starts a browser and opens tabs in it.
type engine struct {
	name string
	// open opens a tab in a window of its own. The pages of a test have an origin of their own.
	open func(t testing.TB) target
	// beside opens a tab in the window of another one. Nil where windows cost no more than tabs.
	beside func(ctx context.Context, other target) (target, error)
}

// target is a tab as an engine's remote control knows it.
type target interface {
	// load opens the address and returns when the page has loaded.
	load(ctx context.Context, url string) error
	// reload returns when the page has loaded again.
	reload(ctx context.Context) error
	// eval runs an expression whose value is, or promises, a string.
	eval(ctx context.Context, expression string) (string, error)
	// close closes the tab as its user would.
	close(ctx context.Context) error
	// back starts to go one page back in the history.
	back(ctx context.Context) error
}

// tab is a tab in the hands of a test.
type tab struct {
	t      testing.TB
	engine *engine
	target target
	closed bool
}

// engines are the browsers that every test runs in, unless it says why not.
func engines() []*engine { return []*engine{chromium(), firefox()} }

// tab opens a tab that is closed with the test.
func (e *engine) tab(t testing.TB) *tab {
	t.Helper()
	return e.hand(t, e.open(t))
}

// beside opens another tab, in front of p. Only one at a time is looked at.
func (p *tab) beside() *tab {
	p.t.Helper()
	if p.engine.beside == nil {
		return p.engine.tab(p.t)
	}
	var other target
	p.must(func(ctx context.Context) (err error) {
		other, err = p.engine.beside(ctx, p.target)
		return err
	})
	return p.engine.hand(p.t, other)
}

// hand puts a tab in the hands of a test.
func (e *engine) hand(t testing.TB, target target) *tab {
	t.Helper()
	p := &tab{t: t, engine: e, target: target}
	t.Cleanup(func() {
		if !p.closed {
			ctx, cancel := context.WithTimeout(context.Background(), patience)
			defer cancel()
			_ = p.target.close(ctx)
		}
	})
	return p
}

func (p *tab) must(do func(ctx context.Context) error) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.t.Context(), patience)
	defer cancel()
	require.NoError(p.t, do(ctx))
}

// load opens the address.
func (p *tab) load(url string) *tab {
	p.t.Helper()
	p.must(func(ctx context.Context) error { return p.target.load(ctx, url) })
	return p
}

func (p *tab) reload() {
	p.t.Helper()
	p.must(p.target.reload)
}

// back goes one page back in the history, and returns when that page has loaded, or has come from a cache. No engine tells
// both in one way, so that the page is asked whether it is another one.
func (p *tab) back() {
	p.t.Helper()
	p.run("window.leaving = true")
	p.must(p.target.back)
	p.must(func(ctx context.Context) error {
		tick := time.NewTicker(10 * time.Millisecond)
		defer tick.Stop()
		for {
			there, err := p.target.eval(ctx, "String(!window.leaving && document.readyState === 'complete')")
			if err == nil && there == "true" { // an error is what a page says that is on its way out
				return nil
			}
			select {
			case <-tick.C:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
	})
}

// close closes the tab, unless that has been done.
func (p *tab) close() {
	p.t.Helper()
	if !p.closed {
		p.closed = true
		p.must(p.target.close)
	}
}

// run runs the body of an async function in the page. Waiting is the page's business.
func (p *tab) run(body string) {
	p.t.Helper()
	p.get(body, nil)
}

// get runs the body of an async function and decodes what it returns.
func (p *tab) get(body string, result any) {
	p.t.Helper()
	expression := "(async () => JSON.stringify((await (async () => {" + body + "\n})()) ?? null))()"
	p.must(func(ctx context.Context) error {
		value, err := p.target.eval(ctx, expression)
		if err != nil || result == nil {
			return err
		}
		return json.UnmarshalRead(strings.NewReader(value), result)
	})
}
