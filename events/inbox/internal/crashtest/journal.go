package crashtest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/inbox"
)

// step is the first byte of a line of the journal.
type step byte

const (
	stepStart    step = 'g' // a process starts: what was under way before has ended
	stepBegin    step = 'b' // a handler begins
	stepEffect   step = 'e' // it has done its work and returns nil
	stepFailed   step = 'f' // it returns an error
	stepCorrupt  step = 'x' // it was given something else than what was sent
	stepRecorded step = 'r' // the store has recorded its success
)

// Journal is the append-only file of a node. Safe for concurrent use; a line is one write.
type Journal struct{ file *os.File }

// OpenJournal opens or makes the file at path and notes that a process starts.
func OpenJournal(path string) (*Journal, error) {
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600) //nolint:gosec // the program chose it
	if err != nil {
		return nil, fmt.Errorf("crashtest: opening the journal: %w", err)
	}
	j := &Journal{f}
	if err := j.mend(path); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return j, j.write(stepStart, "-", "-", "-")
}

// mend ends a last line that a kill has left torn, so that the next one begins on its own.
func (j *Journal) mend(path string) error {
	text, err := os.Open(path) //nolint:gosec // the program chose it
	if err != nil {
		return fmt.Errorf("crashtest: reading the journal: %w", err)
	}
	defer text.Close() //nolint:errcheck // only read
	info, err := text.Stat()
	if err != nil || info.Size() == 0 {
		return err
	}
	last := make([]byte, 1)
	if _, err = text.ReadAt(last, info.Size()-1); err == nil && last[0] != '\n' {
		_, err = j.file.WriteString("\n")
	}
	return err
}

// Close closes the file.
func (j *Journal) Close() error { return j.file.Close() }

func (j *Journal) write(s step, handler, event, account string) error {
	if _, err := fmt.Fprintf(j.file, "%c %s %s %s\n", s, handler, event, account); err != nil {
		return fmt.Errorf("crashtest: writing the journal: %w", err)
	}
	return nil
}

// note writes a step of a handler.
func (j *Journal) note(s step, m *events.Meta) error { return j.write(s, m.Handler, m.ID, m.AccountID) }

// recorder is a store that tells the journal which successes were recorded, once they are durable.
type recorder struct {
	inbox.Store

	journal *Journal
	mu      sync.Mutex
	ids     map[inbox.Ref]string // ids of the events in the hands of workers
}

// Recorded returns store so that the journal learns of every success that it records.
func Recorded(store inbox.Store, j *Journal) inbox.Store {
	return &recorder{Store: store, journal: j, ids: map[inbox.Ref]string{}}
}

// Claim implements [inbox.Store].
func (r *recorder) Claim(ctx context.Context, limit int, lease time.Duration) ([]inbox.Claim, time.Duration, error) {
	claims, next, err := r.Store.Claim(ctx, limit, lease)
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := range claims {
		r.ids[claims[i].Ref()] = claims[i].Meta.ID
	}
	return claims, next, err
}

// Complete implements [inbox.Store].
func (r *recorder) Complete(ctx context.Context, ref inbox.Ref, handlers ...inbox.HandlerResult) error {
	if err := r.Store.Complete(ctx, ref, handlers...); err != nil {
		return err
	}
	return r.note(ref, handlers, false)
}

// Finish implements [inbox.Store].
func (r *recorder) Finish(ctx context.Context, ref inbox.Ref, o inbox.Outcome) error {
	if err := r.Store.Finish(ctx, ref, o); err != nil {
		return err
	}
	return r.note(ref, o.Handlers, true)
}

func (r *recorder) note(ref inbox.Ref, handlers []inbox.HandlerResult, last bool) error {
	r.mu.Lock()
	event := r.ids[ref]
	if last {
		delete(r.ids, ref)
	}
	r.mu.Unlock()
	for _, h := range handlers {
		if err := r.journal.write(stepRecorded, h.Name, event, "-"); err != nil {
			return err
		}
	}
	return nil
}
