package browsertest_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/linkbridge"
)

// leavings are the ways to leave a page.
var leavings = map[string]func(p *tab, s *site){
	"tab closed":        func(p *tab, _ *site) { p.close() },
	"link followed":     func(p *tab, s *site) { p.load(s.url + "/elsewhere") },
	"other site opened": func(p *tab, s *site) { p.load(s.elsewhere) },
	"as soon as loaded": func(p *tab, _ *site) { p.close() },
}

// completed returns how many visits have brought all of their three events, and fails when one brought an event twice.
func completed(t testing.TB, seen []events.Envelope) int {
	t.Helper()
	visits := map[int]map[int]bool{}
	for _, env := range seen {
		i := number(t, env)
		visit := i / 10
		if visits[visit] == nil {
			visits[visit] = map[int]bool{}
		}
		require.False(t, visits[visit][i], "event %d has come twice", i)
		visits[visit][i] = true
	}
	n := 0
	for _, numbers := range visits {
		if len(numbers) == 3 {
			n++
		}
	}
	return n
}

//nolint:tparallel // the group ends when its parallel visits have
func TestWhatAPageTracksAsItIsLeftArrivesThoughAcksAreASecondLate(t *testing.T) {
	t.Parallel()
	const each = 25
	server := newProxy(t)
	s := newSite(t, &linkbridge.Options{Origins: []string{server.url()}, Limits: linkbridge.Limits{ConnsPerPrincipal: 1000}})
	server.to(s.address)
	server.slow(time.Second)
	s.page(t, "elsewhere", page{})
	s.elsewhere = newSite(t, nil).page(t, "elsewhere", page{})
	t.Run("visits", func(t *testing.T) {
		visit := 0
		for name, leave := range leavings {
			for range each {
				visit++
				walk := fmt.Sprintf("walk(%d, %d)", 10*visit, 10*visit+2)
				address := s.page(t, fmt.Sprint("visit-", visit), page{policy: open, options: object{"url": server.url() + "/hooks/link"}})
				t.Run(name, func(t *testing.T) {
					t.Parallel()
					p := chromium().tab(t).load(address)
					if name != "as soon as loaded" {
						p.run("await reached('open')")
					}
					p.run(walk)
					leave(p, s)
				})
			}
		}
	})
	total, whole := len(leavings)*each, 0
	defer func() { t.Logf("of %d visits %d were whole when that was enough", total, whole) }()
	s.awaitUntil(t, func(seen []events.Envelope) bool {
		whole = completed(t, seen)
		return whole >= total*99/100
	})
	require.NotZero(t, s.bridge.Stats().Posts, "beacons come, too")
}

func TestAPageThatComesBackFromTheBackForwardCacheGoesOn(t *testing.T) {
	t.Parallel()
	e := chromium() // Firefox does not keep a page with an open connection
	s := newSite(t, nil)
	s.page(t, "elsewhere", page{})
	p := e.tab(t).load(s.page(t, "page", page{}))
	p.run("await reached('open'); walk(1, 3)")
	s.await(t, 3)
	p.load(s.url + "/elsewhere")
	p.back()
	var took float64
	p.get(`await restored;
		const start = performance.now();
		await reached('open', states.findLastIndex(([state]) => state === 'open') + 1);
		walk(4, 6);
		return performance.now() - start`, &took)
	seen := s.await(t, 6)
	requireEachOnce(t, seen, 6)
	require.Equal(t, seen[0].Session, seen[5].Session)
	t.Logf("connected again %.0f ms after it came back", took)
}
