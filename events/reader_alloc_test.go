//go:build !race

package events_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/argyle"
	"github.com/linkhook/linkhook/events/pinwheel"
)

const (
	onePaystub = `{"added": [{"id": "c80ed2d6-a0fe-4b63-8c92-92414cea9b37", "document_type": null, "year": null, "pay_date": null}], "deleted": [], ` +
		`"id": "ff3a851d-ccf6-442d-b144-e55545280e2a", "name": "paystubs", "timestamp": "2025-06-24T22:04:35.048975+00:00", "outcome": "success", ` +
		`"error_code": null, "error_type": null, "link_token_id": "a63c75ef-3e91-4fff-8147-78cf7efeddd2", "params": {"count": 1, ` +
		`"from_pay_date": "2025-06-24", "to_pay_date": "2025-06-24", "sync_status": "in_progress"}, ` +
		`"account_id": "934f6406-c332-4c05-a3e8-6a90765c842d", "end_user_id": "6a927ef1-6c91-43c9-abbe-6728dc8ef877"}`
	addedPaystubs = `{"account":"019c0b39-0b68-fb0c-9282-57302afa2ed2","user":"019c0b39-021f-1499-2601-4988ca1a95bb",` +
		`"available_from":"2024-01-05T00:00:00Z","available_to":"2025-06-24T00:00:00Z","available_count":58,"added_count":2,` +
		`"added_from":"2025-06-10T00:00:00Z","added_to":"2025-06-24T00:00:00Z"}`
)

// TestDecodingAllocatesForTheValueItsListsAndItsStrings counts the value, a list of one, and the strings of all of it.
func TestDecodingAllocatesForTheValueItsListsAndItsStrings(t *testing.T) { //nolint:paralleltest // AllocsPerRun counts the whole process
	allocations := func(kind events.AnyKind, payload string) float64 {
		text := []byte(payload)
		_, alone, err := events.DecodeByLayout(kind, text)
		require.NoError(t, err)
		require.True(t, alone)
		return testing.AllocsPerRun(100, func() {
			if err := events.DecodeAny(kind, text); err != nil {
				t.Fatal(err)
			}
		})
	}
	require.LessOrEqual(t, allocations(pinwheel.PaystubsAdded, onePaystub), 3.0)
	require.LessOrEqual(t, allocations(argyle.PaystubsAdded, addedPaystubs), 2.0)
}
