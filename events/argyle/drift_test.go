package argyle_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/argyle"
	"github.com/linkhook/linkhook/events/eventstest"
)

func TestRecordedDeliveriesHaveNothingUnknown(t *testing.T) {
	t.Parallel()
	w := newV2(nil)
	for name, body := range recorded(t) {
		env, err := w.Parse(nil, body)
		require.NoError(t, err)
		require.Empty(t, events.FindDrift(lookup(t, argyle.Catalog(), env.Kind), env.Payload()), name)
	}
}

func TestFixturesHaveNothingUnknown(t *testing.T) {
	t.Parallel()
	for _, w := range []*argyle.Webhooks{newV2(nil), newV1(nil)} {
		for _, info := range argyle.Infos(w.Provider()) {
			id := info.Kind.ID()
			payload, ok := eventstest.Fixture(id)
			require.True(t, ok, id)
			if id.Stream == events.StreamWebhook {
				env, err := w.Parse(nil, payload)
				require.NoError(t, err)
				payload = env.Payload()
			}
			for _, d := range events.FindDrift(info.Kind, payload) {
				require.Equal(t, "onUserCreated", id.Name, d) // its token is a credential and has no field
			}
		}
	}
}

func TestDriftIsFound(t *testing.T) {
	t.Parallel()
	require.NotEmpty(t, events.FindDrift(argyle.AccountsFailed, []byte(`{"account":"a","user":"u","error_code":"moon_in_the_way"}`)))
	require.NotEmpty(t, events.FindDrift(argyle.AccountsFailed, []byte(`{"account":"a","user":"u","moon":1}`)))
	require.NotEmpty(t, events.FindDrift(argyle.VerificationsUpdated, []byte(`{"resource":{"status":{"state":"PONDERING"}}}`)))
	require.NotEmpty(t, events.FindDrift(argyle.ItemsUpdated, []byte(`{"item":"i","status":"sleepy"}`)))
	require.NotEmpty(t, events.FindDrift(argyle.LinkClosed, []byte(`{"userSawTheMoon":true}`)))
	require.NotEmpty(t, events.FindDrift(argyle.V1AccountsUpdated, []byte(`{"resource":{"pay_distribution":{"error":"moon_in_the_way"}}}`)))
}
