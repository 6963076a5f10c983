package argyle_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/argyle"
)

// PITFALLS F 4 and 5: bodies whose event cannot be told.
func TestBodiesThatAreRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		body string
		want error
	}{
		"empty":                       {"", events.ErrSyntax},
		"white space":                 {" \n", events.ErrSyntax},
		"null":                        {"null", events.ErrNotObject},
		"array":                       {"[]", events.ErrNotObject},
		"string":                      {`"accounts.added"`, events.ErrNotObject},
		"number":                      {"1", events.ErrNotObject},
		"cut":                         {`{"event":"a","data":{`, events.ErrSyntax},
		"two values":                  {`{"event":"a","data":{}}{}`, events.ErrSyntax},
		"BOM":                         {"\xef\xbb\xbf" + `{"event":"a","data":{}}`, events.ErrSyntax},
		"NUL":                         {`{"event":"a","data":{}}` + "\x00", events.ErrSyntax},
		"invalid UTF-8":               {`{"event":"a` + "\xff" + `","data":{}}`, events.ErrSyntax},
		"lone surrogate":              {`{"event":"a\ud800","data":{}}`, events.ErrSyntax},
		"form":                        {"payload=%7B%7D", events.ErrSyntax},
		"nested 10,001 deep":          {`{"event":"a","data":` + strings.Repeat("[", 10_001) + strings.Repeat("]", 10_001) + "}", events.ErrTooDeep},
		"event twice":                 {`{"event":"a","data":{},"event":"b"}`, events.ErrAmbiguous},
		"event in capitals":           {`{"event":"a","EVENT":"b","data":{}}`, events.ErrAmbiguous},
		"event in mixed case":         {`{"Event":"b","event":"a","data":{}}`, events.ErrAmbiguous},
		"event escaped":               {`{"event":"a","\u0065vent":"b","data":{}}`, events.ErrAmbiguous},
		"data twice":                  {`{"event":"a","data":{"account":"1"},"data":{"account":"2"}}`, events.ErrAmbiguous},
		"data in capitals":            {`{"event":"a","data":{},"DATA":{}}`, events.ErrAmbiguous},
		"account twice":               {`{"event":"a","data":{"account":"1","account":"2"}}`, events.ErrAmbiguous},
		"user twice":                  {`{"event":"a","data":{"user":"1","user":"2"}}`, events.ErrAmbiguous},
		"no event":                    {`{"data":{}}`, argyle.ErrNoEvent},
		"event empty":                 {`{"event":"","data":{}}`, argyle.ErrNoEvent},
		"event null":                  {`{"event":null,"data":{}}`, argyle.ErrNoEvent},
		"event a number":              {`{"event":7,"data":{}}`, argyle.ErrNoEvent},
		"event an object":             {`{"event":{"event":"a"},"data":{}}`, argyle.ErrNoEvent},
		"event of 100 kB":             {`{"event":"` + strings.Repeat("a", 100_000) + `","data":{}}`, argyle.ErrNoEvent},
		"event inside of data only":   {`{"data":{"event":"accounts.added"}}`, argyle.ErrNoEvent},
		"no data":                     {`{"event":"accounts.added","name":"x"}`, argyle.ErrNoData},
		"empty object":                {`{}`, argyle.ErrNoEvent},
		"the delivery of a neighbour": {`{"event_id":"1","event":"paystubs.added","payload":{}}`, argyle.ErrNoData},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env, err := newV2(nil).Parse(nil, []byte(c.body))
			require.ErrorIs(t, err, c.want)
			require.Equal(t, digest([]byte(c.body)), env.ID)
			require.Equal(t, c.body, string(env.Raw))
			require.Equal(t, argyle.Provider, env.Kind.Provider)
		})
	}
}

// PITFALLS F 4, 6 and 24: unusual bodies that are genuine all the same.
func TestBodiesThatAreAccepted(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		body    string
		kind    string
		subject events.Subject
	}{
		"spaces around":        {" {\"event\":\"a\",\"data\":{}}\r\n", "a", events.Subject{}},
		"other order":          {`{"data":{"user":"u","account":"c"},"name":"n","event":"accounts.added"}`, "accounts.added", events.Subject{AccountID: "c", EndUserID: "u"}},
		"without a name":       {`{"event":"a","data":{}}`, "a", events.Subject{}},
		"unknown event":        {`{"event":"moons.waxed","name":"n","data":{"user":"u"}}`, "moons.waxed", events.Subject{EndUserID: "u"}},
		"unknown members":      {`{"event":"a","data":{"account":"c","x":[{"account":"d"}]},"api_version":3}`, "a", events.Subject{AccountID: "c"}},
		"escapes in a value":   {`{"event":"accounts.\u0061dded","data":{}}`, "accounts.added", events.Subject{}},
		"ids that are numbers": {`{"event":"a","data":{"account":9007199254740993,"user":1e3}}`, "a", events.Subject{}},
		"ids that are null":    {`{"event":"a","data":{"account":null,"user":null}}`, "a", events.Subject{}},
		"an id of no UUID":     {`{"event":"a","data":{"account":"51q8x2d-c07f-19ab3e-d4f6-88120"}}`, "a", events.Subject{AccountID: "51q8x2d-c07f-19ab3e-d4f6-88120"}},
		"an id too long":       {`{"event":"a","data":{"account":"` + strings.Repeat("x", 4096) + `"}}`, "a", events.Subject{}},
		"data null":            {`{"event":"a","data":null}`, "a", events.Subject{}},
		"emoji":                {`{"event":"a","name":"💸","data":{"user":"💸"}}`, "a", events.Subject{EndUserID: "💸"}},
		"ids beside data":      {`{"event":"a","account":"evil","data":{}}`, "a", events.Subject{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env, err := newV2(nil).Parse(nil, []byte(c.body))
			require.NoError(t, err)
			require.Equal(t, c.kind, env.Kind.Name)
			require.Equal(t, c.subject, env.Subject)
			require.Equal(t, events.Verified, env.Trust)
			require.Equal(t, events.SourceWebhook, env.Source)
		})
	}
}

func TestOccurredAtIsTheResourcesUpdate(t *testing.T) {
	t.Parallel()
	want := time.Date(2026, 1, 29, 19, 27, 4, 0, time.UTC)
	for text, at := range map[string]time.Time{
		`{"updated_at":"2026-01-29T19:27:04Z"}`:                                want,
		`{"connection":{"updated_at":"x"},"updated_at":"2026-01-29T19:27:04"}`: want,
		`{"created_at":"2026-01-29T19:27:04Z"}`:                                {},
		`{"updated_at":null}`:                                                  {},
		`{"updated_at":1769714824}`:                                            {},
		`{"updated_at":"yesterday"}`:                                           {},
		`{"updated_at":"2026-01-29T19:27:04Z","updated_at":"x"}`:               {},
		`{}`: {}, `null`: {}, `[]`: {}, `"x"`: {},
	} {
		env, err := newV2(nil).Parse(nil, []byte(`{"event":"accounts.updated","data":{"resource":`+text+`}}`))
		require.NoError(t, err)
		require.True(t, at.Equal(env.OccurredAt), text)
	}
}

func TestDedupForIsSetPerKind(t *testing.T) {
	t.Parallel()
	parse := func(w *argyle.Webhooks, name string) time.Duration {
		env, err := w.Parse(nil, []byte(`{"event":"`+name+`","data":{}}`))
		require.NoError(t, err)
		return env.DedupFor
	}
	opts := &argyle.Options{DedupFor: map[events.KindID]time.Duration{
		argyle.AccountsUpdated.ID():   0,
		argyle.AccountsConnected.ID(): -time.Second,
		argyle.AccountsAdded.ID():     time.Hour,
	}}
	w := newV2(opts)
	clear(opts.DedupFor) // the caller's map is not kept
	require.Equal(t, time.Nanosecond, parse(w, "accounts.updated"))
	require.Equal(t, time.Nanosecond, parse(w, "accounts.connected"))
	require.Equal(t, time.Hour, parse(w, "accounts.added"))
	require.Equal(t, 5*time.Minute, parse(w, "accounts.removed"))
	require.Equal(t, 5*time.Minute, parse(w, "moons.waxed"))
	require.Equal(t, 5*time.Minute, parse(newV1(&argyle.Options{DedupFor: map[events.KindID]time.Duration{
		argyle.AccountsUpdated.ID(): time.Hour,
	}}), "accounts.updated"), "the other generation's kind is another kind")
}

func TestTheGenerationsDoNotMix(t *testing.T) {
	t.Parallel()
	body := []byte(`{"event":"vehicles.added","name":"n","data":{"account":"c","user":"u","vehicle":"v"}}`)
	v2, err := newV2(nil).Parse(nil, body)
	require.NoError(t, err)
	v1, err := newV1(nil).Parse(nil, body)
	require.NoError(t, err)
	require.Equal(t, argyle.VehiclesAdded.ID(), v2.Kind)
	require.Equal(t, argyle.V1VehiclesAdded.ID(), v1.Kind)
	require.NotEqual(t, v2.Kind, v1.Kind)
	require.Equal(t, v2.ID, v1.ID)
	require.NotEqual(t, v2.Endpoint, v1.Endpoint)
}

// PITFALLS F 14: only what is signed counts.
func TestHeadersDoNotRoute(t *testing.T) {
	t.Parallel()
	body := recorded(t)["03_accounts.connected"]
	want, err := newV2(nil).Parse(nil, body)
	require.NoError(t, err)
	header := http.Header{}
	for _, name := range []string{"X-Argyle-Event", "X-Event-Type", "X-Event-Id", "X-Request-Id", "X-Api-Version", "Date"} {
		header.Set(name, "accounts.removed")
	}
	got, err := newV2(nil).Parse(header, body)
	require.NoError(t, err)
	require.Equal(t, want, got)
}

func TestSubscriptionName(t *testing.T) {
	t.Parallel()
	require.Equal(t, "fixture-e2e-partial-six-months", argyle.SubscriptionName(recorded(t)["06_paystubs.partially_synced"]))
	for _, body := range []string{"", "null", `{}`, `{"name":7}`, `{"name":"a","name":"b"}`, `{"name":"a"`} {
		require.Empty(t, argyle.SubscriptionName([]byte(body)), body)
	}
}
