package pinwheel_test

import (
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/pinwheel"
)

// recorded returns the first recorded delivery of a kind.
func recorded(b *testing.B, kind events.AnyKind) []byte {
	b.Helper()
	for _, d := range deliveries(b) {
		env, err := webhooks().Parse(nil, []byte(d.Body))
		require.NoError(b, err)
		if env.Kind == kind.ID() {
			return env.Raw
		}
	}
	b.Fatal("not recorded")
	return nil
}

// BenchmarkVerify is the cost of the signature: one keyed hash and the reading of two headers.
func BenchmarkVerify(b *testing.B) {
	w, raw := webhooks(), recorded(b, pinwheel.PaystubsAdded)
	h := signed(w, raw)
	b.ReportAllocs()
	b.SetBytes(int64(len(raw)))
	for b.Loop() {
		if _, err := w.Verify(h, raw, time.Now()); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkVerifyRefused shows that every refusal costs a MAC, as an acceptance does. A signature that does not match costs a look at
// its own digits besides, which tells its sender nothing that he did not send.
func BenchmarkVerifyRefused(b *testing.B) {
	w, raw := webhooks(), recorded(b, pinwheel.PaystubsAdded)
	stamp := strconv.FormatInt(clock.Unix(), 10)
	for name, h := range map[string]http.Header{
		"no headers":          {},
		"malformed signature": header("v2=", stamp),
		"malformed timestamp": header(mac(testSecret, stamp, string(raw)), "now"),
		"wrong secret":        header(mac("another", stamp, string(raw)), stamp),
		"too old":             header(mac(testSecret, "1", string(raw)), "1"),
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := w.Verify(h, raw, time.Now()); err == nil {
					b.Fatal("accepted")
				}
			}
		})
	}
}

// BenchmarkParse is the cost of the envelope: what the provider waits for besides the signature.
func BenchmarkParse(b *testing.B) {
	w, raw := webhooks(), recorded(b, pinwheel.PaystubsAdded)
	b.ReportAllocs()
	b.SetBytes(int64(len(raw)))
	for b.Loop() {
		if _, err := w.Parse(nil, raw); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkAccept is the accept path as a whole.
func BenchmarkAccept(b *testing.B) {
	w, raw := webhooks(), recorded(b, pinwheel.PaystubsAdded)
	h := signed(w, raw)
	b.ReportAllocs()
	b.SetBytes(int64(len(raw)))
	for b.Loop() {
		if _, err := w.Verify(h, raw, time.Now()); err != nil {
			b.Fatal(err)
		}
		if _, err := w.Parse(h, raw); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkDecode is the cost of a payload, decoded and validated, per kind; "unvalidated" is decoding alone.
func BenchmarkDecode(b *testing.B) {
	benchDecode(b, pinwheel.AccountAdded)
	benchDecode(b, pinwheel.IncomeAdded)
	benchDecode(b, pinwheel.PaystubsAdded)
	benchDecode(b, pinwheel.PaystubsFullySynced)
	benchDecode(b, pinwheel.ShiftsAdded)
}

func benchDecode[T any](b *testing.B, kind events.Kind[T]) {
	b.Helper()
	env, err := webhooks().Parse(nil, recorded(b, kind))
	require.NoError(b, err)
	b.Run(kind.ID().Name, func(b *testing.B) {
		b.ReportAllocs()
		b.SetBytes(int64(len(env.Raw)))
		for b.Loop() {
			if _, err := kind.Decode(env); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run(kind.ID().Name+"/unvalidated", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			var v T
			if err := json.Unmarshal(env.Payload(), &v); err != nil {
				b.Fatal(err)
			}
		}
	})
}
