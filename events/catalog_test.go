package events_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
)

func TestCatalogIsSortedAndKeepsOneOfEqualKinds(t *testing.T) {
	t.Parallel()
	c := events.NewCatalog(paystubsAdded, linkScreen, accountAdded, paystubsAdded)
	require.Equal(t, 3, c.Len())
	require.Equal(t, []events.AnyKind{linkScreen, accountAdded, paystubsAdded}, slices.Collect(c.All()))
}

func TestCatalogLookup(t *testing.T) {
	t.Parallel()
	c := events.NewCatalog(paystubsAdded)
	k, ok := c.Lookup(paystubsAdded.ID())
	require.True(t, ok)
	require.Equal(t, events.AnyKind(paystubsAdded), k)
	_, ok = c.Lookup(events.KindID{Provider: "acme", Stream: events.StreamLink, Name: "paystubs.added"})
	require.False(t, ok)
}

func TestCatalogRefusesOneNameWithTwoTypes(t *testing.T) {
	t.Parallel()
	require.PanicsWithValue(t,
		"events: acme/webhook/paystubs.added is declared with two payload types, events_test.paystubs and events_test.claim",
		func() { events.NewCatalog(paystubsAdded, events.Webhook[claim]("acme", "paystubs.added")) })
}
