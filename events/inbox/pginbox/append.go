package pginbox

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/linkhook/linkhook/events/inbox"
)

const (
	maxBatch      = 1024             // events per commit
	maxBatchBytes = 8 << 20          // bytes of bodies per commit
	commitTime    = 30 * time.Second // bounds a write that is shared by many calls
)

// appending is a call of Append that waits for its commit.
type appending struct {
	ctx   context.Context //nolint:containedctx // it carries the caller's deadline to the writer
	batch []inbox.Arrival
	out   []inbox.Appended
	err   error
	done  chan struct{}
}

// Append implements [inbox.Store]. Calls of many goroutines share a commit.
func (s *Store) Append(ctx context.Context, batch []inbox.Arrival) ([]inbox.Appended, error) {
	if err := s.enter(); err != nil {
		return nil, err
	}
	defer s.inflight.Done()
	if len(batch) == 0 {
		return nil, nil
	}
	a := &appending{ctx: ctx, batch: batch, done: make(chan struct{})}
	select {
	case s.appends <- a:
	case <-ctx.Done():
		return nil, wrap("append", context.Cause(ctx))
	}
	select {
	case <-a.done:
		return a.out, a.err
	case <-ctx.Done(): // the writer may still store it; a later delivery is then a duplicate
		return nil, wrap("append", context.Cause(ctx))
	}
}

// write is a writer: it takes what waits, up to a batch, and commits it. There is no timer: an idle store commits at once.
func (s *Store) write() {
	for first := range s.appends {
		group := []*appending{first}
		events, size := len(first.batch), bodies(first.batch)
	gather:
		for events < maxBatch && size < maxBatchBytes {
			select {
			case a, ok := <-s.appends:
				if !ok {
					break gather
				}
				group = append(group, a)
				events += len(a.batch)
				size += bodies(a.batch)
			default:
				break gather
			}
		}
		s.commit(group)
	}
}

func bodies(batch []inbox.Arrival) int {
	size := 0
	for i := range batch {
		size += len(batch[i].Body)
	}
	return size
}

// commit stores a group of calls. Calls at different times, which only tests make, do not share a commit; and when the
// database refuses the data of one, the others are stored without it.
func (s *Store) commit(group []*appending) {
	group = slices.DeleteFunc(group, func(a *appending) bool {
		if a.ctx.Err() == nil {
			return false
		}
		a.err = wrap("append", context.Cause(a.ctx))
		close(a.done)
		return true
	})
	for len(group) > 0 {
		n := 1
		for n < len(group) && sameClock(group[0].ctx, group[n].ctx) {
			n++
		}
		s.commitTogether(group[:n])
		group = group[n:]
	}
}

func sameClock(a, b context.Context) bool {
	x, y := clock(a), clock(b)
	return x == nil && y == nil || x != nil && y != nil && x.Equal(*y)
}

func (s *Store) commitTogether(group []*appending) {
	var all []inbox.Arrival
	for _, a := range group {
		all = append(all, a.batch...)
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(group[0].ctx), commitTime)
	defer cancel()
	out, err := s.appendAll(ctx, all)
	if err != nil && len(group) > 1 && aboutData(err) {
		for _, a := range group {
			s.commitTogether([]*appending{a})
		}
		return
	}
	for _, a := range group {
		if err == nil {
			a.out, out = out[:len(a.batch):len(a.batch)], out[len(a.batch):]
		}
		a.err = err
		close(a.done)
	}
	if err == nil {
		s.stored()
	}
}

// appendAll is one transaction.
func (s *Store) appendAll(ctx context.Context, all []inbox.Arrival) ([]inbox.Appended, error) {
	var out []inbox.Appended
	err := s.again(ctx, "append", func() error {
		job := appendJob{store: s, all: all, now: clock(ctx), out: make([]inbox.Appended, len(all))}
		out = job.out
		return s.begin(ctx, func(tx pgx.Tx) error { return job.run(ctx, tx) })
	})
	if err != nil {
		return nil, wrap("append", err)
	}
	return out, nil
}

// appendJob stores one batch. Most events have new keys: those are taken by one statement and the events stored by one copy.
// The others are judged one by one, in their order.
type appendJob struct {
	store *Store
	all   []inbox.Arrival
	now   *time.Time
	at    time.Time // the transaction's time
	out   []inbox.Appended
	ids   []int64
	stale []bool
	slow  []bool
	rows  [][]any
}

func (j *appendJob) run(ctx context.Context, tx pgx.Tx) error {
	j.stale, j.slow = make([]bool, len(j.all)), make([]bool, len(j.all))
	if err := j.begin(ctx, tx); err != nil {
		return err
	}
	if err := j.entries(ctx, tx); err != nil {
		return err
	}
	if err := j.takeKeys(ctx, tx); err != nil {
		return err
	}
	for i := range j.all {
		if j.stale[i] || j.slow[i] {
			continue
		}
		if err := j.store1(i, 0, j.all[i].DeadReason); err != nil {
			return err
		}
		j.out[i] = inbox.Appended{Disposition: inbox.Stored, ID: j.ids[i]}
	}
	if err := j.flush(ctx, tx); err != nil {
		return err
	}
	if err := j.lockKeys(ctx, tx); err != nil {
		return err
	}
	for i := range j.all {
		if j.slow[i] {
			if err := j.judge(ctx, tx, i); err != nil {
				return err
			}
		}
	}
	return j.flush(ctx, tx)
}

// begin draws the ids and reads the time.
func (j *appendJob) begin(ctx context.Context, tx pgx.Tx) error {
	batch := &pgx.Batch{}
	batch.Queue(`select `+now, j.now)
	batch.Queue(j.store.sql.nextIDs, len(j.all))
	res := tx.SendBatch(ctx, batch)
	err := res.QueryRow().Scan(&j.at)
	if err == nil {
		var rows pgx.Rows
		if rows, err = res.Query(); err == nil {
			j.ids, err = pgx.CollectRows(rows, pgx.RowTo[int64])
		}
	}
	return errors.Join(err, res.Close())
}

// entries applies rule 1 of inbox.Arrival to the whole batch.
func (j *appendJob) entries(ctx context.Context, tx pgx.Tx) error {
	create, want := map[string][]byte{}, map[string]bool{}
	for i := range j.all {
		if e := j.all[i].Entry; e != nil {
			want[e.Key] = true
			if j.all[i].CreateEntry && create[e.Key] == nil {
				create[e.Key] = e.Value
			}
		}
	}
	if len(want) == 0 {
		return nil
	}
	if len(create) > 0 {
		keys := sortedKeys(create)
		values := make([][]byte, len(keys))
		for i, k := range keys {
			values[i] = create[k]
		}
		if _, err := tx.Exec(ctx, j.store.sql.dropExpired, j.now, keys); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, j.store.sql.createEntries, keys, values); err != nil {
			return err
		}
	}
	rows, err := tx.Query(ctx, j.store.sql.shareEntries, j.now, sortedKeys(want))
	if err != nil {
		return err
	}
	have := map[string]string{}
	var key string
	var value []byte
	_, err = pgx.ForEachRow(rows, []any{&key, &value}, func() error { have[key] = string(value); return nil })
	for i := range j.all {
		if e := j.all[i].Entry; e != nil {
			if v, ok := have[e.Key]; !ok || v != string(e.Value) {
				j.stale[i], j.out[i] = true, inbox.Appended{Disposition: inbox.StaleEntry}
			}
		}
	}
	return err
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// takeKeys takes all keys of the batch, in the order that all writers keep. A writer
// that takes the same key at the same time waits here until this transaction ends. Events that do not get all their keys are
// judged one by one.
func (j *appendJob) takeKeys(ctx context.Context, tx pgx.Tx) error {
	type want struct {
		key   string
		event int
	}
	var wants []want
	for i := range j.all {
		if j.stale[i] {
			continue
		}
		for _, k := range keyBytes(&j.all[i]) {
			wants = append(wants, want{string(k), i})
		}
	}
	if len(wants) == 0 {
		return nil
	}
	slices.SortStableFunc(wants, func(a, b want) int { return slices.Compare([]byte(a.key), []byte(b.key)) })
	keys, ids := make([][]byte, len(wants)), make([]int64, len(wants))
	for i, w := range wants {
		keys[i], ids[i] = []byte(w.key), j.ids[w.event]
	}
	rows, err := tx.Query(ctx, j.store.sql.takeKeys, keys, ids)
	if err != nil {
		return err
	}
	taken := map[string]bool{}
	var key []byte
	_, err = pgx.ForEachRow(rows, []any{&key}, func() error { taken[string(key)] = true; return nil })
	for _, w := range wants {
		if !taken[w.key] { // somebody else's, or an earlier event's of this batch
			j.slow[w.event] = true
		}
		delete(taken, w.key)
	}
	return err
}

// lockKeys locks the keys of all events that are judged one by one: their holders stay what they are from here on. A key
// that a prune took away since takeKeys saw it could be somebody else's by now, so the transaction is run again. Then it
// locks the synthetic events that could be confirmed.
func (j *appendJob) lockKeys(ctx context.Context, tx pgx.Tx) error {
	want := map[string]bool{}
	var twins [][]byte
	for i := range j.all {
		if !j.slow[i] {
			continue
		}
		for _, k := range keyBytes(&j.all[i]) {
			want[string(k)] = true
		}
		if !j.all[i].Synthetic && !j.all[i].Correlation.IsZero() {
			twins = append(twins, twinKey(j.all[i].Correlation))
		}
	}
	if len(want) == 0 {
		return nil
	}
	keys := make([][]byte, 0, len(want))
	for k := range want {
		keys = append(keys, []byte(k))
	}
	locked, err := tx.Exec(ctx, j.store.sql.lockKeys, keys)
	if err == nil && locked.RowsAffected() < int64(len(keys)) {
		err = errKeyGone
	}
	if err != nil || len(twins) == 0 {
		return err
	}
	_, err = tx.Exec(ctx, j.store.sql.lockTwins, twins)
	return err
}

// eventColumns are those of the copy, in the order of store1.
var eventColumns = []string{
	"id", "state", "meta", "provider", "kind", "order_key", "account_id", "end_user_id", "link_token_id", "session",
	"stored_at", "since", "due_at", "finished_at", "reason", "detail", "conflict_of", "synthetic", "digest", "dedup_for",
	"size", "body",
}

// store1 adds event i to the rows of the next flush.
func (j *appendJob) store1(i int, conflictOf int64, deadReason string) error {
	n := &j.all[i]
	meta, err := encodeMeta(n.Meta)
	if err != nil {
		return err
	}
	state, finished := inbox.Ready, (*time.Time)(nil)
	if deadReason != "" {
		state, finished = inbox.Dead, &j.at
	}
	body := n.Body
	if body == nil {
		body = []byte{}
	}
	j.rows = append(j.rows, []any{
		j.ids[i], int16(state), meta, clean(n.Meta.Kind.Provider), clean(n.Meta.Kind.String()), clean(n.OrderKey),
		clean(n.Meta.AccountID), clean(n.Meta.EndUserID), clean(n.Meta.LinkTokenID), clean(n.Meta.Session),
		j.at, j.at, j.at, finished, clean(deadReason), n.Detail, conflictOf, n.Synthetic, n.Digest[:], int64(n.DedupFor),
		len(n.Body), body,
	})
	return nil
}

func (j *appendJob) flush(ctx context.Context, tx pgx.Tx) error {
	if len(j.rows) == 0 {
		return nil
	}
	_, err := tx.CopyFrom(ctx, pgx.Identifier{j.store.schema, "events"}, eventColumns, pgx.CopyFromRows(j.rows))
	j.rows = j.rows[:0]
	return err
}
