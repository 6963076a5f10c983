package eventstest_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/eventstest"
)

func TestEveryFixtureIsAnEventOfItsKind(t *testing.T) {
	t.Parallel()
	ids := eventstest.FixtureIDs()
	require.Greater(t, len(ids), 150)
	for _, id := range ids {
		body, ok := eventstest.Fixture(id)
		require.True(t, ok, id)
		if id.Stream == events.StreamLink {
			require.True(t, json.Valid(body), id)
			continue
		}
		var envelope struct{ Event string }
		require.NoError(t, json.Unmarshal(body, &envelope), id)
		require.Equal(t, id.Name, envelope.Event)
	}
}

func TestFixtureBelongsToItsCaller(t *testing.T) {
	t.Parallel()
	id := events.KindID{Provider: "pinwheel", Stream: events.StreamWebhook, Name: "account.added"}
	body, ok := eventstest.Fixture(id)
	require.True(t, ok)
	clear(body)
	again, _ := eventstest.Fixture(id)
	require.NotEqual(t, body, again)
}

func TestSampleIsTheDecodedPayload(t *testing.T) {
	t.Parallel()
	type thin struct {
		AccountID string `json:"account_id" validate:"required"`
		Account   string `json:"account"`
	}
	require.NotEmpty(t, eventstest.Sample(t, events.Webhook[thin]("pinwheel", "account.added")).AccountID)
	type argyle struct {
		Account string `json:"account" validate:"required"`
	}
	require.NotEmpty(t, eventstest.Sample(t, events.Webhook[argyle]("argyle", "accounts.connected")).Account)
	type screen struct {
		Name string `json:"screenName" validate:"required"`
	}
	require.NotEmpty(t, eventstest.Sample(t, events.Link[screen]("pinwheel", "screen_transition")).Name)
}

func TestSampleFailsWell(t *testing.T) {
	t.Parallel()
	require.Equal(t, "eventstest: there is no fixture of pinwheel/webhook/paystub.added\n  nearest: pinwheel/webhook/paystubs.added",
		failure(t, func(tb testing.TB) { eventstest.Sample(tb, events.Webhook[booking]("pinwheel", "paystub.added")) }))
	require.Equal(t, "eventstest: there is no fixture of acme/webhook/paystubs.booked",
		failure(t, func(tb testing.TB) { eventstest.Sample(tb, booked) }))
	type other struct {
		AccountID int `json:"account_id"`
	}
	require.Contains(t, failure(t, func(tb testing.TB) { eventstest.Sample(tb, events.Webhook[other]("pinwheel", "account.added")) }),
		"eventstest: the fixture of pinwheel/webhook/account.added: events: pinwheel/webhook/account.added does not fit its type: /account_id")
}
