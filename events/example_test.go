package events_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/linkhook/linkhook/events"
)

// A host can declare kinds of its own; those of a provider are ready-made in its package.
func Example() {
	type Account struct {
		ID   string `json:"account_id" validate:"required"`
		Name string `json:"name"`
	}
	accountAdded := events.Webhook[Account]("acme", "account.added")

	bus := events.New()
	events.On(bus, accountAdded, func(_ context.Context, ev events.Event[Account]) error {
		fmt.Println(ev.Data.Name, ev.Trust)
		return nil
	})
	err := bus.Publish(context.Background(), events.Envelope{ // what router.New does with a signed delivery
		Meta: events.Meta{ID: "ev-1", Kind: accountAdded.ID(), Source: events.SourceWebhook, Trust: events.Verified},
		Raw:  []byte(`{"account_id": "acc-1", "name": "Savings"}`),
	})
	fmt.Println(err)
	// Output:
	// Savings verified
	// <nil>
}

// Unknown kinds are no errors: they arrive with their bytes, and can be decoded into a type of the host's own.
func ExampleBus_OnUnhandled() {
	type Refund struct {
		Cents int64 `json:"cents"`
	}
	refunded := events.Webhook[Refund]("acme", "payment.refunded")

	bus := events.New()
	bus.OnUnhandled(func(_ context.Context, env events.Envelope, reason error) error {
		refund, err := refunded.Decode(env)
		fmt.Println(env.Kind, reason, refund.Cents)
		return err
	})
	_ = bus.Publish(context.Background(), events.Envelope{
		Meta: events.Meta{Kind: events.KindID{Provider: "acme", Stream: events.StreamWebhook, Name: "payment.refunded"}},
		Raw:  []byte(`{"cents": 499}`),
	})
	// Output: acme/webhook/payment.refunded events: no handler for this kind 499
}

// What a provider sends and the catalogue does not know is counted, by name and without values.
func ExampleDriftReport() {
	type Account struct {
		ID string `json:"account_id"`
	}
	accountAdded := events.Webhook[Account]("acme", "account.added")
	bus := events.New()
	report := events.NewDriftReport(events.NewCatalog(accountAdded)) // of a provider: pinwheel.Catalog()
	report.Attach(bus)
	for range 2 {
		_ = bus.Publish(context.Background(), events.Envelope{
			Meta: events.Meta{Kind: accountAdded.ID()}, Raw: []byte(`{"account_id": "acc-1", "nickname": "Ada's savings"}`),
		})
	}
	for _, d := range report.Report() {
		fmt.Println(d.Kind, d.Path, d.Count)
	}
	// Output: acme/webhook/account.added /nickname 2
}

// A handler steers by what it returns.
func ExampleRetryAfter() {
	closed := events.Permanent(errors.New("the account is closed"))
	limited := events.RetryAfter(time.Minute, errors.New("the provider's limit is reached"))
	delay, ok := events.RetryDelay(limited)
	fmt.Println(events.IsPermanent(closed), delay, ok)
	// Output: true 1m0s true
}

// While a secret is rotated both verify, and the counter tells when the old one can go.
func ExampleKeyring_Replace() {
	ring := events.NewKeyring(events.Key{ID: "spring", Secret: "secret-of-spring"})
	body, now := []byte(`{}`), time.Now()
	signed := ring.Sign(nil, events.HMACSHA256, now, body)

	err := ring.Replace(
		events.Key{ID: "autumn", Secret: "secret-of-autumn"},
		events.Key{ID: "spring", Secret: "secret-of-spring", NotAfter: now.Add(24 * time.Hour)},
	)
	id, ok := ring.Verify(events.HMACSHA256, now, signed, body)
	fmt.Println(err, id, ok, ring.Used("spring"), ring.Used("autumn"))
	// Output: <nil> spring true 1 0
}
