package events_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
)

var routing = []string{"event_id", "event", "payload", "payload.id", "payload.account_id"}

// scan reads text with a shape that learns nothing, and with one that has learnt it, which must not make a difference.
func scan(text string) ([]string, error) {
	spans := make([]events.Span, len(routing))
	err := plainShape.Scan([]byte(text), spans)
	if differ(text) {
		return nil, errLearnt
	}
	found := make([]string, len(spans))
	for i, s := range spans {
		found[i] = string(s.Of([]byte(text)))
	}
	return found, err
}

func TestScanFindsMembersWhateverTheirOrder(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		`{"event_id": "1", "event": "a.b", "payload": {"id": "j", "account_id": null}}`,
		`{"payload":{"x":[{"id":"no"}],"y":{"account_id":"no"},"account_id":null,"id":"j"},"event":"a.b","event_id":"1"}`,
		" \r\n\t{ \"other\" : [ { \"event\" : 1 } , [ ] , { } ] , \"event_id\" :\"1\",\n\"event\":\t\"a.b\" ,\"payload\":" +
			"{\"deep\":{\"payload\":{\"id\":9}},\"id\":\"j\" ,\"account_id\" : null } } \n",
	} {
		found, err := scan(text)
		require.NoError(t, err)
		require.Equal(t, []string{`"1"`, `"a.b"`}, found[:2])
		require.Equal(t, []string{`"j"`, `null`}, found[3:])
		require.True(t, jsontext.Value(found[2]).IsValid())
	}
}

func TestScanLeavesOutWhatIsNotThere(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		`{}`, `{"payload":[{"id":1}]}`, `{"payload":"id"}`, `{"data":{"id":1,"account_id":2}}`,
		`{"payloads":{"id":1}}`, `[0]`, `{"payload":[[{"id":1}]],"other":{"id":1}}`,
	} {
		found, _ := scan(text)
		require.Empty(t, found[3]+found[4], text)
	}
}

func TestScanRefusesWhatIsNotOneJSONObject(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]error{
		"":                                   events.ErrSyntax,
		" \n":                                events.ErrSyntax,
		"\xef\xbb\xbf{}":                     events.ErrSyntax,
		"{}\x00":                             events.ErrSyntax,
		"\x00{}":                             events.ErrSyntax,
		"{}{}":                               events.ErrSyntax,
		"{} null":                            events.ErrSyntax,
		"null":                               events.ErrNotObject,
		"[]":                                 events.ErrNotObject,
		`"x"`:                                events.ErrNotObject,
		"-1":                                 events.ErrNotObject,
		"{":                                  events.ErrSyntax,
		`{"a"`:                               events.ErrSyntax,
		`{"a":`:                              events.ErrSyntax,
		`{"a":1`:                             events.ErrSyntax,
		`{"a":1,}`:                           events.ErrSyntax,
		`{"a":[1,]}`:                         events.ErrSyntax,
		`{,}`:                                events.ErrSyntax,
		`{"a":1]`:                            events.ErrSyntax,
		`{"a":[1}}`:                          events.ErrSyntax,
		`{a:1}`:                              events.ErrSyntax,
		`{'a':1}`:                            events.ErrSyntax,
		`{"a":01}`:                           events.ErrSyntax,
		`{"a":+1}`:                           events.ErrSyntax,
		`{"a":1.}`:                           events.ErrSyntax,
		`{"a":.5}`:                           events.ErrSyntax,
		`{"a":1e}`:                           events.ErrSyntax,
		`{"a":0x1}`:                          events.ErrSyntax,
		`{"a":NaN}`:                          events.ErrSyntax,
		`{"a":Infinity}`:                     events.ErrSyntax,
		`{"a":True}`:                         events.ErrSyntax,
		`{"a":nul}`:                          events.ErrSyntax,
		"{\"a\":\"\n\"}":                     events.ErrSyntax,
		"{\"a\":\"\x00\"}":                   events.ErrSyntax,
		`{"a":"\x"}`:                         events.ErrSyntax,
		`{"a":"\u12g4"}`:                     events.ErrSyntax,
		`{"a":"\u12`:                         events.ErrSyntax,
		`{"a":"\ud83d"}`:                     events.ErrSyntax,
		`{"a":"\ud83d\u0041"}`:               events.ErrSyntax,
		`{"a":"\ude00\ud83d"}`:               events.ErrSyntax,
		"{\"a\":\"\xff\"}":                   events.ErrSyntax,
		"{\"a\":\"\xed\xa0\x80\"}":           events.ErrSyntax,
		"{\"a\":\"\xc0\x80\"}":               events.ErrSyntax,
		"{\"a\":\"\xf0\x9f\x98\"}":           events.ErrSyntax,
		"{\"a\":1}\u2028":                    events.ErrSyntax,
		"// {}\n{}":                          events.ErrSyntax,
		`{"a":` + strings.Repeat("[", 10001): events.ErrTooDeep,
		strings.Repeat(`{"a":`, 10001):       events.ErrTooDeep,
	} {
		_, err := scan(text)
		require.ErrorIs(t, err, want, "%.40q", text)
		require.NotContains(t, err.Error(), "\"", "an error shows nothing of the text")
	}
}

func TestScanTakesEverythingThatJSONAllows(t *testing.T) {
	t.Parallel()
	deep := strings.Repeat("[", 999) + strings.Repeat("]", 999)
	for _, text := range []string{
		`{"a":-0.5e+10,"b":0,"c":1E-9,"d":[true,false,null],"e":{}}`,
		`{"a":"\"\\\/\b\f\n\r\t\u0041\uD83D\ude00 é 😀"}`,
		`{"":""}`,
		`{"a":1,"a":2}`,
		`{"a":` + deep + `}`,
		`{"a":9007199254740993,"b":123456789012345678901234567890,"c":1e400}`,
	} {
		_, err := scan(text)
		require.NoError(t, err, "%.40q", text)
	}
}

func TestScanRefusesAmbiguousRoutingMembers(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		`{"event":"a","event":"b"}`,
		`{"event":"a","EVENT":"b"}`,
		`{"Event":"a"}`,
		`{"event_id":"1","event":"a","event_id":"1"}`,
		`{"event":"a","\u0065vent":"b"}`,
		`{"\u0045VENT":"b"}`,
		`{"payload":{},"PAYLOAD":{}}`,
		`{"payload":{},"payload":{}}`,
		`{"payload":{"account_id":"1","account_id":"2"}}`,
		`{"payload":{"account\u005fid":"1"}}`,
	} {
		_, err := scan(text)
		require.ErrorIs(t, err, events.ErrAmbiguous, text)
	}
	_, err := scan(`{"payload":{"ID":1,"id":"2"},"other":{"event":1},"Other":1,"\u00e9vent":2}`)
	require.NoError(t, err, "inside of the payload letter case tells members apart, as it does for the decoder")
	shape := events.NewShape("kind")
	require.ErrorIs(t, shape.Scan([]byte("{\"\u212aind\":1}"), make([]events.Span, 1)), events.ErrAmbiguous,
		"the Kelvin sign folds to k")
}

func TestNewShapeRefusesNonsense(t *testing.T) {
	t.Parallel()
	for _, names := range [][]string{{""}, {"a", "a"}, {"a.b"}, {"a", "a.b", "a.b"}, {"a.b", "a"}} {
		require.Panics(t, func() { events.NewShape(names...) }, "%q", names)
	}
}

func TestAppendStringReadsStringsOnly(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]string{
		`""`: "", `"abc"`: "abc", `"a\u00e9\n\ud83d\ude00"`: "aé\n😀", `"é"`: "é", `"\\"`: `\`,
	} {
		got, ok := events.AppendString([]byte("x"), []byte(value))
		require.True(t, ok, value)
		require.Equal(t, "x"+want, string(got))
	}
	for _, value := range []string{``, `null`, `1`, `{}`, `[]`, `true`, `"`} {
		got, ok := events.AppendString([]byte("x"), []byte(value))
		require.False(t, ok, value)
		require.Equal(t, "x", string(got))
	}
}

func TestScanAllocatesNothing(t *testing.T) { //nolint:paralleltest // AllocsPerRun must not run in parallel
	for text, shape := range map[string]*events.Shape{
		`{"event_id": "1", "event": "a.b", "payload": {"id": "j", "account_id": "é\n", "more": [1, {"a": {}}]}}`: plainShape,
		learntText: learnt(t, learntText),
	} {
		body := []byte(text)
		var spans [5]events.Span
		require.Zero(t, testing.AllocsPerRun(100, func() {
			if shape.Scan(body, spans[:]) != nil {
				t.Fatal("refused")
			}
		}))
	}
}

// FuzzScan holds the scanner against jsontext: both must agree about what is one JSON text, and about the values found.
func FuzzScan(f *testing.F) {
	for _, seed := range []string{
		`{"event_id":"1","event":"a","payload":{"id":"x","account_id":"\ud83d\ude00"}}`,
		`{"event":"a","EVENT":1}`, "{\"a\":\"\xed\xa0\x80\"}", `{"a":[1,2.5e-3,{"b":null}]} `, `{"é":"\u00e9"}`, `[]`, `{}{}`,
		`{"payload":{"id":{"id":1}},"event_id":01}`, strings.Repeat(`{"payload":`, 5) + `1}}}}}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		spans := make([]events.Span, len(routing))
		err := plainShape.Scan(text, spans)
		valid := jsontext.Value(text).IsValid(jsontext.AllowDuplicateNames(true))
		switch {
		case errors.Is(err, events.ErrTooDeep), errors.Is(err, events.ErrAmbiguous):
		case errors.Is(err, events.ErrNotObject):
			require.NotEqual(t, jsontext.Kind('{'), jsontext.Value(text).Kind())
		default:
			require.Equal(t, valid && jsontext.Value(text).Kind() == '{', err == nil)
		}
		if err != nil {
			return
		}
		for i, s := range spans {
			value := string(s.Of(text))
			require.Equal(t, lookup(t, text, routing[i]), value, routing[i])
			special := strings.ContainsFunc(value, func(r rune) bool { return r == '\\' || r >= utf8.RuneSelf })
			require.Equal(t, value != "" && value[0] == '"' && !special, s.Plain, "%q", value)
		}
	})
}

// lookup finds a member with jsontext alone.
func lookup(t *testing.T, text []byte, path string) string {
	t.Helper()
	outer, inner, nested := strings.Cut(path, ".")
	value := member(t, text, outer)
	if nested && jsontext.Value(value).Kind() == '{' {
		return string(member(t, value, inner))
	} else if nested {
		return ""
	}
	return string(value)
}

func member(t *testing.T, text []byte, name string) (found []byte) {
	t.Helper()
	dec := jsontext.NewDecoder(bytes.NewReader(text), jsontext.AllowDuplicateNames(true))
	_, err := dec.ReadToken()
	require.NoError(t, err)
	for dec.PeekKind() != '}' {
		tok, err := dec.ReadToken()
		require.NoError(t, err)
		key := tok.String()
		value, err := dec.ReadValue()
		require.NoError(t, err)
		if key == name {
			found = bytes.Clone(value)
		}
	}
	return found
}

func FuzzAppendString(f *testing.F) {
	for _, seed := range []string{`"a"`, `"\n"`, `"\ud83d\ude00é"`, `null`, `"`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, value string) {
		if !jsontext.Value(value).IsValid() || value[0] == ' ' || strings.TrimSpace(value) != value {
			return
		}
		got, ok := events.AppendString(nil, []byte(value))
		require.Equal(t, value[0] == '"', ok)
		if ok {
			want, err := jsontext.AppendUnquote(nil, value)
			require.NoError(t, err)
			require.Equal(t, string(want), string(got))
		}
	})
}
