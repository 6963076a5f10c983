package events_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
)

// shapes expect nothing, what tests and fuzzing mostly have, the same in another order, and names of which some are the same.
var shapes = []*events.Shape{
	events.NewShape(routing...),
	events.NewShape(routing...).Expect("event_id", "event", "payload", "id", "account_id", "more", "a", "a", "b", "other"),
	events.NewShape(routing...).Expect("b", "a", "id", "account_id", "payload", "x", "event", "event_id"),
	events.NewShape(routing...).Expect("id", "id", "payload", "payload", "account_id", "a name of more than twenty bytes", "id"),
}

var errExpectation = errors.New("an expectation has changed what was found")

// differ reports whether the shapes do. Space behind the text gives them room to compare names within it.
func differ(text string) bool {
	for _, text := range []string{text, text + strings.Repeat(" ", 32)} {
		var want [5]events.Span
		wantErr := shapes[0].Scan([]byte(text), want[:])
		for _, shape := range shapes[1:] {
			var got [5]events.Span
			if err := shape.Scan([]byte(text), got[:]); !errors.Is(err, wantErr) || got != want {
				return true
			}
		}
	}
	return false
}

func TestExpectationsChangeNothingButThePace(t *testing.T) {
	t.Parallel()
	const pad = "                                "
	for text, want := range map[string]error{
		`{"event_id":  "1", "event": ` + "\n" + `"e", "payload": {"id": "2", "account_id": "3"}}`: nil,
		`{"event_id": "1", "event_id": "1"}`:                                                      events.ErrAmbiguous,
		`{"event_id": "1", "event": "e", "payload": {"id": 1, "id": 2}}`:                          events.ErrAmbiguous,
		`{"event_id": "1", "event": "e", "payload": {"account_id":1,"id": 2}}`:                    nil,
		`{"other": {"id": 1, "id": 2, "account_id": 3}, "payload": [{"id": 1}]}`:                  nil,
		`{"id": 1, "id": 2, "payload": {"x": {"id": 1, "id": 2}, "id": 3}}`:                       nil,
		`{"event_id": }`:                 events.ErrSyntax,
		`{"event_id": `:                  events.ErrSyntax,
		`{"event_id": "1", }`:            events.ErrSyntax,
		`{"event_id": "1", "event" : 2}`: nil,
		`{"event_id": "1", "Event": 2}`:  events.ErrAmbiguous,
	} {
		_, err := scan(text + pad)
		require.ErrorIs(t, err, want, text)
	}
	found, err := scan(`{"event_id":  "1", "event": "e", "payload": {"id": "2", "account_id": "3"}}` + pad)
	require.NoError(t, err)
	require.Equal(t, []string{`"1"`, `"e"`, `{"id": "2", "account_id": "3"}`, `"2"`, `"3"`}, found)
}

// TestExpectedNamesOfTwoParentsAreToldApart has one name in two members, of which an expectation knows the first.
func TestExpectedNamesOfTwoParentsAreToldApart(t *testing.T) {
	t.Parallel()
	names := []string{"a", "b", "a.id", "b.id", "id"}
	const text = `{"a": {"id": "of a"}, "b": {"id": "of b"}, "c": {"id": "of c"}, "id": "own"}                        `
	for _, order := range [][]string{nil, {"a", "id", "b", "id", "c", "id", "id"}, {"id"}} {
		var spans [5]events.Span
		require.NoError(t, events.NewShape(names...).Expect(order...).Scan([]byte(text), spans[:]))
		for i, want := range map[int]string{2: "of a", 3: "of b", 4: "own"} {
			require.Equal(t, `"`+want+`"`, string(spans[i].Of([]byte(text))))
		}
	}
}

func TestExpectRefusesNonsense(t *testing.T) {
	t.Parallel()
	for _, names := range [][]string{{"Event"}, {"with \"quotes\""}, {"é"}, {"a\\u"}, slices.Repeat([]string{"a"}, 256)} {
		require.Panics(t, func() { events.NewShape(routing...).Expect(names...) }, "%q", names)
	}
	require.NotPanics(t, func() { events.NewShape("a", "a.b").Expect("B", "", "a") })
}
