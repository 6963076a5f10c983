package events_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
)

func TestAuditComparesHandledWithSubscribed(t *testing.T) {
	t.Parallel()
	known := events.NewCatalog(events.Webhook[int]("acme", "a"), events.Webhook[int]("acme", "b"), events.Webhook[int]("acme", "c"))
	audit := events.Audit{Provider: "acme", URL: "https://host.example/hooks"}
	audit.Compare([]string{"b", "a", "mispelt"}, []string{"c", "b", "c"}, known)
	require.Equal(t, []string{"a", "mispelt"}, audit.NotSubscribed)
	require.Equal(t, []string{"c"}, audit.Unhandled)
	require.Equal(t, []string{"mispelt"}, audit.Unknown)
	require.False(t, audit.OK())
	var b strings.Builder
	_, err := audit.WriteTo(&b)
	require.NoError(t, err)
	require.Contains(t, b.String(), "handled but not subscribed, will never come: a\n")

	fine := events.Audit{Provider: "acme"}
	fine.Compare([]string{"a"}, []string{"a", "b"}, known)
	require.True(t, fine.OK())
	fine.Problems = append(fine.Problems, "paused")
	require.False(t, fine.OK())
}
