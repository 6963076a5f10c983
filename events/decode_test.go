package events_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
)

type choosy struct{}

func (*choosy) UnmarshalJSON(b []byte) error { return errors.New("I do not like " + string(b)) }

type nested struct {
	ID    string            `json:"id" validate:"required"`
	Count int               `json:"count" validate:"gte=0"`
	Tags  map[string]string `json:"tags"`
	Odd   choosy            `json:"odd"`
	List  []struct {
		ID string `json:"id" validate:"required"`
	} `json:"list" validate:"dive"`
	Map map[string]struct {
		ID string `json:"id" validate:"required"`
	} `json:"map" validate:"dive"`
	Plain *nested `json:"plain"`
}

var nestedKind = events.Webhook[nested]("acme", "nested")

func TestDecodeErrorNamesThePlaceAndNeverTheValue(t *testing.T) {
	t.Parallel()
	for payload, want := range map[string]string{
		``:                                             "the payload: it is not valid JSON",
		canary:                                         "the payload: it is not valid JSON",
		`"` + canary + `"`:                             "the payload: a JSON string cannot be read as events_test.nested",
		`["` + canary + `"]`:                           "the payload: a JSON array cannot be read as events_test.nested",
		`{"id":{"x":"` + canary + `"}}`:                "/id: a JSON object cannot be read as string",
		`{"count":"` + canary + `"}`:                   "/count: a JSON string cannot be read as int",
		`{"count":true}`:                               "/count: a JSON boolean cannot be read as int",
		`{"count":99999999999999999999}`:               "/count: a JSON number cannot be read as int",
		`{"tags":"` + canary + `"}`:                    "/tags: a JSON string cannot be read as map[string]string",
		`{"odd":"` + canary + `"}`:                     "/odd: a JSON string cannot be read as events_test.choosy",
		`{"id":"` + canary + `","id":"x"}`:             "/id: the same name stands twice in one object",
		`{"id":"` + canary + `\uD800"}`:                "/id: it is not valid JSON",
		"{\"id\":\"" + canary + "\xff\"}":              "/id: it is not valid JSON",
		`{"id":"` + canary + `"} {"second":"value"}`:   "the payload: it is not valid JSON",
		`{"id":"` + canary:                             "/id: it is not valid JSON",
		`{"ID":"` + canary + `"}`:                      "/id: the rule required is not met",
		`null`:                                         "/id: the rule required is not met",
		`{"id":"x","count":-1}`:                        "/count: the rule gte is not met",
		`{"id":"x","list":[{"id":"y"},{}]}`:            "/list/1/id: the rule required is not met",
		`{"id":"x","map":{"` + canary + `":{}}}`:       "/map/*/id: the rule required is not met",
		`{"id":"x","plain":{"count":-1,"id":"inner"}}`: "/plain/count: the rule gte is not met",
	} {
		_, err := nestedKind.Decode(events.Envelope{Raw: []byte(payload)})
		var decode *events.DecodeError
		require.ErrorAs(t, err, &decode, payload)
		require.Equal(t, "events: acme/webhook/nested does not fit its type: "+want, err.Error(), payload)
		require.Equal(t, nestedKind.ID(), decode.Kind)
	}
}

func TestValidateChecksTagsOnly(t *testing.T) {
	t.Parallel()
	type free struct{ A, B string }
	for _, v := range []any{nil, free{}, &free{}, "text", 7, map[string]string{}, (*paystubs)(nil), []paystubs{{}}} {
		require.NoError(t, events.Validate(v), "%T", v)
	}
	good := &paystubs{AccountID: "a"}
	require.NoError(t, events.Validate(good))
	require.NoError(t, events.Validate(&good))
	bad := &paystubs{}
	for _, v := range []any{*bad, bad, &bad} {
		require.EqualError(t, events.Validate(v), "events: /unknown/ does not fit its type: /account_id: the rule required is not met")
	}
}

type job struct {
	ID string `json:"id" validate:"min=3"`
}

type run struct {
	*job
	Steps []struct{ job } `json:"steps" validate:"dive"`
}

type page[T any] struct {
	Item T `json:"item" validate:"required"`
}

func TestValidateNamesTheMemberAsItStandsInThePayload(t *testing.T) {
	t.Parallel()
	good := job{ID: "123"}
	for want, v := range map[string]any{
		"/id":         &run{job: &job{}},
		"/steps/1/id": &run{job: &good, Steps: []struct{ job }{{good}, {job{}}}},
		"/item":       page[paystubs]{},
		"/name": &struct {
			Name string `json:"name" validate:"min=1"`
		}{},
	} {
		var decode *events.DecodeError
		require.ErrorAs(t, events.Validate(v), &decode)
		require.Equal(t, want, decode.Pointer)
	}
}

func TestAKindOfPointersIsValidated(t *testing.T) {
	t.Parallel()
	kind := events.Webhook[*paystubs]("acme", "pointer")
	_, err := kind.Decode(events.Envelope{Raw: []byte(`{}`)})
	require.ErrorContains(t, err, "/account_id: the rule required is not met")
	got, err := kind.Decode(events.Envelope{Raw: []byte(`null`)})
	require.NoError(t, err)
	require.Nil(t, got)
}

func FuzzDecode(f *testing.F) {
	for _, s := range []string{`{"id":"x"}`, `{"id":"x","map":{"k":{}}}`, `{"plain":{"plain":null}}`, `[`, "\xff", `{"list":[{"id":"é"}]}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, payload []byte) {
		v, err := nestedKind.Decode(events.Envelope{Raw: payload})
		var decode *events.DecodeError
		if err != nil && !errors.As(err, &decode) {
			t.Fatalf("not a DecodeError: %T", err)
		}
		if err == nil && v.ID == "" {
			t.Fatal("a payload without its required field was accepted")
		}
	})
}
