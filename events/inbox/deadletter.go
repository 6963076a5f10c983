package inbox

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/linkhook/linkhook/events"
)

// List returns stored events by ascending id, metadata only. Pages follow by setting Filter.After to the last id.
func (b *Inbox) List(ctx context.Context, f Filter) ([]Record, error) {
	list, err := b.store.List(ctx, f)
	if err != nil {
		return nil, fmt.Errorf("inbox: listing: %w", err)
	}
	return list, nil
}

// DeadLetters returns the events that f selects and that are not tried again by themselves.
func (b *Inbox) DeadLetters(ctx context.Context, f Filter) ([]Record, error) {
	f.States = []State{Dead}
	return b.List(ctx, f)
}

// Inspection is a stored event for the eyes of an operator.
type Inspection struct {
	Record
	// Detail is the text of the errors that Record.Reason sums up. Handlers wrote it, so it is as sensitive as they made it.
	Detail string
}

// Inspect returns an event with the text of its last errors, without its body. [ErrNotFound] says that there is none.
func (b *Inbox) Inspect(ctx context.Context, id int64) (Inspection, error) {
	r, err := b.store.Find(ctx, id)
	if err != nil {
		return Inspection{}, fmt.Errorf("inbox: inspecting: %w", err)
	}
	out := Inspection{Record: r}
	if r.Detail != nil {
		text, err := b.seal.open(ctx, r.Detail, detailAAD(&r.Meta))
		if err != nil {
			return Inspection{}, fmt.Errorf("inbox: inspecting: %w", err)
		}
		out.Detail = string(text)
	}
	out.Body, out.Record.Detail = nil, nil
	return out, nil
}

// Reveal returns an event with its body and records who saw it and why. [ErrErased] and [ErrNoBody] say that there is no
// body any more.
func (b *Inbox) Reveal(ctx context.Context, by By, id int64) (events.Envelope, error) {
	r, err := b.store.Find(ctx, id)
	if err != nil {
		return events.Envelope{}, fmt.Errorf("inbox: revealing: %w", err)
	}
	if err := b.note(ctx, by, "reveal", strconv.FormatInt(id, 10), 1); err != nil {
		return events.Envelope{}, err
	}
	env := events.Envelope{Meta: r.Meta}
	if err := b.openBody(ctx, &r, &env); err != nil {
		return events.Envelope{}, fmt.Errorf("inbox: revealing: %w", err)
	}
	return env, nil
}

// Discard puts dead letters away: they are not listed as such any more and are kept as long as events that are done. It
// returns how many it put away; other events are left alone.
func (b *Inbox) Discard(ctx context.Context, by By, ids ...int64) (int, error) {
	total := 0
	for part := range chunks(ids) {
		if err := b.note(ctx, by, "discard", idList(part), len(part)); err != nil {
			return total, err
		}
		n, err := b.store.Discard(ctx, part)
		if err != nil {
			return total, fmt.Errorf("inbox: discarding: %w", err)
		}
		total += n
	}
	return total, nil
}

// idList names ids in an audit entry: "3", "3,7,8", or "3…9034 (500)" when there are many.
func idList(ids []int64) string {
	const many = 20
	if len(ids) > many {
		return fmt.Sprintf("%d…%d (%d)", ids[0], ids[len(ids)-1], len(ids))
	}
	words := make([]string, len(ids))
	for i, id := range ids {
		words[i] = strconv.FormatInt(id, 10)
	}
	return strings.Join(words, ",")
}
