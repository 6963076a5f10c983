package browsertest_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/pinwheel"
	"github.com/linkhook/linkhook/linkbridge"
)

// webhook delivers a signed webhook about the user's account to the bridge.
func (s *site) webhook(t testing.TB, kind events.AnyKind, account string) {
	t.Helper()
	require.NoError(t, s.bridge.Deliver(t.Context(), events.Envelope{
		Meta: events.Meta{
			ID: kind.ID().Name + account, Kind: kind.ID(), Source: events.SourceWebhook, Trust: events.Verified, ReceivedAt: time.Now(),
			Subject: events.Subject{LinkTokenID: user.LinkTokenID, EndUserID: user.EndUserID, AccountID: account}, Outcome: "success",
		},
		Raw: []byte(`{"planted":"a body"}`),
	}))
}

func TestThePageHearsOfWebhooksOnceThatBeatItAndThatComeWhileItIsAway(t *testing.T) {
	t.Parallel()
	for _, e := range engines() {
		for _, transport := range []string{"ws", "http"} {
			t.Run(e.name+" "+transport, func(t *testing.T) {
				t.Parallel()
				server := newProxy(t)
				s := newSite(t, &linkbridge.Options{
					Origins: []string{server.url()}, Push: linkbridge.SafePush(pinwheel.AccountAdded, pinwheel.PaystubsAdded),
				})
				server.to(s.address)
				s.webhook(t, pinwheel.AccountAdded, "a-1") // before there is a page
				s.webhook(t, pinwheel.IdentityAdded, "a-1")
				p := e.tab(t).load(s.page(t, "page", page{policy: open, options: object{
					"url": server.url() + "/hooks/link", "transport": transport, "want": []string{"account.added", "identity.added"},
				}}))
				var first object
				p.get("return await bridge.once('account.added')", &first)
				require.Equal(t, object{"account": "a-1", "outcome": "success"}, object(first["data"].(map[string]any)), "no more than this")

				p.run(`window.heard = [];
					for (const name of ['account.added', 'paystubs.added', 'identity.added']) {
						bridge.on(name, (push) => heard.push(push.name + ' ' + push.data.account));
					}`)
				cut := server.cutNext()
				p.run("walk(1, 1)")
				awaitOrFail(t, cut, "no connection was cut", nil)
				s.webhook(t, pinwheel.PaystubsAdded, "a-2") // while it is away
				s.webhook(t, pinwheel.IdentityAdded, "a-2")
				p.run("await bridge.once('paystubs.added'); walk(2, 2)")
				requireEachOnceInAnyOrder(t, s.await(t, 2), 2)
				s.webhook(t, pinwheel.AccountAdded, "a-3")
				p.run("walk(3, 3); while (heard.length < 3) await new Promise((resolve) => setTimeout(resolve, 20))")
				var heard []string
				p.get("return heard", &heard)
				require.Equal(t, []string{"account.added a-1", "paystubs.added a-2", "account.added a-3"}, heard)
			})
		}
	}
}
