package events_test

import (
	"bytes"
	"hash/crc32"
	"io/fs"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/argyle"
	"github.com/linkhook/linkhook/events/pinwheel"
)

// everything has a field of each sort that is read in a way of its own.
type everything struct {
	Text   string `json:"text"`
	Named  naming `json:"named,omitempty"`
	Yes    bool   `json:"yes"`
	Int    int    `json:"int"`
	Int8   int8   `json:"int8"`
	Int32  int32  `json:"int32"`
	Int64  int64  `json:"int64"`
	Uint8  uint8  `json:"uint8"`
	Uint64 uint64 `json:"uint64"`
	NoTag  string
	Hidden string `json:"-"`
	part
	Part         part                       `json:"part"`
	Texts        []string                   `json:"texts"`
	Ints         []int32                    `json:"ints"`
	Parts        []part                     `json:"parts"`
	Lists        [][]string                 `json:"lists"`
	Behind       *part                      `json:"behind"`
	Pointers     []*part                    `json:"pointers"`
	Twice        **string                   `json:"twice"`
	Number       *int64                     `json:"number"`
	Tree         *everything                `json:"tree"`
	Map          map[string]string          `json:"map"`
	Deep         map[string]map[string]part `json:"deep"`
	Availability map[argyle.Dataset]*part   `json:"availability"`
	Trusted      map[events.Trust]part      `json:"trusted"`
	Float        float64                    `json:"float"`
	Any          any                        `json:"any"`
	Bytes        []byte                     `json:"bytes"`
	Array        [2]string                  `json:"array"`
	Time         time.Time                  `json:"time"`
	Duration     time.Duration              `json:"duration"`
	Raw          jsontext.Value             `json:"raw"`
	Count        argyle.Count               `json:"count"`
	Counts       []argyle.Count             `json:"counts"`
	Counted      *argyle.Count              `json:"counted"`
	Trust        events.Trust               `json:"trust"`
	Empty        struct{}                   `json:"empty"`
	Caf          string                     `json:"caf_e"`
}

type naming string

type part struct {
	ID   string `json:"id"`
	Size int64  `json:"size,omitzero"`
}

var everyKind = events.Webhook[everything]("acme", "everything")

// catalogued are all kinds whose payloads are decoded, and a few more.
func catalogued() (kinds []events.AnyKind) {
	kinds = append(kinds, everyKind, nestedKind, events.Webhook[*everything]("acme", "pointer"), events.Webhook[[]everything]("acme", "list"))
	for _, catalog := range []*events.Catalog{pinwheel.Catalog(), argyle.Catalog(), argyle.V1Catalog()} {
		kinds = slices.AppendSeq(kinds, catalog.All())
	}
	return kinds
}

// recordings are the payloads of both providers' test data, as they stand there.
func recordings(tb testing.TB) (payloads []string) {
	tb.Helper()
	for _, dir := range []string{"pinwheel/testdata", "argyle/testdata"} {
		require.NoError(tb, fs.WalkDir(os.DirFS(dir), ".", func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".json") {
				return err
			}
			text, err := fs.ReadFile(os.DirFS(dir), path)
			payloads = append(payloads, payloadsIn(text)...)
			return err
		}))
	}
	require.Greater(tb, len(payloads), 200)
	return payloads
}

// payloadsIn finds the members that are called payload or data, also in bodies that stand in quotes.
func payloadsIn(text jsontext.Value) (payloads []string) {
	var (
		object map[string]jsontext.Value
		list   []jsontext.Value
		quoted string
	)
	switch {
	case json.Unmarshal(text, &object) == nil:
		for name, value := range object {
			if (name == "payload" || name == "data") && value.Kind() == '{' {
				payloads = append(payloads, string(value))
			}
			payloads = append(payloads, payloadsIn(value)...)
		}
	case json.Unmarshal(text, &list) == nil:
		for _, value := range list {
			payloads = append(payloads, payloadsIn(value)...)
		}
	case json.Unmarshal(text, &quoted) == nil && strings.HasPrefix(quoted, "{"):
		payloads = payloadsIn(jsontext.Value(quoted))
	}
	return payloads
}

// same checks that a payload is decoded, or refused, as by the library. It reports whether the library was not needed.
func same(t *testing.T, kind events.AnyKind, payload []byte) bool {
	t.Helper()
	before := bytes.Clone(payload)
	want, wantErr := events.DecodeByLibrary(kind, payload)
	got, alone, err := events.DecodeByLayout(kind, payload)
	require.Equal(t, wantErr, err, "%s %s", kind, payload)
	require.Equal(t, want, got, "%s %s", kind, payload)
	require.Equal(t, string(before), string(payload))
	clear(payload) // what was decoded does not share its bytes
	require.Equal(t, want, got, "%s %s", kind, before)
	copy(payload, before)
	return alone
}

// spellings are payloads for everything and what may be wrong with them; % stands for each of the values.
var spellings = []string{
	`%`, ` % `, "\n\t\r %\n", `% %`, `%,`, `%x`, "%\x00", "\ufeff%", `[%]`, `[%,%]`, `[%,]`, `[,%]`, `[% %]`,
	`{"text":%}`, `{"named":%}`, `{"yes":%}`, `{"int":%}`, `{"int8":%}`, `{"int32":%}`, `{"int64":%}`, `{"uint8":%}`, `{"uint64":%}`,
	`{"NoTag":%}`, `{"Hidden":%}`, `{"hidden":%}`, `{"-":%}`, `{"id":%}`, `{"size":%}`, `{"part":%}`, `{"part":{"id":%}}`, `{"part":{"size":%},"id":%}`,
	`{"texts":%}`, `{"texts":[%]}`, `{"texts":["a",%,"b"]}`, `{"ints":[%]}`, `{"ints":[1,2,%,4]}`, `{"parts":[%]}`, `{"parts":[{"id":%},{"id":"b","size":%}]}`,
	`{"lists":[[%],[],null,["a"]]}`, `{"behind":%}`, `{"behind":{"id":%}}`, `{"pointers":[%,{"id":%},null]}`, `{"twice":%}`, `{"number":%}`,
	`{"tree":%}`, `{"tree":{"text":"a","tree":{"int":%}}}`, `{"map":%}`, `{"map":{"a":%,"b":"c"}}`, `{"map":{"a":%,"a":"c"}}`, `{"deep":{"a":{"b":{"id":%}}}}`,
	`{"map":{%:"a"}}`, `{"map":{"a":"b",%:"c"}}`, `{"availability":{"a":%,"b":{"id":%},"c":null}}`, `{"availability":{"a":{"id":"x"},%:{}}}`, `{"map":{"\u0061":"x","a":%}}`,
	"{\"map\":{ \"a\"\n:\t% , \"b\":\"c\" } }", `{"map":{"a":%,}}`, `{"map":{"a" %}}`, `{"map":{"a":%`, `{"map":{"a":`, `{"map":{"a"`, `{"map":{`, `{"trusted":{%:{}}}`,
	`{"float":%}`, `{"any":%}`, `{"any":{"a":%,"a":%}}`, `{"bytes":%}`, `{"array":%}`, `{"array":[%,"b"]}`, `{"time":%}`, `{"duration":%}`,
	`{"raw":%}`, `{"raw":[%,{"a":%}]}`, `{"raw":{"a":%,"a":%}}`, `{"count":%}`, `{"counts":[%,%]}`, `{"counted":%}`, `{"trust":%}`, `{"empty":%}`,
	`{"unknown":%}`, `{"unknown":%,"text":"a"}`, `{"text":"a","unknown":%,"unknown":%}`, `{"unknown":{"a":%,"a":%}}`, `{"unknown":[{"a":[%]},%]}`,
	`{"part":{"unknown":%},"unknown":%}`, `{"a":%,"b":%,"c":%,"d":%,"e":%,"f":%,"g":%,"h":%}`, `{"a":%,"b":%,"c":%,"d":%,"e":%,"f":%,"g":%,"h":%,"i":%}`,
	`{"a":1,"part":{"a":1,"b":%},"b":%,"parts":[{"a":1},{"a":1,"b":1,"c":%},{"a":1,"b":1,"a":%}]}`,
	`{"text":%,"text":%}`, `{"text":"a","te\u0078t":%}`, `{"te\u0078t":%}`, `{"Text":%}`, `{"TEXT":%,"text":"a"}`, `{"te_xt":%}`, `{"caf_e":%}`, `{"café":%}`,
	"{\"t\xffxt\":%}", "{\"te\nxt\":%}", `{"":%}`, `{"":%,"":%}`, `{text:%}`, `{'text':%}`, `{"text"%}`, `{"text" : % , "int":1}`, "{\"text\"\n:\n%\n}",
	"{\t\"text\"\t:\t%\t,\r\n\"int\":  1  }", `{"text":%,}`, `{,"text":%}`, `{"text":%;"int":1}`, `{"text":% "int":1}`, `{"text":%`, `{"text":`, `{"text"`, `{"text`, `{`,
	`{"text":%]`, `{"texts":[%}`, `{"texts":[%`, `{"texts":[`, `{"text":%}}`, `{"text":%} {}`, `{"unknown":%]`, `{"unknown":[%}`, `{"unknown":[%`, `{"unknown":{%}}`,
	`{"unknown":{"a":%]}`, `{"unknown":[[%],{]}`, `{"raw":[%}}`, `{"map":{%}}`,
}

// values are what % can stand for.
var values = []string{
	`"a"`, `""`, `null`, `true`, `false`, `{}`, `[]`, `0`, `-0`, `1`, `-1`, `7`, `01`, `-01`, `00`, `1.0`, `1.5`, `1e3`, `1E3`, `1.`, `-`, `+1`, `.5`, `0x1`,
	`127`, `128`, `-128`, `-129`, `255`, `256`, `2147483647`, `2147483648`, `-2147483648`, `-2147483649`, `999999999999999999`, `-999999999999999999`,
	`1000000000000000000`, `9223372036854775807`, `9223372036854775808`, `-9223372036854775808`, `-9223372036854775809`,
	`18446744073709551615`, `18446744073709551616`, `123456789012345678901234567890`, `000000000000000000001`,
	`nul`, `nulll`, `NULL`, `tru`, `truex`, `fals`, `NaN`, `Infinity`, ``, ` `, `'a'`, `"a`, `a"`, `"`, `"\"`, `"\"`, `"\\"`,
	`"\"quoted\""`, `"\u0061"`, `"\u00e9\/\b\f\n\r\t"`, `"\ud83d\ude00"`, `"\ud83d"`, `"\ude00"`, `"\ud83dx"`, `"\ud83d\ud83d"`, `"\u12"`, `"\x"`, `"\u0000"`,
	"\"a\nb\"", "\"a\x00b\"", "\"a\x7fb\"", `"é"`, `"日本語 and some more text behind it"`, `"😀"`, "\"\xff\"", "\"\xc3\"", "\"\xed\xa0\x80\"", "\"\xf4\x90\x80\x80\"", "\"\xc0\x80\"",
	`"c80ed2d6-a0fe-4b63-8c92-92414cea9b37"`, `"2025-06-24T22:04:35.048975+00:00"`, `"12"`, `"1.0"`, `"verified"`, `"YWJj"`,
	`"2000-01-01T00:00:00Z"`, `"2000-01-01T1:00:00Z"`, `"2000-01-01T00:00:00,5Z"`, `"2000-01-01T00:00:00+24:00"`,
	`"` + strings.Repeat("x", 256) + `"`, `"` + strings.Repeat("x", 257) + `"`, `"` + strings.Repeat("y", 5000) + `"`, `"` + strings.Repeat("é", 300) + `"`,
	`{"id":"a"}`, `{"id":null,"size":null}`, `{"id":"a","id":"b"}`, `{"a":"b"}`, `{"a":"b","c":null}`, `["a"]`, `["a","b"]`, `[null]`, `[1,2]`, `[{"id":"a"}]`, `{"text":"a"}`,
}

func TestTheReaderDecodesAsTheLibraryDoes(t *testing.T) {
	t.Parallel()
	kinds := []events.AnyKind{everyKind, events.Webhook[*everything]("acme", "pointer"), events.Webhook[[]everything]("acme", "list")}
	alone := 0
	for i, spelling := range spellings {
		few := kinds[:1]
		if i < 20 { // those without a field
			few = kinds
		}
		for _, value := range values {
			for _, kind := range few {
				if same(t, kind, []byte(strings.ReplaceAll(spelling, "%", value))) {
					alone++
				}
			}
		}
	}
	require.Greater(t, alone, 1500, "the reader gives up on nearly everything")
}

func TestTheReaderDecodesEveryKindAsTheLibraryDoes(t *testing.T) {
	t.Parallel()
	payloads := append(recordings(t), `null`, `{}`, `[]`, `{"account_id":null}`, `""`)
	for _, kind := range catalogued() {
		t.Run(kind.String(), func(t *testing.T) {
			t.Parallel()
			for _, payload := range payloads {
				same(t, kind, []byte(payload))
			}
		})
	}
}

// respell changes one thing of a payload, at each place where it can be changed.
func respell(payload string, yield func(string)) {
	for at := range len(payload) {
		switch c := payload[at]; c {
		case '{':
			yield(payload[:at+1] + `"brand_new": {"a": [1.5, "x"]}, ` + payload[at+1:])
			yield(payload[:at+1] + `"brand_new": 1, "brand_new": 2, ` + payload[at+1:])
		case ':', ',', '[', ']', '}':
			yield(payload[:at] + payload[at+1:])
			yield(payload[:at] + " \n\t" + payload[at:at+1] + "\r\n " + payload[at+1:])
			yield(payload[:at] + string(c) + payload[at:])
			yield(payload[:at])
		case '"':
			yield(payload[:at+1] + `\u0061` + payload[at+1:])
			yield(payload[:at+1] + "\xff" + payload[at+1:])
			yield(payload[:at] + "null" + payload[at:])
		}
	}
}

func TestTheReaderDecodesChangedPayloadsAsTheLibraryDoes(t *testing.T) {
	t.Parallel()
	payloads := recordings(t)
	slices.Sort(payloads)
	seen := map[reflect.Type]bool{}
	for _, kind := range catalogued() {
		if seen[kind.Type()] || !events.HasLayout(kind) {
			continue
		}
		seen[kind.Type()] = true
		longest := "{}"
		for _, payload := range payloads {
			_, alone, err := events.DecodeByLayout(kind, []byte(payload))
			if err == nil && alone && len(payload) > len(longest) && len(payload) < 800 && events.FindDrift(kind, []byte(payload)) == nil {
				longest = payload
			}
		}
		respell(longest, func(changed string) { same(t, kind, []byte(changed)) })
	}
}

func TestTheReaderOfDeepPayloads(t *testing.T) {
	t.Parallel()
	for _, n := range []int{1, 50, 99, 100, 101, 998, 999, 1000, 9999, 10000} {
		for _, unit := range [][2]string{{`{"tree":`, `}`}, {`{"any":`, `}`}, {`{"unknown":`, `}`}, {`{"raw":`, `}`}, {`[`, `]`}} {
			deep := strings.Repeat(unit[0], n) + `{"text":"a"}` + strings.Repeat(unit[1], n)
			same(t, everyKind, []byte(deep))
			same(t, everyKind, []byte(deep+unit[1]))
			if n <= 1000 {
				same(t, everyKind, []byte(`{"unknown":`+deep+`,"raw":`+deep+`}`))
			}
		}
	}
}

// TestTheReaderKeepsStringsApart reads many strings of all lengths, which fill chunks to the last byte.
func TestTheReaderKeepsStringsApart(t *testing.T) {
	t.Parallel()
	for length := range 300 {
		var texts []string
		for i := range 60 {
			texts = append(texts, strings.Repeat(strconv.Itoa(i%10), (length*(i+1))%300))
		}
		payload, err := json.Marshal(map[string][]string{"texts": texts})
		require.NoError(t, err)
		require.True(t, same(t, everyKind, payload))
	}
}

type (
	insideOut struct {
		*part
		Text string `json:"text"`
	}
	doubled struct {
		part
		Other struct{ part }
		twin
	}
	twin      struct{ ID string }
	quotedInt struct {
		N int `json:"n,string"`
	}
	anyCase struct {
		N int `json:"n,case:ignore"`
	}
	leftover struct {
		N    int            `json:"n"`
		Rest jsontext.Value `json:",embed"`
	}
	wrongTag struct {
		N int `json:"n,omitZero"` //nolint:staticcheck // the library refuses the type
	}
	private struct{ _ int }
	renamed struct {
		part `json:"part"`
	}
	stream struct{ N int }
	holder struct {
		Streams map[string]stream `json:"streams"`
	}
	channel struct{ C chan int }
	text    string
	shadow  struct {
		embeddedID
		ID int `json:"id"`
	}
	embeddedID struct {
		ID string `json:"id"`
	}
	typedKeys struct {
		M map[events.Trust]int `json:"m"`
	}
)

func (s *stream) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	s.N = dec.StackDepth()
	return dec.SkipValue()
}

func (t *text) UnmarshalText(b []byte) error {
	*t = text("read " + string(b))
	return nil
}

func TestTypesThatOnlyTheLibraryReads(t *testing.T) {
	t.Parallel()
	for _, kind := range []events.AnyKind{
		events.Webhook[insideOut]("acme", "1"), events.Webhook[quotedInt]("acme", "2"), events.Webhook[anyCase]("acme", "3"),
		events.Webhook[leftover]("acme", "4"), events.Webhook[wrongTag]("acme", "5"), events.Webhook[private]("acme", "6"),
		events.Webhook[stream]("acme", "7"), events.Webhook[holder]("acme", "8"), events.Webhook[channel]("acme", "9"),
		events.Webhook[text]("acme", "10"), events.Webhook[renamed]("acme", "11"), events.Webhook[any]("acme", "12"),
		events.Webhook[jsontext.Value]("acme", "14"), events.Webhook[time.Time]("acme", "15"),
		events.Webhook[shadow]("acme", "16"), events.Webhook[events.Meta]("acme", "17"), events.Webhook[[]stream]("acme", "18"),
	} {
		require.False(t, events.HasLayout(kind), kind.Type())
	}
	for _, kind := range []events.AnyKind{
		everyKind, nestedKind, events.Webhook[doubled]("acme", "1"), events.Webhook[struct{}]("acme", "2"), events.Webhook[[]text]("acme", "3"),
		events.Webhook[*part]("acme", "4"), events.Webhook[string]("acme", "5"), events.Webhook[typedKeys]("acme", "6"),
		events.Webhook[map[string]part]("acme", "7"),
	} {
		require.True(t, events.HasLayout(kind), kind.Type())
		for _, payload := range []string{
			`{"id":"a"}`, `{"ID":"a","Other":{"id":"b"},"id":"c"}`, `["a","b"]`, `"a"`, `null`, `{}`, `{"m":{"verified":1}}`, `{"m":{"verified":1,"x":2,"y":3}}`, `{"a":{"id":"b"},"c":null}`,
		} {
			same(t, kind, []byte(payload))
		}
	}
}

// FuzzReader decodes any bytes as a type that has everything, and as two kinds of the catalogues.
func FuzzReader(f *testing.F) {
	for _, payload := range recordings(f) {
		f.Add([]byte(payload))
	}
	for i, spelling := range spellings {
		f.Add([]byte(strings.ReplaceAll(spelling, "%", values[i%len(values)])))
	}
	var kinds []events.AnyKind
	seen := map[string]bool{}
	for _, kind := range catalogued() {
		if name := kind.Type().String(); events.HasLayout(kind) && !seen[name] {
			seen[name] = true
			kinds = append(kinds, kind)
		}
	}
	f.Fuzz(func(t *testing.T, payload []byte) {
		sum := crc32.ChecksumIEEE(payload)
		for _, kind := range []events.AnyKind{everyKind, kinds[sum%uint32(len(kinds))], kinds[sum>>16%uint32(len(kinds))]} {
			same(t, kind, payload)
		}
	})
}
