package argyle_test

import (
	"bytes"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/argyle"
)

// FuzzVerify: nothing but the one signature of the exact body is accepted, whatever the header holds.
func FuzzVerify(f *testing.F) {
	w := newV2(nil)
	for _, value := range []string{"", vectorMAC, strings.ToUpper(vectorMAC), "v2=" + vectorMAC, vectorMAC + "," + vectorMAC, "\xff", vectorMAC[:64]} {
		f.Add(value, []byte(vectorBody))
	}
	f.Fuzz(func(t *testing.T, value string, body []byte) {
		want := signed(w, body).Get(signatureHeader)
		keyID, err := w.Verify(http.Header{signatureHeader: {value}}, body, time.Now())
		require.Equal(t, value == want, err == nil)
		require.Equal(t, err == nil, keyID != "")
		_, err = w.Verify(http.Header{signatureHeader: {want, value}}, body, time.Now())
		require.ErrorIs(t, err, argyle.ErrMalformedSignature)
		if len(body) < 1<<10 && err != nil {
			require.NotContains(t, w.Diagnose(http.Header{signatureHeader: {value}}, body, argyle.ErrBadSignature), want)
		}
	})
}

// FuzzParse: a body is refused, or what was read from it is what a strict JSON decoder reads.
func FuzzParse(f *testing.F) {
	for _, body := range recorded(f) {
		f.Add(body)
	}
	for _, list := range webhookExamples(f).V1 {
		f.Add([]byte(list[0].Body))
	}
	f.Add([]byte(`{"event":"a","data":null}`))
	f.Add([]byte(`{"event":"a","EVENT":"b","data":{"account":1}}`))
	w, catalog := newV2(nil), argyle.Catalog()
	f.Fuzz(func(t *testing.T, body []byte) {
		before := bytes.Clone(body)
		env, err := w.Parse(nil, body)
		require.Equal(t, digest(body), env.ID)
		require.Equal(t, before, body)
		require.LessOrEqual(t, env.Start, env.End)
		_ = argyle.SubscriptionName(body)
		if err != nil {
			return
		}
		var want struct {
			Event string         `json:"event"`
			Data  jsontext.Value `json:"data"`
		}
		require.NoError(t, json.Unmarshal(body, &want, jsontext.AllowDuplicateNames(true)))
		require.Equal(t, want.Event, env.Kind.Name)
		require.Equal(t, string(want.Data), string(env.Payload()))
		again, err := w.Compose(env.Kind, env.Meta, env.Payload())
		require.NoError(t, err)
		twin, err := w.Parse(nil, again)
		require.NoError(t, err)
		require.Equal(t, env.Subject, twin.Subject)
		require.True(t, env.OccurredAt.Equal(twin.OccurredAt))
		if kind, ok := catalog.Lookup(env.Kind); ok {
			decodeTwice(t, kind, env.Payload())
		}
	})
}

// FuzzLinkPayload: whatever a browser sends, every Link kind either refuses it or reads the same from what it writes.
func FuzzLinkPayload(f *testing.F) {
	all := linkExamplesOf(f)
	for _, examples := range []map[string][]linkExample{all.V5, all.V4} {
		for _, list := range examples {
			for _, x := range list {
				f.Add([]byte(x.Payload))
			}
		}
	}
	var kinds []events.AnyKind
	for _, catalog := range []*events.Catalog{argyle.Catalog(), argyle.V1Catalog()} {
		for kind := range catalog.All() {
			if kind.ID().Stream == events.StreamLink {
				kinds = append(kinds, kind)
			}
		}
	}
	f.Fuzz(func(t *testing.T, payload []byte) {
		for _, kind := range kinds {
			decodeTwice(t, kind, payload)
		}
	})
}

// decodeTwice checks that a payload that can be read is written as something that reads the same.
func decodeTwice(t *testing.T, kind events.AnyKind, payload []byte) {
	t.Helper()
	first, err := decode(kind, payload)
	if err != nil {
		return
	}
	again, err := json.Marshal(first)
	require.NoError(t, err)
	second, err := decode(kind, again)
	require.NoError(t, err)
	third, err := json.Marshal(second)
	require.NoError(t, err)
	require.Equal(t, sorted(t, again), sorted(t, third))
}

// sorted makes two encodings of one value comparable: maps have no order.
func sorted(t *testing.T, text jsontext.Value) string {
	t.Helper()
	require.NoError(t, text.Canonicalize())
	return string(text)
}
