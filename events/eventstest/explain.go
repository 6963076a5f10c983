package eventstest

import (
	"fmt"
	"slices"
	"strings"

	"github.com/linkhook/linkhook/events"
)

// miss is what there is to say about an event that was not found. It holds metadata only, so that payloads stay out of the
// output of a test as well.
type miss struct {
	want        events.KindID
	seen        []events.Envelope
	refused     []refusal
	undecodable error
}

// refusal is an event of the right kind that a match did not accept.
type refusal struct {
	meta  events.Meta
	match int // the number of the match, from 1
	of    int
}

func (m miss) explain() string {
	var b strings.Builder
	switch {
	case m.undecodable != nil:
		fmt.Fprintf(&b, "eventstest: %s was seen, but its payload does not fit: %v", m.want, m.undecodable)
	case len(m.refused) > 0:
		fmt.Fprintf(&b, "eventstest: no %s that matches was seen", m.want)
		for _, r := range m.refused {
			fmt.Fprintf(&b, "\n  refused by match %d of %d: %s", r.match, r.of, line(r.meta))
		}
	default:
		fmt.Fprintf(&b, "eventstest: no %s was seen", m.want)
		b.WriteString(hint(m.want, m.seen))
	}
	b.WriteString(tally(m.seen))
	return b.String()
}

func tooMany[T any](want events.KindID, found []events.Event[T]) string {
	var b strings.Builder
	fmt.Fprintf(&b, "eventstest: %s was seen, and there should be none", want)
	for _, ev := range found {
		b.WriteString("\n  " + line(ev.Meta))
	}
	return b.String()
}

// line is what tells one event of a kind from another.
func line(m events.Meta) string {
	parts := []string{"id=" + m.ID}
	for _, f := range [...]struct{ key, value string }{
		{"account_id", m.AccountID}, {"end_user_id", m.EndUserID}, {"session", m.Session}, {"outcome", m.Outcome},
	} {
		if f.value != "" {
			parts = append(parts, f.key+"="+f.value)
		}
	}
	return strings.Join(parts, " ")
}

// tally lists the kinds that were seen, each with its number, in the order of their first arrival.
func tally(seen []events.Envelope) string {
	if len(seen) == 0 {
		return "\n  nothing was seen: is the recorder on the bus that was published to?"
	}
	var order []events.KindID
	count := map[events.KindID]int{}
	for _, env := range seen {
		if count[env.Kind] == 0 {
			order = append(order, env.Kind)
		}
		count[env.Kind]++
	}
	var b strings.Builder
	b.WriteString("\n  seen:")
	for _, id := range order {
		fmt.Fprintf(&b, "\n    %d × %s", count[id], id)
	}
	return b.String()
}

// hint names the kind that was seen and is most like the wanted one.
func hint(want events.KindID, seen []events.Envelope) string {
	ids := make([]events.KindID, len(seen))
	for i, env := range seen {
		ids[i] = env.Kind
	}
	near, ok := nearest(want, ids)
	switch {
	case !ok:
		return ""
	case near.Name == want.Name && near.Provider == want.Provider:
		return fmt.Sprintf("\n  the %s of that name was seen, which is another kind: %s", near.Stream, near)
	case near.Name == want.Name:
		return "\n  the event of that name of another provider was seen: " + near.String()
	default:
		return "\n  nearest: " + near.String()
	}
}

// nearest returns the id with the name that is most like the wanted one, and whether it is anything like it.
func nearest(want events.KindID, ids []events.KindID) (events.KindID, bool) {
	if len(ids) == 0 {
		return events.KindID{}, false
	}
	best := slices.MinFunc(ids, func(a, b events.KindID) int { return distance(want.Name, a.Name) - distance(want.Name, b.Name) })
	return best, distance(want.Name, best.Name) <= len(want.Name)/2
}

// distance is the number of letters to change, add or take away to make b of a (Levenshtein).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, diagonal+1)
		}
	}
	return row[len(b)]
}
