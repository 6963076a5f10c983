package pinwheel_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/pinwheel"
)

//go:generate go test -run ^TestCatalogTableIsUpToDate$ . -update

var update = flag.Bool("update", false, "write CATALOG.md anew")

func TestCatalogIsComplete(t *testing.T) {
	t.Parallel()
	var current, legacy, link int
	for kind := range pinwheel.Catalog().All() {
		info, ok := pinwheel.Describe(kind.ID())
		require.True(t, ok)
		require.Equal(t, kind, info.Kind)
		require.NotEmpty(t, info.Trigger)
		require.NotEmpty(t, info.Source)
		require.Contains(t, []pinwheel.Confidence{
			pinwheel.ConfidenceHigh, pinwheel.ConfidenceMedium, pinwheel.ConfidenceLow,
		}, info.Confidence)
		switch {
		case kind.ID().Stream == events.StreamLink:
			link++
			require.NotEmpty(t, info.SDK)
			require.Contains(t, kind.Type().Name(), "Claim", "a payload from a browser is called a claim")
		case info.Legacy:
			legacy++
		default:
			current++
		}
	}
	require.Equal(t, [3]int{34, 5, 35}, [3]int{current, legacy, link})
	_, ok := pinwheel.Describe(events.KindID{Provider: "pinwheel", Stream: events.StreamWebhook, Name: "open"})
	require.False(t, ok, "the streams have names of their own")
}

func TestEventsOfLowConfidenceRequireNothing(t *testing.T) {
	t.Parallel()
	for kind := range pinwheel.Catalog().All() {
		info, _ := pinwheel.Describe(kind.ID())
		if info.Confidence == pinwheel.ConfidenceLow || kind.ID().Stream == events.StreamLink {
			require.NoError(t, decode(kind, events.Envelope{Raw: []byte(`{}`)}), "%s", kind)
		}
	}
}

func TestCatalogTableIsUpToDate(t *testing.T) {
	t.Parallel()
	const file = "CATALOG.md"
	want := catalogTable(t)
	if *update {
		require.NoError(t, os.WriteFile(file, []byte(want), 0o600))
	}
	got, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, want, string(got), "run go generate in this folder")
}

// catalogTable renders the catalogue in the order of the source.
func catalogTable(t *testing.T) string {
	t.Helper()
	names := kindNames(t)
	var b strings.Builder
	b.WriteString("# Pinwheel's events\n\nWritten by `go generate`. Confidence is high for what was recorded or is documented in " +
		"full, medium for what is\ndocumented in part or stands in SDK types alone, low for little more than a name.\n")
	table := func(title, head string, stream events.Stream, row func(kind events.AnyKind, info pinwheel.Info) string) {
		b.WriteString("\n## " + title + "\n\n" + head + "\n" + strings.Repeat("|---", strings.Count(head, "|")-1) + "|\n")
		for kind := range pinwheel.Catalog().All() {
			if kind.ID().Stream == stream {
				info, _ := pinwheel.Describe(kind.ID())
				b.WriteString(row(kind, info))
			}
		}
	}
	name := func(kind events.AnyKind) string {
		require.Contains(t, names, kind.ID())
		return fmt.Sprintf("| `%s` | `%s` | `%s` ", kind.ID().Name, names[kind.ID()], kind.Type().Name())
	}
	table("Webhooks", "| event | kind | payload | sent when | then fetch | confidence | known from |", events.StreamWebhook,
		func(kind events.AnyKind, info pinwheel.Info) string {
			return fmt.Sprintf("%s| %s | %s | %s | %s |\n", name(kind), info.Trigger, code(info.Fetch), info.Confidence, info.Source)
		})
	table("Link events", "| event | kind | payload | sent when | SDK | confidence | known from |", events.StreamLink,
		func(kind events.AnyKind, info pinwheel.Info) string {
			return fmt.Sprintf("%s| %s | %s | %s | %s |\n", name(kind), info.Trigger, info.SDK, info.Confidence, info.Source)
		})
	return b.String()
}

func code(text string) string {
	if text == "" {
		return ""
	}
	return "`" + text + "`"
}

func TestLowConfidenceIsNotedWhereTheKindIsDeclared(t *testing.T) {
	t.Parallel()
	comments := kindComments(t)
	for kind := range pinwheel.Catalog().All() {
		info, _ := pinwheel.Describe(kind.ID())
		low := info.Confidence == pinwheel.ConfidenceLow
		require.Equal(t, low, strings.Contains(comments[kind.ID()], "Low confidence"), "%s", kind)
		trigger := strings.ToLower(strings.TrimSuffix(info.Trigger, " Legacy."))
		require.Contains(t, strings.ToLower(strings.Join(strings.Fields(comments[kind.ID()]), " ")), trigger, "%s", kind)
	}
}
