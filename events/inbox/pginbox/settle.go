package pginbox

import (
	"context"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/linkhook/linkhook/events/inbox"
)

// settlers is the number of goroutines that write the ends of leases.
const settlers = 2

// settling is a call of Finish that waits for its commit.
type settling struct {
	ctx     context.Context //nolint:containedctx // it carries the caller's clock to the writer
	ref     inbox.Ref
	outcome inbox.Outcome
	err     error
	done    chan struct{}
}

// Finish implements [inbox.Store]. Calls of many workers share a commit.
func (s *Store) Finish(ctx context.Context, ref inbox.Ref, o inbox.Outcome) error {
	if err := s.enter(); err != nil {
		return err
	}
	defer s.inflight.Done()
	f := &settling{ctx: ctx, ref: ref, outcome: o, done: make(chan struct{})}
	select {
	case s.settles <- f:
	case <-ctx.Done():
		return wrap("finish", context.Cause(ctx))
	}
	select {
	case <-f.done:
	case <-ctx.Done(): // it may be written all the same
		return wrap("finish", context.Cause(ctx))
	}
	if f.err == nil && o.State == inbox.Ready && o.RetryIn <= 0 {
		s.stored()
	}
	return f.err
}

// writeEnds takes what waits, up to a batch, and commits it, without a timer.
func (s *Store) writeEnds() {
	for first := range s.settles {
		group := []*settling{first}
	gather:
		for len(group) < maxBatch {
			select {
			case f, ok := <-s.settles:
				if !ok {
					break gather
				}
				group = append(group, f)
			default:
				break gather
			}
		}
		for len(group) > 0 {
			n := 1
			for n < len(group) && sameClock(group[0].ctx, group[n].ctx) {
				n++
			}
			s.settleTogether(group[:n])
			group = group[n:]
		}
	}
}

// settleTogether is one statement. When the database refuses the data of one, the others are settled without it.
func (s *Store) settleTogether(group []*settling) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(group[0].ctx), commitTime)
	defer cancel()
	held, err := s.settleAll(ctx, group)
	if err != nil && len(group) > 1 && aboutData(err) {
		for _, f := range group {
			s.settleTogether([]*settling{f})
		}
		return
	}
	for _, f := range group {
		switch {
		case err != nil:
			f.err = err
		case !held[f.ref]:
			f.err = inbox.ErrLeaseLost
		}
		delete(held, f.ref) // a second end of the same lease finds it lost
		close(f.done)
	}
}

// settleAll returns the leases that were held and are ended now.
func (s *Store) settleAll(ctx context.Context, group []*settling) (map[inbox.Ref]bool, error) {
	slices.SortStableFunc(group, func(a, b *settling) int { return int(min(max(a.ref.ID-b.ref.ID, -1), 1)) })
	var (
		n                  = len(group)
		ids, tokens, waits = make([]int64, n), make([]int64, n), make([]int64, n)
		states, released   = make([]int16, n), make([]int16, n)
		handlers, reasons  = make([]string, n), make([]string, n)
		details            = make([][]byte, n)
		at                 = clock(group[0].ctx)
		held               = make(map[inbox.Ref]bool, n)
	)
	for i, f := range group {
		ids[i], tokens[i], handlers[i] = f.ref.ID, f.ref.Token, results(f.outcome.Handlers)
		states[i], reasons[i], details[i] = int16(f.outcome.State), clean(f.outcome.Reason), f.outcome.Detail
		waits[i] = max(f.outcome.RetryIn, 0).Microseconds()
		if f.outcome.Release {
			released[i] = 1
		}
	}
	err := s.again(ctx, "finish", func() error {
		clear(held)
		rows, err := s.pool.Query(ctx, s.sql.finish, at, ids, tokens, states, handlers, reasons, details, released, waits)
		if err != nil {
			return err
		}
		var ref inbox.Ref
		_, err = pgx.ForEachRow(rows, []any{&ref.ID, &ref.Token}, func() error { held[ref] = true; return nil })
		return err
	})
	if err != nil {
		return nil, wrap("finish", err)
	}
	return held, nil
}
