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

// BenchmarkIngest posts signed webhooks, each with an id of its own, over 256 connections: to a publisher that does nothing
// (bare), and to an inbox that commits and encrypts before the answer. The clients take their share of the same cores.
func BenchmarkIngest(b *testing.B) {
	b.Run("bare", func(b *testing.B) { ingest(b, nowhere{}) })
	b.Run("inbox", func(b *testing.B) {
		ingest(b, inbox.New(open(b), events.New(), &inbox.Options{MinFree: -1, MaxBacklog: -1}))
	})
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
