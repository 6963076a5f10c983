package router_test

import (
	"bytes"
	"context"
	"embed"
	"encoding/base64"
	"encoding/hex"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/argyle"
	"github.com/linkhook/linkhook/events/pinwheel"
	"github.com/linkhook/linkhook/router"
	"github.com/linkhook/linkhook/router/routertest"
)

//go:embed testdata/hostile/*.json
var hostileFiles embed.FS

// hostileCase is one entry of the corpus; see its README for the members.
type hostileCase struct {
	Name, Pitfall, Note, Provider, Method, Path string

	Body      []hostilePart
	Signed    *[]hostilePart
	Unsigned  bool `json:"-"`
	Secret    *string
	Clock     int
	Signature []hostileChange
	Headers   map[string][]string
	Chunked   bool
	Wire      bool
	Status    int
}

type hostilePart struct {
	Text, Base64, Repeat, Fill string
	Genuine                    bool
	Cut, Times, To             int
}

type hostileChange struct {
	Drop, Zeros, Flip, Twice                           bool
	Set                                                *string
	SetRepeat                                          string `json:"set-repeat"`
	SetBase64                                          string `json:"set-base64"`
	Case, Trim, Prepend, Append, Encode, Before, After string
	Times, Keep, Cut, Repeat                           int
}

// hostileProvider is a provider to run the corpus against.
type hostileProvider struct {
	name, signature, data string
	genuine               events.KindID
	make                  func(keys *events.Keyring, now func() time.Time) sendingProvider
}

type sendingProvider interface {
	router.Provider
	router.Diagnoser
	routertest.Sender
}

var hostileProviders = []hostileProvider{
	{"pinwheel", "X-Pinwheel-Signature", "payload", pinwheel.PaystubsAdded.ID(), func(keys *events.Keyring, now func() time.Time) sendingProvider {
		return pinwheel.NewWebhooks(keys, &pinwheel.Options{Now: now})
	}},
	{"argyle", "X-Argyle-Signature", "data", argyle.AccountsConnected.ID(), func(keys *events.Keyring, now func() time.Time) sendingProvider {
		return argyle.NewWebhooks(keys, &argyle.Options{Now: now})
	}},
	{"argyle-v1", "X-Argyle-Signature", "data", events.KindID{Provider: argyle.ProviderV1, Stream: events.StreamWebhook, Name: "accounts.added"}, func(keys *events.Keyring, now func() time.Time) sendingProvider {
		return argyle.NewWebhooksV1(keys, &argyle.Options{Now: now})
	}},
}

var hostileClock = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

var hostileSecrets = strings.NewReplacer("$SECRET", "test_secret_first", "$SECOND", "test_secret_second",
	"$ENDED", "test_secret_ended", "$COMING", "test_secret_coming")

func hostileKeys() *events.Keyring {
	return events.NewKeyring(
		events.Key{ID: "first", Secret: hostileSecrets.Replace("$SECRET")},
		events.Key{ID: "second", Secret: hostileSecrets.Replace("$SECOND")},
		events.Key{ID: "ended", Secret: hostileSecrets.Replace("$ENDED"), NotAfter: hostileClock.Add(-time.Hour)},
		events.Key{ID: "coming", Secret: hostileSecrets.Replace("$COMING"), NotBefore: hostileClock.Add(time.Hour)},
	)
}

func TestHostile(t *testing.T) {
	t.Parallel()
	files, err := hostileFiles.ReadDir("testdata/hostile")
	require.NoError(t, err)
	cases := 0
	for _, file := range files {
		raw, err := hostileFiles.ReadFile(path.Join("testdata/hostile", file.Name()))
		require.NoError(t, err)
		var list []hostileCase
		require.NoError(t, json.Unmarshal(raw, &list, json.MatchCaseInsensitiveNames(true), json.RejectUnknownMembers(true)), file.Name())
		group := strings.TrimSuffix(file.Name(), ".json")
		for _, c := range list {
			for _, p := range hostileProviders {
				if c.Provider != "" && c.Provider != p.name {
					continue
				}
				cases++
				t.Run(p.name+"/"+group+"/"+c.Pitfall+"-"+c.Name, func(t *testing.T) {
					t.Parallel()
					c.run(t, p)
				})
			}
		}
	}
	require.Greater(t, cases, 500)
}

// run sends the delivery and checks the answer.
func (c hostileCase) run(t *testing.T, p hostileProvider) {
	t.Helper()
	receiver := p.make(hostileKeys(), func() time.Time { return hostileClock })
	pub := &publisher{}
	var book logbook
	h := router.New(pub, receiver, &router.Options{Logger: book.logger(slog.LevelInfo)})
	body := c.bytes(t, p, c.Body)
	status, answer := c.send(t, h, c.request(t, p, body))
	require.Equal(t, c.Status, status)
	if status == http.StatusUnauthorized {
		said := book.only(t)
		require.NotContains(t, said["diagnosis"], "the doctor", "it found nothing, or panicked")
		require.NotContains(t, said["diagnosis"], "test_secret")
		t.Log(said["diagnosis"])
	}
	if status != http.StatusOK {
		if c.Method != http.MethodHead {
			require.Equal(t, http.StatusText(status)+"\n", answer)
		}
		require.Empty(t, pub.taken())
		return
	}
	require.Len(t, pub.taken(), 1)
	env := pub.taken()[0]
	require.Equal(t, string(body), string(env.Raw), "every byte as it was sent")
	want, err := receiver.Parse(http.Header{}, body)
	require.NoError(t, err)
	require.Equal(t, want.Kind, env.Kind)
	require.Equal(t, want.ID, env.ID)
	require.Equal(t, want.Subject, env.Subject)
	require.NotEmpty(t, env.ID)
	require.Equal(t, events.Verified, env.Trust)
}

// request makes the request, signed as the case says.
func (c hostileCase) request(t *testing.T, p hostileProvider, body []byte) *http.Request {
	t.Helper()
	method, target := c.Method, c.Path
	if method == "" {
		method = http.MethodPost
	}
	if target == "" {
		target = "/"
	}
	r := httptest.NewRequestWithContext(t.Context(), method, target, bytes.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	if !c.Unsigned {
		signed := body
		if c.Signed != nil {
			signed = c.bytes(t, p, *c.Signed)
		}
		c.sign(t, p, r.Header, signed)
	}
	for _, change := range c.Signature {
		change.apply(t, r.Header, p.signature)
	}
	for name, values := range c.Headers {
		if len(values) == 0 {
			r.Header.Del(name)
			continue
		}
		r.Header[http.CanonicalHeaderKey(name)] = values
	}
	if c.Chunked {
		r.ContentLength = -1
		r.Body = io.NopCloser(r.Body)
	}
	return r
}

// sign signs as the sender whom the case describes.
func (c hostileCase) sign(t *testing.T, p hostileProvider, header http.Header, signed []byte) {
	t.Helper()
	secret := hostileSecrets.Replace("$SECRET")
	if c.Secret != nil {
		secret = hostileSecrets.Replace(*c.Secret)
	}
	at := hostileClock.Add(time.Duration(min(c.Clock, 1<<33)) * time.Second)
	if c.Clock > 1<<33 { // more than a Duration holds
		at = time.Unix(hostileClock.Unix()+int64(c.Clock), 0)
	}
	if strings.TrimSpace(secret) == secret && secret != "" {
		p.make(events.Keys(secret), func() time.Time { return at }).Sign(header, signed)
		return
	}
	// A secret that our own constructor refuses: signed by hand.
	const standIn = "stand-in"
	p.make(events.Keys(standIn), func() time.Time { return at }).Sign(header, signed)
	m, head := events.HMACSHA512, ""
	if p.name == "pinwheel" {
		m, head = events.HMACSHA256, "v2:"+strconv.FormatInt(at.Unix(), 10)+":"
	}
	prefix, _, found := strings.Cut(header.Get(p.signature), "=")
	if found {
		prefix += "="
	} else {
		prefix = ""
	}
	header.Set(p.signature, prefix+hex.EncodeToString(hmacOf(m, secret, head+string(signed))))
}

// bytes joins the parts of a body.
func (c hostileCase) bytes(t *testing.T, p hostileProvider, parts []hostilePart) []byte {
	t.Helper()
	var b []byte
	for _, part := range parts {
		switch {
		case part.Genuine:
			genuine := routertest.Fixture(t, p.genuine)
			b = append(b, genuine[:len(genuine)-part.Cut]...)
		case part.Base64 != "":
			raw, err := base64.StdEncoding.DecodeString(part.Base64)
			require.NoError(t, err)
			b = append(b, raw...)
		case part.Repeat != "":
			b = append(b, strings.Repeat(part.Repeat, part.Times)...)
		case part.Fill != "":
			b = append(b, strings.Repeat(part.Fill, part.To-len(b))...)
		default:
			text := strings.ReplaceAll(part.Text, "$DATA", p.data)
			b = append(b, strings.ReplaceAll(text, "$UPPERDATA", strings.ToUpper(p.data))...)
		}
	}
	return b
}

// apply changes the signature header.
func (s hostileChange) apply(t *testing.T, header http.Header, name string) {
	t.Helper()
	v := header.Get(name)
	switch {
	case s.Drop:
		header.Del(name)
		return
	case s.Twice:
		header[name] = []string{v, v}
		return
	case s.Before != "":
		header[name] = []string{s.Before, v}
		return
	case s.After != "":
		header[name] = []string{v, s.After}
		return
	case s.Set != nil:
		v = *s.Set
	case s.SetRepeat != "":
		v = strings.Repeat(s.SetRepeat, s.Times)
	case s.SetBase64 != "":
		raw, err := base64.StdEncoding.DecodeString(s.SetBase64)
		require.NoError(t, err)
		v = string(raw)
	case s.Case == "upper":
		digits := v[strings.LastIndexByte(v, '=')+1:]
		v = strings.TrimSuffix(v, digits) + strings.ToUpper(digits)
	case s.Zeros:
		digits := v[strings.LastIndexByte(v, '=')+1:]
		v = strings.TrimSuffix(v, digits) + strings.Repeat("0", len(digits))
	case s.Keep > 0:
		v = v[:s.Keep]
	case s.Cut > 0:
		v = v[:len(v)-s.Cut]
	case s.Trim != "":
		require.True(t, strings.HasPrefix(v, s.Trim))
		v = strings.TrimPrefix(v, s.Trim)
	case s.Flip:
		last := byte('0')
		if v[len(v)-1] == '0' {
			last = '1'
		}
		v = v[:len(v)-1] + string(last)
	case s.Encode != "":
		digits := v[strings.LastIndexByte(v, '=')+1:]
		raw, err := hex.DecodeString(digits)
		require.NoError(t, err)
		enc := base64.StdEncoding
		if s.Encode == "base64url" {
			enc = base64.RawURLEncoding
		}
		v = strings.TrimSuffix(v, digits) + enc.EncodeToString(raw)
	case s.Repeat > 0:
		v = strings.Join(slices.Repeat([]string{v}, s.Repeat), ",")
	default:
		require.NotEmpty(t, s.Prepend+s.Append, "a change that changes nothing")
		v = s.Prepend + v + s.Append
	}
	header[name] = []string{v}
}

// send serves the request, over a connection when the case is about one.
func (c hostileCase) send(t *testing.T, h http.Handler, r *http.Request) (status int, answer string) {
	t.Helper()
	if !c.Wire {
		w := serve(h, r)
		return w.Code, w.Body.String()
	}
	conn := dial(t, h)
	var lines strings.Builder
	lines.WriteString(r.Method + " " + r.RequestURI + " HTTP/1.1\r\nhost: x\r\ncontent-length: " + strconv.FormatInt(r.ContentLength, 10) + "\r\n")
	for name, values := range r.Header {
		for _, v := range values {
			lines.WriteString(strings.ToLower(name) + ": " + v + "\r\n")
		}
	}
	body, err := io.ReadAll(r.Body)
	require.NoError(t, err)
	conn.send(lines.String(), "\r\n", string(body))
	res := conn.answer()
	return res.StatusCode, http.StatusText(res.StatusCode) + "\n"
}

// UnmarshalJSON tells a null signature, which is none, from one that is not said.
func (c *hostileCase) UnmarshalJSON(b []byte) error {
	type plain hostileCase
	if err := json.Unmarshal(b, (*plain)(c), json.MatchCaseInsensitiveNames(true), json.RejectUnknownMembers(true)); err != nil {
		return err
	}
	var members map[string]any
	if err := json.Unmarshal(b, &members); err != nil {
		return err
	}
	v, said := members["signed"]
	c.Unsigned = said && v == nil
	return nil
}

// TestHostileSecretsAreRefusedAtStartUp is F16: no request ever meets such a secret.
func TestHostileSecretsAreRefusedAtStartUp(t *testing.T) {
	t.Parallel()
	for _, secret := range []string{"", " ", "\n", "\t\r\n", "secret\n", "secret\r\n", " secret", "secret "} {
		require.Panics(t, func() { events.Keys(secret) }, "%q", secret)
		require.Panics(t, func() { events.Keys("fine", secret) }, "%q", secret)
	}
	require.Panics(t, func() { events.Keys() })
}

// TestTwoConcurrentTwinsAreBothAnswered is F18 as far as it lies in front of the inbox: neither is answered before its
// publisher has returned.
func TestTwoConcurrentTwinsAreBothAnswered(t *testing.T) {
	t.Parallel()
	gate := make(chan struct{})
	h := router.New(publishFunc(func(context.Context) error { <-gate; return nil }), newAcme(), quiet())
	answers := make(chan int, 2)
	for range 2 {
		r := signed(t, widgetBody)
		go func() { answers <- serve(h, r).Code }()
	}
	select {
	case code := <-answers:
		require.Fail(t, "answered before it was taken care of", code)
	default:
	}
	close(gate)
	require.Equal(t, 200, <-answers)
	require.Equal(t, 200, <-answers)
}
