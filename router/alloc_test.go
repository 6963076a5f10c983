//go:build !race

package router_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
)

// embedding has a publisher that keeps nothing, and might keep something itself.
type embedding struct{ nowhere }

// TestAcceptAllocatesOnceForABorrower counts the ids and, eight at a time, the contexts, and one body more for who may keep it. The
// race detector drops pooled states at random, so it is left out.
func TestAcceptAllocatesOnceForABorrower(t *testing.T) { //nolint:paralleltest // AllocsPerRun must not run in parallel
	for want, pub := range map[float64]events.Publisher{1: nowhere{}, 2: embedding{}} {
		serve := served(t, pub, benchBody(1))
		require.LessOrEqual(t, testing.AllocsPerRun(1000, func() {
			if !serve() {
				t.Fatal("not answered with 200")
			}
		}), want)
	}
}
