package browsertest_test

import (
	"bytes"
	"io"
	"net/http"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/linkbridge"
)

// beaconBytes is the most of one beacon, as the golden file has it; browserBytes is what Chromium takes of all beacons
// that are under way.
const (
	beaconBytes  = 60_000
	browserBytes = 65_536
)

// beaconsOnly is a site where all but beacons hangs until it is released. The sizes of the beacons that have come follow.
func beaconsOnly(t *testing.T) (s *site, release func(), sizes func() []int) {
	t.Helper()
	s = newSite(t, &linkbridge.Options{Limits: linkbridge.Limits{RateBurst: 1000}})
	var mu sync.Mutex
	var list []int
	released := make(chan struct{})
	release = sync.OnceFunc(func() { close(released) })
	t.Cleanup(release)
	s.mux.HandleFunc("/beacons", func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body) // a body that breaks off is the bridge's to refuse
		r.Body = io.NopCloser(bytes.NewReader(body))
		if bytes.Contains(body, []byte(`"leave":true`)) {
			mu.Lock()
			list = append(list, len(body))
			mu.Unlock()
		} else {
			select {
			case <-released:
			case <-r.Context().Done():
				return
			}
		}
		s.bridge.ServeHTTP(w, r)
	})
	// What the browser said to each beacon, for the next page of the tab.
	s.script("spy.js", []byte(`const { sendBeacon } = Navigator.prototype;
		const beacons = [];
		Navigator.prototype.sendBeacon = function (url, body) {
			const taken = sendBeacon.call(this, url, body);
			const numbers = JSON.parse(body).events.map(({ payload }) => payload.i);
			beacons.push({ Bytes: new TextEncoder().encode(body).length, Taken: taken, Numbers: numbers });
			sessionStorage.setItem('beacons', JSON.stringify(beacons));
			return taken;
		};
		window.walkHeavily = (from, to, bytes) => {
			for (let i = from; i <= to; i++) bridge.track('pinwheel', 'success', { i, text: '€'.repeat(bytes / 3) });
		};`))
	return s, release, func() []int {
		mu.Lock()
		defer mu.Unlock()
		return slices.Clone(list)
	}
}

// sent is one beacon.
type sent struct {
	Bytes   int
	Taken   bool
	Numbers []int
}

func TestAPageThatClosesWithMoreThanOneBeaconHoldsSendsSeveral(t *testing.T) {
	t.Parallel()
	for _, e := range engines() {
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			s, _, sizes := beaconsOnly(t)
			p := e.tab(t).load(s.page(t, "page", page{options: object{"url": "/beacons"}, before: []string{"spy.js"}}))
			p.run("walkHeavily(1, 50, 1050)") // with their envelopes 62,000 bytes: over the one limit, under the other
			p.close()
			requireEachOnceInAnyOrder(t, s.await(t, 50), 50)
			got := sizes()
			require.GreaterOrEqual(t, len(got), 2)
			require.LessOrEqual(t, slices.Max(got), beaconBytes)
		})
	}
}

func TestBeaconsThatTheBrowserRefusesAreHalvedAndTheNextPageBringsTheRest(t *testing.T) {
	t.Parallel()
	for _, e := range engines() {
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			s, release, _ := beaconsOnly(t)
			p := e.tab(t).load(s.page(t, "page", page{options: object{"url": "/beacons"}, before: []string{"spy.js"}}))
			p.run("walkHeavily(1, 90, 1200)")
			p.reload()
			var beacons []sent
			p.get("return JSON.parse(sessionStorage.getItem('beacons'))", &beacons)
			taken, arrived, refused := 0, map[int]bool{}, 0
			for _, b := range beacons {
				require.LessOrEqual(t, b.Bytes, beaconBytes)
				if !b.Taken {
					refused++
					continue
				}
				taken += b.Bytes
				for _, i := range b.Numbers {
					arrived[i] = true
				}
			}
			t.Logf("%d beacons, %d refused, %d bytes with %d events taken", len(beacons), refused, taken, len(arrived))
			if e.name == "chromium" { // Firefox has a limit for each beacon only
				require.NotZero(t, refused)
				require.Greater(t, taken, browserBytes*3/4, "halving uses up what there is")
			}
			for _, env := range s.await(t, len(arrived)) {
				require.True(t, arrived[number(t, env)])
			}
			release()
			requireEachOnceInAnyOrder(t, s.await(t, 90), 90)
		})
	}
}
