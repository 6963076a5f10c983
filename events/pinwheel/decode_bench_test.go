package pinwheel_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/pinwheel"
)

// paystubsPayload has the form of a recorded paystubs.added; the ids of its paystubs differ, as real ones do.
func paystubsPayload(items int) []byte {
	list := make([]string, items)
	for i := range list {
		list[i] = fmt.Sprintf(`{"id": "c80ed2d6-a0fe-4b63-8c92-%012x", "document_type": null, "year": null, "pay_date": null}`, i*7919)
	}
	return []byte(`{"added": [` + strings.Join(list, ", ") + `], "deleted": [], "id": "ff3a851d-ccf6-442d-b144-e55545280e2a", ` +
		`"name": "paystubs", "timestamp": "2025-06-24T22:04:35.048975+00:00", "outcome": "success", "error_code": null, ` +
		`"error_type": null, "link_token_id": "a63c75ef-3e91-4fff-8147-78cf7efeddd2", "params": {"count": 1, ` +
		`"from_pay_date": "2025-06-24", "to_pay_date": "2025-06-24", "sync_status": "in_progress"}, ` +
		`"account_id": "934f6406-c332-4c05-a3e8-6a90765c842d", "end_user_id": "6a927ef1-6c91-43c9-abbe-6728dc8ef877"}`)
}

// BenchmarkDecodePaystubs is the cost of a payload beside that of the JSON library alone, which does not validate it.
func BenchmarkDecodePaystubs(b *testing.B) {
	for _, s := range []struct {
		size  string
		items int
	}{{"0.6kB", 1}, {"4kB", 34}, {"64kB", 632}} {
		env := events.Envelope{Raw: paystubsPayload(s.items)}
		b.Run(s.size+"/decode", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := pinwheel.PaystubsAdded.Decode(env); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(s.size+"/library", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				var v pinwheel.Paystubs
				if err := json.Unmarshal(env.Raw, &v); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
