package boltinbox_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/inbox"
	"github.com/linkhook/linkhook/events/pinwheel"
	"github.com/linkhook/linkhook/router"
	"github.com/linkhook/linkhook/router/routertest"
)

const pinwheelSecret = "benchmark_secret_of_pinwheel"

// nowhere takes everything and does nothing.
type nowhere struct{}

func (nowhere) Publish(context.Context, events.Envelope) error { return nil }

// BenchmarkIngest posts signed webhooks, each with an id and a job of its own, of a thousand accounts, over 256 connections: to a
// publisher that does nothing (bare), to an inbox that commits and encrypts before the answer (inbox), and to one that runs
// handlers meanwhile, as many events at once as it does by default (handled). The clients take their share of the same cores.
// Run it with 60,000 events or more, so that what a file does now and then is part of the figure.
func BenchmarkIngest(b *testing.B) {
	b.Run("bare", func(b *testing.B) { ingest(b, nowhere{}) })
	b.Run("inbox", func(b *testing.B) {
		ingest(b, inbox.New(open(b), events.New(), &inbox.Options{MinFree: -1, MaxBacklog: -1}))
	})
	b.Run("handled", func(b *testing.B) {
		bus := events.New()
		events.On(bus.Named("ledger"), pinwheel.PaystubsAdded, func(context.Context, events.Event[pinwheel.Paystubs]) error { return nil })
		ingest(b, running(b, inbox.New(open(b), bus, &inbox.Options{MinFree: -1, MaxBacklog: -1})))
	})
}

// running runs the inbox until the benchmark is over.
func running(b *testing.B, box *inbox.Inbox) *inbox.Inbox {
	b.Helper()
	ctx, cancel := context.WithCancel(b.Context())
	ran := make(chan error, 1)
	go func() { ran <- box.Run(ctx) }()
	b.Cleanup(func() {
		cancel()
		require.NoError(b, <-ran)
	})
	return box
}

func ingest(b *testing.B, pub events.Publisher) {
	b.Helper()
	const conns = 256
	provider := pinwheel.NewWebhooks(events.Keys(pinwheelSecret), nil)
	h := router.New(pub, provider, &router.Options{Logger: slog.New(slog.DiscardHandler)})
	server := httptest.NewServer(h)
	defer server.Close()
	requests := make([][]byte, b.N)
	for i := range requests {
		requests[i] = signed(b, provider, i)
	}
	var clients []net.Conn
	for range conns {
		conn, err := net.Dial("tcp", strings.TrimPrefix(server.URL, "http://"))
		require.NoError(b, err)
		clients = append(clients, conn)
	}
	var next atomic.Int64
	var group errgroup.Group
	before := cpuTime(b)
	b.ResetTimer()
	for _, conn := range clients {
		group.Go(func() error {
			in := bufio.NewReader(conn)
			for i := next.Add(1) - 1; i < int64(b.N); i = next.Add(1) - 1 {
				if err := post(conn, in, requests[i]); err != nil {
					return err
				}
			}
			return nil
		})
	}
	require.NoError(b, group.Wait())
	b.StopTimer()
	b.ReportMetric(float64(cpuTime(b)-before)/float64(b.N), "cpu-ns/op")
	for _, conn := range clients {
		require.NoError(b, conn.Close())
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "req/s")
	b.ReportMetric(float64(fsyncCost(b, b.TempDir()).Microseconds()), "fsync-µs")
}

// signed returns the i-th delivery as it goes over the wire.
func signed(b *testing.B, provider *pinwheel.Webhooks, i int) []byte {
	b.Helper()
	data := routertest.Sample(b, pinwheel.PaystubsAdded)
	data.ID = fmt.Sprint("job-", i)
	data.AccountID = fmt.Sprintf("acc-%d", i%1000)
	body := routertest.Body(b, provider, pinwheel.PaystubsAdded, data, events.Meta{ID: fmt.Sprint("ev-", i)})
	var out bytes.Buffer
	require.NoError(b, routertest.Request(b, provider, body, routertest.Delivery{}).Write(&out))
	return out.Bytes()
}

// post sends a request and reads the answer, which must be 200 and has no body.
func post(conn net.Conn, in *bufio.Reader, request []byte) error {
	if _, err := conn.Write(request); err != nil {
		return err
	}
	r, err := http.ReadResponse(in, nil)
	if err != nil {
		return err
	}
	if r.StatusCode != http.StatusOK {
		return fmt.Errorf("answered %s", r.Status)
	}
	return r.Body.Close()
}

// cpuTime returns the processor time of this process, in nanoseconds.
func cpuTime(b *testing.B) int64 {
	b.Helper()
	var u syscall.Rusage
	require.NoError(b, syscall.Getrusage(syscall.RUSAGE_SELF, &u))
	return u.Utime.Nano() + u.Stime.Nano()
}
