package pinwheel_test

import (
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/pinwheel"
)

func link[T any](t *testing.T, kind events.Kind[T], payload string) T {
	t.Helper()
	v, err := kind.Decode(events.Envelope{Raw: []byte(payload)})
	require.NoError(t, err, payload)
	return v
}

func TestRecordedLinkSessionArrivesTyped(t *testing.T) {
	t.Parallel()
	var file struct {
		Calls []struct {
			Callback  string           `json:"callback"`
			Arguments []jsontext.Value `json:"arguments"`
		} `json:"calls"`
	}
	readJSON(t, "link_sequence.json", &file)
	var names []string
	for _, call := range file.Calls {
		if call.Callback != "onEvent" {
			continue // onSuccess repeats what onEvent has said
		}
		var name string
		require.NoError(t, json.Unmarshal(call.Arguments[0], &name))
		names = append(names, name)
		id := events.KindID{Provider: pinwheel.Provider, Stream: events.StreamLink, Name: name}
		kind, ok := pinwheel.Catalog().Lookup(id)
		require.True(t, ok)
		require.NoError(t, decode(kind, events.Envelope{Raw: call.Arguments[1]}))
		require.Empty(t, events.FindDrift(kind, call.Arguments[1]))
	}
	require.Equal(t, []string{
		"open", "other_event", "screen_transition", "login_attempt", "other_event", "login", "success", "other_event",
		"screen_transition",
	}, names)
}

func TestScreenTransitionTakesBothSpellings(t *testing.T) {
	t.Parallel()
	for payload, want := range map[string]pinwheel.Screen{
		`{"screenName":"LOGIN"}`:                           pinwheel.ScreenLogin,
		`{"screen_name":"LOGIN"}`:                          pinwheel.ScreenLogin,
		`{"screen_name":"JOB_ERROR","screenName":"LOGIN"}`: pinwheel.ScreenLogin,
		`{"screenName":null,"screen_name":"LOGIN"}`:        pinwheel.ScreenLogin,
		`{"screenName":"NEW_SCREEN"}`:                      "NEW_SCREEN",
		`{}`:                                               "",
		`null`:                                             "",
	} {
		require.Equal(t, want, link(t, pinwheel.LinkScreenTransition, payload).ScreenName, payload)
	}
	c := link(t, pinwheel.LinkScreenTransition, `{"screen_name":"LOGIN","selectedEmployerId":"e","selectedEmployerName":"n",`+
		`"selectedPlatformId":"p","selectedPlatformName":"q","new":1}`)
	require.Equal(t, pinwheel.ScreenTransitionClaim{
		ScreenName: "LOGIN", SelectedEmployerID: "e", SelectedEmployerName: "n", SelectedPlatformID: "p", SelectedPlatformName: "q",
	}, c)
	_, err := pinwheel.LinkScreenTransition.Decode(events.Envelope{Raw: []byte(`{"screenName":7}`)})
	var decodeErr *events.DecodeError
	require.ErrorAs(t, err, &decodeErr)
}

func TestOtherEventKeepsRepeatedKeysInOrder(t *testing.T) {
	t.Parallel()
	c := link(t, pinwheel.LinkOtherEvent, `{"name":"input_submit","payload":[{"key":"input_type","type":"string","value":"username"},`+
		`{"key":"input_type","type":"string","value":"password"},{"key":"previous","value":"null","type":"string"}]}`)
	require.Equal(t, []pinwheel.OtherField{
		{Key: "input_type", Value: "username", Type: "string"},
		{Key: "input_type", Value: "password", Type: "string"},
		{Key: "previous", Value: "null", Type: "string"},
	}, c.Payload)
}

func TestGuidedAndIntegratedAreOpposite(t *testing.T) {
	t.Parallel()
	for payload, want := range map[string][2]bool{
		`{"isIntegratedSwitch":true}`:                        {true, true},
		`{"isIntegratedSwitch":false}`:                       {false, true},
		`{"isGuidedSwitch":true}`:                            {false, true},
		`{"isGuidedSwitch":false}`:                           {true, true},
		`{"isGuidedSwitch":true,"isIntegratedSwitch":true}`:  {true, true},
		`{"isGuidedSwitch":null,"isIntegratedSwitch":null}`:  {false, false},
		`{"isGuidedSwitch":false,"isIntegratedSwitch":null}`: {true, true},
		`{}`: {false, false},
	} {
		integrated, known := link(t, pinwheel.LinkBillSwitchSuccess, payload).Integrated()
		require.Equal(t, want, [2]bool{integrated, known}, payload)
	}
}

func TestExitGivesItsErrorInEveryForm(t *testing.T) {
	t.Parallel()
	want := pinwheel.ErrorClaim{Type: "networkError", Code: "networkError", Message: "m", PendingRetry: true}
	const members = `{"type":"networkError","code":"networkError","message":"m","pendingRetry":true}`
	for _, payload := range []string{members, `{"error":` + members + `}`} {
		got, failed := link(t, pinwheel.LinkExit, payload).Failure()
		require.True(t, failed)
		require.Equal(t, want, got)
		require.Equal(t, pinwheel.AdviceRetry, got.Advice())
	}
	for _, payload := range []string{`{}`, `null`, `{"error":null}`} {
		_, failed := link(t, pinwheel.LinkExit, payload).Failure()
		require.False(t, failed, payload)
	}
}

func TestSuccessComesWithParamsOfTwoSDKsOrWithout(t *testing.T) {
	t.Parallel()
	require.Nil(t, link(t, pinwheel.LinkSuccess, `{"accountId":"a","platformId":"p","job":"login"}`).Params)
	v2 := link(t, pinwheel.LinkSuccess, `{"job":"direct_deposit_switch","params":{"amount":{"value":50,"unit":"$"}}}`)
	require.Equal(t, &pinwheel.Amount{Value: "50", Unit: pinwheel.UnitDollar}, v2.Params.Amount)
	v3 := link(t, pinwheel.LinkSuccess, `{"job":"direct_deposit_switch","params":{"action":"partial_switch",`+
		`"allocation":{"type":"percentage","value":25.0}}}`)
	require.Equal(t, pinwheel.SwitchPartial, v3.Params.Action)
	require.Equal(t, pinwheel.Decimal("25.0"), v3.Params.Allocation.Value)
	require.Nil(t, v3.Params.Amount)
}

func TestInputAllocationTakesEveryFormOfNothing(t *testing.T) {
	t.Parallel()
	for _, payload := range []string{`{"action":null,"allocation":null}`, `{}`, `null`, `{"action":""}`} {
		require.Equal(t, pinwheel.InputAllocationClaim{}, link(t, pinwheel.LinkInputAllocation, payload))
	}
}

func TestClaimsOfTheWrongTypeAreDecodeErrors(t *testing.T) {
	t.Parallel()
	for kind := range pinwheel.Catalog().All() {
		if kind.ID().Stream != events.StreamLink {
			continue
		}
		for _, payload := range []string{`[]`, `"x"`, `1`, `{`, ``, `{"a":1,"a":2}`} {
			var decodeErr *events.DecodeError
			require.ErrorAs(t, decode(kind, events.Envelope{Raw: []byte(payload)}), &decodeErr, "%s %s", kind, payload)
		}
	}
}
