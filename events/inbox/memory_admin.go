package inbox

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"
)

// value is an entry with its end.
type value struct {
	bytes []byte
	until time.Time // zero: for good
}

// Replay implements [Store].
func (m *Memory) Replay(ctx context.Context, ids []int64, fresh bool) (int, error) {
	now, err := m.begin(ctx)
	if err != nil {
		return 0, err
	}
	defer m.mu.Unlock()
	n := 0
	for _, id := range ids {
		if r := m.records[id]; r != nil && r.State.Finished() && r.Body != nil {
			m.revive(r, fresh, now)
			r.Replays++
			n++
		}
	}
	return n, nil
}

// Discard implements [Store].
func (m *Memory) Discard(ctx context.Context, ids []int64) (int, error) {
	now, err := m.begin(ctx)
	if err != nil {
		return 0, err
	}
	defer m.mu.Unlock()
	n := 0
	for _, id := range ids {
		if r := m.records[id]; r != nil && r.State == Dead {
			m.move(r, Discarded)
			r.FinishedAt = now
			n++
		}
	}
	return n, nil
}

// List implements [Store].
func (m *Memory) List(ctx context.Context, f Filter) ([]Record, error) {
	if _, err := m.begin(ctx); err != nil {
		return nil, err
	}
	defer m.mu.Unlock()
	var out []Record
	for _, id := range slices.Sorted(maps.Keys(m.records)) {
		r := m.records[id]
		if id <= f.After || !f.Match(&r.Record) {
			continue
		}
		if len(out) == f.Page() {
			break
		}
		c := r.copy()
		c.Body, c.Detail = nil, nil
		out = append(out, c)
	}
	return out, nil
}

// Prune implements [Store].
func (m *Memory) Prune(ctx context.Context, retention Retention, limit int) (int, error) {
	now, err := m.begin(ctx)
	if err != nil {
		return 0, err
	}
	defer m.mu.Unlock()
	n := 0
	maps.DeleteFunc(m.entries, func(_ string, v value) bool { return v.expired(now) })
	for _, id := range slices.Sorted(maps.Keys(m.records)) {
		if n >= limit {
			break
		}
		r := m.records[id]
		body, all := retention.Expired(r.State, r.FinishedAt, now)
		switch {
		case all:
			m.remove(r)
			n++
		case body && (r.Body != nil || r.Detail != nil):
			r.Body, r.Detail, r.Size = nil, nil, 0
			n++
		}
	}
	return n, nil
}

func (m *Memory) remove(r *kept) {
	for _, k := range r.keys {
		if m.keys[k] == r.ID {
			delete(m.keys, k)
		}
	}
	if m.twins[r.correlation] == r.ID {
		delete(m.twins, r.correlation)
	}
	m.count[r.State]--
	delete(m.records, r.ID)
}

// Erase implements [Store].
func (m *Memory) Erase(ctx context.Context, ids []int64, entries []string) error {
	now, err := m.begin(ctx)
	if err != nil {
		return err
	}
	defer m.mu.Unlock()
	for _, key := range entries {
		delete(m.entries, key)
	}
	for _, id := range ids {
		r := m.records[id]
		if r == nil {
			continue
		}
		switch r.State {
		case Leased:
			m.queue.release(r)
		case Ready:
			m.queue.drop(r)
		default:
		}
		m.count[r.State]--
		m.count[Erased]++
		r.Blank(now)
		r.token = 0
	}
	return nil
}

// Stats implements [Store].
func (m *Memory) Stats(ctx context.Context) (Stats, error) {
	if _, err := m.begin(ctx); err != nil {
		return Stats{}, err
	}
	defer m.mu.Unlock()
	s := Stats{
		Ready: m.count[Ready], Leased: m.count[Leased], Done: m.count[Done], Ignored: m.count[Ignored],
		Dead: m.count[Dead], Discarded: m.count[Discarded], Erased: m.count[Erased], Free: -1,
	}
	for _, t := range m.queue.timers {
		if r := m.records[t.id]; r != nil && r.waits(t) {
			s.Waiting++
		}
	}
	for len(m.pending) > 0 {
		if r := m.records[m.pending[0]]; r != nil && !r.State.Finished() {
			s.Oldest = r.StoredAt
			break
		}
		m.pending.pop()
	}
	return s, nil
}

func (v value) expired(now time.Time) bool { return !v.until.IsZero() && !v.until.After(now) }

// entry returns the value of key unless it has expired.
func (m *Memory) entry(key string, now time.Time) ([]byte, bool) {
	v, ok := m.entries[key]
	if !ok || v.expired(now) {
		return nil, false
	}
	return v.bytes, true
}

// holdEntry applies rule 1 of [Arrival].
func (m *Memory) holdEntry(e *Entry, create bool, now time.Time) bool {
	have, ok := m.entry(e.Key, now)
	if ok {
		return string(have) == string(e.Value)
	}
	if create {
		m.setEntry(e.Key, e.Value, 0, now)
	}
	return create
}

func (m *Memory) setEntry(key string, val []byte, ttl time.Duration, now time.Time) {
	if val == nil {
		delete(m.entries, key)
		return
	}
	v := value{bytes: append([]byte{}, val...)}
	if ttl > 0 {
		v.until = now.Add(ttl)
	}
	m.entries[key] = v
}

// Get implements [Entries].
func (m *Memory) Get(ctx context.Context, key string) ([]byte, error) {
	now, err := m.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer m.mu.Unlock()
	v, ok := m.entry(key, now)
	if !ok {
		return nil, ErrNotFound
	}
	return append([]byte{}, v...), nil
}

// Put implements [Entries].
func (m *Memory) Put(ctx context.Context, key string, val []byte, ttl time.Duration) error {
	now, err := m.begin(ctx)
	if err != nil {
		return err
	}
	defer m.mu.Unlock()
	m.setEntry(key, val, ttl, now)
	return nil
}

// Swap implements [Entries].
func (m *Memory) Swap(ctx context.Context, key string, old, next []byte, ttl time.Duration) (bool, error) {
	now, err := m.begin(ctx)
	if err != nil {
		return false, err
	}
	defer m.mu.Unlock()
	have, ok := m.entry(key, now)
	if ok != (old != nil) || string(have) != string(old) {
		return false, nil
	}
	m.setEntry(key, next, ttl, now)
	return true, nil
}

// Scan implements [Entries].
func (m *Memory) Scan(ctx context.Context, prefix, after string, limit int) ([]Entry, error) {
	now, err := m.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer m.mu.Unlock()
	var out []Entry
	for _, key := range slices.Sorted(maps.Keys(m.entries)) {
		if len(out) == limit {
			break
		}
		if v, ok := m.entry(key, now); ok && key > after && strings.HasPrefix(key, prefix) {
			out = append(out, Entry{Key: key, Value: append([]byte{}, v...)})
		}
	}
	return out, nil
}
