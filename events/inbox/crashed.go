package inbox

import (
	"context"
	"encoding/binary"
	"errors"
	"strconv"
	"time"
)

// An event can end the process that handles it, each time: a handler that calls os.Exit, eats all memory or overflows the
// stack. Nobody is left then to record a failure, so the beginning of each run is recorded instead, from the fourth attempt
// on, and taken back when the run has returned. What began and never returned is run while no other of its sort runs, so
// that the events that merely ran beside the culprit get away; what did so maxCrashes times in a row is a dead letter.
const (
	crashes       = "crash/" // and the event's number: the entry with the count
	calmAttempts  = 3        // attempts about which no books are kept: nearly all events need no more
	maxCrashes    = 20       // high enough for a long handler in a week of bad deploys
	crashesKept   = 7 * 24 * time.Hour
	reasonCrashed = "crashed" // its handlers took the process down, again and again
)

// suspicion is what is known of the runs of an event that began and did not return.
type suspicion struct {
	key   string
	count uint64
	alone bool // this run has Inbox.suspect
}

// suspected reads how often the event's runs have not returned. The zero suspicion is none.
func (b *Inbox) suspected(book context.Context, c *Claim) suspicion {
	if c.Meta.Attempt <= calmAttempts {
		return suspicion{}
	}
	s := suspicion{key: crashes + strconv.FormatInt(c.ID, 10)}
	ctx, cancel := b.bookkeeping(book)
	defer cancel()
	if value, err := b.store.Get(ctx, s.key); err == nil {
		s.count, _ = binary.Uvarint(value)
	}
	return s
}

// begin records that a run begins, once it is this event's turn where it must run alone. It is false when run ended before.
func (b *Inbox) begin(run, book context.Context, s *suspicion) bool {
	if s.key == "" {
		return true
	}
	if s.count > 0 {
		select {
		case b.suspect <- struct{}{}:
			s.alone = true
		case <-run.Done():
			return false
		case <-b.closing:
			return false
		}
	}
	b.noteCrashes(book, s.key, binary.AppendUvarint(nil, s.count+1))
	return true
}

// returned takes back what begin recorded.
func (b *Inbox) returned(book context.Context, s *suspicion) {
	if s.key != "" {
		b.noteCrashes(book, s.key, nil)
	}
	if s.alone {
		<-b.suspect
	}
}

// noteCrashes sets the count. A store that does not answer does not record the end of the run either, and says so there.
func (b *Inbox) noteCrashes(book context.Context, key string, value []byte) {
	ctx, cancel := b.bookkeeping(book)
	defer cancel()
	_ = b.store.Put(ctx, key, value, crashesKept)
}

// errCrashed is the text that stands with the dead letter.
var errCrashed = errors.New("the process ended " + strconv.Itoa(maxCrashes) + " times in a row while its handlers ran")

// settleCrashed gives an event up whose runs do not return.
func (b *Inbox) settleCrashed(book context.Context, c *Claim, s *suspicion) {
	b.noteCrashes(book, s.key, nil) // a replay begins afresh
	detail := b.sealDetail(book, &c.Record, reasonCrashed, errCrashed.Error())
	b.finish(book, c, Outcome{State: Dead, Reason: reasonCrashed, Detail: detail})
}
