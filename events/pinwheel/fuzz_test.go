package pinwheel_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/pinwheel"
)

// FuzzVerify holds the verifier against the definition of the signature: exactly the one canonical header pair is taken.
func FuzzVerify(f *testing.F) {
	good := mac(testSecret, "1750802674", body)
	for _, seed := range []string{good, "", "v2=", "V2=" + good[3:], good + ",", "v1=" + good[3:]} {
		f.Add(seed, "1750802674", []byte(body))
	}
	f.Add(good, "01750802674", []byte(body))
	f.Add(good, "1750802674 ", []byte{})
	w := webhooks()
	f.Fuzz(func(t *testing.T, signature, stamp string, raw []byte) {
		id, err := w.Verify(http.Header{"X-Pinwheel-Signature": {signature}, "X-Timestamp": {stamp}}, raw, time.Now())
		if want := mac(testSecret, stamp, string(raw)); signature != want {
			require.Error(t, err, "accepted a signature that is not the one")
		} else if err != nil {
			require.NotErrorIs(t, err, pinwheel.ErrBadSignature)
			require.NotErrorIs(t, err, pinwheel.ErrMalformedSignature)
		}
		require.Equal(t, err == nil, id != "")
	})
}

// FuzzParse holds the envelope reader against the JSON decoder.
func FuzzParse(f *testing.F) {
	for _, d := range deliveries(f) {
		f.Add([]byte(d.Body))
	}
	for _, seed := range []string{
		`{"event_id":"e","event":"x","payload":null}`, `{"event":"a","EVENT":"b"}`, `{"event_id":1,"event":"x","payload":{}}`,
		`{"event":"\u0061","event_id":"\ud83d\ude00","payload":{"timestamp":"2026-01-01T00:00:00Z","outcome":"x","id":"y"}}`,
	} {
		f.Add([]byte(seed))
	}
	w := webhooks()
	f.Fuzz(func(t *testing.T, raw []byte) {
		env, err := w.Parse(nil, raw)
		require.NotEmpty(t, env.ID)
		require.Equal(t, raw, env.Raw)
		if err != nil {
			require.LessOrEqual(t, len(err.Error()), 80, "an error shows nothing of the body")
			return
		}
		var want struct {
			EventID any            `json:"event_id"`
			Event   string         `json:"event"`
			Payload jsontext.Value `json:"payload"`
		}
		if err := json.Unmarshal(raw, &want, jsontext.AllowDuplicateNames(true)); err != nil {
			var sem *json.SemanticError
			require.NotErrorAs(t, err, &sem, "the decoder reads another type")
		}
		require.Equal(t, want.Event, env.Kind.Name)
		require.Equal(t, string(want.Payload), string(env.Payload()))
		if id, ok := want.EventID.(string); ok && id != "" {
			require.Equal(t, id, env.ID)
		}
		again, err := w.Compose(env.Kind, env.Meta, env.Payload())
		require.NoError(t, err)
		twice, err := w.Parse(nil, again)
		require.NoError(t, err)
		require.Equal(t, env.Meta, twice.Meta, "composing what was parsed says the same")
	})
}

// FuzzLinkPayloads decodes any bytes as every Link event: they come from browsers.
func FuzzLinkPayloads(f *testing.F) {
	var kinds []events.AnyKind
	for kind := range pinwheel.Catalog().All() {
		if kind.ID().Stream == events.StreamLink {
			kinds = append(kinds, kind)
		}
	}
	for _, list := range readExamples(f, "link_examples.json") {
		for _, e := range list {
			f.Add([]byte(e.Payload))
		}
	}
	f.Fuzz(func(t *testing.T, payload []byte) {
		for _, kind := range kinds {
			v, err := decodeAny(kind, events.Envelope{Raw: payload})
			if err != nil {
				var decodeErr *events.DecodeError
				require.ErrorAs(t, err, &decodeErr)
				continue
			}
			again, err := json.Marshal(v)
			require.NoError(t, err)
			require.NoError(t, decode(kind, events.Envelope{Raw: again}))
		}
	})
}

// FuzzWebhookPayloads decodes any bytes as every webhook.
func FuzzWebhookPayloads(f *testing.F) {
	var kinds []events.AnyKind
	for kind := range pinwheel.Catalog().All() {
		if kind.ID().Stream == events.StreamWebhook {
			kinds = append(kinds, kind)
		}
	}
	for _, list := range readExamples(f, "webhook_examples.json") {
		env, err := webhooks().Parse(nil, list[0].Body)
		require.NoError(f, err)
		f.Add(env.Payload())
	}
	f.Fuzz(func(t *testing.T, payload []byte) {
		for _, kind := range kinds {
			v, err := decodeAny(kind, events.Envelope{Raw: payload})
			if err != nil {
				continue
			}
			again, err := json.Marshal(v)
			require.NoError(t, err)
			require.NoError(t, decode(kind, events.Envelope{Raw: again}))
		}
	})
}

// FuzzTimestamp holds the reader of the recorded form against the standard library's.
func FuzzTimestamp(f *testing.F) {
	for _, seed := range []string{
		"2026-01-12T09:41:17.604118+00:00", "2024-02-29T23:59:59.999999+00:00", "2026-02-29T00:00:00.000000+00:00",
		"0000-01-01T00:00:00.000000+00:00", "2026-01-12T09:41:17,604118+00:00", "2026-01-12T09:41:17.604118-00:00",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		want, err := time.Parse(time.RFC3339, text)
		if err != nil || len(text) > 64 {
			return
		}
		require.Equal(t, want.UTC(), pinwheel.Timestamp(text).Time(), "%q", text)
	})
}
