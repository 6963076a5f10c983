package inbox_test

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/inbox"
)

// BenchmarkPublish is what an inbox adds to a store: keys, sealing, watermarks. The store is the one in memory.
func BenchmarkPublish(b *testing.B) {
	for name, opts := range map[string]*inbox.Options{
		"sealed": {MaxBacklog: -1}, "plain": {MaxBacklog: -1, PlaintextAtRest: true},
	} {
		b.Run(name, func(b *testing.B) {
			box := inbox.New(inbox.NewMemory(), events.New(), opts)
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				require.NoError(b, box.Publish(b.Context(), genuine(strconv.Itoa(i), "acc_"+strconv.Itoa(i%1000))))
			}
		})
	}
}
