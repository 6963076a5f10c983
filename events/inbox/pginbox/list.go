package pginbox

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/inbox"
)

// Find implements [inbox.Store].
func (s *Store) Find(ctx context.Context, id int64) (inbox.Record, error) {
	if err := s.enter(); err != nil {
		return inbox.Record{}, err
	}
	defer s.inflight.Done()
	r, err := scanRecord(s.pool.QueryRow(ctx, s.sql.find, id))
	if errors.Is(err, pgx.ErrNoRows) {
		return inbox.Record{}, inbox.ErrNotFound
	}
	if err != nil {
		return inbox.Record{}, wrap("find", err)
	}
	return r, nil
}

// List implements [inbox.Store]. The database selects by cleaned columns, so the filter has the last word.
func (s *Store) List(ctx context.Context, f inbox.Filter) ([]inbox.Record, error) {
	if err := s.enter(); err != nil {
		return nil, err
	}
	defer s.inflight.Done()
	var out []inbox.Record
	after := f.After
	for {
		where, args := conditions(&f, after)
		rows, err := s.pool.Query(ctx, s.sql.list+where+` order by id limit `+strconv.Itoa(f.Page()), args...)
		if err != nil {
			return nil, wrap("list", err)
		}
		page, err := collect(rows)
		if err != nil {
			return nil, wrap("list", err)
		}
		for i := range page {
			if len(out) < f.Page() && f.Match(&page[i]) {
				out = append(out, page[i])
			}
		}
		if len(page) < f.Page() || len(out) >= f.Page() {
			return out, nil
		}
		after = page[len(page)-1].ID
	}
}

// conditions writes f as SQL.
func conditions(f *inbox.Filter, after int64) (string, []any) {
	args := []any{after}
	parts := []string{"id > $1"}
	arg := func(v any) string {
		args = append(args, v)
		return "$" + strconv.Itoa(len(args))
	}
	if len(f.IDs) > 0 {
		parts = append(parts, "id = any("+arg(f.IDs)+")")
	}
	if len(f.States) > 0 {
		states := make([]int16, len(f.States))
		for i, st := range f.States {
			states[i] = int16(st)
		}
		parts = append(parts, "state = any("+arg(states)+"::smallint[])")
	}
	for column, value := range map[string]string{"provider": f.Provider, "order_key": f.OrderKey, "reason": f.Reason} {
		if value != "" {
			parts = append(parts, column+" = "+arg(clean(value)))
		}
	}
	if (f.Kind != events.KindID{}) {
		parts = append(parts, "kind = "+arg(clean(f.Kind.String())))
	}
	if !f.From.IsZero() {
		parts = append(parts, "stored_at >= "+arg(f.From))
	}
	if !f.To.IsZero() {
		parts = append(parts, "stored_at < "+arg(f.To))
	}
	var ids []string
	for column, value := range map[string]string{
		"account_id": f.Subject.AccountID, "end_user_id": f.Subject.EndUserID,
		"link_token_id": f.Subject.LinkTokenID, "session": f.Subject.Session,
	} {
		if value != "" {
			ids = append(ids, column+" = "+arg(clean(value)))
		}
	}
	if len(ids) > 0 {
		parts = append(parts, "("+strings.Join(ids, " or ")+")")
	}
	return strings.Join(parts, " and "), args
}

// exactBelow is the size of the table up to which Stats counts every event; above it finished ones are estimated.
const exactBelow = 20_000

// Stats implements [inbox.Store]. What is not finished and what is dead is counted; the rest is estimated in a large table.
func (s *Store) Stats(ctx context.Context) (inbox.Stats, error) {
	st := inbox.Stats{Free: -1}
	if err := s.enter(); err != nil {
		return st, err
	}
	defer s.inflight.Done()
	var rows int64
	if err := s.pool.QueryRow(ctx, s.sql.estimate).Scan(&rows, &st.Bytes); err != nil {
		return st, wrap("stats", err)
	}
	exact := rows < exactBelow
	counts, err := s.pool.Query(ctx, s.sql.counts, clock(ctx), exact)
	if err != nil {
		return st, wrap("stats", err)
	}
	var state inbox.State
	var n, waiting int64
	_, err = pgx.ForEachRow(counts, []any{&state, &n, &waiting}, func() error {
		field(&st, state, n)
		st.Waiting += waiting
		return nil
	})
	if err != nil {
		return st, wrap("stats", err)
	}
	if !exact {
		st.Done = max(rows-st.Backlog()-st.Dead, 0)
	}
	var oldest time.Time
	switch err := s.pool.QueryRow(ctx, s.sql.oldest).Scan(&oldest); {
	case err == nil:
		st.Oldest = oldest.UTC()
	case !errors.Is(err, pgx.ErrNoRows):
		return st, wrap("stats", err)
	}
	return st, nil
}

func field(st *inbox.Stats, state inbox.State, n int64) {
	switch state {
	case inbox.Ready:
		st.Ready = n
	case inbox.Leased:
		st.Leased = n
	case inbox.Done:
		st.Done = n
	case inbox.Ignored:
		st.Ignored = n
	case inbox.Dead:
		st.Dead = n
	case inbox.Discarded:
		st.Discarded = n
	case inbox.Erased:
		st.Erased = n
	}
}
