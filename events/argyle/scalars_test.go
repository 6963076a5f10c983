package argyle_test

import (
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events/argyle"
)

func TestTimestampsAreTolerant(t *testing.T) {
	t.Parallel()
	day := time.Date(2017, 7, 15, 0, 0, 0, 0, time.UTC)
	for text, want := range map[string]time.Time{
		"2026-01-29T19:26:53.846274Z": time.Date(2026, 1, 29, 19, 26, 53, 846274000, time.UTC), // v2 webhooks
		"2023-03-09T16:22:06.081Z":    time.Date(2023, 3, 9, 16, 22, 6, 81000000, time.UTC),    // API answers
		"2017-07-15T00:00:00":         day,                                                     // v1, without a zone
		"2019-11-29T08:37:42.112859":  time.Date(2019, 11, 29, 8, 37, 42, 112859000, time.UTC),
		"2017-07-15T02:00:00+02:00":   day,
		"2017-07-15 00:00:00Z":        day,
		"2017-07-15 00:00:00":         day,
		"2017-07-15":                  day,
		"":                            {},
		"soon":                        {},
		"2017-13-40T99:00:00Z":        {},
	} {
		require.True(t, want.Equal(argyle.Timestamp(text).Time()), text)
		var back argyle.Timestamp
		b, err := json.Marshal(argyle.Timestamp(text))
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(b, &back))
		require.Equal(t, text, string(back), "the text survives, whatever it is")
	}
	require.Equal(t, "2017-07-15T00:00:00.000000Z", string(argyle.TimestampOf(day.In(time.FixedZone("", 3600)))))
}

// PITFALLS F 6: numbers.
func TestCountsAreLenient(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]argyle.Count{
		"58": 58, `"58"`: 58, "0": 0, "-3": -3, `"-3"`: -3, "58.0": 58, "1e3": 1000, "null": 0, `""`: 0,
		"9007199254740993": 9007199254740993, "9223372036854775807": 9223372036854775807, `"9007199254740993"`: 9007199254740993,
	} {
		var c argyle.Count
		require.NoError(t, json.Unmarshal([]byte(text), &c), text)
		require.Equal(t, want, c, text)
	}
	for _, text := range []string{"1.5", `"1.5"`, "9223372036854775808", "1e30", `"many"`, `" 5"`, "true", "[]", "{}", `"0x10"`, `"Inf"`, `"NaN"`} {
		var c argyle.Count
		err := json.Unmarshal([]byte(text), &c)
		require.Error(t, err, text)
	}
	b, err := json.Marshal(argyle.Count(58))
	require.NoError(t, err)
	require.Equal(t, "58", string(b))
}

func TestEmptyTextsEncodeAsNull(t *testing.T) {
	t.Parallel()
	b, err := json.Marshal([]any{
		argyle.Nullable(""), argyle.Timestamp(""), argyle.ConnectionErrorCode(""), argyle.SwitchErrorCode(""),
		argyle.SwitchDetail(""), argyle.SwitchStatus(""), argyle.Nullable("a\"b"),
	})
	require.NoError(t, err)
	require.Equal(t, `[null,null,null,null,null,null,"a\"b"]`, string(b))
	_, err = json.Marshal(argyle.Nullable("\xff"))
	require.Error(t, err)
}
