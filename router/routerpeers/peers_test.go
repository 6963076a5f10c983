package routerpeers_test

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	playground "github.com/go-playground/webhooks/v6/github"
	"github.com/google/go-github/v72/github"
	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
	"github.com/stretchr/testify/require"
	"github.com/stripe/stripe-go/v82"
	"github.com/stripe/stripe-go/v82/webhook"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/pinwheel"
	"github.com/linkhook/linkhook/router"
)

const secret = "test_secret_for_benchmarks_0123456789abcdef"

// size is the length of every body here: that of a recorded paystubs.added with one paystub. Each peer gets an event of its own
// provider, padded to that length within a member that it knows.
const size = 678

// paystubs is the body that linkhook gets, and the peers without a provider of their own.
const paystubs = `{"event_id": "3cfe63ad-c0fd-4b87-8dcb-3ab178cbc9c4", "event": "paystubs.added", "payload": {"added": [` +
	`{"id": "c80ed2d6-a0fe-4b63-8c92-92414cea9b37", "document_type": null, "year": null, "pay_date": null}], ` +
	`"deleted": [], "id": "ff3a851d-ccf6-442d-b144-e55545280e2a", "name": "paystubs", ` +
	`"timestamp": "2025-06-24T22:04:35.048975+00:00", "outcome": "success", "error_code": null, "error_type": null, ` +
	`"link_token_id": "a63c75ef-3e91-4fff-8147-78cf7efeddd2", "params": {"count": 1, "from_pay_date": "2025-06-24", ` +
	`"to_pay_date": "2025-06-24", "sync_status": "in_progress"}, "account_id": "934f6406-c332-4c05-a3e8-6a90765c842d", ` +
	`"end_user_id": "6a927ef1-6c91-43c9-abbe-6728dc8ef877"}}`

const watch = `{"action":"started","repository":{"id":1296269,"node_id":"MDEwOlJlcG9zaXRvcnk",` +
	`"name":"payroll","full_name":"acme/payroll","private":true,"html_url":"https://example.com/acme/payroll","fork":false,` +
	`"stargazers_count":7,"default_branch":"main","description":"PAD"},"sender":{"login":"somebody","id":42,"type":"User",` +
	`"site_admin":false}}`

const payout = `{"id":"evt_1","object":"event","api_version":"` + stripe.APIVersion + `","created":1750802675,"type":"payout.paid",` +
	`"livemode":false,"pending_webhooks":1,"request":{"id":null,"idempotency_key":null},"data":{"object":{"id":"po_1",` +
	`"object":"payout","amount":1100,"arrival_date":1750802675,"automatic":true,"currency":"usd","method":"standard",` +
	`"status":"paid","type":"bank_account","description":"PAD"}}}`

// padded brings a template to the common length.
func padded(tb testing.TB, template string) []byte {
	tb.Helper()
	body := strings.Replace(template, "PAD", strings.Repeat("x", size-len(template)+len("PAD")), 1)
	require.Len(tb, body, size)
	return []byte(body)
}

func mac(key, message string) []byte {
	h := hmac.New(sha256.New, []byte(key))
	h.Write([]byte(message))
	return h.Sum(nil)
}

// replay is one request that can be served again and again, without costs of its own.
type replay struct {
	*http.Request
	body bytes.Reader
	raw  []byte
}

func (r *replay) Read(p []byte) (int, error) { return r.body.Read(p) }
func (r *replay) Close() error               { return nil }
func (r *replay) again() *http.Request {
	r.body.Reset(r.raw)
	return r.Request
}

func newReplay(tb testing.TB, raw []byte, header map[string]string) *replay {
	tb.Helper()
	r := &replay{raw: raw}
	req, err := http.NewRequestWithContext(tb.Context(), http.MethodPost, "/hooks", nil)
	require.NoError(tb, err)
	req.Header.Set("Content-Type", "application/json")
	for name, value := range header {
		req.Header.Set(name, value)
	}
	req.Body, req.ContentLength = r, int64(len(raw))
	r.Request = req
	return r
}

// peer verifies and parses a request and says whether it found what it had to.
type peer struct {
	name string
	make func(tb testing.TB) (*replay, func(r *http.Request) bool)
}

var peers = []peer{
	{"go-github", goGitHub},
	{"go-playground", goPlayground},
	{"standard-webhooks", standardWebhooks},
	{"stripe-go", stripeGo},
}

func gitHubDelivery(tb testing.TB) *replay {
	tb.Helper()
	body := padded(tb, watch)
	return newReplay(tb, body, map[string]string{
		"X-GitHub-Event": "watch", "X-Hub-Signature-256": "sha256=" + hex.EncodeToString(mac(secret, string(body))),
	})
}

func goGitHub(tb testing.TB) (*replay, func(r *http.Request) bool) {
	tb.Helper()
	return gitHubDelivery(tb), func(r *http.Request) bool {
		payload, err := github.ValidatePayload(r, []byte(secret))
		if err != nil {
			return false
		}
		event, err := github.ParseWebHook(github.WebHookType(r), payload)
		e, ok := event.(*github.WatchEvent)
		return err == nil && ok && e.GetRepo().GetName() == "payroll"
	}
}

func goPlayground(tb testing.TB) (*replay, func(r *http.Request) bool) {
	tb.Helper()
	hook, err := playground.New(playground.Options.Secret(secret))
	require.NoError(tb, err)
	r := gitHubDelivery(tb)
	return r, func(r *http.Request) bool {
		event, err := hook.Parse(r, playground.WatchEvent)
		e, ok := event.(playground.WatchPayload)
		return err == nil && ok && e.Repository.Name == "payroll"
	}
}

func standardWebhooks(tb testing.TB) (*replay, func(r *http.Request) bool) {
	tb.Helper()
	wh, err := standardwebhooks.NewWebhookRaw([]byte(secret))
	require.NoError(tb, err)
	now := strconv.FormatInt(time.Now().Unix(), 10)
	r := newReplay(tb, []byte(paystubs), map[string]string{
		"Webhook-Id": "msg_1", "Webhook-Timestamp": now,
		"Webhook-Signature": "v1," + base64.StdEncoding.EncodeToString(mac(secret, "msg_1."+now+"."+paystubs)),
	})
	return r, func(r *http.Request) bool {
		var body bytes.Buffer
		if _, err := body.ReadFrom(r.Body); err != nil {
			return false
		}
		if wh.Verify(body.Bytes(), r.Header) != nil {
			return false
		}
		var ev struct {
			Event   string            `json:"event"`
			Payload pinwheel.Paystubs `json:"payload"`
		}
		return json.Unmarshal(body.Bytes(), &ev) == nil && len(ev.Payload.Added) == 1
	}
}

func stripeGo(tb testing.TB) (*replay, func(r *http.Request) bool) {
	tb.Helper()
	body := padded(tb, payout)
	now := strconv.FormatInt(time.Now().Unix(), 10)
	r := newReplay(tb, body, map[string]string{
		"Stripe-Signature": "t=" + now + ",v1=" + hex.EncodeToString(mac(secret, now+"."+string(body))),
	})
	return r, func(r *http.Request) bool {
		var body bytes.Buffer
		if _, err := body.ReadFrom(r.Body); err != nil {
			return false
		}
		event, err := webhook.ConstructEvent(body.Bytes(), r.Header.Get("Stripe-Signature"), secret)
		if err != nil {
			return false
		}
		var p stripe.Payout
		return json.Unmarshal(event.Data.Raw, &p) == nil && p.Amount == 1100
	}
}

// sink is a response writer that takes everything, deadlines too, as a server's does.
type sink struct {
	header http.Header
	status int
}

func (s *sink) Header() http.Header             { return s.header }
func (s *sink) Write(p []byte) (int, error)     { return len(p), nil }
func (s *sink) WriteHeader(status int)          { s.status = status }
func (s *sink) SetReadDeadline(time.Time) error { return nil }

// nowhere is the publisher that does nothing, and so keeps nothing.
type nowhere struct{}

func (nowhere) Publish(context.Context, events.Envelope) error { return nil }

func (nowhere) Borrows(p events.Publisher) bool { return p == events.Publisher(nowhere{}) }

// linkhook returns our accept path, or with a bus the typed one.
func linkhook(tb testing.TB, pub events.Publisher) (*replay, func(r *http.Request) bool) {
	tb.Helper()
	require.Len(tb, paystubs, size)
	webhooks := pinwheel.NewWebhooks(events.Keys(secret), nil)
	h := router.New(pub, webhooks, &router.Options{Logger: slog.New(slog.DiscardHandler)})
	r := newReplay(tb, []byte(paystubs), nil)
	webhooks.Sign(r.Header, r.raw)
	w := &sink{header: http.Header{}}
	return r, func(r *http.Request) bool {
		h.ServeHTTP(w, r)
		return w.status == http.StatusOK
	}
}

func typed() *events.Bus {
	bus := events.New()
	events.On(bus, pinwheel.PaystubsAdded, func(_ context.Context, ev events.Event[pinwheel.Paystubs]) error {
		if len(ev.Data.Added) != 1 {
			return http.ErrBodyNotAllowed
		}
		return nil
	})
	return bus
}

// TestPeersDoTheirWork shows that each peer verifies and parses, and refuses a body that was changed.
func TestPeersDoTheirWork(t *testing.T) {
	t.Parallel()
	for _, p := range peers {
		r, ok := p.make(t)
		require.True(t, ok(r.again()), p.name)
		require.True(t, ok(r.again()), p.name)
		r.raw = append(bytes.Clone(r.raw), ' ')
		r.ContentLength++
		require.False(t, ok(r.again()), p.name)
	}
	for _, pub := range []events.Publisher{nowhere{}, typed()} {
		r, ok := linkhook(t, pub)
		require.True(t, ok(r.again()))
		r.raw = append(bytes.Clone(r.raw), ' ')
		r.ContentLength++
		require.False(t, ok(r.again()))
	}
}

func measure(b *testing.B, r *replay, ok func(r *http.Request) bool) {
	b.Helper()
	b.ReportAllocs()
	for b.Loop() {
		if !ok(r.again()) {
			b.Fatal("not taken")
		}
	}
}

// BenchmarkPeer is what each peer needs to verify a delivery and to parse it into its type.
func BenchmarkPeer(b *testing.B) {
	for _, p := range peers {
		b.Run(p.name+"/0.6kB", func(b *testing.B) {
			r, ok := p.make(b)
			measure(b, r, ok)
		})
	}
}

// BenchmarkAccept is our handler up to the publisher: verified, and the envelope read.
func BenchmarkAccept(b *testing.B) {
	b.Run("0.6kB", func(b *testing.B) {
		r, ok := linkhook(b, nowhere{})
		measure(b, r, ok)
	})
}

// BenchmarkTyped is our handler with a bus and one typed handler behind it.
func BenchmarkTyped(b *testing.B) {
	b.Run("0.6kB", func(b *testing.B) {
		r, ok := linkhook(b, typed())
		measure(b, r, ok)
	})
}

// BenchmarkFloorA is what none can do without: the body read into a buffer that is there already, and its keyed hash compared.
func BenchmarkFloorA(b *testing.B) {
	b.Run("0.6kB", func(b *testing.B) {
		body := []byte(paystubs)
		r := newReplay(b, body, map[string]string{"X-Signature": hex.EncodeToString(mac(secret, paystubs))})
		h := hmac.New(sha256.New, []byte(secret))
		buf, sum, text := make([]byte, 8<<10), make([]byte, 0, 64), make([]byte, 64)
		measure(b, r, func(r *http.Request) bool {
			n, _ := r.Body.Read(buf)
			h.Reset()
			h.Write(buf[:n])
			hex.Encode(text, h.Sum(sum))
			return hmac.Equal(text, []byte(r.Header["X-Signature"][0]))
		})
	})
}
