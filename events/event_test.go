package events_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
)

func TestMetaJSONRoundTrip(t *testing.T) {
	t.Parallel()
	full := events.Meta{
		ID: "ev_1", Kind: paystubsAdded.ID(), Endpoint: "acme", Source: events.SourceReplay, Trust: events.Verified,
		Subject: events.Subject{AccountID: "a", EndUserID: "e", LinkTokenID: "l", Session: "s"},
		JobID:   "j", Outcome: "success", OccurredAt: time.Date(2026, 1, 2, 3, 4, 5, 6000, time.UTC),
		ReceivedAt: time.Date(2026, 1, 2, 3, 4, 6, 0, time.UTC), Attempt: 3, KeyID: "k", Seq: 7, Handler: "h",
	}
	for _, want := range []events.Meta{full, {ID: "x", Kind: linkScreen.ID()}} {
		b, err := json.Marshal(want)
		require.NoError(t, err)
		var got events.Meta
		require.NoError(t, json.Unmarshal(b, &got))
		require.Equal(t, want, got)
	}
	b, err := json.Marshal(events.Meta{ID: "x", Kind: linkScreen.ID()})
	require.NoError(t, err)
	require.JSONEq(t, `{"id":"x","kind":"acme/link/screen","source":"unknown","trust":"claimed"}`, string(b))
}

func TestMetaRefusesBrokenJSON(t *testing.T) {
	t.Parallel()
	var m events.Meta
	require.ErrorContains(t, m.UnmarshalJSON([]byte(`{"id":1}`)), "events: decoding metadata")
	_, err := events.Meta{ID: "\xff"}.MarshalJSON()
	require.ErrorContains(t, err, "events: encoding metadata")
}

func TestClaimsNeverProveByDefault(t *testing.T) {
	t.Parallel()
	var trust events.Trust
	require.Equal(t, events.Claimed, trust)
	for _, word := range []string{"", "VERIFIED", "yes", "claimed", "verified "} {
		trust = events.Verified
		require.NoError(t, trust.UnmarshalText([]byte(word)))
		require.Equal(t, events.Claimed, trust, word)
	}
	require.NoError(t, trust.UnmarshalText([]byte("verified")))
	require.Equal(t, events.Verified, trust)
}

func TestSourceWords(t *testing.T) {
	t.Parallel()
	for source, word := range map[events.Source]string{
		events.SourceWebhook: "webhook", events.SourceLink: "link", events.SourceReconcile: "reconcile", events.SourceReplay: "replay",
	} {
		text, err := source.MarshalText()
		require.NoError(t, err)
		require.Equal(t, word, string(text))
		var got events.Source
		require.NoError(t, got.UnmarshalText(text))
		require.Equal(t, source, got)
	}
	got := events.SourceLink
	require.NoError(t, got.UnmarshalText([]byte("carrier pigeon")))
	require.Equal(t, "unknown", got.String())
}

func TestOrderKeyPrefersTheAccount(t *testing.T) {
	t.Parallel()
	m := events.Meta{Kind: paystubsAdded.ID()}
	require.Empty(t, m.OrderKey(), "what belongs to nobody known is unordered")
	m.EndUserID = "user"
	require.Equal(t, "acme/user", m.OrderKey())
	m.LinkTokenID = "token"
	require.Equal(t, "acme/token", m.OrderKey())
	m.Session = "session"
	require.Equal(t, "acme/session", m.OrderKey())
	m.AccountID = "account"
	require.Equal(t, "acme/account", m.OrderKey())
}

func TestEnvelopePayloadIsThePartThatIsDecoded(t *testing.T) {
	t.Parallel()
	env := events.Envelope{Raw: []byte(`{"payload":{"screen":"LOGIN"}}`)}
	require.Equal(t, env.Raw, env.Payload())
	env.Start, env.End = 11, 29
	require.Equal(t, `{"screen":"LOGIN"}`, string(env.Payload()))
	got, err := linkScreen.Decode(env)
	require.NoError(t, err)
	require.Equal(t, "LOGIN", got.Screen)
}
