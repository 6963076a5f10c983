package pinwheel_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/pinwheel"
	"github.com/linkhook/linkhook/router"
)

var _ router.Provider = (*pinwheel.Webhooks)(nil)

const body = `{"event_id": "e1", "event": "income.added", "payload": {"account_id": "a1"}}`

// mac is the signature, made without this package.
func mac(secret, stamp, body string) string {
	m := hmac.New(sha256.New, []byte(secret))
	m.Write([]byte("v2:" + stamp + ":" + body))
	return "v2=" + hex.EncodeToString(m.Sum(nil))
}

func header(signature, stamp string) http.Header {
	return http.Header{"X-Pinwheel-Signature": {signature}, "X-Timestamp": {stamp}}
}

func TestVerifyTakesTheOfficialVector(t *testing.T) {
	t.Parallel()
	vector, err := os.ReadFile("testdata/vector_body.json")
	require.NoError(t, err)
	w := pinwheel.NewWebhooks(events.Keys("TEST_KEY"), &pinwheel.Options{
		Now: func() time.Time { return time.Unix(860860860, 0) },
	})
	const want = "v2=42fb9eba200e821d4de63667f5a30f7e1b83609b135e148e26ce01eef2aa6ba8"
	_, err = w.Verify(header(want, "860860860"), vector, time.Now())
	require.NoError(t, err)
	require.Equal(t, want, signed(w, vector).Get("X-Pinwheel-Signature"))
}

func TestVerifyTakesAnyBytesThatAreSigned(t *testing.T) {
	t.Parallel()
	w := webhooks()
	for _, b := range []string{
		"", "{}", "\xff\xfe", "\xef\xbb\xbf{}", "{}\n", "{}\r\n", "\x00", `{"a":"\ud83d\ude00 😀 &<> "}`, strings.Repeat("x", 70_000),
	} {
		id, err := w.Verify(header(mac(testSecret, "1750802674", b), "1750802674"), []byte(b), time.Now())
		require.NoError(t, err)
		require.Equal(t, "1", id)
	}
}

func TestVerifyRefusesMalformedSignatures(t *testing.T) { // §F 10, 12, 13
	t.Parallel()
	const stamp = "1750802674"
	good := mac(testSecret, stamp, body)
	digits := good[3:]
	raw, err := hex.DecodeString(digits)
	require.NoError(t, err)
	for name, signature := range map[string]string{
		"empty":              "",
		"prefix alone":       "v2=",
		"no prefix":          digits,
		"wrong prefix":       "v1=" + digits,
		"upper-case prefix":  "V2=" + digits,
		"unknown version":    "v2a=" + digits,
		"sha256 prefix":      "sha256=" + digits,
		"sha1 prefix":        "sha1=" + digits[:40],
		"upper-case hex":     "v2=" + strings.ToUpper(digits),
		"short":              good[:len(good)-1],
		"half":               good[:len(good)-32],
		"long":               good + "0",
		"leading space":      " " + good,
		"space inside":       "v2= " + digits[:63],
		"trailing space":     good + " ",
		"trailing newline":   good + "\n",
		"quoted":             `"` + good + `"`,
		"trailing comma":     good + ",",
		"list":               good + "," + good,
		"list, good last":    "v2=" + strings.Repeat("0", 64) + ", " + good,
		"v1 and v2":          "v1=" + digits + "," + good,
		"base64":             "v2=" + base64.StdEncoding.EncodeToString(raw),
		"base64 of that len": "v2=" + strings.Repeat("A", 64),
		"not hex":            "v2=" + digits[:63] + "g",
		"NUL":                "v2=" + digits[:63] + "\x00",
		"full-width digit":   "v2=" + digits[:61] + "０",
		"ten thousand":       strings.Repeat(good+",", 10_000),
		"1 MiB":              "v2=" + strings.Repeat("0", 1<<20),
	} {
		_, err := webhooks().Verify(header(signature, stamp), []byte(body), time.Now())
		require.ErrorIs(t, err, pinwheel.ErrMalformedSignature, name)
	}
}

func TestVerifyRefusesMissingAndDoubledHeaders(t *testing.T) { // §F 11
	t.Parallel()
	const stamp = "1750802674"
	good := mac(testSecret, stamp, body)
	for name, c := range map[string]struct {
		header http.Header
		want   error
	}{
		"none":                 {http.Header{}, pinwheel.ErrNoSignature},
		"nil":                  {nil, pinwheel.ErrNoSignature},
		"no signature":         {http.Header{"X-Timestamp": {stamp}}, pinwheel.ErrNoSignature},
		"no timestamp":         {http.Header{"X-Pinwheel-Signature": {good}}, pinwheel.ErrNoTimestamp},
		"two signatures":       {http.Header{"X-Timestamp": {stamp}, "X-Pinwheel-Signature": {good, good}}, pinwheel.ErrMalformedSignature},
		"two, one of them bad": {http.Header{"X-Timestamp": {stamp}, "X-Pinwheel-Signature": {"v2=0", good}}, pinwheel.ErrMalformedSignature},
		"two timestamps":       {http.Header{"X-Timestamp": {stamp, stamp}, "X-Pinwheel-Signature": {good}}, pinwheel.ErrMalformedTimestamp},
	} {
		_, err := webhooks().Verify(c.header, []byte(body), time.Now())
		require.ErrorIs(t, err, c.want, name)
	}
	h := http.Header{}
	h.Add("x-PINWHEEL-signature", good) //nolint:canonicalheader // the point of it
	h.Add("x-timestamp", stamp)         //nolint:canonicalheader // the point of it
	_, err := webhooks().Verify(h, []byte(body), time.Now())
	require.NoError(t, err, "header names have no letter case")
}

func TestVerifyRefusesTimestampsThatAreNotCanonical(t *testing.T) { // §F 15
	t.Parallel()
	for _, stamp := range []string{
		"", " ", "01750802674", "00", "+1750802674", "-1", "-0", "1750802674.0", "1750802674000", "1750802674 ", " 1750802674",
		"1750802674abc", "0x685b21f2", "1_750_802_674", "1.75e9", "Infinity", "NaN", "null", "١٧٥٠٨٠٢٦٧٤", "1750802674\n",
		"1750802674,1750802674", "2025-06-24T22:04:34Z", "99999999999999999999", "9223372036854775807", "123456789012",
	} {
		_, err := webhooks().Verify(header(mac(testSecret, stamp, body), stamp), []byte(body), time.Now())
		require.ErrorIs(t, err, pinwheel.ErrMalformedTimestamp, "%q", stamp)
	}
}

func TestVerifyKeepsBothLimitsOfTime(t *testing.T) { // §F 15
	t.Parallel()
	w := pinwheel.NewWebhooks(events.Keys(testSecret), &pinwheel.Options{
		MaxAge: time.Minute, MaxAhead: 5 * time.Second, Now: func() time.Time { return clock },
	})
	for shift, want := range map[time.Duration]error{
		0:                 nil,
		-time.Minute:      nil,
		-61 * time.Second: pinwheel.ErrTimestampTooOld,
		5 * time.Second:   nil,
		6 * time.Second:   pinwheel.ErrTimestampTooNew,
	} {
		stamp := strconv.FormatInt(max(clock.Add(shift).Unix(), 0), 10)
		_, err := w.Verify(header(mac(testSecret, stamp, body), stamp), []byte(body), time.Now())
		require.ErrorIs(t, err, want, "%v", shift)
	}
	for stamp, want := range map[string]error{"0": pinwheel.ErrTimestampTooOld, "99999999999": pinwheel.ErrTimestampTooNew} {
		_, err := w.Verify(header(mac(testSecret, stamp, body), stamp), []byte(body), time.Now())
		require.ErrorIs(t, err, want, "the far ends overflow nothing")
	}
}

func TestVerifyAllowsForRetriesByDefault(t *testing.T) {
	t.Parallel()
	w := webhooks()
	for shift, want := range map[time.Duration]error{
		-20 * time.Minute:             nil,
		-20*time.Minute - time.Second: pinwheel.ErrTimestampTooOld,
		20 * time.Minute:              nil,
		20*time.Minute + time.Second:  pinwheel.ErrTimestampTooNew,
	} {
		stamp := strconv.FormatInt(clock.Add(shift).Unix(), 10)
		_, err := w.Verify(header(mac(testSecret, stamp, body), stamp), []byte(body), time.Now())
		require.ErrorIs(t, err, want, "%v", shift)
	}
}

func TestVerifyCoversTimestampAndBody(t *testing.T) {
	t.Parallel()
	const stamp = "1750802674"
	good := mac(testSecret, stamp, body)
	for name, c := range map[string]struct{ signature, stamp, body string }{
		"another timestamp":   {good, "1750802675", body},
		"another body":        {good, stamp, strings.Replace(body, "a1", "a2", 1)},
		"newline added":       {good, stamp, body + "\n"},
		"spaces taken away":   {good, stamp, strings.ReplaceAll(body, " ", "")},
		"another secret":      {mac("another", stamp, body), stamp, body},
		"empty secret":        {mac("", stamp, body), stamp, body},
		"secret and newline":  {mac(testSecret+"\n", stamp, body), stamp, body},
		"zero signature":      {"v2=" + strings.Repeat("0", 64), stamp, body},
		"no version signed":   {"v2=" + mac(testSecret, "x", "")[3:], stamp, body},
		"shifted boundary":    {mac(testSecret, "175080267", "4:"+body), stamp, body},
		"timestamp left out":  {mac(testSecret, "", body), stamp, body},
		"body and stamp swap": {mac(testSecret, body, stamp), stamp, body},
	} {
		_, err := webhooks().Verify(header(c.signature, c.stamp), []byte(c.body), time.Now())
		require.ErrorIs(t, err, pinwheel.ErrBadSignature, name)
	}
}

func TestVerifySaysNothingSecret(t *testing.T) { // §F 17
	t.Parallel()
	const stamp = "1750802674"
	good := mac(testSecret, stamp, body)
	for _, h := range []http.Header{
		nil, header("", stamp), header(mac("other", stamp, body), stamp), header(good, "1"), header(good, "x"),
		header(mac(testSecret, "1", body), "1"),
	} {
		id, err := webhooks().Verify(h, []byte(body), time.Now())
		require.Error(t, err)
		require.Empty(t, id)
		for _, leak := range []string{testSecret, good[3:], "income", "a1"} {
			require.NotContains(t, err.Error(), leak)
		}
	}
}

func TestVerifyNamesTheKeyWhileSecretsAreRotated(t *testing.T) { // §F 16
	t.Parallel()
	ring := events.NewKeyring(
		events.Key{ID: "new", Secret: "new secret", NotBefore: clock.Add(-time.Hour)},
		events.Key{ID: "old", Secret: "old secret", NotAfter: clock.Add(time.Hour)},
		events.Key{ID: "gone", Secret: "gone secret", NotAfter: clock.Add(-time.Hour)},
		events.Key{ID: "long", Secret: strings.Repeat("longer-than-a-block-", 10)},
		events.Key{ID: "byte", Secret: "x"},
	)
	w := pinwheel.NewWebhooks(ring, &pinwheel.Options{Now: func() time.Time { return clock }})
	const stamp = "1750802674"
	for secret, want := range map[string]string{
		"new secret": "new", "old secret": "old", strings.Repeat("longer-than-a-block-", 10): "long", "x": "byte",
	} {
		id, err := w.Verify(header(mac(secret, stamp, body), stamp), []byte(body), time.Now())
		require.NoError(t, err)
		require.Equal(t, want, id)
		require.Equal(t, uint64(1), ring.Used(want))
	}
	_, err := w.Verify(header(mac("gone secret", stamp, body), stamp), []byte(body), time.Now())
	require.ErrorIs(t, err, pinwheel.ErrBadSignature)
}

func TestNewWebhooksRefusesMisuse(t *testing.T) {
	t.Parallel()
	require.PanicsWithValue(t, "pinwheel: NewWebhooks needs the keys that sign: pass events.Keys(secret)",
		func() { pinwheel.NewWebhooks(nil, nil) })
	require.Panics(t, func() { pinwheel.NewWebhooks(events.Keys("x"), &pinwheel.Options{MaxAge: -1}) })
	require.Panics(t, func() { pinwheel.NewWebhooks(events.Keys("x"), &pinwheel.Options{MaxAhead: -1}) })
}

func TestNewWebhooksTakesNilOptions(t *testing.T) {
	t.Parallel()
	w := pinwheel.NewWebhooks(events.Keys("x"), nil)
	require.Equal(t, "pinwheel", w.Name())
	require.Equal(t, 15*time.Second, w.AckBudget())
	_, err := w.Verify(signed(w, []byte(body)), []byte(body), time.Now())
	require.NoError(t, err)
	w = pinwheel.NewWebhooks(events.Keys("x"), &pinwheel.Options{Name: "pinwheel-eu"})
	require.Equal(t, "pinwheel-eu", w.Name())
}

func TestVerifyGoesOnWhileKeysAreReplaced(t *testing.T) { // §F 16
	t.Parallel()
	ring := events.NewKeyring(events.Key{ID: "a", Secret: testSecret})
	w := pinwheel.NewWebhooks(ring, &pinwheel.Options{Now: func() time.Time { return clock }})
	h := header(mac(testSecret, "1750802674", body), "1750802674")
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 200 {
				_, err := w.Verify(h, []byte(body), time.Now())
				assertNoError(t, err)
			}
		})
	}
	for range 100 {
		require.NoError(t, ring.Replace(events.Key{ID: "b", Secret: "next"}, events.Key{ID: "a", Secret: testSecret}))
		require.NoError(t, ring.Replace(events.Key{ID: "a", Secret: testSecret}, events.Key{ID: "b", Secret: "next"}))
	}
	wg.Wait()
}

// assertNoError may be called from any goroutine.
func assertNoError(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Errorf("refused while keys were replaced: %v", err)
	}
}

func TestUnsignedHeadersDecideNothing(t *testing.T) { // §F 14
	t.Parallel()
	w := webhooks()
	h := signed(w, []byte(body))
	want, err := w.Parse(h, []byte(body))
	require.NoError(t, err)
	for _, name := range []string{
		"X-Pinwheel-Webhook-Id", "X-Pinwheel-Event", "X-Event-Id", "Event", "Event_id", "Pinwheel-Version", "Content-Type",
	} {
		h.Set(name, "account.added")
	}
	_, err = w.Verify(h, []byte(body), time.Now())
	require.NoError(t, err)
	got, err := w.Parse(h, []byte(body))
	require.NoError(t, err)
	require.Equal(t, want.Meta, got.Meta)
}

func TestSecretsThatWouldAcceptForgeriesAreRefusedAtStartUp(t *testing.T) { // §F 16
	t.Parallel()
	for _, secret := range []string{"", " ", "\t\n", testSecret + "\n", testSecret + "\r\n", " " + testSecret} {
		require.Panics(t, func() { pinwheel.NewWebhooks(events.Keys(secret), nil) }, "%q", secret)
	}
	require.Panics(t, func() { pinwheel.NewWebhooks(events.Keys(), nil) })
}
