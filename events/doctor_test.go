package events_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
)

const doctorSecret = "test_secret_for_the_doctor"

var doctorNow = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// sign makes the MAC that a sender with that secret would send.
func sign(secret string, m events.MAC, body string, head ...string) []byte {
	return hmacOf(m, secret, strings.Join(head, "")+body)
}

func TestDoctorNamesTheAccident(t *testing.T) {
	t.Parallel()
	const sent = `{"event_id": "1", "event": "paystubs.added", "payload": {"name": "Zo\u00eb & Co / <b>", "n": 1.50}}`
	cases := map[string]struct {
		secret, signed, arrived string
		want                    string
	}{
		"another secret":        {"another", sent, sent, "no key fits (tried: 1)"},
		"line end in secret":    {doctorSecret + "\n", sent, sent, "with a line end after it"},
		"quoted secret":         {`"` + doctorSecret + `"`, sent, sent, "quotation marks"},
		"secret in upper case":  {strings.ToUpper(doctorSecret), sent, sent, "in upper case"},
		"compacted by a relay":  {doctorSecret, sent, `{"event_id":"1","event":"paystubs.added","payload":{"name":"Zo\u00eb & Co / <b>","n":1.50}}`, "written as Python's json.dumps does"},
		"decoded and re-coded":  {doctorSecret, sent, `{"event_id":"1","event":"paystubs.added","payload":{"name":"Zoë & Co / <b>","n":1.50}}`, "ASCII escapes"},
		"escaped for HTML":      {doctorSecret, `{"a":"<b>&"}`, `{"a":"\u003cb\u003e\u0026"}`, "plain UTF-8"},
		"indented by a relay":   {doctorSecret, `{"a":1,"b":[true]}`, "{\n  \"a\": 1,\n  \"b\": [\n    true\n  ]\n}", "written compactly"},
		"pretty body compacted": {doctorSecret, "{\n    \"a\": 1,\n    \"b\": \"x\"\n}", `{"a":1,"b":"x"}`, "indented by four spaces"},
		"keys sorted by sender": {doctorSecret, `{"a":1,"b":2}`, `{"b":2,"a":1}`, "sorted keys"},
		"line end cut off":      {doctorSecret, "{}\n", "{}", "with a line end after it"},
		"line end added":        {doctorSecret, "{}", "{}\n", "without the white space at its ends"},
		"CRLF became LF":        {doctorSecret, "{\r\n}", "{\n}", "CRLF"},
		"BOM added":             {doctorSecret, "x", "\xef\xbb\xbfx", "without the byte order mark"},
		"body read already":     {doctorSecret, sent, "", "the body is empty"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ring := events.Keys(doctorSecret)
			for _, m := range []events.MAC{events.HMACSHA256, events.HMACSHA512} {
				sum := sign(c.secret, m, c.signed, "v2:", "123", ":")
				_, ok := ring.Verify(m, doctorNow, sum, []byte(c.arrived), "v2:", "123", ":")
				require.False(t, ok, "the case must fail to verify in the first place")
				why := ring.Diagnose(m, doctorNow, sum, []byte(c.arrived), "v2:", "123", ":")
				require.Contains(t, why, c.want)
				require.NotContains(t, why, doctorSecret)
				require.NotContains(t, why, hex.EncodeToString(sum)[:8])
				require.NotContains(t, why, "Zo")
			}
		})
	}
}

func TestDoctorKnowsWhichKeyAndWhen(t *testing.T) {
	t.Parallel()
	body := []byte(`{}`)
	ring := events.NewKeyring(
		events.Key{ID: "new", Secret: "new-secret", NotBefore: doctorNow.Add(-time.Hour)},
		events.Key{ID: "old", Secret: "old-secret", NotAfter: doctorNow.Add(-time.Minute)},
		events.Key{ID: "next", Secret: "next-secret", NotBefore: doctorNow.Add(time.Hour)},
	)
	diagnose := func(secret string) string {
		return ring.Diagnose(events.HMACSHA256, doctorNow, sign(secret, events.HMACSHA256, "{}"), body)
	}
	require.Empty(t, diagnose("new-secret"))
	require.Contains(t, diagnose("old-secret"), `key "old", which ended at 2026-03-01T11:59:00Z`)
	require.Contains(t, diagnose("next-secret"), `key "next", which begins at`)
	require.Contains(t, diagnose("none"), "tried: new, old, next")
}

func TestDoctorKnowsOtherProvidersSchemes(t *testing.T) {
	t.Parallel()
	ring := events.Keys(doctorSecret)
	body := `{"a":1}`
	require.Contains(t, ring.Diagnose(events.HMACSHA256, doctorNow, sign(doctorSecret, events.HMACSHA512, body), []byte(body), "v2:1:"), "the hash of another provider")
	require.Contains(t, ring.Diagnose(events.HMACSHA512, doctorNow, sign("x", events.HMACSHA256, body), []byte(body)), "the length of another provider's signature")
	require.Contains(t, ring.Diagnose(events.HMACSHA256, doctorNow, []byte("short"), []byte(body)), "5 bytes where 32 are expected")
	require.Contains(t, ring.Diagnose(events.HMACSHA256, doctorNow, sign(doctorSecret, events.HMACSHA256, body), []byte(body), "v2:1:"), "over the body alone")
}

func TestDoctorStopsAtLargeBodies(t *testing.T) {
	t.Parallel()
	ring := events.Keys(doctorSecret)
	body := []byte(`"` + strings.Repeat("x", 64<<10) + `"`)
	sum := sign(doctorSecret, events.HMACSHA256, string(body)+"\n")
	require.Contains(t, ring.Diagnose(events.HMACSHA256, doctorNow, sum, body), "larger than 64 KiB")
}

func TestDoctorReadsHeaders(t *testing.T) {
	t.Parallel()
	const name = "X-Pinwheel-Signature"
	cases := map[string]struct {
		header http.Header
		want   string
	}{
		"none":     {http.Header{}, "is missing"},
		"argyle":   {http.Header{"X-Argyle-Signature": {"00"}}, "a delivery of Argyle"},
		"twice":    {http.Header{name: {"v2=00", "v2=01"}}, "sent 2 times"},
		"merged":   {http.Header{name: {"v2=00, v2=01"}}, "joined by a comma"},
		"empty":    {http.Header{name: {" "}}, "is empty"},
		"quoted":   {http.Header{name: {`"v2=00"`}}, "quotation marks"},
		"spaces":   {http.Header{name: {" v2=00"}}, "white space"},
		"in order": {http.Header{name: {"v2=00"}}, ""},
	}
	for label, c := range cases {
		t.Run(label, func(t *testing.T) {
			t.Parallel()
			why := events.DiagnoseHeader(c.header, name)
			if c.want == "" {
				require.Empty(t, why)
				return
			}
			require.Contains(t, why, c.want)
			require.NotContains(t, why, "v2=")
		})
	}
}

func TestDoctorReadsTimestamps(t *testing.T) {
	t.Parallel()
	const window = 20 * time.Minute
	cases := map[string]string{
		"0":                        "behind",
		"1772366400":               "", // doctorNow
		"1772367600":               "", // the edge of the window
		"1772365200":               "",
		"1772367601":               "20m1s ahead",
		"1772364000":               "40m0s behind",
		"1772366400000":            "milliseconds",
		"":                         "plain decimal",
		"+1772366400":              "plain decimal",
		"01772366400":              "plain decimal",
		"1772366400.5":             "plain decimal",
		"9223372036854775808":      "plain decimal",
		"-62135596800":             "negative",
		"-9223372036854775808":     "negative",
		"1772366400abc":            "plain decimal",
		"Infinity":                 "plain decimal",
		"12622780800":              "876600h0m0s ahead", // 400 years, where a duration overflows
		"2026-03-01T12:00:00Z":     "plain decimal",
		"１７７２３６６４００":               "plain decimal",
		strings.Repeat("1", 1<<16): "plain decimal",
	}
	for text, want := range cases {
		why := events.DiagnoseTimestamp(doctorNow, text, window)
		if want == "" {
			require.Empty(t, why, text)
			continue
		}
		require.Contains(t, why, want, text)
	}
}

// FuzzDoctor shows that no message makes the doctor panic, or tell the secret or what is in the body.
func FuzzDoctor(f *testing.F) {
	f.Add([]byte(`{"a":"<b>"}`), []byte("sum"), "v2:1:")
	f.Add([]byte("\xef\xbb\xbf[1,{}]\r\n"), bytes.Repeat([]byte{7}, 32), "")
	f.Add([]byte(strings.Repeat("[", 10_001)), bytes.Repeat([]byte{7}, 64), "x")
	ring := events.Keys(doctorSecret, "1f2e3d4c")
	f.Fuzz(func(t *testing.T, body, sum []byte, head string) {
		for _, m := range []events.MAC{events.HMACSHA256, events.HMACSHA512} {
			why := ring.Diagnose(m, doctorNow, sum, body, head)
			_, ok := ring.Verify(m, doctorNow, sum, body, head)
			require.Equal(t, ok, why == "")
			require.NotContains(t, why, doctorSecret)
		}
	})
}

// hmacOf is the sender's side, written with the standard library alone.
func hmacOf(m events.MAC, secret, message string) []byte {
	fn := sha256.New
	if m == events.HMACSHA512 {
		fn = sha512.New
	}
	mac := hmac.New(fn, []byte(secret))
	mac.Write([]byte(message))
	return mac.Sum(nil)
}
