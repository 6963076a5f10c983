package router_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/pinwheel"
	"github.com/linkhook/linkhook/router"
)

// A delivery of Pinwheel arrives at a typed handler. In production the secret comes from the environment, and the provider
// signs.
func ExampleNew() {
	bus := events.New()
	events.On(bus, pinwheel.PaystubsAdded, func(_ context.Context, ev events.Event[pinwheel.Paystubs]) error {
		fmt.Println(ev.Trust, ev.Kind.Name, ev.AccountID, len(ev.Data.Added))
		return nil
	})

	webhooks := pinwheel.NewWebhooks(events.Keys("secret from the environment"), nil)
	mux := http.NewServeMux()
	mux.Handle("/hooks/pinwheel", router.New(bus, webhooks, nil))

	body := `{"event_id": "ev_1", "event": "paystubs.added", "payload": {
		"account_id": "acc_1", "name": "paystubs", "outcome": "success", "added": [{"id": "ps_1"}, {"id": "ps_2"}]}}`
	r := httptest.NewRequest(http.MethodPost, "/hooks/pinwheel", strings.NewReader(body))
	webhooks.Sign(r.Header, []byte(body))
	w := httptest.NewRecorder()
	mux.ServeHTTP(w, r)
	fmt.Println(w.Code)
	// Output:
	// verified paystubs.added acc_1 2
	// 200
}

// Every refusal is reported to the bus's watch with a fixed word, which is fit for a metric label.
func ExampleNew_refused() {
	bus := events.New()
	bus.Watch().Observe(func(o events.Observation) { fmt.Println(o.What, o.Reason, o.Meta.Endpoint, o.Size) })
	h := router.New(bus, pinwheel.NewWebhooks(events.Keys("secret"), nil), quiet())

	r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(`{"event": "paystubs.added"}`))
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	fmt.Print(w.Code, " ", w.Body)
	// Output:
	// refused signature pinwheel 27
	// 401 Unauthorized
}

// While a secret is rotated both are accepted, and every event says which key verified it.
func ExampleNew_rotation() {
	keys := events.NewKeyring(
		events.Key{ID: "2026-03", Secret: "new secret"},
		events.Key{ID: "2025-11", Secret: "old secret", NotAfter: time.Now().Add(24 * time.Hour)},
	)
	bus := events.New()
	bus.OnAny(func(_ context.Context, env events.Envelope) error {
		fmt.Println(env.ID, env.KeyID)
		return nil
	})
	h := router.New(bus, pinwheel.NewWebhooks(keys, nil), nil)

	body := `{"event_id": "ev_1", "event": "account.added", "payload": {}}`
	r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body))
	pinwheel.NewWebhooks(events.Keys("old secret"), nil).Sign(r.Header, []byte(body))
	h.ServeHTTP(httptest.NewRecorder(), r)
	fmt.Println(keys.Used("2026-03"), keys.Used("2025-11"))
	// Output:
	// ev_1 2025-11
	// 0 1
}

// Tighter limits than the defaults, and a name of its own for each of two environments.
func ExampleOptions() {
	bus := events.New()
	opts := &router.Options{MaxBody: 64 << 10, ReadTimeout: 3 * time.Second, AckBudget: 5 * time.Second}
	mux := http.NewServeMux()
	for _, environment := range []string{"sandbox", "production"} {
		webhooks := pinwheel.NewWebhooks(events.Keys("secret of "+environment), &pinwheel.Options{Name: "pinwheel-" + environment})
		mux.Handle("POST /hooks/"+environment, router.New(bus, webhooks, opts))
	}

	r := httptest.NewRequest(http.MethodPost, "/hooks/sandbox", strings.NewReader(strings.Repeat(" ", 100<<10)))
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	mux.ServeHTTP(w, r)
	fmt.Println(w.Code)
	// Output: 413
}
