package linkbridge_test

import (
	"encoding/base64"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/linkbridge"
	"github.com/linkhook/linkhook/linkbridge/linkbridgetest"
)

// flip changes one character of a token.
func flip(token string, i int) string {
	c := byte('A')
	if token[i] == c {
		c = 'B'
	}
	return token[:i] + string(c) + token[i+1:]
}

func TestTickets(t *testing.T) {
	t.Parallel()
	b := start(t, &sink{}, nil)
	srv := serve(t, b)
	good := ticket(t, b, user)
	used := ticket(t, b, user)
	enter(t, srv, helloFrame(used))
	dot := strings.IndexByte(good, '.')
	stranger := linkbridge.New(&sink{}, linkbridge.Keys([]byte(strings.Repeat("x", 32))), nil)
	short := linkbridge.New(&sink{}, linkbridge.Keys(secret), &linkbridge.Options{Limits: linkbridge.Limits{TicketTTL: time.Nanosecond}})
	resume := func() string {
		_, welcome := enter(t, srv, helloFrame(ticket(t, b, user)))
		token, _ := welcome["resume"].(string)
		return token
	}()
	for _, tc := range []struct {
		name, ticket string
	}{
		{"missing", ""},
		{"no token", "abc"},
		{"tampered claims", flip(good, 3)},
		{"tampered MAC", flip(good, dot+3)},
		{"cut", good[:len(good)-2]},
		{"padded", good + "="},
		{"line end", good + "\n"},
		{"MAC alone", good[dot:]},
		{"claims alone", good[:dot+1]},
		{"of another key", ticket(t, stranger, user)},
		{"expired", ticket(t, short, user)},
		{"used by another session", used},
		{"resume token as ticket", resume},
		{"unsigned", base64.RawURLEncoding.EncodeToString([]byte(`{"p":"pinwheel","u":"x","i":"1","x":9999999999}`)) + "."},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			r := dial(t, srv, nil)
			r.send(helloFrame(tc.ticket))
			code, bye := r.closed()
			require.Equal(t, linkbridge.CodeTicket, code)
			require.Equal(t, true, bye["reconnect"])
			require.Equal(t, "ticket", bye["reason"])
			status, answer, w := post(t, b, batch(helloFrame(tc.ticket), eventFrame(1, "a", nil)))
			require.Equal(t, http.StatusUnauthorized, status)
			require.Nil(t, answer)
			require.Equal(t, "ticket\n", w.Body.String())
		})
	}
}

func TestATicketStaysGoodForItsSession(t *testing.T) {
	t.Parallel()
	b := start(t, &sink{}, nil)
	srv := serve(t, b)
	h := helloFrame(ticket(t, b, user))
	_, first := enter(t, srv, h)
	_, second := enter(t, srv, h)
	require.Equal(t, false, first["resumed"])
	require.Equal(t, true, second["resumed"])
}

func TestASessionBelongsToOnePrincipal(t *testing.T) {
	t.Parallel()
	b := start(t, &sink{}, nil)
	srv := serve(t, b)
	h := helloFrame(ticket(t, b, user))
	enter(t, srv, h)
	for _, other := range []linkbridge.Principal{{Provider: "pinwheel", EndUserID: "user-2"}, {Provider: "argyle", EndUserID: "user-1"}} {
		h["ticket"] = ticket(t, b, other)
		r := dial(t, srv, nil)
		r.send(h)
		code, _ := r.closed()
		require.Equal(t, linkbridge.CodeTicket, code)
		status, _, _ := post(t, b, batch(h))
		require.Equal(t, http.StatusUnauthorized, status)
	}
}

func TestANewTicketOfTheSameUserMayBringANewLinkToken(t *testing.T) {
	t.Parallel()
	s := &sink{}
	b := start(t, s, nil)
	page := linkbridgetest.Dial(t, b, ticket(t, b, user), nil)
	page.WaitAck(page.Track("pinwheel", "a", nil))
	later := user
	later.LinkTokenID = "lt-2"
	page.Refresh(ticket(t, b, later))
	page.WaitAck(page.Track("pinwheel", "b", nil))
	page.Reconnect()
	page.WaitAck(page.Track("pinwheel", "c", nil))
	var tokens []string
	for _, env := range s.all() {
		tokens = append(tokens, env.LinkTokenID)
	}
	require.Equal(t, []string{"lt-1", "lt-2", "lt-2"}, tokens)
	other := user
	other.EndUserID = "user-2"
	page.Refresh(ticket(t, b, other))
	require.Equal(t, linkbridge.CodeTicket, page.WaitClose())
}

func TestTicketNeedsAPrincipal(t *testing.T) {
	t.Parallel()
	b := start(t, &sink{}, nil)
	for _, p := range []linkbridge.Principal{{}, {Provider: "pinwheel"}, {EndUserID: "u"}, {Provider: "pinwheel", EndUserID: strings.Repeat("u", 257)},
		{Provider: "pinwheel", EndUserID: "\xff"}} {
		_, err := b.Ticket(p)
		require.Error(t, err)
		require.True(t, strings.HasPrefix(err.Error(), "linkbridge: "))
	}
}

func TestKeysAreCheckedAtStartUp(t *testing.T) {
	t.Parallel()
	require.Panics(t, func() { linkbridge.Keys() })
	require.Panics(t, func() { linkbridge.Keys([]byte("short")) })
	require.Panics(t, func() { linkbridge.Keys(secret, nil) })
	require.Panics(t, func() { linkbridge.New(nil, linkbridge.Keys(secret), nil) })
	require.Panics(t, func() { linkbridge.New(&sink{}, nil, nil) })
	require.NotPanics(t, func() { linkbridge.Keys([]byte(" \n" + strings.Repeat("x", 30))) }, "random bytes may look like white space")
	require.Equal(t, "key a", fmt.Sprintf("%v", linkbridge.Key{ID: "a", Secret: secret}))
	require.Equal(t, "key a", linkbridge.Key{ID: "a", Secret: secret}.LogValue().String())
}

func TestKeysRotateWhileTicketsAreOut(t *testing.T) {
	t.Parallel()
	next := []byte(strings.Repeat("n", 32))
	keys := linkbridge.NewKeyring(linkbridge.Key{ID: "old", Secret: secret})
	b := startWith(t, &sink{}, keys, nil)
	before := ticket(t, b, user)
	require.NoError(t, keys.Replace(linkbridge.Key{ID: "new", Secret: next}, linkbridge.Key{ID: "old", Secret: secret}))
	page := linkbridgetest.Dial(t, b, before, nil)
	require.EqualValues(t, 1, keys.Used("old"))
	page.Drop()
	require.NoError(t, keys.Replace(linkbridge.Key{ID: "new", Secret: next}))
	page.Reconnect()
	require.NotZero(t, keys.Used("new"), "the resume token was made with the new key")
	require.Error(t, keys.Replace())
	require.Error(t, keys.Replace(linkbridge.Key{Secret: []byte("short")}))
	require.Error(t, keys.Replace(linkbridge.Key{ID: "a", Secret: next}, linkbridge.Key{ID: "a", Secret: secret}))
}

func TestPrincipalLogsIDsOnly(t *testing.T) {
	t.Parallel()
	require.Equal(t, slog.KindGroup, user.LogValue().Kind())
}
