package crashtest

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"
)

// History is what a journal tells. The counts of what must not happen are zero for an inbox that keeps its word.
type History struct {
	Effects  int // runs of handlers that returned nil
	Distinct int // pairs of handler and event among them
	Failures int // runs that returned an error
	Starts   int // processes that wrote the journal

	// DuplicateSuccesses counts handlers that ran for an event again after their success had been recorded, or whose
	// success was recorded twice.
	DuplicateSuccesses int
	// Overlaps counts handlers that began while another event of the same account was in the hands of one.
	Overlaps int
	// Corrupt counts events that came out other than they went in, and lines that are none.
	Corrupt int
	// Torn counts last lines of a process that are not whole: a kill can end a write at the border of two pages.
	Torn int
	// Found are the first lines that are wrong.
	Found []string

	torn    string // a line that is none, until the next one tells whether it was a process's last
	effects map[pair]int
}

// pair is a handler and an event.
type pair struct{ handler, event string }

// Read reads a journal.
func Read(in io.Reader) (*History, error) {
	h := &History{effects: map[pair]int{}}
	recorded := map[pair]bool{}
	busy := map[string]string{} // account: event whose handler runs
	lines := bufio.NewReader(in)
	for {
		line, err := lines.ReadString('\n')
		if errors.Is(err, io.EOF) {
			h.Distinct = len(h.effects)
			if line != "" || h.torn != "" {
				h.Torn++
			}
			return h, nil
		}
		if err != nil {
			return nil, fmt.Errorf("crashtest: reading the journal: %w", err)
		}
		before := h.wrong()
		h.line(strings.Fields(line), recorded, busy)
		if h.wrong() > before && len(h.Found) < maxFound {
			h.Found = append(h.Found, strings.TrimSpace(h.torn+line))
		}
	}
}

// maxFound bounds History.Found.
const maxFound = 10

func (h *History) wrong() int { return h.DuplicateSuccesses + h.Overlaps + h.Corrupt }

// whole reports whether a line is one. Of those that are not, the last one of a process is torn; any other is corrupt.
func (h *History) whole(f []string) bool {
	whole := len(f) == 4 && len(f[0]) == 1
	if h.torn != "" {
		if whole && step(f[0][0]) == stepStart {
			h.Torn++
		} else {
			h.Corrupt++
		}
		h.torn = ""
	}
	if !whole {
		h.torn = strings.Join(f, " ") + "\n"
	}
	return whole
}

func (h *History) line(f []string, recorded map[pair]bool, busy map[string]string) {
	if !h.whole(f) {
		return
	}
	at, account := pair{f[1], f[2]}, f[3]
	switch step(f[0][0]) {
	case stepStart:
		h.Starts++
		clear(busy)
	case stepBegin:
		if recorded[at] {
			h.DuplicateSuccesses++
		}
		if busy[account] != "" {
			h.Overlaps++
		}
		busy[account] = at.event
	case stepEffect:
		h.Effects++
		h.effects[at]++
		delete(busy, account)
	case stepFailed:
		h.Failures++
		delete(busy, account)
	case stepRecorded:
		if recorded[at] {
			h.DuplicateSuccesses++
		}
		recorded[at] = true
	default:
		h.Corrupt++
	}
}

// Missing returns how many of the node's handlers have never succeeded for the event.
func (h *History) Missing(event string) int {
	missing := 0
	for _, handler := range handlerNames {
		if h.effects[pair{handler, event}] == 0 {
			missing++
		}
	}
	return missing
}

// Reruns is the number of effects that were had more than once: those of handlers that were killed between their work
// and the record of it.
func (h *History) Reruns() int { return h.Effects - h.Distinct }
