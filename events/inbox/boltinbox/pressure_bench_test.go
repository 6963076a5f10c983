package boltinbox_test

import (
	"bufio"
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/inbox"
	"github.com/linkhook/linkhook/events/pinwheel"
	"github.com/linkhook/linkhook/router"
)

const (
	steadyConns = 16
	slowConns   = 2000
)

// BenchmarkAnswer posts signed webhooks over 16 connections to an inbox whose handlers run, and reports how long the answers
// take: with handlers that return at once (idle), with handlers that never return, so that every worker hangs (hung), and with
// 2,000 more connections that send a request of a byte per second (slow).
func BenchmarkAnswer(b *testing.B) {
	quick := func(context.Context, events.Event[pinwheel.Paystubs]) error { return nil }
	b.Run("idle", func(b *testing.B) { answer(b, quick, 0) })
	b.Run("hung", func(b *testing.B) {
		answer(b, func(ctx context.Context, _ events.Event[pinwheel.Paystubs]) error {
			<-ctx.Done()
			return ctx.Err()
		}, 0)
	})
	b.Run("slow", func(b *testing.B) { answer(b, quick, slowConns) })
}

func answer(b *testing.B, handler func(context.Context, events.Event[pinwheel.Paystubs]) error, slow int) {
	b.Helper()
	bus := events.New()
	events.On(bus.Named("ledger"), pinwheel.PaystubsAdded, handler)
	box := inbox.New(open(b), bus, &inbox.Options{MinFree: -1, MaxBacklog: -1})
	ctx, cancel := context.WithCancel(b.Context())
	ran := make(chan error, 1)
	go func() { ran <- box.Run(ctx) }()

	provider := pinwheel.NewWebhooks(events.Keys(pinwheelSecret), nil)
	server := httptest.NewServer(router.New(box, provider, &router.Options{Logger: slog.New(slog.DiscardHandler)}))
	address := strings.TrimPrefix(server.URL, "http://")
	requests := make([][]byte, b.N)
	for i := range requests {
		requests[i] = signed(b, provider, i)
	}
	stop := trickle(b, address, slow)
	took := steady(b, address, requests)
	stop()
	server.Close()
	cancel()
	require.NoError(b, <-ran)

	slices.Sort(took)
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "req/s")
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
	b.ReportMetric(float64(fsyncCost(b, b.TempDir()).Microseconds()), "fsync-µs")
}

// steady posts the requests and returns how long each answer took.
func steady(b *testing.B, address string, requests [][]byte) []time.Duration {
	b.Helper()
	conns := make([]net.Conn, steadyConns)
	for i := range conns {
		var err error
		conns[i], err = net.Dial("tcp", address)
		require.NoError(b, err)
	}
	took := make([]time.Duration, len(requests))
	var next atomic.Int64
	var wg sync.WaitGroup
	b.ResetTimer()
	for _, conn := range conns {
		wg.Go(func() {
			in := bufio.NewReader(conn)
			for i := int(next.Add(1)) - 1; i < len(requests); i = int(next.Add(1)) - 1 {
				began := time.Now()
				if err := post(conn, in, requests[i]); err != nil {
					b.Error(err)
					return
				}
				took[i] = time.Since(began)
			}
		})
	}
	wg.Wait()
	b.StopTimer()
	for _, conn := range conns {
		require.NoError(b, conn.Close())
	}
	return took
}

// trickle opens that many connections, each of which sends a byte of a request per second and begins again when the server
// has had enough, until the returned function is called.
func trickle(b *testing.B, address string, n int) (stop func()) {
	b.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	var wg, open sync.WaitGroup
	open.Add(n)
	for i := range n {
		wg.Go(func() {
			first := sync.OnceFunc(open.Done)
			defer first()
			for ctx.Err() == nil {
				if err := slowRequest(ctx, address, time.Duration(i)*time.Second/time.Duration(n), first); err != nil {
					b.Error(err) // such as too few files that a process may open
					return
				}
			}
		})
	}
	open.Wait()
	return func() { cancel(); wg.Wait() }
}

// slowRequest returns when the server hangs up, or an error when there is no connection to be had.
func slowRequest(ctx context.Context, address string, offset time.Duration, opened func()) error {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
	if err != nil && ctx.Err() == nil {
		return err
	}
	if err != nil {
		return nil
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { conn.Close() })()
	head := fmt.Sprintf("POST / HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nContent-Length: 600\r\n\r\n", address)
	_, err = conn.Write([]byte(head))
	opened()
	wait := time.NewTimer(offset)
	defer wait.Stop()
	for err == nil {
		select {
		case <-ctx.Done():
			return nil
		case <-wait.C:
		}
		_, err = conn.Write([]byte("{"))
		wait.Reset(time.Second)
	}
	return nil
}
