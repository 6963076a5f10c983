//go:build !race

package pinwheel_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// The race detector drops pooled states at random, so allocations are counted without it.
func TestVerifyAndParseAllocateOnce(t *testing.T) { //nolint:paralleltest // AllocsPerRun must not run in parallel
	w := webhooks()
	for _, d := range deliveries(t) {
		b := []byte(d.Body)
		h := signed(w, b)
		require.LessOrEqual(t, testing.AllocsPerRun(100, func() {
			if _, err := w.Verify(h, b, time.Now()); err != nil {
				t.Fatal(err)
			}
			if _, err := w.Parse(h, b); err != nil {
				t.Fatal(err)
			}
		}), 1.0)
	}
}
