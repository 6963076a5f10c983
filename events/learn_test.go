package events_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
)

var (
	plainShape   = events.NewShape(routing...)
	errLearnt    = errors.New("what was learnt has changed what was found")
	anyValue     = regexp.MustCompile(`"[^"]*"|[0-9]+`)
	uuid         = regexp.MustCompile(`"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"`)
	uuidDigits   = strings.NewReplacer("0", "7", "1", "a", "2", "b", "a", "0", "b", "1", "f", "2")
	otherRouting = []string{"event", "data", "data.account", "data.user", "data.resource"}
)

func learning() *events.Shape { return events.NewShape(routing...).Learn("event") }

// differ reports whether a shape that learns from texts, and scans each of them again, ever finds something else than one that learns
// nothing.
func differ(texts ...string) bool {
	shape := learning()
	var want, got [5]events.Span
	for range 2 {
		for _, text := range texts {
			wantErr := plainShape.Scan([]byte(text), want[:])
			if err := shape.Scan([]byte(text), got[:]); !errors.Is(err, wantErr) || err == nil && got != want {
				return true
			}
		}
	}
	return false
}

const learntText = `{"event_id": "3cfe63ad-c0fd-4b87-8dcb-3ab178cbc9c4", "event": "paystubs.added", "payload": {"id": "job", ` +
	`"list": [{"a": 1.5, "b": "x", "c": [true, true]}], "none": [], "account_id": null, "more": {"x": -12}, "end": "y"}} `

// TestLearningChangesNothingButThePace edits a text at every place, so that it nearly fits what was learnt.
func TestLearningChangesNothingButThePace(t *testing.T) {
	t.Parallel()
	require.True(t, learnt(t, learntText).Recalls([]byte(learntText)))
	for at := range len(learntText) + 1 {
		for _, with := range []string{
			"", `"`, `\`, `\n`, "\n", " ", "\x00", "é", "\xff", "0", "-", ".", "e", "1", ",", ", ", ":", "[", "]", "{", "}", "null",
			`"",`, `", "event": "`, `", "account_id": "`, `", "\u0065vent": "`, `, "id": 1`, `{"a": 1, "b": "", "c": [true, true]}, `,
		} {
			for _, drop := range []int{0, 1, 5} {
				text := learntText[:at] + with + learntText[min(at+drop, len(learntText)):]
				require.False(t, differ(learntText, text), "at %d: %q", at, text)
			}
		}
	}
}

// learnt returns a shape that has scanned the text once.
func learnt(t *testing.T, text string) *events.Shape {
	t.Helper()
	shape := learning()
	require.NoError(t, shape.Scan([]byte(text), make([]events.Span, len(routing))))
	return shape
}

func TestALearntTextIsRecalledWithOtherValues(t *testing.T) {
	t.Parallel()
	shape := learnt(t, learntText)
	for old, other := range map[string]string{
		`"job"`: `""`, `1.5`: `-0.25e+7`, `"x"`: `"` + strings.Repeat("long ", 30) + `"`, `"y"`: `"3cfe63ad-c0fd-4b87-8dcb-3ab178cbc9c5"`,
		`-12`: `0`, `]}]`: `]}, {"a": 2, "b": "z", "c": [true, true]}, {"a": 3, "b": "z", "c": [true, true]}]`,
		`3cfe`: `4dff`,
	} {
		text := strings.Replace(learntText, old, other, 1)
		require.True(t, shape.Recalls([]byte(text)), text)
		require.False(t, differ(learntText, text), text)
	}
	for old, other := range map[string]string{
		`"job"`: `null`, `"x"`: `"é"`, `1.5`: `"1.5"`, `null, "more"`: `"1", "more"`, `[{`: `[{}, {`, `[]`: `[1]`, `"c": [true`: `"c": [null`,
		`"end"`: `"End"`, `.added`: `.fully_synced`, `{"x": -12}`: `{"x":-12}`, `"y"}} `: `"y"}}`,
	} {
		text := strings.Replace(learntText, old, other, 1)
		require.False(t, shape.Recalls([]byte(text)), text)
	}
}

// TestRecordedDeliveriesAreRecalled learns every recorded delivery, and finds the same in it with other ids.
func TestRecordedDeliveriesAreRecalled(t *testing.T) {
	t.Parallel()
	var file struct{ Deliveries []struct{ Body string } }
	content, err := os.ReadFile("pinwheel/testdata/deliveries.json")
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(content, &file))
	require.NotEmpty(t, file.Deliveries)
	for _, d := range file.Deliveries {
		requireRecalled(t, routing, []byte(d.Body))
	}
	paths, err := filepath.Glob("argyle/testdata/recorded/*.json")
	require.NoError(t, err)
	require.NotEmpty(t, paths)
	for _, path := range paths {
		body, err := os.ReadFile(path)
		require.NoError(t, err)
		requireRecalled(t, otherRouting, body)
	}
}

func requireRecalled(t *testing.T, names []string, body []byte) {
	t.Helper()
	shape := events.NewShape(names...).Learn("event")
	want, got := make([]events.Span, len(names)), make([]events.Span, len(names))
	require.NoError(t, shape.Scan(body, want))
	other := uuid.ReplaceAllFunc(body, func(id []byte) []byte { return []byte(uuidDigits.Replace(string(id))) })
	require.NotEqual(t, body, other)
	require.True(t, shape.Recalls(other), "%s", other)
	require.NoError(t, shape.Scan(other, got))
	require.Equal(t, want, got)
}

func TestTemplatesHoldNoValueButTheKindsName(t *testing.T) {
	t.Parallel()
	const text = `{"event_id": "canary-id", "event": "paystubs.added.long", "payload": {"id": "canary", "n": 4242, "list": ["canary", "canary"]}}`
	shape := learnt(t, text)
	require.Equal(t, 1, shape.Templates())
	require.NotContains(t, shape.Remembered(), "canary")
	require.NotContains(t, shape.Remembered(), "4242")
	require.Contains(t, shape.Remembered(), "paystubs.added.long")

	// What stands too close behind the kind's name would be remembered with it.
	for _, text := range []string{`{"event": "a", "x": "canary-id"}                `, `{"event": "abcdefg", "x": 4242}        `} {
		require.Zero(t, learnt(t, text).Templates(), text)
	}
}

func TestTemplatesAreBounded(t *testing.T) {
	t.Parallel()
	shape := learning()
	spans := make([]events.Span, len(routing))
	scan := func(kind, name int) {
		text := fmt.Appendf(nil, `{"event_id": 1, "event": "kind.number.%06d", "payload": {"name_%d": null}}`, kind, name)
		require.NoError(t, shape.Scan(text, spans))
	}
	for name := range 1000 { // one kind that is always written in another way
		scan(0, name)
	}
	require.Equal(t, 4, shape.Templates())
	for kind := range 10_000 {
		scan(kind, 0)
	}
	require.Equal(t, 32, shape.Templates())

	for _, body := range []string{
		`{"event": "too.long.for.a.template", "list": ["` + strings.Repeat("x", 64<<10) + `"]}`,
		`{"event": "too.deep.for.a.template", "list": ` + strings.Repeat("[", 40) + strings.Repeat("]", 40) + `}`,
		`{"event": "too.varied.for.a.template", "list": [1, "a"]}`,
		`{"event": "too.rich.for.a.template"` + strings.Repeat(`, "more": 1`, 200) + `}`,
		`{"event": null, "other": "there is no name of a kind"}`, `{"other": "there is no name of a kind either"}`,
		`{"event": "too.near.end"}`,
	} {
		require.Zero(t, learnt(t, body).Templates(), "%.60s", body)
	}
}

// TestAShapeThatMissesTooOftenLearnsSeldom has a kind's name at another place in every text.
func TestAShapeThatMissesTooOftenLearnsSeldom(t *testing.T) {
	t.Parallel()
	shape := learning()
	spans := make([]events.Span, len(routing))
	changes, last := 0, ""
	for n := range 64 * 100 {
		text := fmt.Appendf(nil, `{"event_id": "%s", "event": "paystubs.added.long", "payload": {}}`, strings.Repeat("x", n%97))
		require.NoError(t, shape.Scan(text, spans))
		if now := fmt.Sprintf("%p", shape.Memory()); now != last {
			changes, last = changes+1, now
		}
	}
	require.Less(t, changes, 64+100+1)
	require.Equal(t, 1, shape.Templates())
}

func TestLearningIsSafeForConcurrentUse(t *testing.T) {
	t.Parallel()
	shape := learning()
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			var got, want [5]events.Span
			for range 2000 {
				text := fmt.Appendf(nil, `{"event_id": "%d", "event": "paystubs.number.%06d", "payload": {"id": "a", "name_%d": [%d]}}`,
					rand.IntN(10), rand.IntN(40), rand.IntN(6), rand.IntN(1000))
				if shape.Scan(text, got[:]) != nil || plainShape.Scan(text, want[:]) != nil || got != want {
					t.Error(string(text))
				}
			}
		})
	}
	wg.Wait()
}

func TestLearnRefusesNonsense(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"", "Event", "payload.id", "id"} {
		require.Panics(t, func() { events.NewShape(routing...).Learn(name) }, name)
	}
}

// FuzzLearn learns from a text and scans it again, once edited and once with other values.
func FuzzLearn(f *testing.F) {
	f.Add(learntText, uint16(90), uint16(3), `"x"`)
	f.Add(strings.Repeat(" ", 40)+`{"event":"paystubs.fully_synced","payload":{"list":[1,2,3],"id":{"x":[[1],[2]]}}}`, uint16(70), uint16(1), "7")
	f.Add("{\n  \"event\": \"accounts.updated\",\n  \"payload\": {\n    \"list\": [\n      \"a\"\n    ]\n  }\n}", uint16(65), uint16(0), "[]")
	f.Add(`{"event": "ünïcode.kind.name", "é": "\u00e9", "payload": [{"id": 1}]}`, uint16(20), uint16(2), `"`)
	f.Fuzz(func(t *testing.T, text string, at, drop uint16, with string) {
		from := min(int(at), len(text))
		edited := text[:from] + with + text[min(from+int(drop), len(text)):]
		valued := anyValue.ReplaceAllStringFunc(text, func(v string) string {
			if v[0] == '"' && len(with) < 100 && len(v)%2 == 0 {
				return `"` + with + `"`
			}
			return v
		})
		require.False(t, differ(text, edited, valued))
		require.False(t, differ(edited, text, valued))
	})
}
