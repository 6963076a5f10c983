package inboxtest_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/linkhook/linkhook/events/inbox"
	"github.com/linkhook/linkhook/events/inbox/inboxtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestTheMemoryStoreKeepsTheContract(t *testing.T) {
	t.Parallel()
	inboxtest.Exercise(t, func(*testing.T) inbox.Store { return inbox.NewMemory() })
}

func TestTheSuiteHasAtLeastSixtyCases(t *testing.T) {
	t.Parallel()
	names := inboxtest.Tests()
	require.GreaterOrEqual(t, len(names), 60)
	seen := map[string]bool{}
	for _, n := range names {
		require.False(t, seen[n], "two cases are named %q", n)
		seen[n] = true
	}
}
