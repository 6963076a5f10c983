package argyle_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/argyle"
)

func of[T any](t *testing.T, kind events.Kind[T], data string) T {
	t.Helper()
	v, err := kind.Decode(events.Envelope{Raw: []byte(data)})
	require.NoError(t, err)
	return v
}

func refused[T any](t *testing.T, kind events.Kind[T], data, pointer string) {
	t.Helper()
	_, err := kind.Decode(events.Envelope{Raw: []byte(data)})
	var e *events.DecodeError
	require.ErrorAs(t, err, &e)
	require.Equal(t, pointer, e.Pointer)
}

func TestTheResourceIsOptionalAndCanBeEmpty(t *testing.T) {
	t.Parallel()
	require.Nil(t, of(t, argyle.AccountsUpdated, `{"account":"a","user":"u"}`).Resource)
	require.Nil(t, of(t, argyle.AccountsUpdated, `{"account":"a","user":"u","resource":null}`).Resource)
	empty := of(t, argyle.DirectDepositSwitchesCompleted, `{"account":"a","user":"u","type":"card","resource":{}}`)
	require.NotNil(t, empty.Resource)
	require.Empty(t, empty.Resource.ID)
	require.Nil(t, of(t, argyle.V1AccountsUpdated, `{"account":"a","user":"u"}`).Resource)
	partial := of(t, argyle.V1AccountsUpdated, `{"account":"a","user":"u","resource":{"id":"a","employers":["x"],"...":"..."}}`)
	require.Equal(t, []string{"x"}, partial.Resource.Employers)
}

func TestIdsAreRequiredAndOpaque(t *testing.T) {
	t.Parallel()
	of(t, argyle.V1ProfilesAdded, `{"account":"x","user":"y","profile":"51q8x2d-c07f-19ab3e-d4f6-88120"}`)
	of(t, argyle.IdentitiesAdded, `{"account":"00000000-0000-0000-0000-000000000000","user":"u","identity":"019c0b39-0b68-fb0c-c282-57302afa2ed2"}`)
	refused(t, argyle.IdentitiesAdded, `{"user":"u","identity":"i"}`, "/account")
	refused(t, argyle.IdentitiesAdded, `{"account":"a","identity":"i"}`, "/user")
	refused(t, argyle.IdentitiesAdded, `{"account":"a","user":"u"}`, "/identity")
	refused(t, argyle.IdentitiesAdded, `{"account":7,"user":"u","identity":"i"}`, "/account")
	refused(t, argyle.IdentitiesAdded, `[]`, "")
	refused(t, argyle.IdentitiesAdded, `null`, "/account")
	refused(t, argyle.GigsUpdated, `{"account":"a"}`, "/user")
	refused(t, argyle.V1FormsOCRFailed, `{"account":"a","user":"u"}`, "/form")
}

func TestUsersAndItemsHaveNoAccount(t *testing.T) {
	t.Parallel()
	of(t, argyle.UsersFullySynced, `{"user":"u","resource":{"id":"u"}}`)
	old := of(t, argyle.UsersFullySynced, `{"user":"u","resource":{"user":"u"}}`)
	require.Equal(t, "u", old.Resource.User)
	of(t, argyle.ItemsUpdated, `{"item":"item_000004711","name":"n","features":{}}`)
	of(t, argyle.ItemsRemoved, `{"item":"item_000004711"}`)
	refused(t, argyle.ItemsRemoved, `{"user":"u"}`, "/item")
	env, err := newV2(nil).Parse(nil, []byte(`{"event":"items.removed","name":"n","data":{"item":"item_000004711"}}`))
	require.NoError(t, err)
	require.Equal(t, events.Subject{}, env.Subject)
	require.Empty(t, env.OrderKey())
}

func TestEnumerationsAreOpen(t *testing.T) {
	t.Parallel()
	data := of(t, argyle.AccountsFailed, `{"account":"a","user":"u","error_code":"moon_in_the_way","error_message":"x",
		"resource":{"connection":{"status":"pondering","error_code":"moon_in_the_way","updated_at":null},
		"availability":{"dreams":{"status":"half"}},"ongoing_refresh":{"status":"sometimes"}}}`)
	require.Equal(t, argyle.ConnectionErrorCode("moon_in_the_way"), data.ErrorCode)
	require.False(t, data.ErrorCode.Known())
	require.False(t, data.Resource.Connection.Status.Known())
	require.False(t, data.Resource.OngoingRefresh.Status.Known())
	require.False(t, data.Resource.Availability["dreams"].Status.Known())
	require.False(t, argyle.Dataset("dreams").Known())
	require.True(t, argyle.DatasetShifts.Known())
}

// F7 of the legacy pages: the text says error_code, the example error.
func TestTheErrorOfAPayDistributionIsReadUnderBothNames(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"error", "error_code"} {
		data := of(t, argyle.V1AccountsUpdated, `{"account":"a","user":"u","resource":{"pay_distribution":{"status":"error","`+name+`":"account_disconnected"}}}`)
		require.Equal(t, argyle.SwitchErrorAccountDisconnected, data.Resource.PayDistribution.ErrorCode)
		require.Equal(t, argyle.SwitchStatusError, data.Resource.PayDistribution.Status)
	}
	refused(t, argyle.V1AccountsUpdated, `{"account":"a","user":"u","resource":{"pay_distribution":{"error":7}}}`, "/resource/pay_distribution/error")
}

func TestFormsAreReadUnderBothNames(t *testing.T) {
	t.Parallel()
	require.Equal(t, "f", of(t, argyle.V1FormsOCRFailed, `{"account":"a","user":"u","form":"f"}`).ID())
	require.Equal(t, "f", of(t, argyle.V1FormsOCRFailed, `{"account":"a","user":"u","document":"f"}`).ID())
}

func TestPayDistributionValues(t *testing.T) {
	t.Parallel()
	data := of(t, argyle.V1AccountsPayDistributionUpdated, `{"details":"obfuscated","flow":"removal","type":"card",
		"pay_distribution_changed":false,"allocation_id":null,"user":"u","account":"a"}`)
	require.Equal(t, argyle.V1PayDistribution{
		Account: "a", User: "u", Type: argyle.V1AllocationCard, Flow: argyle.FlowRemoval, Details: argyle.DetailObfuscated,
	}, data)
	require.True(t, data.Type.Known() && data.Flow.Known() && data.Details.Known())
}

func TestReportsReadyInAllThreeShapes(t *testing.T) {
	t.Parallel()
	newest := of(t, argyle.ReportsReady, `{"user":"u","resource":{"user":"u","external_id":null,"accounts":[{"id":"a","last_synced_at":"2026-03-10T16:22:06.081Z"}],"documents":[{"x":1}]}}`)
	require.Equal(t, "a", newest.Resource.Accounts[0].ID)
	require.Len(t, newest.Resource.Documents, 1)
	older := of(t, argyle.ReportsReady, `{"user":"u","external_id":"e","accounts":[{"id":"a"}]}`)
	require.Equal(t, argyle.Nullable("e"), older.ExternalID)
	oldest := of(t, argyle.ReportsReady, `{"user":"u","accounts":["a"]}`)
	require.Equal(t, []argyle.SyncedAccount{{ID: "a"}}, oldest.Accounts)
}

func TestCountsOfOlderBodies(t *testing.T) {
	t.Parallel()
	data := of(t, argyle.PaystubsAdded, `{"account":"a","user":"u","available_from":"2024-02-25T00:00:00Z","available_to":null,"available_count":"61","added_count":"1"}`)
	require.Equal(t, argyle.Count(61), data.AvailableCount)
	require.Equal(t, argyle.Count(1), data.AddedCount)
	require.Zero(t, data.AvailableTo)
}
