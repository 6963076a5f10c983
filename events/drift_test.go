package events_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
)

type color string

func (c color) Known() bool { return c == "red" }

type opaqueShape struct{ Known string }

func (*opaqueShape) UnmarshalJSONFrom(dec *jsontext.Decoder) error { return dec.SkipValue() }

// twoNames reads its member under two names.
type twoNames struct {
	Color color `json:"shade" also:"hue"`
}

func (*twoNames) UnmarshalJSONFrom(dec *jsontext.Decoder) error { return dec.SkipValue() }

type driftBase struct {
	ID string `json:"id"`
}

type driftPayload struct {
	driftBase
	Color  color            `json:"color"`
	Colors []color          `json:"colors"`
	ByName map[string]color `json:"by_name"`
	Nested *struct {
		Deep []struct {
			A int `json:"a"`
		} `json:"deep"`
	} `json:"nested"`
	Own    opaqueShape `json:"own"`
	Two    twoNames    `json:"two"`
	Any    any         `json:"any"`
	Secret string      `json:"-"`
	Plain  int
}

var driftKind = events.Webhook[driftPayload]("test", "drift")

func drifts(payload string) []string {
	list := []string{}
	for _, d := range events.FindDrift(driftKind, []byte(payload)) {
		list = append(list, d.Path+d.Value)
	}
	return list
}

func TestFindDriftNamesUnknownMembersAndValues(t *testing.T) {
	t.Parallel()
	for payload, want := range map[string][]string{
		`{"id":"1","color":"red","Plain":1,"any":{"x":1},"own":{"y":1}}`: {},
		`{"id":null,"color":null,"colors":null,"nested":null}`:           {},
		`{"color":""}`:                                           {},
		`{"ID":"1","Secret":1,"hidden":2}`:                       {"/ID", "/Secret", "/hidden"},
		`{"color":"blue"}`:                                       {"/colorblue"},
		`{"color":"ada@example.com"}`:                            {"/color?"},
		`{"colors":["red","green"],"by_name":{"Ada":"mauve"}}`:   {"/colors/*green", "/by_name/*mauve"},
		`{"nested":{"deep":[{"a":1,"b":{"c":2}}],"new":[1]}}`:    {"/nested/deep/*/b", "/nested/new"},
		`{"color":7,"colors":{"x":1},"nested":[1],"id":{"x":1}}`: {},
		`{"two":{"shade":"red","hue":"red"}}`:                    {},
		`{"two":{"hue":"blue","gone":1}}`:                        {"/two/hueblue", "/two/gone"},
		`{"two":"red"}`:                                          {},
		`{"a name with data 12":1}`:                              {"/?"},
		`{"id":"1"`:                                              {},
		`[]`:                                                     {},
	} {
		require.ElementsMatch(t, want, drifts(payload), payload)
	}
}

func TestDriftReportCountsWithoutPayloadValues(t *testing.T) {
	t.Parallel()
	report := events.NewDriftReport(events.NewCatalog(driftKind))
	bus := events.New()
	bus.OnAny(report.Handle)
	send := func(name, payload string) {
		env := events.Envelope{Raw: []byte(payload)}
		env.Kind = events.KindID{Provider: "test", Stream: events.StreamWebhook, Name: name}
		require.NoError(t, bus.Publish(context.Background(), env))
	}
	send("drift", `{"new":"Ada","colors":["teal","teal"]}`)
	send("drift", `{"new":"Bob","id":"1"}`)
	send("other.event", `{"new":"Cid"}`)
	send("other for Ada", `{}`)
	foreign := events.Envelope{Raw: []byte(`{"new":1}`)}
	foreign.Kind = events.KindID{Provider: "elsewhere", Stream: events.StreamWebhook, Name: "x"}
	require.NoError(t, bus.Publish(context.Background(), foreign), "no catalogue covers it, so nothing is new")
	require.Equal(t, []string{
		"test/webhook/?   1", "test/webhook/drift /colors/* teal 1", "test/webhook/drift /new  2", "test/webhook/other.event   1",
	}, lines(report))
	require.NotContains(t, fmt.Sprint(report.Report()), "Ada")
}

func TestDriftIsObservedOncePerEvent(t *testing.T) {
	t.Parallel()
	report := events.NewDriftReport(events.NewCatalog(driftKind))
	bus := events.New()
	var got []string
	bus.Watch().Observe(func(o events.Observation) {
		if o.What == events.Drifted {
			got = append(got, o.Meta.ID+": "+o.Reason)
		}
	})
	cancel := report.Attach(bus)
	send := func(id, name, payload string) {
		env := events.Envelope{Raw: []byte(payload)}
		env.ID, env.Kind = id, events.KindID{Provider: "test", Stream: events.StreamWebhook, Name: name}
		require.NoError(t, bus.Publish(context.Background(), env))
	}
	send("1", "drift", `{"new":"Ada","colors":["teal","teal"]}`)
	send("2", "other.event", `{}`)
	send("3", "drift", `{"id":"1"}`)
	cancel()
	send("4", "drift", `{"new":1}`)
	require.Equal(t, []string{"1: " + events.DriftMember, "1: " + events.DriftValue, "2: " + events.DriftEvent}, got)
	require.Len(t, report.Report(), 3)
}

func lines(report *events.DriftReport) []string {
	var list []string
	for _, d := range report.Report() {
		list = append(list, fmt.Sprintf("%s %s %s %d", d.Kind, d.Path, d.Value, d.Count))
	}
	return list
}

func TestDriftReportIsBounded(t *testing.T) {
	t.Parallel()
	report := events.NewDriftReport(events.NewCatalog(driftKind))
	for i := range 10_000 {
		env := events.Envelope{Raw: fmt.Appendf(nil, `{"new%d":1}`, i)}
		env.Kind = driftKind.ID()
		report.Observe(env)
	}
	require.LessOrEqual(t, len(report.Report()), 4096)
}

func FuzzFindDrift(f *testing.F) {
	f.Add([]byte(`{"nested":{"deep":[{"a":1,"b":{"c":2}}]},"color":"x"}`))
	f.Fuzz(func(_ *testing.T, payload []byte) { events.FindDrift(driftKind, payload) })
}
