package events_test

import (
	"strings"
	"testing"

	"github.com/linkhook/linkhook/events"
)

const scanHead = `{"event_id": "3cfe63ad-c0fd-4b87-8dcb-3ab178cbc9c4", "event": "paystubs.added", "payload": {"added": [`

const scanItem = `{"id": "c80ed2d6-a0fe-4b63-8c92-92414cea9b37", "document_type": null, "year": null, "pay_date": null}`

const scanTail = `], "deleted": [], "id": "ff3a851d-ccf6-442d-b144-e55545280e2a", "name": "paystubs", "timestamp": ` +
	`"2025-06-24T22:04:35.048975+00:00", "outcome": "success", "error_code": null, "error_type": null, "params": {"count": 1}, ` +
	`"account_id": "934f6406-c332-4c05-a3e8-6a90765c842d", "end_user_id": "6a927ef1-6c91-43c9-abbe-6728dc8ef877"}}`

// BenchmarkScan shows the cost of finding the routing members, the body's JSON checked as a whole: of a text that is written like
// one before, and of one that is not.
func BenchmarkScan(b *testing.B) {
	names := []string{
		"event_id", "event", "payload", "payload.id", "payload.account_id", "payload.end_user_id", "payload.link_token_id",
		"payload.outcome", "payload.timestamp",
	}
	for name, shape := range map[string]*events.Shape{
		"learnt": events.NewShape(names...).Learn("event"), "new": events.NewShape(names...),
	} {
		for size, items := range map[string]int{"0.6kB": 1, "4kB": 34, "64kB": 630} {
			text := []byte(scanHead + strings.Repeat(scanItem+", ", items-1) + scanItem + scanTail)
			spans := make([]events.Span, len(names))
			b.Run(name+"/"+size, func(b *testing.B) {
				b.ReportAllocs()
				b.SetBytes(int64(len(text)))
				for b.Loop() {
					if err := shape.Scan(text, spans); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
