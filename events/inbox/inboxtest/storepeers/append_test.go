package storepeers_test

import (
	"context"
	"database/sql"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.etcd.io/bbolt"
	_ "modernc.org/sqlite"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/inbox"
	"github.com/linkhook/linkhook/events/inbox/boltinbox"
)

const (
	writers  = 256
	bodySize = 2 << 10
	group    = 1024 // at most so many events share a commit
)

// arrival makes the i-th event, of one of a thousand accounts.
func arrival(i int) inbox.Arrival {
	account, id := fmt.Sprint("acc_", i%1000), fmt.Sprint("ev_", i)
	return inbox.Arrival{
		Meta: events.Meta{
			ID: id, Kind: events.KindID{Provider: "acme", Stream: events.StreamWebhook, Name: "paystubs.added"},
			Source: events.SourceWebhook, Trust: events.Verified, Subject: events.Subject{AccountID: account},
		},
		OrderKey: account, Keys: []inbox.Key{inbox.NewKey(id)}, Body: make([]byte, bodySize),
	}
}

// BenchmarkAppend stores events from 256 goroutines, each of which waits for the commit of its event.
func BenchmarkAppend(b *testing.B) {
	b.Run("boltinbox", func(b *testing.B) {
		s, err := boltinbox.Open(filepath.Join(b.TempDir(), "events.db"), nil)
		require.NoError(b, err)
		defer func() { require.NoError(b, s.Close()) }()
		write(b, func(i int) error {
			_, err := s.Append(context.Background(), []inbox.Arrival{arrival(i)})
			return err
		})
	})
	b.Run("bbolt, a transaction each", func(b *testing.B) { oneTransaction(b) })
	b.Run("sqlite wal, group commit", func(b *testing.B) { sqlite(b) })
}

// oneTransaction stores the body and the key of an event with DB.Update. It does less than a store has to.
func oneTransaction(b *testing.B) {
	b.Helper()
	db, err := bbolt.Open(filepath.Join(b.TempDir(), "plain.db"), 0o600, nil)
	require.NoError(b, err)
	defer func() { require.NoError(b, db.Close()) }()
	require.NoError(b, db.Update(func(tx *bbolt.Tx) error {
		for _, name := range []string{"body", "key"} {
			if _, err := tx.CreateBucket([]byte(name)); err != nil {
				return err
			}
		}
		return nil
	}))
	write(b, func(i int) error {
		a := arrival(i)
		return db.Update(func(tx *bbolt.Tx) error {
			id := binary.BigEndian.AppendUint64(nil, uint64(i))
			if err := tx.Bucket([]byte("body")).Put(id, a.Body); err != nil {
				return err
			}
			return tx.Bucket([]byte("key")).Put(a.Keys[0][:], id)
		})
	})
}

// insertion is an event that waits for its commit.
type insertion struct {
	arrival inbox.Arrival
	done    chan error
}

// sqlite stores what boltinbox would, an event and its key, with one goroutine that commits whatever has gathered.
func sqlite(b *testing.B) {
	b.Helper()
	db := openSQLite(b)
	queue := make(chan insertion, group)
	var writer sync.WaitGroup
	writer.Go(func() { gather(db, queue) })
	write(b, func(i int) error {
		in := insertion{arrival(i), make(chan error, 1)}
		queue <- in
		return <-in.done
	})
	close(queue)
	writer.Wait()
}

// openSQLite makes a database that is as durable as the bolt store.
func openSQLite(tb testing.TB) *sql.DB {
	tb.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(tb.TempDir(), "events.sqlite")+
		"?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)")
	require.NoError(tb, err)
	db.SetMaxOpenConns(1)
	tb.Cleanup(func() { require.NoError(tb, db.Close()) })
	for _, table := range []string{
		`create table events (id integer primary key, state integer, order_key text, meta text, stored_at integer, body blob)`,
		`create table keys (key blob primary key, event integer) without rowid`,
		`create index due on events (id) where state = 1`,
	} {
		_, err = db.ExecContext(tb.Context(), table)
		require.NoError(tb, err)
	}
	return db
}

func TestThePeerDoesWhatTheStoreDoes(t *testing.T) {
	t.Parallel()
	db := openSQLite(t)
	require.NoError(t, insert(db, []insertion{{arrival: arrival(1)}, {arrival: arrival(2)}}))
	var mode string
	var synchronous, events, keys int
	require.NoError(t, db.QueryRowContext(t.Context(), "pragma journal_mode").Scan(&mode))
	require.NoError(t, db.QueryRowContext(t.Context(), "pragma synchronous").Scan(&synchronous))
	require.NoError(t, db.QueryRowContext(t.Context(), "select count(*) from events where length(body) = ?", bodySize).Scan(&events))
	require.NoError(t, db.QueryRowContext(t.Context(), "select count(*) from keys").Scan(&keys))
	require.Equal(t, "wal", mode)
	require.Equal(t, 2, synchronous, "2 is FULL")
	require.Equal(t, 2, events)
	require.Equal(t, 2, keys)
}

// gather commits what has come up, without waiting for more.
func gather(db *sql.DB, queue <-chan insertion) {
	for first := range queue {
		batch := []insertion{first}
	more:
		for len(batch) < group {
			select {
			case in, ok := <-queue:
				if !ok {
					break more
				}
				batch = append(batch, in)
			default:
				break more
			}
		}
		err := insert(db, batch)
		for _, in := range batch {
			in.done <- err
		}
	}
}

func insert(db *sql.DB, batch []insertion) error {
	ctx := context.Background()
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // after a commit it does nothing
	event, err := tx.PrepareContext(ctx, `insert into events (state, order_key, meta, stored_at, body) values (1, ?, ?, ?, ?)`)
	if err != nil {
		return err
	}
	defer event.Close()
	key, err := tx.PrepareContext(ctx, `insert into keys (key, event) values (?, ?) on conflict do nothing`)
	if err != nil {
		return err
	}
	defer key.Close()
	for i := range batch {
		a := &batch[i].arrival
		meta, err := a.Meta.MarshalJSON()
		if err != nil {
			return err
		}
		res, err := event.ExecContext(ctx, a.OrderKey, string(meta), time.Now().UnixMicro(), a.Body)
		if err != nil {
			return err
		}
		id, err := res.LastInsertId()
		if err != nil {
			return err
		}
		if _, err := key.ExecContext(ctx, a.Keys[0][:], id); err != nil {
			return err
		}
	}
	return tx.Commit()
}

// write runs b.N writes in many goroutines and reports rate and latency.
func write(b *testing.B, one func(i int) error) {
	b.Helper()
	b.ReportAllocs()
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
	b.ReportMetric(float64(fsyncCost(b).Microseconds()), "fsync-µs")
}

// fsyncCost returns how long the disk takes for one fsync of a page, the median of 50.
func fsyncCost(b *testing.B) time.Duration {
	b.Helper()
	f, err := os.Create(filepath.Join(b.TempDir(), "fsync"))
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
