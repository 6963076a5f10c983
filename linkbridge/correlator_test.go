package linkbridge_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/linkbridge"
)

// findings is what a correlator has published, as "kind account reason".
type findings struct {
	mu   sync.Mutex
	list []string
	envs []events.Meta
}

func (f *findings) add(meta events.Meta, account, reason string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.list = append(f.list, meta.Kind.Name+" "+account+" "+reason)
	f.envs = append(f.envs, meta)
}

func (f *findings) all() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]string(nil), f.list...)
}

// correlate makes a bus with a correlator and records what it finds.
func correlate(t *testing.T, opts *linkbridge.CorrelatorOptions) (*events.Bus, *findings) {
	t.Helper()
	bus := events.New()
	f := &findings{}
	for _, k := range []events.Kind[linkbridge.Confirmation]{linkbridge.ClaimConfirmed, linkbridge.ClaimContradicted, linkbridge.WebhookUnclaimed} {
		events.On(bus, k, func(_ context.Context, e events.Event[linkbridge.Confirmation]) error {
			f.add(e.Meta, e.Data.AccountID, e.Data.Reason)
			return nil
		})
	}
	events.On(bus, linkbridge.LinkClaimUnconfirmed, func(_ context.Context, e events.Event[linkbridge.UnconfirmedClaim]) error {
		f.add(e.Meta, e.Data.Claim.AccountID, "")
		return nil
	})
	o := linkbridge.CorrelatorOptions{}
	if opts != nil {
		o = *opts
	}
	o.Logger = silent
	c := linkbridge.NewCorrelator(bus, &o)
	t.Cleanup(func() { require.NoError(t, c.Close(context.Background())) })
	return bus, f
}

var ids = struct {
	sync.Mutex
	n int
}{}

func freshID() string {
	ids.Lock()
	defer ids.Unlock()
	ids.n++
	return fmt.Sprint("id", ids.n)
}

func claim(provider, name, payload string) events.Envelope {
	return events.Envelope{Meta: events.Meta{ID: freshID(), Kind: events.KindID{Provider: provider, Stream: events.StreamLink, Name: name},
		Source: events.SourceLink, Subject: events.Subject{EndUserID: "u", LinkTokenID: "lt", Session: "s"}, ReceivedAt: time.Now()},
		Raw: []byte(payload)}
}

func proof(provider, name, account string) events.Envelope {
	return events.Envelope{Meta: events.Meta{ID: freshID(), Kind: events.KindID{Provider: provider, Stream: events.StreamWebhook, Name: name},
		Source: events.SourceWebhook, Trust: events.Verified, KeyID: "k",
		Subject: events.Subject{AccountID: account, EndUserID: "u", LinkTokenID: "lt"}, ReceivedAt: time.Now()}, Raw: []byte(`{}`)}
}

func TestAClaimIsConfirmedByTheWebhookOfTheSameLink(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name           string
		claim, webhook events.Envelope
	}{
		{"Pinwheel account", claim("pinwheel", "login", `{"accountId":"a","platformId":"p"}`), proof("pinwheel", "account.added", "a")},
		{"Pinwheel switch", claim("pinwheel", "success", `{"accountId":"a","job":"direct_deposit_switch"}`), proof("pinwheel", "direct_deposit_switch.added", "a")},
		{"Argyle account", claim("argyle", "onAccountConnected", `{"accountId":"a","userId":"u"}`), proof("argyle", "accounts.connected", "a")},
		{"Argyle switch", claim("argyle", "onDDSSuccess", `{"accountId":"a"}`), proof("argyle", "direct_deposit_switches.completed", "a")},
		{"Argyle v1 account", claim("argyle-v1", "onAccountConnected", `{"accountId":"a"}`), proof("argyle-v1", "accounts.connected", "a")},
	} {
		for _, first := range []string{"claim", "webhook"} {
			t.Run(tc.name+", "+first+" first", func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					bus, f := correlate(t, nil)
					pair := []events.Envelope{tc.claim, tc.webhook}
					if first == "webhook" {
						pair[0], pair[1] = pair[1], pair[0]
					}
					for range 2 { // a redelivery says nothing new
						for _, env := range pair {
							require.NoError(t, bus.Publish(t.Context(), env))
						}
					}
					require.Equal(t, []string{"claim.confirmed a "}, f.all())
					require.Equal(t, events.Verified, f.envs[0].Trust)
					require.Equal(t, "a", f.envs[0].AccountID)
					require.Equal(t, "s", f.envs[0].Session)
					require.Equal(t, "k", f.envs[0].KeyID)
					require.Len(t, f.envs[0].ID, 32)
					time.Sleep(time.Hour)
					require.Len(t, f.all(), 1)
				})
			})
		}
	}
}

func TestAClaimOfAnotherAccountIsContradicted(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		bus, f := correlate(t, nil)
		require.NoError(t, bus.Publish(t.Context(), claim("pinwheel", "login", `{"accountId":"mine"}`)))
		time.Sleep(10 * time.Second)
		require.NoError(t, bus.Publish(t.Context(), proof("pinwheel", "account.added", "theirs")))
		synctest.Wait()
		require.Empty(t, f.all(), "the fitting webhook may be on its way")
		time.Sleep(61 * time.Second)
		require.Equal(t, []string{"claim.contradicted theirs account"}, f.all())
		require.NoError(t, bus.Publish(t.Context(), proof("pinwheel", "account.added", "mine")))
		require.Equal(t, []string{"claim.contradicted theirs account", "claim.confirmed mine "}, f.all(), "late, but proven")
		time.Sleep(time.Hour)
		require.Len(t, f.all(), 2)
	})
}

func TestTwoAccountsInOneLinkDoNotContradictEachOther(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		bus, f := correlate(t, nil)
		for _, env := range []events.Envelope{claim("pinwheel", "login", `{"accountId":"a"}`), proof("pinwheel", "account.added", "b"),
			claim("pinwheel", "login", `{"accountId":"b"}`), proof("pinwheel", "account.added", "a")} {
			require.NoError(t, bus.Publish(t.Context(), env))
		}
		time.Sleep(time.Hour)
		require.Equal(t, []string{"claim.confirmed b ", "claim.confirmed a "}, f.all())
	})
}

func TestAFailedSwitchContradictsASuccess(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		bus, f := correlate(t, nil)
		pending, failed := proof("pinwheel", "direct_deposit_switch.added", "a"), proof("pinwheel", "direct_deposit_switch.added", "a")
		pending.Outcome, failed.Outcome = "pending", "error"
		for _, env := range []events.Envelope{claim("pinwheel", "success", `{"accountId":"a","job":"direct_deposit_switch"}`), pending, failed} {
			require.NoError(t, bus.Publish(t.Context(), env))
		}
		require.Equal(t, []string{"claim.contradicted a outcome"}, f.all())
	})
}

func TestAClaimWithoutAWebhookIsUnconfirmedAfter15Minutes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		bus, f := correlate(t, nil)
		require.NoError(t, bus.Publish(t.Context(), claim("pinwheel", "login", `{"accountId":"a"}`)))
		time.Sleep(14*time.Minute + 59*time.Second)
		require.Empty(t, f.all())
		time.Sleep(2 * time.Second)
		require.Equal(t, []string{"claim.unconfirmed a "}, f.all())
		require.Equal(t, events.Claimed, f.envs[0].Trust)
		require.Equal(t, events.StreamLink, f.envs[0].Kind.Stream, "nothing was proven")
		require.Equal(t, events.SourceLink, f.envs[0].Source)
	})
}

func TestAWebhookWithoutAClaimIsUnclaimedAfter15Minutes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		bus, f := correlate(t, nil)
		require.NoError(t, bus.Publish(t.Context(), proof("pinwheel", "account.added", "a")))
		time.Sleep(15*time.Minute + time.Second)
		require.Equal(t, []string{"webhook.unclaimed a "}, f.all())
		require.Equal(t, events.Verified, f.envs[0].Trust)
	})
}

func TestWhatDoesNotCorrelate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		bus, f := correlate(t, nil)
		forged := proof("pinwheel", "account.added", "a")
		forged.Trust = events.Claimed
		replayed := proof("pinwheel", "account.added", "a")
		replayed.Source = events.SourceReplay
		nobody := proof("pinwheel", "account.added", "a")
		nobody.EndUserID, nobody.LinkTokenID = "", ""
		for _, env := range []events.Envelope{forged, replayed, nobody, claim("pinwheel", "login", `{}`), claim("pinwheel", "login", `[]`),
			claim("pinwheel", "success", `{"accountId":"a","job":"login"}`), claim("pinwheel", "open", `{"accountId":"a"}`)} {
			require.NoError(t, bus.Publish(t.Context(), env))
		}
		time.Sleep(time.Hour)
		require.Empty(t, f.all())

		other := proof("pinwheel", "account.added", "a")
		other.LinkTokenID = "another"
		require.NoError(t, bus.Publish(t.Context(), claim("pinwheel", "login", `{"accountId":"a"}`)))
		require.NoError(t, bus.Publish(t.Context(), other))
		time.Sleep(time.Hour)
		require.ElementsMatch(t, []string{"claim.unconfirmed a ", "webhook.unclaimed a "}, f.all(), "the same user, another Link")
	})
}

func TestATicketWithoutALinkTokenCorrelatesByUser(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		bus, f := correlate(t, nil)
		c := claim("pinwheel", "login", `{"accountId":"a"}`)
		c.LinkTokenID = ""
		require.NoError(t, bus.Publish(t.Context(), c))
		require.NoError(t, bus.Publish(t.Context(), proof("pinwheel", "account.added", "a")))
		require.Equal(t, []string{"claim.confirmed a "}, f.all())
	})
}

func TestCorrelatorIsBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		bus, f := correlate(t, &linkbridge.CorrelatorOptions{Max: 10})
		for i := range 15 {
			env := proof("pinwheel", "account.added", fmt.Sprint(i))
			env.LinkTokenID = fmt.Sprint("lt", i)
			require.NoError(t, bus.Publish(t.Context(), env))
		}
		require.Len(t, f.all(), 5, "the oldest are decided early, not forgotten")
		for i := range 200 {
			require.NoError(t, bus.Publish(t.Context(), claim("argyle", "onAccountConnected", fmt.Sprintf(`{"accountId":"%d"}`, i))))
		}
		time.Sleep(time.Hour)
		require.LessOrEqual(t, len(f.all()), 15+200)
	})
}

func TestAConfirmationThatIsNotTakenIsTriedAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &sink{}
		down := errors.New("down")
		s.failWith(func(events.Envelope) error { return down })
		bus, _ := correlate(t, &linkbridge.CorrelatorOptions{Publisher: s})
		require.NoError(t, bus.Publish(t.Context(), claim("pinwheel", "login", `{"accountId":"a"}`)))
		env := proof("pinwheel", "account.added", "a")
		require.ErrorIs(t, bus.Publish(t.Context(), env), down, "an inbox runs the handler again")
		s.failWith(nil)
		require.NoError(t, bus.Publish(t.Context(), env))
		require.Len(t, s.all(), 1)

		s.failWith(func(events.Envelope) error { return down })
		require.NoError(t, bus.Publish(t.Context(), claim("pinwheel", "login", `{"accountId":"b"}`)))
		time.Sleep(16 * time.Minute)
		require.Len(t, s.all(), 1)
		s.failWith(nil)
		time.Sleep(time.Minute)
		require.Equal(t, "linkhook/link/claim.unconfirmed", s.all()[1].Kind.String())
	})
}
