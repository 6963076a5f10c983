package main

import (
	"fmt"
	"net/http"
	"strconv"

	"github.com/go-json-experiment/json"
)

// live streams rows to a page as server-sent events. The id of each is its number, with which a browser that lost the
// connection asks for what it missed.
func (f *feed) live(w http.ResponseWriter, r *http.Request) {
	next := 0
	if last, err := strconv.Atoi(r.Header.Get("Last-Event-ID")); err == nil {
		next = last + 1
	}
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	control := http.NewResponseController(w)
	for {
		rows, end, more := f.after(next)
		if err := stream(w, rows, end-len(rows)); err != nil {
			return
		}
		if err := control.Flush(); err != nil {
			return
		}
		next = end
		select {
		case <-more:
		case <-r.Context().Done():
			return
		case <-f.ended:
			return
		}
	}
}

// stream writes rows as events, the first with that number.
func stream(w http.ResponseWriter, rows []row, number int) error {
	for i, r := range rows {
		b, err := json.Marshal(r)
		if err != nil {
			return fmt.Errorf("encoding a row: %w", err)
		}
		if _, err := fmt.Fprintf(w, "id: %d\ndata: %s\n\n", number+i, b); err != nil {
			return fmt.Errorf("writing a row: %w", err)
		}
	}
	return nil
}
