package argyle_test

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/argyle"
)

func TestRecordedDeliveriesVerifyOverTheirExactBytes(t *testing.T) {
	t.Parallel()
	w := newV2(nil)
	for name, body := range recorded(t) {
		header := signed(w, body)
		keyID, err := w.Verify(header, body, time.Now())
		require.NoError(t, err, name)
		require.Equal(t, "1", keyID)
		for how, other := range respelt(t, body) {
			_, err := w.Verify(header, other, time.Now())
			require.ErrorIs(t, err, argyle.ErrBadSignature, "%s %s", name, how)
		}
	}
}

// respelt returns body as a proxy, a framework or a relay would have written it.
func respelt(t *testing.T, body []byte) map[string][]byte {
	t.Helper()
	format := func(opts ...jsontext.Options) []byte {
		b, err := jsontext.AppendFormat(nil, body, opts...)
		require.NoError(t, err)
		require.NotEqual(t, string(body), string(b))
		return b
	}
	return map[string][]byte{
		"compact":            format(),
		"indented by four":   format(jsontext.WithIndent("    ")),
		"indented by tabs":   format(jsontext.WithIndent("\t")),
		"spaced":             format(jsontext.SpaceAfterColon(true), jsontext.SpaceAfterComma(true)),
		"sorted":             format(jsontext.ReorderRawObjects(true), jsontext.WithIndent("  ")),
		"with CRLF":          bytes.ReplaceAll(body, []byte("\n"), []byte("\r\n")),
		"with a line end":    append(bytes.Clone(body), '\n'),
		"with a BOM":         append([]byte("\xef\xbb\xbf"), body...),
		"with an escape":     bytes.Replace(body, []byte(`"event"`), []byte(`"\u0065vent"`), 1),
		"cut by a byte":      body[:len(body)-1],
		"with a bit flipped": append(bytes.Clone(body[:len(body)-1]), body[len(body)-1]^1),
	}
}

func TestRecordedDeliveriesKeepEveryKey(t *testing.T) {
	t.Parallel()
	w := newV2(nil)
	for name, body := range recorded(t) {
		env, err := w.Parse(nil, body)
		require.NoError(t, err, name)
		require.Empty(t, reencoded(t, lookup(t, argyle.Catalog(), env.Kind), env.Payload()), name)
	}
}

func TestRecordedDeliveriesArriveTyped(t *testing.T) {
	t.Parallel()
	bus := events.New()
	seen := map[string]events.Meta{}
	note := func(m events.Meta) error { seen[m.Kind.Name] = m; return nil }
	var accounts []argyle.Account
	events.On(bus, argyle.AccountsUpdated, func(_ context.Context, ev events.Event[argyle.AccountChange]) error {
		accounts = append(accounts, *ev.Data.Resource)
		return note(ev.Meta)
	})
	events.On(bus, argyle.AccountsConnected, func(_ context.Context, ev events.Event[argyle.AccountChange]) error {
		require.Nil(t, ev.Data.Resource)
		return note(ev.Meta)
	})
	events.On(bus, argyle.UsersFullySynced, func(_ context.Context, ev events.Event[argyle.UserSync]) error {
		require.Equal(t, []string{"019bfb73-cbdc-da81-9a8e-2e3311675876"}, ev.Data.Resource.AccountsConnected)
		require.Equal(t, argyle.Nullable("60587507-7f31-4848-9856-7b1a2a8153d3"), ev.Data.Resource.ExternalID)
		return note(ev.Meta)
	})
	events.On(bus, argyle.IdentitiesAdded, func(_ context.Context, ev events.Event[argyle.IdentityChange]) error {
		require.Equal(t, "6dc37274-8007-3b8f-868d-302ed50dcfba", ev.Data.Identity)
		return note(ev.Meta)
	})
	events.On(bus, argyle.PaystubsPartiallySynced, func(_ context.Context, ev events.Event[argyle.PartialSync]) error {
		require.Equal(t, argyle.Count(196), ev.Data.DaysSynced)
		require.True(t, ev.Data.Covers(182))
		require.False(t, ev.Data.Covers(197))
		return note(ev.Meta)
	})
	events.On(bus, argyle.GigsPartiallySynced, func(_ context.Context, ev events.Event[argyle.PartialSync]) error {
		require.Zero(t, ev.Data.AvailableCount)
		require.Zero(t, ev.Data.AvailableFrom.Time())
		require.Equal(t, "item_000029932", ev.Data.ItemID)
		return note(ev.Meta)
	})
	w := newV2(nil)
	for _, body := range recorded(t) {
		env, err := w.Parse(nil, body)
		require.NoError(t, err)
		require.NoError(t, bus.Publish(t.Context(), env))
	}
	require.Len(t, seen, 6)
	require.Empty(t, seen["users.fully_synced"].AccountID)
	require.Equal(t, "019bfb73-c267-bc5e-85b4-cbc5370e9ff3", seen["users.fully_synced"].EndUserID)
	require.Len(t, accounts, 2)
	for _, a := range accounts {
		require.Equal(t, argyle.StatusConnected, a.Connection.Status)
		require.Empty(t, a.Connection.ErrorCode)
		require.Equal(t, argyle.SwitchStatusIdle, a.DirectDepositSwitch.Status)
		require.Nil(t, a.Availability[argyle.DatasetUserForms])
		require.Contains(t, a.Availability, argyle.DatasetUserForms)
		require.NotNil(t, a.Availability[argyle.DatasetGigs].AvailableCount)
		require.Nil(t, a.Availability[argyle.DatasetIdentities].AvailableCount)
	}
}

func TestRecordedMetadata(t *testing.T) {
	t.Parallel()
	body := recorded(t)["01_accounts.updated"]
	env, err := newV2(&argyle.Options{Name: "argyle-sandbox"}).Parse(nil, body)
	require.NoError(t, err)
	require.Equal(t, events.Meta{
		ID:         digest(body),
		Kind:       argyle.AccountsUpdated.ID(),
		Endpoint:   "argyle-sandbox",
		Source:     events.SourceWebhook,
		Trust:      events.Verified,
		Subject:    events.Subject{AccountID: "019c0b39-0b68-fb0c-9282-57302afa2ed2", EndUserID: "019c0b39-021f-1499-2601-4988ca1a95bb"},
		OccurredAt: time.Date(2026, 1, 29, 19, 27, 4, 358819000, time.UTC),
	}, env.Meta)
	require.Equal(t, 5*time.Minute, env.DedupFor)
	require.Same(t, &body[0], &env.Raw[0])
	require.True(t, strings.HasPrefix(string(env.Payload()), "{\n    \"account\""))

	env, err = newV2(nil).Parse(nil, recorded(t)["03_accounts.connected"])
	require.NoError(t, err)
	require.Zero(t, env.OccurredAt)
	require.Equal(t, "argyle", env.Endpoint)
}
