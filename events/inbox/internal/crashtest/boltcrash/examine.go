package boltcrash

import (
	"context"
	"errors"
	"fmt"

	"github.com/linkhook/linkhook/events/inbox"
	"github.com/linkhook/linkhook/events/inbox/boltinbox"
)

// Tally is what was counted.
type Tally struct {
	Acked      int // events that were answered 200
	Lost       int // of those: not stored, or done without an effect of each handler
	Corrupt    int // files that do not open clean, events other than what was sent, dead letters
	Duplicates int // handlers that ran for an event after their success was recorded
	Overlaps   int // handlers that ran while another event of the account was in hand
	Effects    int // runs of handlers that returned nil
	Reruns     int // of those: more than one for the same event
	Failures   int // runs of handlers that returned an error
	Torn       int // lines of the journal that a kill cut off

	Found []string // what was lost or wrong, the first of it
}

// Add adds o to t.
func (t *Tally) Add(o Tally) {
	t.Acked += o.Acked
	t.Lost += o.Lost
	t.Corrupt += o.Corrupt
	t.Duplicates += o.Duplicates
	t.Overlaps += o.Overlaps
	t.Effects += o.Effects
	t.Reruns += o.Reruns
	t.Failures += o.Failures
	t.Torn += o.Torn
	t.Found = append(t.Found, o.Found...)
}

// Err says what is wrong, if anything is.
func (t *Tally) Err() error {
	if t.Lost+t.Corrupt+t.Duplicates+t.Overlaps == 0 {
		return nil
	}
	return fmt.Errorf("the inbox did not keep its word: lost=%d corrupt=%d duplicate_success=%d two_of_one_account=%d: %q",
		t.Lost, t.Corrupt, t.Duplicates, t.Overlaps, t.Found)
}

// Examine compares what was acknowledged with the journal and the store, whose process has ended.
func (f Files) Examine(ctx context.Context, acked map[string]struct{}) (Tally, error) {
	t := Tally{Acked: len(acked)}
	history, err := f.history()
	if err != nil {
		return t, err
	}
	t.Corrupt, t.Duplicates, t.Overlaps = history.Corrupt, history.DuplicateSuccesses, history.Overlaps
	t.Effects, t.Reruns, t.Failures = history.Effects, history.Reruns(), history.Failures
	t.Torn, t.Found = history.Torn, history.Found

	stored, err := f.list(ctx)
	if err != nil {
		t.Corrupt++
		return t, err
	}
	for id := range acked {
		switch r, ok := stored[id]; {
		case !ok, r.State == inbox.Done && history.Missing(id) > 0:
			t.Lost++
			t.Found = append(t.Found, id+" is lost")
		case r.State == inbox.Dead:
			t.Corrupt++ // none of these events deserves it
			t.Found = append(t.Found, id+" is a dead letter: "+r.Reason)
		}
	}
	return t, nil
}

// list opens the store, checks the whole file and returns every event, without its body.
func (f Files) list(ctx context.Context) (map[string]inbox.Record, error) {
	store, err := boltinbox.Open(f.Store, nil)
	if err != nil {
		return nil, fmt.Errorf("opening the store: %w", err)
	}
	records, err := read(ctx, store)
	return records, errors.Join(err, store.Close())
}

func read(ctx context.Context, store *boltinbox.Store) (map[string]inbox.Record, error) {
	if err := store.Check(ctx); err != nil {
		return nil, fmt.Errorf("checking the store: %w", err)
	}
	records := map[string]inbox.Record{}
	for after := int64(0); ; {
		page, err := store.List(ctx, inbox.Filter{After: after, Limit: 10_000})
		if err != nil {
			return nil, fmt.Errorf("listing the store: %w", err)
		}
		if len(page) == 0 {
			return records, nil
		}
		for i := range page {
			if _, twice := records[page[i].Meta.ID]; twice {
				return nil, errors.New("one event is stored twice: " + page[i].Meta.ID)
			}
			records[page[i].Meta.ID] = page[i]
		}
		after = page[len(page)-1].ID
	}
}
