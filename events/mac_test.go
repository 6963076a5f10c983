package events_test

import (
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
)

var macs = []events.MAC{events.HMACSHA256, events.HMACSHA512}

// TestVerifyHexTakesLowerCaseHexDigitsOnly puts every byte into every place of signatures that have all digits in them.
func TestVerifyHexTakesLowerCaseHexDigitsOnly(t *testing.T) {
	t.Parallel()
	ring, body := events.Keys("secret"), []byte(`{}`)
	for _, m := range macs {
		right := hex.EncodeToString(ring.Sign(nil, m, now, body, "head"))
		for place := range right {
			for c := range 256 {
				text := []byte(right)
				text[place] = byte(c)
				_, ok := ring.VerifyHex(m, now, string(text), body, "head")
				require.Equal(t, string(text) == right, ok, "%q", text)
				require.Equal(t, strings.IndexByte("0123456789abcdef", byte(c)) >= 0, m.IsHex(string(text)), "%q", text)
			}
		}
		for _, text := range []string{"", right[1:], right[:len(right)-1], right + "0", right + right, " " + right, strings.ToUpper(right)} {
			_, ok := ring.VerifyHex(m, now, text, body, "head")
			require.False(t, ok, "%q", text)
			require.False(t, m.IsHex(text), "%q", text)
		}
	}
}

func TestVerifyHexAndVerifyAgree(t *testing.T) {
	t.Parallel()
	ring := events.NewKeyring(events.Key{ID: "old", Secret: "first", NotAfter: now.Add(-time.Hour)}, events.Key{ID: "new", Secret: "second"})
	for _, secret := range []string{"first", "second", "third"} {
		for n := range 200 {
			body := []byte(strings.Repeat("x", n))
			for m, sum := range map[events.MAC][]byte{
				events.HMACSHA256: reference(sha256.New, secret, string(body)), events.HMACSHA512: reference(sha512.New, secret, string(body)),
			} {
				wantID, want := ring.Verify(m, now, sum, body)
				id, ok := ring.VerifyHex(m, now, hex.EncodeToString(sum), body)
				require.Equal(t, want, ok)
				require.Equal(t, wantID, id)
				require.Equal(t, secret == "second", ok)
			}
		}
	}
}

// FuzzVerifyHex holds the eight digits at a time against the standard library.
func FuzzVerifyHex(f *testing.F) {
	f.Add([]byte("{}"), "42fb9eba200e821d4de63667f5a30f7e1b83609b135e148e26ce01eef2aa6ba8")
	f.Add([]byte(""), strings.Repeat("0", 63)+"A")
	f.Fuzz(func(t *testing.T, body []byte, text string) {
		ring := events.Keys("secret")
		sum := ring.Sign(nil, events.HMACSHA256, now, body)
		right := hex.EncodeToString(sum)
		_, ok := ring.VerifyHex(events.HMACSHA256, now, right, body)
		require.True(t, ok)
		_, ok = ring.VerifyHex(events.HMACSHA256, now, text, body)
		require.Equal(t, text == right, ok)
		decoded, err := hex.DecodeString(text)
		require.Equal(t, err == nil && len(decoded) == sha256.Size && text == strings.ToLower(text), events.HMACSHA256.IsHex(text))
	})
}
