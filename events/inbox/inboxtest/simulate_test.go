package inboxtest_test

import (
	"flag"
	"fmt"
	"runtime"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events/inbox/inboxtest"
)

var (
	seeds = flag.Uint64("seeds", 300, "how many stories the simulation tells")
	seed  = flag.Uint64("seed", 0, "tell this one story only")
)

func TestSimulation(t *testing.T) {
	t.Parallel()
	if *seed != 0 {
		inboxtest.Simulate(t, *seed)
		return
	}
	lanes := uint64(runtime.GOMAXPROCS(0))
	for lane := range lanes {
		t.Run(fmt.Sprintf("lane%d", lane), func(t *testing.T) {
			t.Parallel()
			for s := lane + 1; s <= *seeds; s += lanes {
				inboxtest.Simulate(t, s)
			}
		})
	}
}

// What happens at one instant has no order, and now and then that matters later.
func TestASeedNearlyAlwaysTellsTheSameStoryAgain(t *testing.T) {
	t.Parallel()
	const stories, most = 60, 50
	same := 0
	for s := range uint64(stories) {
		once, again := inboxtest.Trace(t, s+1), inboxtest.Trace(t, s+1)
		slices.Sort(once)
		slices.Sort(again)
		if slices.Equal(once, again) {
			same++
		}
	}
	require.GreaterOrEqual(t, same, most)
}
