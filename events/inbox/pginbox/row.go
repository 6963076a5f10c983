package pginbox

import (
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/jackc/pgx/v5"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/inbox"
)

// clean makes a string fit for a text column, which holds no NUL and no invalid UTF-8. Text columns only serve to find and
// to order events: what people see comes from the meta column.
func clean(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
}

func encodeMeta(m events.Meta) ([]byte, error) {
	m.Attempt, m.Handler = 0, ""
	b, err := json.Marshal(m)
	if err != nil {
		return nil, wrap("encode metadata", err)
	}
	return b, nil
}

// scanRecord reads the columns of the statements and their body and detail, and then what follows in rest.
func scanRecord(row pgx.Row, rest ...any) (inbox.Record, error) {
	var (
		r                      inbox.Record
		meta                   []byte
		next, finished         *time.Time
		handlers               map[string]bool
		stored, since          time.Time
		attempt, size, replays int32
		into                   = []any{
			&r.ID, &r.State, &meta, &r.OrderKey, &stored, &since, &next, &finished, &attempt, &handlers, &r.Reason,
			&r.ConflictOf, &r.Synthetic, &r.Confirmed, &replays, &size, &r.Body, &r.Detail,
		}
	)
	if err := row.Scan(append(into, rest...)...); err != nil {
		return r, err
	}
	if err := json.Unmarshal(meta, &r.Meta); err != nil {
		return r, wrap("decode metadata", err)
	}
	r.Replays = int(replays)
	r.Size, r.Meta.Attempt = int(size), int(attempt)
	r.StoredAt, r.Since = stored.UTC(), since.UTC()
	if next != nil {
		r.NextAt = next.UTC()
	}
	if finished != nil {
		r.FinishedAt = finished.UTC()
	}
	for name, gaveUp := range handlers {
		r.Handlers = append(r.Handlers, inbox.HandlerResult{Name: name, GaveUp: gaveUp})
	}
	slices.SortFunc(r.Handlers, func(a, b inbox.HandlerResult) int { return strings.Compare(a.Name, b.Name) })
	return r, nil
}

// results is the jsonb object of handler results, as text: that needs no types of the database, which a connection through
// PgBouncer does not know.
func results(handlers []inbox.HandlerResult) string {
	m := make(map[string]bool, len(handlers))
	for _, h := range handlers {
		m[clean(h.Name)] = h.GaveUp
	}
	b, err := json.Marshal(m)
	if err != nil {
		return "{}" // strings and booleans always encode
	}
	return string(b)
}

// keyBytes returns the stored form of deduplication keys and of the correlation key.
func keyBytes(n *inbox.Arrival) [][]byte {
	keys := make([][]byte, 0, len(n.Keys)+1)
	for _, k := range n.Keys {
		if !k.IsZero() {
			keys = append(keys, dedupKey(k))
		}
	}
	if !n.Correlation.IsZero() {
		keys = append(keys, twinKey(n.Correlation))
	}
	return keys
}

func dedupKey(k inbox.Key) []byte { return append([]byte{0}, k[:]...) }
func twinKey(k inbox.Key) []byte  { return append([]byte{1}, k[:]...) }
