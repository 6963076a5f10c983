package reconcile

import (
	"context"
	"time"

	"github.com/linkhook/linkhook/events/inbox"
)

// marks are the times that a source's passes leave in the store.
type marks struct {
	box    *inbox.Inbox
	source string
}

const (
	bornMark  = "born"  // the first start: nothing before it is looked for
	toMark    = "to"    // the end of the last good pass's window
	sweptMark = "swept" // when the last sweep ended
)

// window says what a pass at now looks at: from Look ago, or from where the last good pass ended if that is longer ago; once a
// day from Sweep ago. It ends Grace ago.
func (m marks) window(ctx context.Context, now time.Time, o *Options) (Window, error) {
	born, err := m.get(ctx, bornMark)
	if err != nil {
		return Window{}, err
	}
	if born.IsZero() {
		born = now
		if err := m.put(ctx, bornMark, born); err != nil {
			return Window{}, err
		}
		if err := m.put(ctx, sweptMark, born); err != nil {
			return Window{}, err
		}
	}
	if !o.Since.IsZero() {
		born = o.Since
	}
	to, err := m.get(ctx, toMark)
	if err != nil {
		return Window{}, err
	}
	swept, err := m.get(ctx, sweptMark)
	if err != nil {
		return Window{}, err
	}
	w := Window{From: now.Add(-o.Look), To: now.Add(-o.Grace)}
	if !to.IsZero() && to.Before(w.From) {
		w.From = to
	}
	if now.Sub(swept) >= 24*time.Hour || w.From.Before(now.Add(-o.Sweep)) {
		w.From = now.Add(-o.Sweep)
	}
	if w.From.Before(born) {
		w.From = born
	}
	return w, nil
}

// done records a good pass.
func (m marks) done(ctx context.Context, now time.Time, w Window) error {
	if err := m.put(ctx, toMark, w.To); err != nil {
		return err
	}
	swept, err := m.get(ctx, sweptMark)
	if err != nil || now.Sub(swept) < 24*time.Hour {
		return err
	}
	return m.put(ctx, sweptMark, now)
}

func (m marks) key(name string) string { return "reconcile/" + m.source + "/" + name }

func (m marks) get(ctx context.Context, name string) (time.Time, error) {
	v, err := m.box.Get(ctx, m.key(name))
	if err != nil || v == nil {
		return time.Time{}, err
	}
	at, err := time.Parse(time.RFC3339Nano, string(v))
	if err != nil {
		return time.Time{}, nil //nolint:nilerr // an unreadable mark is as good as none
	}
	return at, nil
}

func (m marks) put(ctx context.Context, name string, at time.Time) error {
	return m.box.Put(ctx, m.key(name), []byte(at.UTC().Format(time.RFC3339Nano)), 0)
}

// memory is a source's own corner of the store.
type memory struct {
	box    *inbox.Inbox
	prefix string
}

func (r *Reconciler) memory(s Source) Memory {
	return memory{box: r.box, prefix: "reconcile/" + s.Name() + "/memory/"}
}

// Get implements [Memory].
func (m memory) Get(ctx context.Context, key string) ([]byte, error) {
	return m.box.Get(ctx, m.prefix+key)
}

// Put implements [Memory].
func (m memory) Put(ctx context.Context, key string, value []byte, ttl time.Duration) error {
	return m.box.Put(ctx, m.prefix+key, value, ttl)
}
