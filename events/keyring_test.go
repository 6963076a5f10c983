package events_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/sha512"
	"hash"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
)

var now = time.Date(2026, 8, 22, 12, 0, 0, 0, time.UTC)

func reference(h func() hash.Hash, secret, message string) []byte {
	mac := hmac.New(h, []byte(secret))
	mac.Write([]byte(message))
	return mac.Sum(nil)
}

func TestKeyringVerifiesWhatTheStandardLibrarySigns(t *testing.T) {
	t.Parallel()
	ring := events.Keys("first", "second")
	body := []byte(`{"a": 1}`)
	for _, c := range []struct {
		mac  events.MAC
		hash func() hash.Hash
		size int
	}{{events.HMACSHA256, sha256.New, sha256.Size}, {events.HMACSHA512, sha512.New, sha512.Size}} {
		require.Equal(t, c.size, c.mac.Size())
		for range 2 { // the second time the pooled state is used
			id, ok := ring.Verify(c.mac, now, reference(c.hash, "second", `v2:17:{"a": 1}`), body, "v2:", "17", ":")
			require.True(t, ok)
			require.Equal(t, "2", id)
		}
		require.Equal(t, reference(c.hash, "first", `v2:17:{"a": 1}`), ring.Sign(nil, c.mac, now, body, "v2:", "17", ":"))
		require.Equal(t, append([]byte("x"), reference(c.hash, "first", `{"a": 1}`)...), ring.Sign([]byte("x"), c.mac, now, body))
	}
}

func TestKeyringRefusesEverythingElse(t *testing.T) {
	t.Parallel()
	ring := events.Keys("secret")
	body := []byte(`{}`)
	good := ring.Sign(nil, events.HMACSHA256, now, body)
	flipped := append([]byte(nil), good...)
	flipped[0] ^= 1
	for name, sum := range map[string][]byte{
		"nil": nil, "empty": {}, "short": good[:31], "long": append(good[:32:32], 0), "flipped": flipped,
		"another secret": reference(sha256.New, "Secret", `{}`), "another hash": reference(sha512.New, "secret", `{}`),
		"another body": reference(sha256.New, "secret", `{ }`),
	} {
		id, ok := ring.Verify(events.HMACSHA256, now, sum, body)
		require.False(t, ok, name)
		require.Empty(t, id)
	}
	require.Zero(t, ring.Used("1"))
}

func TestRotation(t *testing.T) {
	t.Parallel()
	old := events.Key{ID: "spring", Secret: "s1", NotAfter: now.Add(time.Hour)}
	fresh := events.Key{ID: "autumn", Secret: "s2", NotBefore: now}
	ring := events.NewKeyring(fresh, old)
	require.Equal(t, []string{"autumn", "spring"}, ring.IDs())
	body := []byte(`{}`)
	verify := func(secret string, at time.Time) (string, bool) {
		return ring.Verify(events.HMACSHA256, at, reference(sha256.New, secret, `{}`), body)
	}
	for _, c := range []struct {
		secret string
		at     time.Time
		id     string
	}{
		{"s1", now.Add(-time.Hour), "spring"},
		{"s1", now.Add(time.Hour), "spring"},
		{"s1", now.Add(time.Hour + 1), ""},
		{"s2", now.Add(-1), ""},
		{"s2", now, "autumn"},
		{"s2", now.Add(1000 * time.Hour), "autumn"},
	} {
		id, ok := verify(c.secret, c.at)
		require.Equal(t, c.id, id, "%s at %s", c.secret, c.at)
		require.Equal(t, c.id != "", ok)
	}
	require.Equal(t, uint64(2), ring.Used("spring"))
	require.Equal(t, uint64(2), ring.Used("autumn"))
	require.Zero(t, ring.Used("winter"))

	require.Equal(t, reference(sha256.New, "s1", `{}`), ring.Sign(nil, events.HMACSHA256, now.Add(-1), body), "the first valid key signs")
	expired := events.NewKeyring(old)
	require.Equal(t, reference(sha256.New, "s1", `{}`), expired.Sign(nil, events.HMACSHA256, now.Add(24*time.Hour), body))
}

func TestReplaceKeepsTheCountersAndAnswersForTheNewKeys(t *testing.T) {
	t.Parallel()
	ring := events.NewKeyring(events.Key{ID: "a", Secret: "s1"})
	body := []byte(`{}`)
	_, ok := ring.Verify(events.HMACSHA256, now, reference(sha256.New, "s1", `{}`), body)
	require.True(t, ok)
	require.NoError(t, ring.Replace(events.Key{ID: "b", Secret: "s2"}, events.Key{ID: "a", Secret: "s3"}))
	_, ok = ring.Verify(events.HMACSHA256, now, reference(sha256.New, "s1", `{}`), body)
	require.False(t, ok, "the old secret of key a is gone")
	id, ok := ring.Verify(events.HMACSHA256, now, reference(sha256.New, "s3", `{}`), body)
	require.True(t, ok)
	require.Equal(t, "a", id)
	require.Equal(t, uint64(2), ring.Used("a"))
}

func TestUnusableSecretsPanicInTheConstructor(t *testing.T) {
	t.Parallel()
	const (
		empty     = `events: the secret of key "1" is empty: set it before the endpoint is mounted`
		space     = `events: the secret of key "1" has white space around it: copy it again without the line end`
		invisible = `events: the secret of key "1" has an invisible character in it: copy it again as plain text`
	)
	for secret, sentence := range map[string]string{
		"": empty, " ": empty, "\r\n": empty, "\u00a0": empty, "\t \n": empty,
		"secret\n": space, "secret\r\n": space, " secret": space, "secret\u2003": space,
		"sec\r\nret": invisible, "sec\x00ret": invisible, "\ufeffsecret": invisible, "secret\u200b": invisible, "sec\xffret": invisible,
	} {
		require.PanicsWithValue(t, sentence, func() { events.Keys(secret) }, "%q", secret)
	}
	require.PanicsWithValue(t, "events: a keyring needs at least one secret", func() { events.Keys() })
	require.PanicsWithValue(t, `events: two keys share the id "1"`,
		func() { events.NewKeyring(events.Key{Secret: "a"}, events.Key{ID: "1", Secret: "b"}) })
	require.PanicsWithValue(t, `events: key "k" ends before it begins`,
		func() { events.NewKeyring(events.Key{ID: "k", Secret: "a", NotBefore: now, NotAfter: now.Add(-1)}) })
	require.NotPanics(t, func() { events.Keys("a secret with spaces inside, ünïcode and 🔑") })
}

func TestAFailedReplaceChangesNothing(t *testing.T) {
	t.Parallel()
	ring := events.Keys("good")
	require.Error(t, ring.Replace())
	require.Error(t, ring.Replace(events.Key{ID: "x", Secret: "fine"}, events.Key{ID: "y"}))
	require.Equal(t, []string{"1"}, ring.IDs())
	_, ok := ring.Verify(events.HMACSHA256, now, reference(sha256.New, "good", `{}`), []byte(`{}`))
	require.True(t, ok)
}

func TestKeysAreReplacedWithoutADroppedRequest(t *testing.T) {
	t.Parallel()
	current := events.Key{ID: "current", Secret: "current"}
	ring := events.NewKeyring(current)
	body := []byte(`{}`)
	sums := map[events.MAC][]byte{
		events.HMACSHA256: reference(sha256.New, "current", `{}`),
		events.HMACSHA512: reference(sha512.New, "current", `{}`),
	}
	done := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		defer close(done)
		for range 300 {
			if err := ring.Replace(events.Key{ID: "next", Secret: "next"}, current); err != nil {
				t.Error(err)
			}
			if err := ring.Replace(current); err != nil {
				t.Error(err)
			}
		}
	})
	for range 2 {
		for mac, sum := range sums {
			wg.Go(func() {
				for {
					select {
					case <-done:
						return
					default:
					}
					if id, ok := ring.Verify(mac, now, sum, body); !ok || id != "current" {
						t.Error("a genuine message was refused")
						return
					}
					ring.IDs()
				}
			})
		}
	}
	wg.Wait()
}

func TestVerifyDoesTheSameWorkWhicheverKeyMatches(t *testing.T) {
	t.Parallel()
	keys := []string{"k1", "k2", "k3"}
	for _, secret := range append(keys, "none of them") {
		ring := events.Keys(keys...)
		sums := make([]int, len(keys))
		events.CountSums(ring, events.HMACSHA256, sums)
		_, ok := ring.Verify(events.HMACSHA256, now, reference(sha256.New, secret, `{}`), []byte(`{}`))
		require.Equal(t, secret != "none of them", ok)
		require.Equal(t, []int{1, 1, 1}, sums, "signed with %s", secret)
	}
}
