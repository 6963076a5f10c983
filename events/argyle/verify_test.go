package argyle_test

import (
	"crypto/hmac"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/argyle"
)

const signatureHeader = "X-Argyle-Signature"

// The vector comes from another program: openssl dgst -sha512 -hmac a-secret-of-the-subscription, over the body.
const (
	vectorBody = `{"event":"accounts.connected"}`
	vectorMAC  = "4a537dfb8400192d3337f2a9cb57c4d67d5d2cfd71c8e538c88c1fbc7d96747846cf7a4856f22030b5e2febfa03cbd52e5dc93a2b5ddf159247d5f1e8f8924e1"
)

func TestSignatureVector(t *testing.T) {
	t.Parallel()
	for _, w := range []*argyle.Webhooks{newV2(nil), newV1(nil)} {
		keyID, err := w.Verify(http.Header{signatureHeader: {vectorMAC}}, []byte(vectorBody), time.Now())
		require.NoError(t, err)
		require.Equal(t, "1", keyID)
		require.Equal(t, vectorMAC, signed(w, []byte(vectorBody)).Get(signatureHeader))
	}
}

// PITFALLS F 10 to 13: what a header can look like, and is refused for.
func TestSignatureHeadersThatAreRefused(t *testing.T) {
	t.Parallel()
	w := newV2(nil)
	body := []byte(vectorBody)
	good := vectorMAC
	raw, err := hex.DecodeString(good)
	require.NoError(t, err)
	other := strings.Repeat("0", 128)
	sha256 := hex.EncodeToString(events.Keys(secret).Sign(nil, events.HMACSHA256, time.Now(), body))
	many := make([]string, 10_000)
	for i := range many {
		many[i] = good
	}
	malformed, missing, bad := argyle.ErrMalformedSignature, argyle.ErrNoSignature, argyle.ErrBadSignature
	for name, c := range map[string]struct {
		values []string
		want   error
	}{
		"missing":                {nil, missing},
		"no values":              {[]string{}, missing},
		"empty":                  {[]string{""}, malformed},
		"upper case":             {[]string{strings.ToUpper(good)}, malformed},
		"one digit in capitals":  {[]string{strings.Replace(good, "a", "A", 1)}, malformed},
		"a prefix of another":    {[]string{"sha512=" + good}, malformed},
		"version prefix":         {[]string{"v2=" + good}, malformed},
		"upper version":          {[]string{"V1=" + good}, malformed},
		"0x":                     {[]string{"0x" + good}, malformed},
		"base64":                 {[]string{base64.StdEncoding.EncodeToString(raw)}, malformed},
		"base64 for URLs":        {[]string{base64.URLEncoding.EncodeToString(raw)}, malformed},
		"base64 without padding": {[]string{base64.RawStdEncoding.EncodeToString(raw)}, malformed},
		"raw bytes":              {[]string{string(raw)}, malformed},
		"space before":           {[]string{" " + good}, malformed},
		"space after":            {[]string{good + " "}, malformed},
		"space within":           {[]string{good[:64] + " " + good[65:]}, malformed},
		"line end":               {[]string{good + "\n"}, malformed},
		"folded":                 {[]string{good[:64] + "\r\n " + good[64:]}, malformed},
		"quotes":                 {[]string{`"` + good + `"`}, malformed},
		"trailing comma":         {[]string{good + ","}, malformed},
		"joined by a proxy":      {[]string{good + ", " + good}, malformed},
		"good one first":         {[]string{good, other}, malformed},
		"good one last":          {[]string{other, good}, malformed},
		"twice the same":         {[]string{good, good}, malformed},
		"ten thousand":           {many, malformed},
		"one MiB":                {[]string{strings.Repeat("a", 1<<20)}, malformed},
		"cut by one":             {[]string{good[:127]}, malformed},
		"cut in half":            {[]string{good[:64]}, malformed},
		"longer by one":          {[]string{good + "0"}, malformed},
		"doubled":                {[]string{good + good}, malformed},
		"no hex":                 {[]string{strings.Repeat("g", 128)}, malformed},
		"beyond ASCII":           {[]string{strings.Repeat("\xff", 128)}, malformed},
		"NUL":                    {[]string{strings.Repeat("\x00", 128)}, malformed},
		"weaker algorithm":       {[]string{sha256}, malformed},
		"weaker, padded":         {[]string{sha256 + strings.Repeat("0", 64)}, bad},
		"zeros":                  {[]string{other}, bad},
		"last digit wrong":       {[]string{good[:127] + flip(good[127])}, bad},
		"first digit wrong":      {[]string{flip(good[0]) + good[1:]}, bad},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			header := http.Header{}
			if c.values != nil {
				header[signatureHeader] = c.values
			}
			keyID, err := w.Verify(header, body, time.Now())
			require.ErrorIs(t, err, c.want)
			require.Empty(t, keyID)
		})
	}
}

func flip(digit byte) string {
	if digit == '0' {
		return "1"
	}
	return "0"
}

func TestTheHeaderNameIsReadInAnyCase(t *testing.T) {
	t.Parallel()
	header := http.Header{}
	header.Set(strings.ToLower(signatureHeader), vectorMAC) // as net/http does for HTTP/1 and HTTP/2
	_, err := newV2(nil).Verify(header, []byte(vectorBody), time.Now())
	require.NoError(t, err)
}

func TestOtherHeadersProveNothing(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"X-Pinwheel-Signature", "X-Hub-Signature-512", "X-Argyle-Signature-512", "Authorization"} {
		_, err := newV2(nil).Verify(http.Header{name: {vectorMAC}}, []byte(vectorBody), time.Now())
		require.ErrorIs(t, err, argyle.ErrNoSignature, name)
	}
	_, err := newV2(nil).Verify(nil, []byte(vectorBody), time.Now())
	require.ErrorIs(t, err, argyle.ErrNoSignature)
}

// PITFALLS F 16: secrets.
func TestSecretsThatAreRefusedAtStartUp(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{"", " ", "\t\n", secret + "\n", secret + "\r\n", " " + secret} {
		require.Panics(t, func() { argyle.NewWebhooks(events.Keys(bad), nil) }, "%q", bad)
	}
	require.PanicsWithValue(t, "argyle: NewWebhooks needs the keys that sign: pass events.Keys(secret)",
		func() { argyle.NewWebhooks(nil, nil) })
	require.PanicsWithValue(t, "argyle: NewWebhooksV1 needs the keys that sign: pass events.Keys(secret)",
		func() { argyle.NewWebhooksV1(nil, nil) })
}

func TestAMACOfTheEmptyKeyIsRefused(t *testing.T) {
	t.Parallel()
	body := []byte(vectorBody)
	mac := hmac.New(sha512.New, nil)
	mac.Write(body)
	_, err := newV2(nil).Verify(http.Header{signatureHeader: {hex.EncodeToString(mac.Sum(nil))}}, body, time.Now())
	require.ErrorIs(t, err, argyle.ErrBadSignature)
}

func TestRotation(t *testing.T) {
	t.Parallel()
	body := []byte(vectorBody)
	now := time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)
	opts := &argyle.Options{Now: func() time.Time { return now }}
	ring := events.NewKeyring(
		events.Key{ID: "new", Secret: strings.Repeat("n", 200)}, // longer than a block of the hash
		events.Key{ID: "old", Secret: "o", NotAfter: now.Add(time.Hour)},
	)
	w := argyle.NewWebhooks(ring, opts)
	old := signed(argyle.NewWebhooks(events.Keys("o"), opts), body)
	fresh := signed(argyle.NewWebhooks(events.Keys(strings.Repeat("n", 200)), opts), body)

	keyID, err := w.Verify(old, body, time.Now())
	require.NoError(t, err)
	require.Equal(t, "old", keyID)
	keyID, err = w.Verify(fresh, body, time.Now())
	require.NoError(t, err)
	require.Equal(t, "new", keyID)
	require.Equal(t, uint64(1), ring.Used("old"))

	now = now.Add(2 * time.Hour)
	_, err = w.Verify(old, body, time.Now())
	require.ErrorIs(t, err, argyle.ErrBadSignature)
	require.NoError(t, ring.Replace(events.Key{ID: "third", Secret: "t"}))
	_, err = w.Verify(fresh, body, time.Now())
	require.ErrorIs(t, err, argyle.ErrBadSignature)
}

// PITFALLS F 17: nothing of the secret, the MAC or the body stands in an error.
func TestErrorsHoldNoSecretNoMACAndNoBody(t *testing.T) {
	t.Parallel()
	w := newV2(nil)
	body := []byte(`{"event":"accounts.connected","data":{"account":"planted-account"},"oops`)
	wrong := strings.Repeat("ab", 64)
	for _, values := range [][]string{nil, {""}, {wrong}, {wrong, wrong}, {"planted-header"}} {
		_, err := w.Verify(http.Header{signatureHeader: values}, body, time.Now())
		refuseSecrets(t, err.Error(), w, body)
	}
	_, err := w.Parse(nil, body)
	refuseSecrets(t, err.Error(), w, body)
	_, err = w.Compose(argyle.AccountsAdded.ID(), events.Meta{}, body)
	refuseSecrets(t, err.Error(), w, body)
}

func refuseSecrets(t *testing.T, text string, w *argyle.Webhooks, body []byte) {
	t.Helper()
	require.NotContains(t, text, secret)
	require.NotContains(t, text, "planted")
	require.NotContains(t, text, signed(w, body).Get(signatureHeader)[:16])
}
