package argyle_test

import (
	"bytes"
	"net/netip"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/argyle"
)

func TestComposeWritesWhatWasRecorded(t *testing.T) {
	t.Parallel()
	for name, body := range recorded(t) {
		w := newV2(&argyle.Options{Name: argyle.SubscriptionName(body)})
		env, err := w.Parse(nil, body)
		require.NoError(t, err)
		payload := jsontext.Value(bytes.Clone(env.Payload()))
		require.NoError(t, payload.Compact())
		again, err := w.Compose(env.Kind, env.Meta, payload)
		require.NoError(t, err)
		require.Equal(t, string(body), string(again), name)
	}
}

func TestSignLooksLikeADelivery(t *testing.T) {
	t.Parallel()
	header := signed(newV2(nil), []byte(vectorBody))
	require.Equal(t, vectorMAC, header.Get("X-Argyle-Signature"))
	require.Equal(t, "application/json", header.Get("Content-Type"))
	require.Equal(t, "*/*", header.Get("Accept"))
	require.Contains(t, header.Get("User-Agent"), "ReactorNetty/")
	require.Len(t, header, 4, "no event id, no timestamp, no attempt")
}

func TestComposeRefusesWhatArgyleWouldNotSend(t *testing.T) {
	t.Parallel()
	w := newV2(nil)
	for _, id := range []events.KindID{
		{}, argyle.LinkAccountConnected.ID(), argyle.V1AccountsAdded.ID(),
		{Provider: "pinwheel", Stream: events.StreamWebhook, Name: "account.added"},
		{Provider: argyle.Provider, Stream: events.StreamWebhook, Name: "\xff"},
	} {
		_, err := w.Compose(id, events.Meta{}, []byte(`{}`))
		require.ErrorIs(t, err, argyle.ErrNotComposable, id)
	}
	for _, payload := range []string{"", "{", "{}{}", `{}},"event":{`, "nul", "\xff"} {
		_, err := w.Compose(argyle.AccountsAdded.ID(), events.Meta{}, []byte(payload))
		require.ErrorIs(t, err, argyle.ErrNotComposable, payload)
	}
	_, err := newV1(nil).Compose(argyle.V1AccountsAdded.ID(), events.Meta{}, []byte(`{"account":"a"}`))
	require.NoError(t, err)
}

func TestSourceAddrs(t *testing.T) {
	t.Parallel()
	addrs := argyle.SourceAddrs()
	require.Len(t, addrs, 4)
	require.Contains(t, addrs, netip.MustParseAddr("35.188.163.115"))
}
