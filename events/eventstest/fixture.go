package eventstest

import (
	"cmp"
	"embed"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/linkhook/linkhook/events"
)

// The folder has a file for each provider: {"webhook": {name: body}, "link": {name: payload}}.
//
//go:embed fixtures
var files embed.FS

// fixtures reads the folder once, when a test first asks.
var fixtures = sync.OnceValues(readFixtures)

// Fixture returns an example of that kind as the provider would send it, and whether there is one: the whole body of a webhook,
// the payload of a Link event. The bytes are the caller's own.
func Fixture(id events.KindID) ([]byte, bool) {
	all, err := fixtures()
	if err != nil {
		panic(err.Error()) // the embedded files are part of the build, and a test reads them all
	}
	b, ok := all[id]
	return slices.Clone(b), ok
}

// FixtureIDs returns every kind that has a [Fixture], sorted by name.
func FixtureIDs() []events.KindID {
	all, err := fixtures()
	if err != nil {
		panic(err.Error())
	}
	ids := make([]events.KindID, 0, len(all))
	for id := range all {
		ids = append(ids, id)
	}
	slices.SortFunc(ids, func(a, b events.KindID) int { return cmp.Compare(a.String(), b.String()) })
	return ids
}

// Sample returns the payload of the [Fixture] of kind k, decoded and valid; change what the test is about. It stops the test
// when there is no fixture.
func Sample[T any](t testing.TB, k events.Kind[T]) T {
	t.Helper()
	body, ok := Fixture(k.ID())
	if !ok {
		t.Fatal(noFixture(k.ID()))
	}
	payload, err := payloadOf(k.ID(), body)
	if err != nil {
		t.Fatalf("eventstest: the fixture of %s: %v", k, err)
	}
	data, err := k.Decode(events.Envelope{Raw: payload})
	if err != nil {
		t.Fatalf("eventstest: the fixture of %s: %v", k, err)
	}
	return data
}

func noFixture(id events.KindID) string {
	s := "eventstest: there is no fixture of " + id.String()
	var same []events.KindID
	for _, other := range FixtureIDs() {
		if other.Provider == id.Provider && other.Stream == id.Stream {
			same = append(same, other)
		}
	}
	if near, ok := nearest(id, same); ok {
		s += "\n  nearest: " + near.String()
	}
	return s
}

// payloadOf cuts the payload out of the body: Pinwheel puts it under "payload", Argyle under "data".
func payloadOf(id events.KindID, body []byte) ([]byte, error) {
	if id.Stream == events.StreamLink {
		return body, nil
	}
	var envelope struct {
		Payload jsontext.Value `json:"payload"`
		Data    jsontext.Value `json:"data"`
	}
	if err := json.Unmarshal(body, &envelope); err != nil {
		return nil, fmt.Errorf("the body: %w", err)
	}
	if envelope.Payload != nil {
		return envelope.Payload, nil
	}
	return envelope.Data, nil
}

func readFixtures() (map[events.KindID][]byte, error) {
	entries, err := files.ReadDir("fixtures")
	if err != nil {
		return nil, fmt.Errorf("eventstest: %w", err)
	}
	all := map[events.KindID][]byte{}
	for _, entry := range entries {
		provider, ok := strings.CutSuffix(entry.Name(), ".json")
		if !ok {
			continue
		}
		if err := readProvider(all, provider, "fixtures/"+entry.Name()); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func readProvider(all map[events.KindID][]byte, provider, path string) error {
	b, err := files.ReadFile(path)
	if err != nil {
		return fmt.Errorf("eventstest: %w", err)
	}
	var file struct {
		Webhook map[string]jsontext.Value `json:"webhook"`
		Link    map[string]jsontext.Value `json:"link"`
	}
	if err := json.Unmarshal(b, &file, json.RejectUnknownMembers(true)); err != nil {
		return fmt.Errorf("eventstest: %s: %w", path, err)
	}
	for stream, examples := range map[events.Stream]map[string]jsontext.Value{
		events.StreamWebhook: file.Webhook, events.StreamLink: file.Link,
	} {
		for name, v := range examples {
			if err := v.Compact(); err != nil {
				return fmt.Errorf("eventstest: %s: %s: %w", path, name, err)
			}
			all[events.KindID{Provider: provider, Stream: stream, Name: name}] = v
		}
	}
	return nil
}
