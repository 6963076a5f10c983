package pinwheel_test

import (
	"errors"
	"strconv"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/pinwheel"
)

// lost lists what an example has and its type does not keep, with the reason.
var lost = map[string]string{
	"pinwheel/link/screen_transition /screen_name": "the documented name is read into screenName, the wire's",
	"pinwheel/link/exit /pendingRetry":             "false is written as absent, so that an exit without error is empty",
}

// unknown lists values that examples have on purpose and the catalogue does not know.
var unknown = map[string]string{
	"pinwheel/webhook/income.added /outcome partially_done": "made up: a new outcome must be no error",
}

// example is one payload of a kind; a webhook has its envelope as well.
type example struct {
	From    string         `json:"from"`
	Body    jsontext.Value `json:"body"`
	Payload jsontext.Value `json:"payload"`
}

func readExamples(tb testing.TB, name string) map[string][]example {
	tb.Helper()
	var file struct {
		Examples map[string][]example `json:"examples"`
	}
	readJSON(tb, name, &file)
	return file.Examples
}

// eachExample runs fn for every example of both streams, as the envelope it arrives in.
func eachExample(tb testing.TB, fn func(kind events.AnyKind, env events.Envelope)) {
	tb.Helper()
	run := func(stream events.Stream, name string, env events.Envelope) {
		id := events.KindID{Provider: pinwheel.Provider, Stream: stream, Name: name}
		kind, ok := pinwheel.Catalog().Lookup(id)
		require.True(tb, ok, "%s is not in the catalogue", id)
		env.Kind = id
		fn(kind, env)
	}
	for name, list := range readExamples(tb, "webhook_examples.json") {
		for _, e := range list {
			env, err := webhooks().Parse(nil, e.Body)
			require.NoError(tb, err)
			require.Equal(tb, name, env.Kind.Name)
			run(events.StreamWebhook, name, env)
		}
	}
	for name, list := range readExamples(tb, "link_examples.json") {
		for _, e := range list {
			run(events.StreamLink, name, events.Envelope{Raw: e.Payload})
		}
	}
}

func TestEveryKindHasAnExample(t *testing.T) {
	t.Parallel()
	seen := map[events.KindID]bool{}
	eachExample(t, func(kind events.AnyKind, _ events.Envelope) { seen[kind.ID()] = true })
	for kind := range pinwheel.Catalog().All() {
		require.True(t, seen[kind.ID()], "%s has no example", kind)
	}
}

func TestEveryExampleDecodesAndReencodesWithoutLosingAKey(t *testing.T) {
	t.Parallel()
	used := map[string]bool{}
	eachExample(t, func(kind events.AnyKind, env events.Envelope) {
		v, err := decodeAny(kind, env)
		require.NoError(t, err, "%s %s", kind, env.Payload())
		again, err := json.Marshal(v)
		require.NoError(t, err)
		var before, after any
		require.NoError(t, json.Unmarshal(env.Payload(), &before, exactNumbers))
		require.NoError(t, json.Unmarshal(again, &after, exactNumbers))
		for _, path := range missing(before, after, "") {
			key := kind.String() + " " + path
			used[key] = true
			require.Contains(t, lost, key, "%s\n%s", env.Payload(), again)
		}
		require.NoError(t, decode(kind, events.Envelope{Raw: again}), "what is encoded decodes")
	})
	require.Len(t, used, len(lost), "an exception is no longer needed")
}

// exactNumbers decodes numbers as their text.
var exactNumbers = json.WithUnmarshalers(json.UnmarshalFromFunc(func(dec *jsontext.Decoder, v *any) error {
	if dec.PeekKind() != '0' {
		return errors.ErrUnsupported
	}
	n, err := dec.ReadValue()
	*v = jsontext.Value(append([]byte("number "), n...))
	return err
}))

// missing returns the paths of members that before has and after does not have with the same value. Null, and a member that
// is not there, are the same.
func missing(before, after any, path string) (paths []string) {
	switch b := before.(type) {
	case nil:
		return nil
	case map[string]any:
		a, ok := after.(map[string]any)
		if !ok && len(b) > 0 {
			return []string{path}
		}
		for name, value := range b {
			paths = append(paths, missing(value, a[name], path+"/"+name)...)
		}
	case []any:
		a, ok := after.([]any)
		if !ok || len(a) != len(b) {
			return []string{path}
		}
		for i := range b {
			paths = append(paths, missing(b[i], a[i], path+"/"+strconv.Itoa(i))...)
		}
	case jsontext.Value:
		if a, ok := after.(jsontext.Value); !ok || string(a) != string(b) {
			return []string{path}
		}
	default:
		if before != after {
			return []string{path}
		}
	}
	return paths
}

func TestNoFieldOfARecordedDeliveryIsWithoutAType(t *testing.T) {
	t.Parallel()
	for _, d := range deliveries(t) {
		env, err := webhooks().Parse(nil, []byte(d.Body))
		require.NoError(t, err)
		kind, ok := pinwheel.Catalog().Lookup(env.Kind)
		require.True(t, ok)
		require.Empty(t, events.FindDrift(kind, env.Payload()))
		var envelope map[string]any
		require.NoError(t, json.Unmarshal([]byte(d.Body), &envelope))
		require.Len(t, envelope, 3, "event_id, event and payload are the whole envelope")
	}
}

func TestEveryExampleIsWithoutDrift(t *testing.T) {
	t.Parallel()
	used := map[string]bool{}
	eachExample(t, func(kind events.AnyKind, env events.Envelope) {
		for _, d := range events.FindDrift(kind, env.Payload()) {
			key := strings.TrimSpace(d.Kind.String() + " " + d.Path + " " + d.Value)
			used[key] = true
			require.Contains(t, unknown, key)
		}
	})
	require.Len(t, used, len(unknown), "an exception is no longer needed")
}

func TestANewScreenIsDrift(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"screenName", "screen_name"} {
		found := events.FindDrift(pinwheel.LinkScreenTransition, []byte(`{"`+name+`":"MOON","moon":1}`))
		require.Equal(t, []events.Drift{
			{Kind: pinwheel.LinkScreenTransition.ID(), Path: "/" + name, Value: "MOON"},
			{Kind: pinwheel.LinkScreenTransition.ID(), Path: "/moon"},
		}, found)
	}
}

func TestNullsReadAsAbsent(t *testing.T) {
	t.Parallel()
	eachExample(t, func(kind events.AnyKind, env events.Envelope) {
		if !strings.HasPrefix(string(env.Payload()), "{") {
			return
		}
		var members map[string]jsontext.Value
		require.NoError(t, json.Unmarshal(env.Payload(), &members))
		for name := range members {
			if name == "account_id" {
				continue // required where it is recorded
			}
			whole := members[name]
			members[name] = jsontext.Value("null")
			changed, err := json.Marshal(members)
			require.NoError(t, err)
			require.NoError(t, decode(kind, events.Envelope{Raw: changed}), "%s: %s is null", kind, name)
			members[name] = whole
		}
	})
}

func TestUnknownMembersAndValuesAreNoError(t *testing.T) { // §F 24
	t.Parallel()
	eachExample(t, func(kind events.AnyKind, env events.Envelope) {
		text := string(env.Payload())
		if text == "{}" {
			return
		}
		changed := strings.Replace(text, "{", `{"brand_new": [{"x": 1.5}], `, 1)
		require.NoError(t, decode(kind, events.Envelope{Raw: []byte(changed)}), "%s", kind)
	})
	for _, payload := range []string{
		`{"account_id":"a","outcome":"postponed","error_type":"newType","error_code":"newCode","name":"new_job",` +
			`"timestamp":"yesterday","params":{"sync_status":"almost","from_pay_date":"31/12/2025"}}`,
		`{"account_id":"a","timestamp":"","params":{}}`,
		`{"account_id":"a"}`,
	} {
		require.NoError(t, decode(pinwheel.PaystubsAdded, events.Envelope{Raw: []byte(payload)}))
	}
}

func TestPayloadsThatDoNotFitAreDecodeErrors(t *testing.T) { // §F 6, 24
	t.Parallel()
	for _, payload := range []string{
		`{"outcome":"success"}`,
		`{"account_id":null}`,
		`{"account_id":""}`,
		`{"account_id":12}`,
		`{"account_id":"a","params":{"count":"three"}}`,
		`{"account_id":"a","params":{"count":1.5}}`,
		`{"account_id":"a","params":{"count":9223372036854775808}}`,
		`{"account_id":"a","added":["id"]}`,
		`{"account_id":"a","account_id":"b"}`,
		"{\"account_id\":\"\xff\"}",
		`[]`, `"x"`, `7`, ``,
	} {
		_, err := pinwheel.PaystubsAdded.Decode(events.Envelope{Raw: []byte(payload)})
		var decodeErr *events.DecodeError
		require.ErrorAs(t, err, &decodeErr, payload)
		require.Equal(t, pinwheel.PaystubsAdded.ID(), decodeErr.Kind)
	}
}
