package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/linkhook/linkhook/events"
)

// row is one event that reached handling, as the page and -events jsonl show it: ids and names, never a payload.
type row struct {
	Kind        string  `json:"kind"` // provider/stream/name
	ID          string  `json:"id"`
	Source      string  `json:"source"`
	Trust       string  `json:"trust"`
	AccountID   *string `json:"account_id"`
	EndUserID   *string `json:"end_user_id"`
	LinkTokenID *string `json:"link_token_id"`
	Handler     string  `json:"handler"` // unhandled for a kind without one
	DurationUS  int64   `json:"duration_us"`
}

// feed shows every event on the terminal and keeps the last ones for the page.
type feed struct {
	format string

	mu    sync.Mutex
	out   io.Writer
	rows  []row         // the last keep rows
	first int           // the number of rows[0], from 0
	more  chan struct{} // closed, and replaced, when there is another row
	ended chan struct{} // closed when the program stops
	once  sync.Once
}

// keep is how many rows a page gets that is opened late.
const keep = 500

func newFeed(out io.Writer, format string) *feed {
	return &feed{format: format, out: out, more: make(chan struct{}), ended: make(chan struct{})}
}

// show is the middleware that shows an event once its handler has done its work, before the run counts as a success: an event
// whose line cannot be written has failed.
func (f *feed) show(next events.HandlerFunc) events.HandlerFunc {
	return func(ctx context.Context, env events.Envelope) error {
		start := time.Now()
		if err := next(ctx, env); err != nil {
			return err
		}
		return f.add(env.Meta, env.Handler, time.Since(start))
	}
}

// unhandled shows the kinds that have no handler. What does not fit its type was handled by nobody and is not shown.
func (f *feed) unhandled(_ context.Context, env events.Envelope, reason error) error {
	if !errors.Is(reason, events.ErrNoHandler) {
		return nil
	}
	return f.add(env.Meta, "unhandled", 0)
}

// add writes the event on the terminal, at once and with one write, and hands it to the open pages.
func (f *feed) add(m events.Meta, handler string, took time.Duration) error {
	r := row{
		Kind: m.Kind.String(), ID: m.ID, Source: m.Source.String(), Trust: m.Trust.String(),
		AccountID: optional(m.AccountID), EndUserID: optional(m.EndUserID), LinkTokenID: optional(m.LinkTokenID),
		Handler: handler, DurationUS: took.Microseconds(),
	}
	line, err := f.line(r, m)
	if err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if _, err := f.out.Write(line); err != nil {
		return fmt.Errorf("writing the event's line: %w", err)
	}
	f.rows = append(f.rows, r)
	if len(f.rows) > keep {
		f.rows = f.rows[1:]
		f.first++
	}
	close(f.more)
	f.more = make(chan struct{})
	return nil
}

// line returns the row in the format of the terminal, with its line end.
func (f *feed) line(r row, m events.Meta) ([]byte, error) {
	if f.format == formatJSONL {
		b, err := json.Marshal(r)
		if err != nil {
			return nil, fmt.Errorf("encoding the event's line: %w", err)
		}
		return append(b, '\n'), nil
	}
	return fmt.Appendf(nil, "%s  %-9s %-8s  %-44s %-22s %7s  %s\n",
		m.ReceivedAt.Format(time.TimeOnly), m.Source, m.Trust, m.Kind, subject(m), time.Duration(r.DurationUS)*time.Microsecond, r.Handler), nil
}

// subject says whose event it is, in as few letters as tell users apart on a terminal.
func subject(m events.Meta) string {
	switch {
	case m.AccountID != "":
		return "account " + short(m.AccountID)
	case m.EndUserID != "":
		return "user " + short(m.EndUserID)
	case m.LinkTokenID != "":
		return "token " + short(m.LinkTokenID)
	default:
		return "-"
	}
}

// short returns the first part of a UUID, and at most 17 letters of any other id.
func short(id string) string {
	if len(id) == 36 && id[8] == '-' {
		return id[:8]
	}
	if letters := []rune(id); len(letters) > 17 {
		return string(letters[:16]) + "…"
	}
	return id
}

// optional is null in JSON where there is nothing.
func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// close ends the pages' streams, so that the server can stop.
func (f *feed) close() { f.once.Do(func() { close(f.ended) }) }

// after returns the rows from number n on, the number of the next one, and a channel that is closed when there is more.
func (f *feed) after(n int) (rows []row, next int, more <-chan struct{}) {
	f.mu.Lock()
	defer f.mu.Unlock()
	from := min(max(n-f.first, 0), len(f.rows))
	rows = append(rows, f.rows[from:]...)
	return rows, f.first + len(f.rows), f.more
}
