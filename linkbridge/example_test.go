package linkbridge_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/pinwheel"
	"github.com/linkhook/linkhook/linkbridge"
)

// A host mounts the bridge and its script, and hands a ticket to the page of the user who is logged in.
func Example() {
	bus := events.New()
	events.On(bus, pinwheel.LinkLogin, func(_ context.Context, e events.Event[pinwheel.LoginClaim]) error {
		fmt.Println(e.Kind.Name, e.Trust, e.EndUserID, e.Data.AccountID)
		return nil
	})

	key := []byte("32 random bytes, the same on all nodes")
	bridge := linkbridge.New(bus, linkbridge.Keys(key), &linkbridge.Options{Origins: []string{"https://app.example.com"}})
	mux := http.NewServeMux()
	mux.Handle("/hooks/link", bridge)
	mux.Handle("/hooks/link.js", bridge.Script())

	ticket, err := bridge.Ticket(linkbridge.Principal{Provider: pinwheel.Provider, EndUserID: "user-1", LinkTokenID: "lt-1"})
	if err != nil {
		fmt.Println(err)
		return
	}

	// What the script sends when no websocket gets through:
	body := `{"type":"events","v":1,"session":"4f0c2d5b9e6a4b7f8c1d2e3f4a5b6c7d","instance":"9a8b7c6d5e4f40312233445566778899",
		"ticket":"` + ticket + `","events":[{"type":"event","seq":1,"id":"c0ffee00c0ffee00c0ffee00c0ffee01",
		"provider":"pinwheel","name":"login","payload":{"accountId":"acc-1","platformId":"p"}}]}`
	r := httptest.NewRequest(http.MethodPost, "/hooks/link", strings.NewReader(body))
	r.Header.Set("Origin", "https://app.example.com")
	r.Header.Set("Content-Type", "text/plain")
	w := httptest.NewRecorder()
	mux.ServeHTTP(w, r)
	fmt.Println(w.Code)
	// Output:
	// login claimed user-1 acc-1
	// 200
}

// Pages are told that account.added and paystubs.fully_synced have arrived, and of nothing else.
func ExampleSafePush() {
	push := linkbridge.SafePush(pinwheel.AccountAdded, pinwheel.PaystubsFullySynced)
	told, ok := push(events.Envelope{Meta: events.Meta{Kind: pinwheel.AccountAdded.ID(), Subject: events.Subject{AccountID: "acc-1"}}})
	fmt.Println(told.Name, told.Account, ok)
	_, ok = push(events.Envelope{Meta: events.Meta{Kind: pinwheel.IdentityAdded.ID()}})
	fmt.Println(ok)
	// Output:
	// account.added acc-1 true
	// false
}

// A browser's claim becomes a fact when the signed webhook of the same Link arrives.
func ExampleCorrelator() {
	bus := events.New()
	events.On(bus, linkbridge.ClaimConfirmed, func(_ context.Context, e events.Event[linkbridge.Confirmation]) error {
		fmt.Println(e.Data.Step, e.Data.AccountID, "confirmed by", e.Data.Webhook.Kind)
		return nil
	})
	correlator := linkbridge.NewCorrelator(bus, nil)
	defer correlator.Close(context.Background())

	subject := events.Subject{EndUserID: "user-1", LinkTokenID: "lt-1"}
	_ = bus.Publish(context.Background(), events.Envelope{
		Meta: events.Meta{ID: "1", Kind: pinwheel.LinkLogin.ID(), Source: events.SourceLink, Subject: subject, ReceivedAt: time.Now()},
		Raw:  []byte(`{"accountId":"acc-1"}`)})
	subject.AccountID = "acc-1"
	_ = bus.Publish(context.Background(), events.Envelope{
		Meta: events.Meta{ID: "2", Kind: pinwheel.AccountAdded.ID(), Source: events.SourceWebhook, Trust: events.Verified, Subject: subject, ReceivedAt: time.Now()},
		Raw:  []byte(`{}`)})
	// Output:
	// account acc-1 confirmed by pinwheel/webhook/account.added
}
