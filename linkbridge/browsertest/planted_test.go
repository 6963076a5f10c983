package browsertest_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// spyOnAll notes everything that leaves a page, by the way that it takes.
const spyOnAll = `window.left = [];
	const spy = (object, method, way, text) => {
		const real = object[method];
		object[method] = function (...args) {
			left.push([way, text(args)]);
			return real.apply(this, args);
		};
	};
	spy(WebSocket.prototype, 'send', 'websocket', ([data]) => data);
	spy(window, 'fetch', 'post', ([url, init]) => url + init.body);
	spy(Navigator.prototype, 'sendBeacon', 'beacon', ([url, body]) => url + body);
	spy(Storage.prototype, 'setItem', 'storage', ([name, value]) => name + value);
	window.violations = [];
	addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => violations.push(violatedDirective + ' ' + blockedURI));`

// plant fires events with secrets in all the places where Link has them.
const plant = `const pinwheel = bridge.pinwheel({ linkToken: 'planted', onEvent() {} });
	pinwheel.onEvent('open', { linkToken: 'planted', deep: [{ linkToken: { more: 'planted' } }] });
	pinwheel.onEvent('dd_form_create', { url: 'https://forms.example.com/planted' });
	pinwheel.onEvent('other_event', { payload: [{ key: 'query', value: 'planted' }, { key: 'accountName', value: 'planted' }] });
	pinwheel.onEvent('error', { message: 'x'.repeat(200) + 'planted', of: 'mine-planted' });
	const argyle = bridge.argyle({ userToken: 'planted', onTokenExpired() {}, onCantFindItemClicked() {} });
	argyle.onUIEvent({ name: 'search - term updated', properties: { term: 'planted', userToken: 'planted' } });
	argyle.onCantFindItemClicked('planted');
	argyle.onTokenExpired(() => 'planted');`

func TestNoPlantedSecretLeavesThePageByAnyWay(t *testing.T) {
	t.Parallel()
	for _, e := range engines() {
		for state, ways := range map[string][]string{
			"open": {"beacon", "storage", "websocket"}, "http": {"beacon", "post", "storage"},
		} {
			t.Run(e.name+" "+state, func(t *testing.T) {
				t.Parallel()
				s := newSite(t, nil)
				s.script("spy.js", []byte(spyOnAll))
				p := e.tab(t).load(s.page(t, "page", page{
					options: object{"transport": map[string]string{"open": "ws", "http": "http"}[state], "redact": []string{"of"}},
					before:  []string{"spy.js"},
					policy:  "default-src 'none'; script-src 'self'; connect-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'",
				}))
				// Those of Argyle travel too; the server refuses them, because the ticket is for Pinwheel.
				p.run("await reached('" + state + "'); " + plant)
				s.await(t, 4)
				p.run(plant + "hide(true); hide(false)")
				seen := s.await(t, 8)
				var left [][2]string
				p.get("return left", &left)
				var used []string
				for _, l := range left {
					used = append(used, l[0])
					require.NotContains(t, l[1], "planted", l[0])
				}
				slices.Sort(used)
				require.Equal(t, ways, slices.Compact(used))
				require.True(t, slices.ContainsFunc(left, func(l [2]string) bool {
					return strings.Contains(l[1], "search - term updated") && strings.Contains(l[1], "[redacted]")
				}), "the events themselves do")
				for _, env := range seen {
					require.NotContains(t, string(env.Raw), "planted")
				}
				var violations []string // Firefox at times counts its own request for the page's icon
				p.get(`try {
					document.body.innerHTML = '<b>';
					violations.push('no Trusted Types');
				} catch {}
				const icon = 'img-src ' + location.origin + '/favicon.ico';
				return violations.filter((text) => !text.startsWith('require-trusted-types-for') && text !== icon)`, &violations)
				require.Empty(t, violations, "the script keeps a strict policy")
			})
		}
	}
}
