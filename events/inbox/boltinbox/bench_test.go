package boltinbox_test

import (
	"context"
	"encoding/binary"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.etcd.io/bbolt"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/inbox"
	"github.com/linkhook/linkhook/events/inbox/boltinbox"
)

var backlog = flag.Int("backlog", 100_000, "how many events BenchmarkBacklog stores")

const bodySize = 2 << 10

// fsyncCost returns how long the disk takes for one fsync of a page, the median of 50. No durable figure means anything without
// it.
func fsyncCost(b *testing.B, folder string) time.Duration {
	b.Helper()
	f, err := os.Create(filepath.Join(folder, "fsync"))
	require.NoError(b, err)
	page := make([]byte, 4096)
	var took []time.Duration
	for range 50 {
		_, err := f.WriteAt(page, 0)
		require.NoError(b, err)
		began := time.Now()
		require.NoError(b, f.Sync())
		took = append(took, time.Since(began))
	}
	require.NoError(b, f.Close())
	slices.Sort(took)
	return took[len(took)/2]
}

// event makes an event of one of a thousand accounts.
func event(i int) inbox.Arrival {
	account := fmt.Sprint("acc_", i%1000)
	id := fmt.Sprint("ev_", i)
	return inbox.Arrival{
		Meta: events.Meta{
			ID: id, Kind: events.KindID{Provider: "acme", Stream: events.StreamWebhook, Name: "paystubs.added"},
			Endpoint: "acme", Source: events.SourceWebhook, Trust: events.Verified, ReceivedAt: time.Unix(1, 0),
			Subject: events.Subject{AccountID: account},
		},
		OrderKey: "acme/" + account, Keys: []inbox.Key{inbox.NewKey(id)}, Body: make([]byte, bodySize),
	}
}

// write runs b.N writes in that many goroutines and reports rate and latency.
func write(b *testing.B, writers int, one func(i int) error) {
	b.Helper()
	var next atomic.Int64
	took := make([]time.Duration, b.N)
	var wg sync.WaitGroup
	b.ResetTimer()
	for range writers {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < b.N; i = int(next.Add(1)) - 1 {
				began := time.Now()
				if err := one(i); err != nil {
					b.Error(err)
					return
				}
				took[i] = time.Since(began)
			}
		})
	}
	wg.Wait()
	b.StopTimer()
	slices.Sort(took)
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
	b.ReportMetric(float64(fsyncCost(b, b.TempDir()).Microseconds()), "fsync-µs")
}

func BenchmarkAppend(b *testing.B) {
	for _, writers := range []int{1, 64, 256} {
		b.Run(fmt.Sprint("writers=", writers), func(b *testing.B) {
			s := open(b)
			write(b, writers, func(i int) error {
				_, err := s.Append(context.Background(), []inbox.Arrival{event(i)})
				return err
			})
		})
	}
}

// BenchmarkOneTransactionPerEvent is what one does first with bbolt: the body and the key of each event in a transaction of its
// own. It does less than Append does.
func BenchmarkOneTransactionPerEvent(b *testing.B) {
	for _, writers := range []int{64, 256} {
		b.Run(fmt.Sprint("writers=", writers), func(b *testing.B) {
			db, err := bbolt.Open(filepath.Join(b.TempDir(), "plain.db"), 0o600, nil)
			require.NoError(b, err)
			defer func() { require.NoError(b, db.Close()) }()
			require.NoError(b, db.Update(func(tx *bbolt.Tx) error {
				if _, err := tx.CreateBucket([]byte("body")); err != nil {
					return err
				}
				_, err := tx.CreateBucket([]byte("key"))
				return err
			}))
			write(b, writers, func(i int) error {
				e := event(i)
				return db.Update(func(tx *bbolt.Tx) error {
					id := binary.BigEndian.AppendUint64(nil, uint64(i))
					if err := tx.Bucket([]byte("body")).Put(id, e.Body); err != nil {
						return err
					}
					return tx.Bucket([]byte("key")).Put(e.Keys[0][:], id)
				})
			})
		})
	}
}

// BenchmarkHandled is the way of an event from Publish to the end of its handler, encryption included.
func BenchmarkHandled(b *testing.B) {
	s := open(b)
	bus := events.New()
	kind := events.Webhook[struct{}]("acme", "paystubs.added")
	var handled atomic.Int64
	all := make(chan struct{})
	events.On(bus.Named("ledger"), kind, func(context.Context, events.Event[struct{}]) error {
		if handled.Add(1) == int64(b.N) {
			close(all)
		}
		return nil
	})
	box := inbox.New(s, bus, &inbox.Options{Workers: 256, MinFree: -1})
	ctx, cancel := context.WithCancel(b.Context())
	done := make(chan error, 1)
	go func() { done <- box.Run(ctx) }()
	body := append([]byte(`{"x":"`), append(make([]byte, 0, bodySize), []byte(`"}`)...)...)
	write(b, 256, func(i int) error {
		return box.Publish(context.Background(), events.Envelope{Meta: event(i).Meta, Raw: body})
	})
	b.StartTimer()
	<-all
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "handled/s")
	cancel()
	require.NoError(b, <-done)
}

// BenchmarkBacklog stores a backlog, opens it anew, and prunes it while events come in.
func BenchmarkBacklog(b *testing.B) {
	for range b.N {
		path := filepath.Join(b.TempDir(), "events.db")
		fill := openAt(b, path)
		began := time.Now()
		for i := 0; i < *backlog; i += 1000 {
			batch := make([]inbox.Arrival, 0, 1000)
			for j := range min(1000, *backlog-i) {
				batch = append(batch, event(i+j))
			}
			_, err := fill.Append(b.Context(), batch)
			require.NoError(b, err)
		}
		b.ReportMetric(float64(*backlog)/time.Since(began).Seconds(), "fill-events/s")
		require.NoError(b, fill.Close())

		before := heap()
		began = time.Now()
		s := openAt(b, path)
		claims, _, err := s.Claim(b.Context(), 64, time.Minute)
		require.NoError(b, err)
		require.Len(b, claims, 64)
		b.ReportMetric(float64(time.Since(began).Microseconds())/1000, "open-and-claim-ms")
		b.ReportMetric(max(float64(heap())-float64(before), 0)/(1<<20), "heap-MiB")
		for i := range claims {
			require.NoError(b, s.Finish(b.Context(), claims[i].Ref(), inbox.Outcome{State: inbox.Done}))
		}
		benchPrune(b, s)
		require.NoError(b, s.Close())
	}
}

// benchPrune finishes what is stored and prunes it, and reports what a writer feels meanwhile.
func benchPrune(b *testing.B, s *boltinbox.Store) {
	b.Helper()
	limit := min(*backlog/2, 50_000)
	for done := 0; done < limit; {
		claims, _, err := s.Claim(b.Context(), 1000, time.Hour)
		require.NoError(b, err)
		var wg sync.WaitGroup
		for _, c := range claims {
			wg.Go(func() {
				if err := s.Finish(context.Background(), c.Ref(), inbox.Outcome{State: inbox.Done}); err != nil {
					b.Error(err)
				}
			})
		}
		wg.Wait()
		done += len(claims)
	}
	var slowest time.Duration
	stop := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		for i := *backlog; ; i++ {
			select {
			case <-stop:
				return
			default:
			}
			began := time.Now()
			if _, err := s.Append(context.Background(), []inbox.Arrival{event(i)}); err != nil {
				b.Error(err)
				return
			}
			slowest = max(slowest, time.Since(began))
		}
	})
	later := inbox.At(b.Context(), time.Now().Add(31*24*time.Hour))
	began, pruned := time.Now(), 0
	for {
		n, err := s.Prune(later, inbox.DefaultRetention(), 500)
		require.NoError(b, err)
		if n == 0 {
			break
		}
		pruned += n
	}
	b.ReportMetric(float64(pruned)/time.Since(began).Seconds(), "prunes/s")
	close(stop)
	wg.Wait()
	b.ReportMetric(float64(slowest.Microseconds())/1000, "slowest-append-while-pruning-ms")
}

// heap returns the bytes that live on the heap.
func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
