package argyle_test

import (
	"context"
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/argyle"
)

// bodies are the smallest and the largest of the recorded deliveries.
func bodies(b *testing.B) [][]byte {
	b.Helper()
	all := recorded(b)
	return [][]byte{all["03_accounts.connected"], all["01_accounts.updated"]}
}

func BenchmarkVerify(b *testing.B) {
	w := newV2(nil)
	for _, body := range bodies(b) {
		header := signed(w, body)
		b.Run(strconv.Itoa(len(body)), func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(body)))
			for b.Loop() {
				if _, err := w.Verify(header, body, time.Now()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkVerifyRefused(b *testing.B) {
	w := newV2(nil)
	body := bodies(b)[1]
	for name, header := range map[string]http.Header{
		"missing": {}, "wrong": signed(argyle.NewWebhooks(events.Keys("another"), nil), body),
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := w.Verify(header, body, time.Now()); err == nil {
					b.Fatal("accepted")
				}
			}
		})
	}
}

func BenchmarkParse(b *testing.B) {
	w := newV2(nil)
	for _, body := range bodies(b) {
		b.Run(strconv.Itoa(len(body)), func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(body)))
			for b.Loop() {
				if _, err := w.Parse(nil, body); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkTyped verifies, parses, decodes, validates and runs a handler.
func BenchmarkTyped(b *testing.B) {
	w := newV2(nil)
	bus := events.New()
	events.On(bus, argyle.AccountsConnected, func(context.Context, events.Event[argyle.AccountChange]) error { return nil })
	events.On(bus, argyle.AccountsUpdated, func(context.Context, events.Event[argyle.AccountChange]) error { return nil })
	for _, body := range bodies(b) {
		header := signed(w, body)
		b.Run(strconv.Itoa(len(body)), func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(body)))
			for b.Loop() {
				keyID, err := w.Verify(header, body, time.Now())
				if err != nil {
					b.Fatal(err)
				}
				env, err := w.Parse(header, body)
				if err != nil {
					b.Fatal(err)
				}
				env.KeyID = keyID
				if err := bus.Publish(b.Context(), env); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
