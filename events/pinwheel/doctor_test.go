package pinwheel_test

import (
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/pinwheel"
)

func TestTheDoctorSaysWhy(t *testing.T) {
	t.Parallel()
	const (
		key  = "test_secret_of_the_doctor"
		body = `{"event_id": "1", "event": "paystubs.added", "payload": {"name": "Zo\u00eb"}}`
	)
	now := time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)
	at := func(keys *events.Keyring, when time.Time) *pinwheel.Webhooks {
		return pinwheel.NewWebhooks(keys, &pinwheel.Options{Now: func() time.Time { return when }})
	}
	w := at(events.NewKeyring(
		events.Key{ID: "current", Secret: key},
		events.Key{ID: "ended", Secret: "an-old-secret", NotAfter: now.Add(-time.Hour)},
	), now)
	by := func(secret string, when time.Time) http.Header {
		h := http.Header{}
		at(events.Keys(secret), when).Sign(h, []byte(body))
		return h
	}
	const name, stamp = "X-Pinwheel-Signature", "X-Timestamp"
	with := func(header, value string) http.Header {
		h := by(key, now)
		h.Set(header, value)
		return h
	}
	good := by(key, now).Get(name)
	digits := strings.TrimPrefix(good, "v2=")
	raw, err := hex.DecodeString(digits)
	require.NoError(t, err)
	unix := strconv.FormatInt(now.Unix(), 10)

	for name, c := range map[string]struct {
		header http.Header
		body   string
		want   string
	}{
		"missing":             {http.Header{}, body, "X-Pinwheel-Signature is missing"},
		"of another sender":   {http.Header{"X-Argyle-Signature": {"00"}}, body, "a delivery of Argyle"},
		"twice":               {http.Header{name: {good, good}, stamp: {unix}}, body, "sent 2 times"},
		"no timestamp":        {http.Header{name: {good}}, body, "X-Timestamp is missing"},
		"milliseconds":        {with(stamp, unix+"000"), body, "milliseconds"},
		"no number":           {with(stamp, "now"), body, "plain decimal"},
		"wrong key":           {by("another", now), body, "no key fits (tried: current, ended)"},
		"old key":             {by("an-old-secret", now), body, `key "ended", which ended at`},
		"secret in quotes":    {by(`"`+key+`"`, now), body, "quotation marks"},
		"re-encoded":          {by(key, now), strings.ReplaceAll(body, ": ", ":"), "re-encoded it"},
		"body read already":   {by(key, now), "", "read it already"},
		"too old":             {by(key, now.Add(-time.Hour)), body, "1h0m0s behind"},
		"too new":             {by(key, now.Add(time.Hour)), body, "1h0m0s ahead"},
		"upper case":          {with(name, "v2="+strings.ToUpper(digits)), body, "upper case"},
		"no prefix":           {with(name, digits), body, "the prefix v2= is missing"},
		"other prefix":        {with(name, "sha256="+digits), body, "it has another prefix"},
		"base64":              {with(name, "v2="+base64.StdEncoding.EncodeToString(raw)), body, "base64"},
		"cut":                 {with(name, good[:len(good)-8]), body, "28 bytes where 32 are expected"},
		"redacted":            {with(name, "<redacted>"), body, "a placeholder"},
		"prefix, wrong key":   {with(name, "v1="+strings.Repeat("0", 64)), body, "it has another prefix than v2=, and no key fits"},
		"scheme without head": {with(name, "v2="+hex.EncodeToString(events.Keys(key).Sign(nil, events.HMACSHA256, now, []byte(body)))), body, "over the body alone"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := w.Verify(c.header, []byte(c.body), time.Now())
			require.Error(t, err)
			why := w.Diagnose(c.header, []byte(c.body), err)
			require.Contains(t, why, c.want)
			for _, secret := range []string{key, "an-old-secret", digits[:8], "Zo", unix} {
				require.NotContains(t, why, secret)
			}
		})
	}
	require.Empty(t, w.Diagnose(by(key, now), []byte(body), nil))
}
