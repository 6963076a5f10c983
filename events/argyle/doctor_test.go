package argyle_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/argyle"
)

func TestTheDoctorSaysWhy(t *testing.T) {
	t.Parallel()
	body := recorded(t)["03_accounts.connected"]
	now := time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)
	w := argyle.NewWebhooks(events.NewKeyring(
		events.Key{ID: "current", Secret: secret},
		events.Key{ID: "ended", Secret: "an-old-secret", NotAfter: now.Add(-time.Hour)},
	), &argyle.Options{Now: func() time.Time { return now }})
	by := func(key string) string {
		return signed(argyle.NewWebhooks(events.Keys(key), nil), body).Get(signatureHeader)
	}
	good := by(secret)
	raw, err := hex.DecodeString(good)
	require.NoError(t, err)
	compact, err := jsontext.AppendFormat(nil, body)
	require.NoError(t, err)
	line := events.Keys(secret).Sign(nil, events.HMACSHA512, now, append(bytes.Clone(body), '\n'))
	pinwheel := http.Header{"X-Pinwheel-Signature": {"v2=" + strings.Repeat("0", 64)}}

	for name, c := range map[string]struct {
		header http.Header
		body   []byte
		want   string
	}{
		"missing":           {http.Header{}, body, "is missing"},
		"of another sender": {pinwheel, body, "a delivery of Pinwheel"},
		"twice":             {http.Header{signatureHeader: {good, good}}, body, "sent 2 times"},
		"wrong key":         {http.Header{signatureHeader: {by("another")}}, body, "no key fits"},
		"old key":           {http.Header{signatureHeader: {by("an-old-secret")}}, body, `key "ended", which ended at`},
		"secret in quotes":  {http.Header{signatureHeader: {by(`"` + secret + `"`)}}, body, "quotation marks"},
		"re-encoded":        {http.Header{signatureHeader: {good}}, compact, "re-encoded it"},
		"line end added":    {http.Header{signatureHeader: {hex.EncodeToString(line)}}, body, "line end"},
		"body read already": {http.Header{signatureHeader: {good}}, nil, "read it already"},
		"upper case":        {http.Header{signatureHeader: {strings.ToUpper(good)}}, body, "upper case"},
		"prefix":            {http.Header{signatureHeader: {"sha512=" + good}}, body, "prefix"},
		"base64":            {http.Header{signatureHeader: {base64.StdEncoding.EncodeToString(raw)}}, body, "base64"},
		"cut":               {http.Header{signatureHeader: {good[:120]}}, body, "60 bytes where 64 are expected"},
		"weaker hash":       {http.Header{signatureHeader: {hex.EncodeToString(events.Keys(secret).Sign(nil, events.HMACSHA256, now, body))}}, body, "hash of another provider"},
		"not hex":           {http.Header{signatureHeader: {"__redacted__"}}, body, "not a hex number"},
		"prefix, wrong key": {http.Header{signatureHeader: {"sha512=" + by("another")}}, body, "it has a prefix, and no key fits"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := w.Verify(c.header, c.body, time.Now())
			require.Error(t, err)
			why := w.Diagnose(c.header, c.body, err)
			require.Contains(t, why, c.want)
			require.NotContains(t, why, secret)
			require.NotContains(t, why, "an-old-secret")
			require.NotContains(t, why, good[:16])
			require.NotContains(t, why, "019c0b39", "nothing of the body")
		})
	}
	require.Empty(t, w.Diagnose(http.Header{signatureHeader: {good}}, body, nil))
}
