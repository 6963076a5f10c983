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
	soon:                func(p *tab, _ *site) { p.close() },
}

// soon is to leave before there is a connection.
const soon = "as soon as loaded"

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

func TestWhatAPageTracksAsItIsLeftArrivesThoughAcksAreASecondLate(t *testing.T) {
	t.Parallel()
	for _, e := range engines() {
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			const each = 25
			server := newProxy(t)
			s := newSite(t, &linkbridge.Options{Origins: []string{server.url()}, Limits: linkbridge.Limits{ConnsPerPrincipal: 1000}})
			server.to(s.address)
			server.slow(time.Second)
			s.page(t, "elsewhere", page{})
			s.elsewhere = newSite(t, nil).page(t, "elsewhere", page{})
			total := 0
			t.Run("visits", func(t *testing.T) {
				for name, leave := range leavings {
					first := total + 1
					total += each
					t.Run(name, func(t *testing.T) {
						t.Parallel()
						window := e.tab(t).load(s.url + "/elsewhere") // a page of the site that stays: without one, each visit starts a process
						for visit := first; visit < first+each; visit++ {
							address := s.page(t, fmt.Sprint("visit-", visit), page{policy: open, options: object{"url": server.url() + "/hooks/link"}})
							p := window.beside().load(address)
							if name != soon {
								p.run("await reached('open')")
							}
							p.run(fmt.Sprintf("walk(%d, %d)", 10*visit, 10*visit+2))
							leave(p, s)
							p.close()
						}
					})
				}
			})
			whole := 0
			defer func() { t.Logf("of %d visits %d were whole when that was enough", total, whole) }()
			s.awaitUntil(t, func(seen []events.Envelope) bool {
				whole = completed(t, seen)
				return whole >= total*99/100
			})
			require.NotZero(t, s.bridge.Stats().Posts, "beacons come, too")
		})
	}
}
