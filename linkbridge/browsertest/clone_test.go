package browsertest_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/linkbridge"
)

func TestACopyOfATabEndsWithTwoSessionsAndNoEventLostOrDoubled(t *testing.T) {
	t.Parallel()
	for _, e := range engines() {
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			server := newProxy(t)
			s := newSite(t, &linkbridge.Options{Origins: []string{server.url()}})
			server.to(s.address)
			address := s.page(t, "page", page{options: object{"tickets": "/ticket"}})
			p := e.tab(t).load(server.url() + address[len(s.url):])
			p.run("await reached('open')")
			server.slow(300 * time.Millisecond) // so that nothing is acknowledged yet when the tab is copied
			p.run(`walk(1, 10);
				hide(true);
				window.copy = window.open(location.href);
				hide(false);
				walk(11, 20);
				await new Promise((resolve) => copy.addEventListener('load', resolve));
				copy.walk(21, 30);
				walk(31, 40);
				await copy.reached('open')`)
			s.await(t, 40)
			p.run("walk(41, 50); copy.walk(51, 60)")
			s.await(t, 60)
			// Whatever was sent twice has come by the time that both have nothing left to deliver.
			p.run(`const both = [window, copy].map((tab) => (tab.bridge.close(), tab.reached('closed')));
				await Promise.all(both)`)
			seen := s.await(t, 60)
			requireEachOnceInAnyOrder(t, seen, 60)
			sessions := map[string]bool{}
			for _, env := range seen {
				sessions[env.Session] = true
			}
			require.Len(t, sessions, 2)
			var opened []int
			p.get("return [window, copy].map((tab) => tab.states.filter(([state]) => state === 'open').length)", &opened)
			require.LessOrEqual(t, opened[0]+opened[1], 4, "they do not throw each other out for ever")
		})
	}
}
