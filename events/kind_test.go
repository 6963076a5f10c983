package events_test

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
)

func TestKindNamesItsWireNameAndItsType(t *testing.T) {
	t.Parallel()
	require.Equal(t, "acme/webhook/paystubs.added", paystubsAdded.String())
	require.Equal(t, events.KindID{Provider: "acme", Stream: events.StreamLink, Name: "screen"}, linkScreen.ID())
	require.Equal(t, reflect.TypeFor[paystubs](), paystubsAdded.Type())
}

func TestKindNeedsAProviderAndAName(t *testing.T) {
	t.Parallel()
	const sentence = "events: a kind needs a provider and a name"
	require.PanicsWithValue(t, sentence, func() { events.Webhook[paystubs]("", "x") })
	require.PanicsWithValue(t, sentence, func() { events.Link[paystubs]("acme", "") })
}

func TestKindIDTextRoundTrip(t *testing.T) {
	t.Parallel()
	for _, id := range []events.KindID{
		paystubsAdded.ID(), linkScreen.ID(),
		{Provider: "argyle-v1", Stream: events.StreamWebhook, Name: "a/b/c"},
		{Provider: "argyle", Stream: events.StreamLink, Name: "search - term updated"},
	} {
		got, ok := events.ParseKindID(id.String())
		require.True(t, ok, id)
		require.Equal(t, id, got)

		b, err := json.Marshal(map[events.KindID]events.KindID{id: id})
		require.NoError(t, err)
		var back map[events.KindID]events.KindID
		require.NoError(t, json.Unmarshal(b, &back))
		require.Equal(t, map[events.KindID]events.KindID{id: id}, back)
	}
}

func TestKindIDTextOfAnotherFormIsNoKind(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"", "acme", "acme/", "acme/webhook", "acme/webhook/", "/webhook/x", "acme/unknown/x", "acme/Webhook/x"} {
		_, ok := events.ParseKindID(s)
		require.False(t, ok, s)
		id := paystubsAdded.ID()
		require.NoError(t, id.UnmarshalText([]byte(s)))
		require.Zero(t, id, s)
	}
	require.Equal(t, "unknown", events.Stream(0).String())
}

func TestKindDecodesWhatItEncodes(t *testing.T) {
	t.Parallel()
	want := paystubs{AccountID: "acc_1", Added: []string{"p1"}}
	raw, err := paystubsAdded.Encode(want)
	require.NoError(t, err)
	got, err := paystubsAdded.Decode(events.Envelope{Raw: raw})
	require.NoError(t, err)
	require.Equal(t, want, got)
}

func TestKindEncodeErrorHoldsNoValue(t *testing.T) {
	t.Parallel()
	type odd struct {
		Secret string
		Ch     chan int
	}
	_, err := events.Webhook[odd]("acme", "odd").Encode(odd{Secret: canary, Ch: make(chan int)})
	var decode *events.DecodeError
	require.ErrorAs(t, err, &decode)
	require.NotContains(t, err.Error(), canary)
	require.Contains(t, err.Error(), "acme/webhook/odd")
}

func TestKindDecodesAnUnknownEventIntoATypeOfTheHost(t *testing.T) {
	t.Parallel()
	env := of(events.KindID{Provider: "acme", Stream: events.StreamWebhook, Name: "brand.new"}, `{"screen":"LOGIN"}`)
	got, err := linkScreen.Decode(env)
	require.NoError(t, err)
	require.Equal(t, claim{Screen: "LOGIN"}, got)
}
