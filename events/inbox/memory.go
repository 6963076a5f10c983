package inbox

import (
	"context"
	"slices"
	"sync"
	"time"
)

// Memory is a [Store] that forgets everything when the process ends: for tests, and for hosts that want retries and order
// but no durability. It keeps the whole contract but that one word. It is safe for concurrent use.
type Memory struct {
	mu      sync.Mutex
	clock   *Clock
	records map[int64]*kept
	keys    map[Key]int64 // deduplication key → holder
	twins   map[Key]int64 // correlation key → holder
	entries map[string]value
	queue   queue
	count   [len(stateWords)]int64
	pending idHeap // ids that are, or once were, not finished
	lastID  int64
	token   int64
	wrapper KeyWrapper
	closed  bool
}

// kept is a record with what only the store needs.
type kept struct {
	Record
	keys        []Key
	correlation Key
	digest      [32]byte
	dedupFor    time.Duration
	token       int64
	until       time.Time // end of the lease
	lane        *lane
	queued      bool // due and in its lane
}

// NewMemory makes an empty store.
func NewMemory() *Memory {
	records := map[int64]*kept{}
	return &Memory{
		clock:   NewClock(time.Time{}),
		records: records,
		keys:    map[Key]int64{},
		twins:   map[Key]int64{},
		entries: map[string]value{},
		queue:   newQueue(records),
		wrapper: newEphemeralKey(),
	}
}

// begin locks the store and tells its time; a nil error means that the caller must unlock.
func (m *Memory) begin(ctx context.Context) (time.Time, error) {
	if err := ctx.Err(); err != nil {
		return time.Time{}, context.Cause(ctx)
	}
	m.mu.Lock()
	if m.closed {
		m.mu.Unlock()
		return time.Time{}, ErrStoreClosed
	}
	return m.clock.Now(ctx), nil
}

// Append implements [Store].
func (m *Memory) Append(ctx context.Context, batch []Arrival) ([]Appended, error) {
	now, err := m.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer m.mu.Unlock()
	out := make([]Appended, len(batch))
	for i := range batch {
		out[i] = m.append(&batch[i], now)
	}
	return out, nil
}

func (m *Memory) append(n *Arrival, now time.Time) Appended {
	if n.Entry != nil && !m.holdEntry(n.Entry, n.CreateEntry, now) {
		return Appended{Disposition: StaleEntry}
	}
	for _, k := range n.Keys {
		holder := m.records[m.keys[k]]
		if k.IsZero() || holder == nil {
			continue
		}
		h := Holder{State: holder.State, FinishedAt: holder.FinishedAt, DedupFor: holder.dedupFor, Digest: holder.digest}
		switch Judge(h, n.Digest, now) {
		case KeyTaken:
			return Appended{Disposition: Duplicate, ID: holder.ID}
		case KeyConflict:
			return m.conflict(n, holder.ID, now)
		case KeyFree:
		}
	}
	if twin := m.records[m.twins[n.Correlation]]; twin != nil && !n.Correlation.IsZero() {
		if n.Synthetic {
			return Appended{Disposition: Duplicate, ID: twin.ID}
		}
		if confirmed, ready, fresh := Confirms(&twin.Record, n.Rerun); confirmed {
			m.confirm(twin, n)
			if ready {
				m.revive(twin, fresh, now)
			}
			return Appended{Disposition: Confirmed, ID: twin.ID}
		}
	}
	return Appended{Disposition: Stored, ID: m.store(n, n.Keys, n.Correlation, now).ID}
}

func (m *Memory) conflict(n *Arrival, of int64, now time.Time) Appended {
	if n.ConflictKey.IsZero() {
		return Appended{Disposition: Duplicate, ID: of}
	}
	if known, ok := m.keys[n.ConflictKey]; ok {
		return Appended{Disposition: Duplicate, ID: known}
	}
	dead := *n
	dead.DeadReason = ConflictReason
	r := m.store(&dead, []Key{n.ConflictKey}, Key{}, now)
	r.ConflictOf = of
	return Appended{Disposition: Conflict, ID: r.ID, Of: of}
}

func (m *Memory) store(n *Arrival, keys []Key, correlation Key, now time.Time) *kept {
	m.lastID++
	r := &kept{
		Record: Record{
			ID: m.lastID, State: Ready, Meta: n.Meta, OrderKey: n.OrderKey, StoredAt: now, Since: now,
			Synthetic: n.Synthetic, Size: len(n.Body), Body: slices.Clone(n.Body), Detail: slices.Clone(n.Detail),
		},
		digest: n.Digest, dedupFor: n.DedupFor, correlation: correlation,
	}
	r.Meta.Attempt, r.Meta.Handler = 0, ""
	m.records[r.ID] = r
	m.own(r, keys)
	if !correlation.IsZero() {
		if twin := m.records[m.twins[correlation]]; twin == nil || twin.Synthetic {
			m.twins[correlation] = r.ID
		}
	}
	m.count[Ready]++
	if n.DeadReason != "" {
		m.move(r, Dead)
		r.Reason, r.FinishedAt = n.DeadReason, now
		return r
	}
	m.pending.push(r.ID)
	m.queue.due(r)
	return r
}

// own makes r the holder of keys.
func (m *Memory) own(r *kept, keys []Key) {
	for _, k := range keys {
		if !k.IsZero() {
			r.keys = append(r.keys, k)
			m.keys[k] = r.ID
		}
	}
}

func (m *Memory) confirm(twin *kept, n *Arrival) {
	attempt := twin.Meta.Attempt
	twin.Meta, twin.Body, twin.Size = n.Meta, slices.Clone(n.Body), len(n.Body)
	twin.Meta.Attempt, twin.Meta.Handler = attempt, ""
	twin.digest, twin.dedupFor = n.Digest, n.DedupFor
	twin.Synthetic, twin.Confirmed = false, true
	m.own(twin, n.Keys)
}

func (m *Memory) revive(r *kept, fresh bool, now time.Time) {
	m.move(r, Ready)
	r.Revive(fresh, now)
	m.pending.push(r.ID)
	m.queue.due(r)
}

func (m *Memory) move(r *kept, to State) {
	m.count[r.State]--
	m.count[to]++
	r.State = to
}

// Claim implements [Store].
func (m *Memory) Claim(ctx context.Context, limit int, lease time.Duration) ([]Claim, time.Duration, error) {
	now, err := m.begin(ctx)
	if err != nil {
		return nil, -1, err
	}
	defer m.mu.Unlock()
	m.expire(now)
	m.queue.wake(now)
	var claims []Claim
	for len(claims) < limit {
		r := m.queue.take()
		if r == nil {
			break
		}
		m.move(r, Leased)
		m.token++
		r.token, r.until, r.NextAt = m.token, now.Add(lease), time.Time{}
		r.Meta.Attempt++
		claims = append(claims, Claim{Record: r.copy(), Token: r.token, Age: now.Sub(r.Since)})
	}
	if len(claims) > 0 {
		return claims, 0, nil
	}
	return nil, m.queue.next(now), nil
}

// expire makes events due whose lease has ended.
func (m *Memory) expire(now time.Time) {
	for _, id := range m.queue.ended(now) {
		r := m.records[id]
		m.move(r, Ready)
		m.queue.release(r)
		m.queue.due(r)
	}
}

// copy returns the record for a caller to keep.
func (r *kept) copy() Record {
	c := r.Record
	c.Body, c.Detail, c.Handlers = slices.Clone(r.Body), slices.Clone(r.Detail), slices.Clone(r.Handlers)
	return c
}

// held returns the record that ref holds.
func (m *Memory) held(ref Ref) (*kept, error) {
	r := m.records[ref.ID]
	if r == nil || r.State != Leased || r.token != ref.Token {
		return nil, ErrLeaseLost
	}
	return r, nil
}

// Extend implements [Store].
func (m *Memory) Extend(ctx context.Context, ref Ref, lease time.Duration) error {
	now, err := m.begin(ctx)
	if err != nil {
		return err
	}
	defer m.mu.Unlock()
	r, err := m.held(ref)
	if err != nil {
		return err
	}
	r.until = now.Add(lease)
	return nil
}

// Complete implements [Store].
func (m *Memory) Complete(ctx context.Context, ref Ref, handlers ...HandlerResult) error {
	if _, err := m.begin(ctx); err != nil {
		return err
	}
	defer m.mu.Unlock()
	r, err := m.held(ref)
	if err != nil {
		return err
	}
	r.Handlers = MergeHandlers(r.Handlers, handlers...)
	return nil
}

// Finish implements [Store].
func (m *Memory) Finish(ctx context.Context, ref Ref, o Outcome) error {
	now, err := m.begin(ctx)
	if err != nil {
		return err
	}
	defer m.mu.Unlock()
	r, err := m.held(ref)
	if err != nil {
		return err
	}
	r.Handlers = MergeHandlers(r.Handlers, o.Handlers...)
	r.Reason, r.Detail = o.Reason, slices.Clone(o.Detail)
	m.move(r, o.State)
	m.queue.release(r)
	if o.Release {
		r.Meta.Attempt--
	}
	if o.State != Ready {
		r.FinishedAt = now
		return nil
	}
	if o.RetryIn <= 0 {
		m.queue.due(r)
		return nil
	}
	r.NextAt = now.Add(o.RetryIn)
	m.queue.wait(r)
	return nil
}

// Find implements [Store].
func (m *Memory) Find(ctx context.Context, id int64) (Record, error) {
	if _, err := m.begin(ctx); err != nil {
		return Record{}, err
	}
	defer m.mu.Unlock()
	r := m.records[id]
	if r == nil {
		return Record{}, ErrNotFound
	}
	return r.copy(), nil
}

// Close implements [Store].
func (m *Memory) Close() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.closed = true
	return nil
}
