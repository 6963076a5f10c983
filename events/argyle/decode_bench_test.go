package argyle_test

import (
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/argyle"
)

// BenchmarkDecode is the cost of a recorded payload beside that of the JSON library alone, which does not validate it.
func BenchmarkDecode(b *testing.B) {
	all := recorded(b)
	benchDecode(b, argyle.AccountsConnected, all["03_accounts.connected"])
	benchDecode(b, argyle.AccountsUpdated, all["01_accounts.updated"])
	benchDecode(b, argyle.PaystubsPartiallySynced, all["06_paystubs.partially_synced"])
	benchDecode(b, argyle.UsersFullySynced, all["04_users.fully_synced"])
}

func benchDecode[T any](b *testing.B, kind events.Kind[T], body []byte) {
	b.Helper()
	env, err := newV2(nil).Parse(nil, body)
	require.NoError(b, err)
	b.Run(kind.ID().Name+"/decode", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := kind.Decode(env); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run(kind.ID().Name+"/library", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			var v T
			if err := json.Unmarshal(env.Payload(), &v); err != nil {
				b.Fatal(err)
			}
		}
	})
}
