package inbox

import (
	"context"
	"fmt"
	"iter"
	"slices"
)

// adminChunk is how many events a single commit of a bulk operation changes.
const adminChunk = 200

func chunks(ids []int64) iter.Seq[[]int64] { return slices.Chunk(ids, adminChunk) }

// Replay runs finished events again and returns how many. Of a dead letter the handlers that have succeeded are not run
// again; of an event that is done or was ignored all are. Handlers see [events.SourceReplay]. An event whose body is gone, or
// that is not finished, is left alone.
func (b *Inbox) Replay(ctx context.Context, by By, ids ...int64) (int, error) {
	total := 0
	for part := range chunks(ids) {
		n, err := b.replayPage(ctx, by, Filter{IDs: part, Limit: len(part)})
		total += n.replayed
		if err != nil {
			return total, err
		}
	}
	return total, nil
}

// ReplayAll runs the finished events again that f selects, by any of its conditions, and returns how many. Filter.States
// defaults to Dead and Ignored; an event that is done must be asked for by name. Events that are finished while it
// goes on may or may not be among them; no event is replayed twice.
func (b *Inbox) ReplayAll(ctx context.Context, by By, f Filter) (int, error) {
	if len(f.States) == 0 {
		f.States = []State{Dead, Ignored}
	}
	f.Limit = adminChunk
	total := 0
	for {
		n, err := b.replayPage(ctx, by, f)
		total += n.replayed
		if err != nil || n.listed < adminChunk {
			return total, err
		}
		f.After = n.last
	}
}

// page says what replayPage did.
type page struct {
	listed, replayed int
	last             int64
}

// replayPage replays one page of what f selects.
func (b *Inbox) replayPage(ctx context.Context, by By, f Filter) (page, error) {
	if err := by.check("replay"); err != nil {
		return page{}, err
	}
	list, err := b.store.List(ctx, f)
	if err != nil {
		return page{}, fmt.Errorf("inbox: replaying: %w", err)
	}
	p := page{listed: len(list)}
	if len(list) == 0 {
		return p, nil
	}
	p.last = list[len(list)-1].ID
	var again, afresh []int64
	for i := range list {
		switch list[i].State {
		case Dead, Discarded:
			again = append(again, list[i].ID)
		case Done, Ignored:
			afresh = append(afresh, list[i].ID)
		default:
		}
	}
	for _, part := range []struct {
		ids   []int64
		fresh bool
	}{{again, false}, {afresh, true}} {
		if len(part.ids) == 0 {
			continue
		}
		if err := b.note(ctx, by, "replay", idList(part.ids), len(part.ids)); err != nil {
			return p, err
		}
		n, err := b.store.Replay(ctx, part.ids, part.fresh)
		if err != nil {
			return p, fmt.Errorf("inbox: replaying: %w", err)
		}
		p.replayed += n
		b.gauge.add(int64(n))
	}
	b.signal()
	return p, nil
}
