package events_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/linkhook/linkhook/events"
)

type benchPayload struct {
	AccountID string   `json:"account_id"`
	EndUserID string   `json:"end_user_id"`
	Outcome   string   `json:"outcome"`
	Added     []string `json:"added"`
}

var benchKind = events.Webhook[benchPayload]("bench", "paystubs.added")

func benchEnvelope() events.Envelope {
	return events.Envelope{
		Meta: events.Meta{
			ID:      "0c8b0ad5-5a4a-4d2f-9a51-1b8ed6f6f6c1",
			Kind:    benchKind.ID(),
			Source:  events.SourceWebhook,
			Trust:   events.Verified,
			Subject: events.Subject{AccountID: "acc_1", EndUserID: "user_1"},
		},
		Raw: []byte(`{"account_id":"acc_1","end_user_id":"user_1","outcome":"success","added":["p1","p2","p3"]}`),
	}
}

// BenchmarkPublish is a synchronous publish to one handler that needs no decoded payload.
func BenchmarkPublish(b *testing.B) {
	bus := events.New()
	bus.OnAny(func(context.Context, events.Envelope) error { return nil })
	ctx, env := b.Context(), benchEnvelope()
	b.ReportAllocs()
	for b.Loop() {
		if err := bus.Publish(ctx, env); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkPublishTyped decodes once and runs that many typed handlers: one and eight must cost nearly the same.
func BenchmarkPublishTyped(b *testing.B) {
	for _, n := range []int{1, 8} {
		b.Run(fmt.Sprintf("handlers=%d", n), func(b *testing.B) {
			bus := events.New()
			for range n {
				events.On(bus, benchKind, func(context.Context, events.Event[benchPayload]) error { return nil })
			}
			ctx, env := b.Context(), benchEnvelope()
			b.ReportAllocs()
			for b.Loop() {
				if err := bus.Publish(ctx, env); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkPublishUnwatched is what the observation point costs while nobody observes.
func BenchmarkPublishUnwatched(b *testing.B) {
	var watch events.Watch
	env := benchEnvelope()
	b.ReportAllocs()
	for b.Loop() {
		if watch.Active() {
			watch.Emit(events.Observation{What: events.Received, Meta: env.Meta, Size: len(env.Raw)})
		}
	}
}
