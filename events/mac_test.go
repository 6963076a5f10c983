package events_test

import (
	"encoding/hex"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
)

func TestDecodeMACReadsLowerCaseHexDigitsOnly(t *testing.T) {
	t.Parallel()
	const digits = "0123456789abcdef"
	for place := range 16 {
		for c := range 256 {
			text := []byte("00112233ddeeff99")
			text[place] = byte(c)
			var got [8]byte
			ok := events.DecodeMAC(got[:], string(text))
			require.Equal(t, strings.IndexByte(digits, byte(c)) >= 0, ok, "%q", text)
			if ok {
				require.Equal(t, string(text), hex.EncodeToString(got[:]))
			}
		}
	}
}

func TestDecodeMACTakesTheOneLength(t *testing.T) {
	t.Parallel()
	for n := range 200 {
		text := strings.Repeat("a", n)
		require.Equal(t, n == 64, events.DecodeMAC(make([]byte, 32), text), n)
		require.Equal(t, n == 128, events.DecodeMAC(make([]byte, 64), text), n)
	}
	require.Panics(t, func() { events.DecodeMAC(make([]byte, 3), "aaaaaa") }, "a MAC of that length would be read in part")
}

// FuzzDecodeMAC holds the eight digits at a time against the standard library.
func FuzzDecodeMAC(f *testing.F) {
	f.Add("42fb9eba200e821d4de63667f5a30f7e1b83609b135e148e26ce01eef2aa6ba8")
	f.Add(strings.Repeat("0", 63) + "A")
	f.Add(strings.Repeat("g", 64))
	f.Fuzz(func(t *testing.T, text string) {
		var got [32]byte
		want, err := hex.DecodeString(text)
		valid := err == nil && len(want) == len(got) && text == strings.ToLower(text)
		require.Equal(t, valid, events.DecodeMAC(got[:], text))
		if valid {
			require.Equal(t, want, got[:])
		}
	})
}
