package pinwheel_test

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/pinwheel"
)

func TestParseFillsTheMetaFromSignedBytes(t *testing.T) {
	t.Parallel()
	w := pinwheel.NewWebhooks(events.Keys("x"), &pinwheel.Options{Name: "eu"})
	b := []byte(`{"event_id": "e1", "event": "paystubs.added", "payload": {"id": "j1", "outcome": "pending", ` +
		`"timestamp": "2026-03-01T10:00:00.5+01:00", "account_id": "a1", "end_user_id": " u\u00e9 \n", "link_token_id": "l1"}}`)
	env, err := w.Parse(nil, b)
	require.NoError(t, err)
	require.Equal(t, events.Meta{
		ID: "e1", Kind: pinwheel.PaystubsAdded.ID(), Endpoint: "eu", Source: events.SourceWebhook, Trust: events.Verified,
		Subject: events.Subject{AccountID: "a1", EndUserID: "ué", LinkTokenID: "l1"},
		JobID:   "j1", Outcome: "pending", OccurredAt: time.Date(2026, 3, 1, 9, 0, 0, 5e8, time.UTC),
	}, env.Meta)
	require.Same(t, &b[0], &env.Raw[0], "the body is shared, not copied")
	require.Equal(t, byte('{'), env.Payload()[0])
	require.True(t, jsontext.Value(env.Payload()).IsValid())
	require.Zero(t, env.DedupFor)
}

func TestParseTellsJobsFromBills(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`{"event_id":"1","event":"bill.added","payload":{"id":"b"}}`:                       "",
		`{"event_id":"1","event":"bill.updated","payload":{"id":"b","outcome":"success"}}`: "",
		`{"event_id":"1","event":"bill_switch.added","payload":{"id":"j","outcome":"x"}}`:  "j",
		`{"event_id":"1","event":"new.thing","payload":{"id":"j","outcome":"error"}}`:      "j",
		`{"event_id":"1","event":"account.added","payload":{"account_id":"a"}}`:            "",
	} {
		env, err := webhooks().Parse(nil, []byte(text))
		require.NoError(t, err)
		require.Equal(t, want, env.JobID, text)
	}
}

func TestParseTakesUnknownEvents(t *testing.T) { // §F 24
	t.Parallel()
	for _, payload := range []string{`{"account_id":"a1","new":[1]}`, `[1]`, `"text"`, `null`, `7`} {
		env, err := webhooks().Parse(nil, []byte(`{"event":"timesheets.added","more":{},"event_id":"e","payload":`+payload+`}`))
		require.NoError(t, err)
		require.Equal(t, "pinwheel/webhook/timesheets.added", env.Kind.String())
		require.Equal(t, payload, string(env.Payload()))
	}
}

func TestParseLeavesOutIDsOfTheWrongType(t *testing.T) { // §F 6
	t.Parallel()
	env, err := webhooks().Parse(nil, []byte(`{"event_id":"e","event":"x","payload":{"account_id":12,"end_user_id":null,`+
		`"link_token_id":{"id":"l"},"outcome":["success"],"timestamp":1750802674,"id":"`+strings.Repeat("x", 4000)+`"}}`))
	require.NoError(t, err)
	require.Equal(t, events.Subject{}, env.Subject)
	require.Empty(t, env.Outcome+env.JobID)
	require.True(t, env.OccurredAt.IsZero())
}

func TestParseUsesCreatedAtWhereThereIsNoTimestamp(t *testing.T) {
	t.Parallel()
	env, err := webhooks().Parse(nil, []byte(`{"event_id":"e","event":"account.added","payload":{"timestamp":"soon",`+
		`"created_at":"2026-01-02T03:04:05Z"}}`))
	require.NoError(t, err)
	require.Equal(t, time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), env.OccurredAt)
}

func TestParseGivesABodyWithoutIDItsDigest(t *testing.T) { // §F 20
	t.Parallel()
	for _, text := range []string{
		`{"event":"x","payload":{}}`, `{"event_id":null,"event":"x","payload":{}}`, `{"event_id":"","event":"x","payload":{}}`,
	} {
		env, err := webhooks().Parse(nil, []byte(text))
		require.NoError(t, err)
		sum := sha256.Sum256([]byte(text))
		require.Equal(t, hex.EncodeToString(sum[:])[:32], env.ID)
	}
	env, err := webhooks().Parse(nil, []byte(`{"event_id":"a.b/c ü","event":"x","payload":{}}`))
	require.NoError(t, err)
	require.Equal(t, "a.b/c ü", env.ID)
}

func TestParseRefusesWhatItCannotRoute(t *testing.T) { // §F 4, 5, 6
	t.Parallel()
	for text, want := range map[string]error{
		``:                     events.ErrSyntax,
		`{}{}`:                 events.ErrSyntax,
		"\xef\xbb\xbf{}":       events.ErrSyntax,
		"{}\x00":               events.ErrSyntax,
		`null`:                 events.ErrNotObject,
		`[]`:                   events.ErrNotObject,
		`"x"`:                  events.ErrNotObject,
		`{`:                    events.ErrSyntax,
		strings.Repeat("[", 5): events.ErrNotObject,
		`{"payload":` + strings.Repeat("[", 10_001) + strings.Repeat("]", 10_001) + `}`: events.ErrTooDeep,
		`{}`:                            pinwheel.ErrNoEvent,
		`{"event_id":"e","payload":{}}`: pinwheel.ErrNoEvent,
		`{"event_id":"e","event":null,"payload":{}}`:                                 pinwheel.ErrNoEvent,
		`{"event_id":"e","event":"","payload":{}}`:                                   pinwheel.ErrNoEvent,
		`{"event_id":"e","event":5,"payload":{}}`:                                    pinwheel.ErrNoEvent,
		`{"event_id":"e","event":["x"],"payload":{}}`:                                pinwheel.ErrNoEvent,
		`{"event_id":"e","event":"` + strings.Repeat("x", 4000) + `","payload":{}}`:  pinwheel.ErrNoEvent,
		`{"event_id":5,"event":"x","payload":{}}`:                                    pinwheel.ErrMalformedID,
		`{"event_id":{"a":"e"},"event":"x","payload":{}}`:                            pinwheel.ErrMalformedID,
		`{"event_id":"` + strings.Repeat("x", 4000) + `","event":"x","payload":{}}`:  pinwheel.ErrMalformedID,
		`{"event_id":"e","event":"x"}`:                                               pinwheel.ErrNoPayload,
		`{"event":"a","EVENT":"b","event_id":"e","payload":{}}`:                      events.ErrAmbiguous,
		`{"event":"a","event":"b","event_id":"e","payload":{}}`:                      events.ErrAmbiguous,
		`{"event":"a","\u0065vent":"b","event_id":"e","payload":{}}`:                 events.ErrAmbiguous,
		`{"event":"a","event_id":"e","event_id":"f","payload":{}}`:                   events.ErrAmbiguous,
		`{"event":"a","event_id":"e","Event_ID":"f","payload":{}}`:                   events.ErrAmbiguous,
		`{"event":"a","event_id":"e","payload":{},"payload":{}}`:                     events.ErrAmbiguous,
		`{"event":"a","event_id":"e","payload":{"account_id":"1","account_id":"2"}}`: events.ErrAmbiguous,
		"{\"event\":\"a\",\"event_id\":\"\xff\",\"payload\":{}}":                     events.ErrSyntax,
		`{"event":"a","event_id":"\ud83d","payload":{}}`:                             events.ErrSyntax,
	} {
		env, err := webhooks().Parse(nil, []byte(text))
		require.ErrorIs(t, err, want, "%.60q", text)
		require.NotEmpty(t, env.ID, "what is kept needs an id")
		require.Equal(t, text, string(env.Raw))
		require.NotContains(t, err.Error(), "{")
	}
	env, err := webhooks().Parse(nil, []byte(`{"event_id":"e","event":"x"}`))
	require.Error(t, err)
	require.Equal(t, "e", env.ID, "what could be read is there")
	require.Equal(t, "x", env.Kind.Name)
}

func TestComposeWritesWhatIsRecorded(t *testing.T) {
	t.Parallel()
	for _, d := range deliveries(t) {
		env, err := webhooks().Parse(nil, []byte(d.Body))
		require.NoError(t, err)
		compact := jsontext.Value(append([]byte(nil), env.Payload()...))
		require.NoError(t, compact.Compact())
		b, err := webhooks().Compose(env.Kind, env.Meta, compact)
		require.NoError(t, err)
		require.Equal(t, d.Body, string(b), "byte for byte")
	}
}

func TestComposeMakesAnID(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for range 10 {
		b, err := webhooks().Compose(pinwheel.IncomeAdded.ID(), events.Meta{}, []byte(`{"account_id":"a"}`))
		require.NoError(t, err)
		env, err := webhooks().Parse(nil, b)
		require.NoError(t, err)
		require.Len(t, env.ID, 36)
		require.False(t, seen[env.ID])
		seen[env.ID] = true
	}
}

func TestComposeRefusesWhatIsNoWebhook(t *testing.T) {
	t.Parallel()
	ok := pinwheel.IncomeAdded.ID()
	for name, c := range map[string]struct {
		id      events.KindID
		payload string
	}{
		"a Link event":     {pinwheel.LinkOpen.ID(), `{}`},
		"another provider": {events.KindID{Provider: "argyle", Stream: events.StreamWebhook, Name: "x"}, `{}`},
		"no JSON":          {ok, `{`},
		"nothing":          {ok, ``},
		"two values":       {ok, `{}{}`},
		"invalid UTF-8":    {events.KindID{Provider: "pinwheel", Stream: events.StreamWebhook, Name: "\xff"}, `{}`},
	} {
		_, err := webhooks().Compose(c.id, events.Meta{ID: "e"}, []byte(c.payload))
		require.ErrorIs(t, err, pinwheel.ErrNotComposable, name)
	}
}

func TestSignWritesTheHeadersOfADelivery(t *testing.T) {
	t.Parallel()
	h := signed(webhooks(), []byte(body))
	require.Equal(t, "1750802674", h.Get("X-Timestamp"))
	require.Equal(t, mac(testSecret, "1750802674", body), h.Get("X-Pinwheel-Signature"))
	require.Equal(t, "application/json", h.Get("Content-Type"))
	require.Equal(t, pinwheel.Version, h.Get("Pinwheel-Version"))
}

func TestRecordedDeliveriesArriveTyped(t *testing.T) {
	t.Parallel()
	for _, d := range deliveries(t) {
		w, b := webhooks(), []byte(d.Body)
		h := signed(w, b)
		for name, value := range d.Headers {
			if name != "X-Timestamp" {
				h.Set(name, value)
			}
		}
		_, err := w.Verify(h, b, time.Now())
		require.NoError(t, err)
		env, err := w.Parse(h, b)
		require.NoError(t, err)
		kind, ok := pinwheel.Catalog().Lookup(env.Kind)
		require.True(t, ok)
		require.Equal(t, "934f6406-c332-4c05-a3e8-6a90765c842d", env.AccountID)
		require.Equal(t, "6a927ef1-6c91-43c9-abbe-6728dc8ef877", env.EndUserID)
		require.Equal(t, "a63c75ef-3e91-4fff-8147-78cf7efeddd2", env.LinkTokenID)
		require.WithinDuration(t, clock, env.OccurredAt, 10*time.Second)
		require.NoError(t, decode(kind, env))
	}
}

func TestReencodedDeliveriesAreRefused(t *testing.T) { // §F 1
	t.Parallel()
	for _, d := range deliveries(t) {
		w := webhooks()
		h := signed(w, []byte(d.Body))
		var v any
		require.NoError(t, json.Unmarshal([]byte(d.Body), &v))
		compact, err := json.Marshal(v)
		require.NoError(t, err)
		indented, err := json.Marshal(v, jsontext.WithIndent("  "))
		require.NoError(t, err)
		for name, changed := range map[string]string{
			"compact": string(compact), "indented": string(indented), "newline": d.Body + "\n", "BOM": "\xef\xbb\xbf" + d.Body,
			"slashes": strings.Replace(d.Body, ":", "\\u003a", 1), "CRLF": d.Body + "\r\n", "cut": d.Body[:len(d.Body)-1],
		} {
			_, err := w.Verify(h, []byte(changed), time.Now())
			require.ErrorIs(t, err, pinwheel.ErrBadSignature, name)
		}
	}
}

func TestParseKeepsNoTextOfKnownNames(t *testing.T) {
	t.Parallel()
	for kind := range pinwheel.Catalog().All() {
		id := kind.ID()
		if id.Stream != events.StreamWebhook {
			continue
		}
		env, err := webhooks().Parse(nil, []byte(`{"event_id":"e","event":"`+id.Name+`","payload":{}}`))
		require.NoError(t, err)
		require.Equal(t, id, env.Kind)
		require.True(t, pinwheel.Interned(id.Name), "%s is missing from names.go", id.Name)
	}
	require.False(t, pinwheel.Interned("no.event"))
}
