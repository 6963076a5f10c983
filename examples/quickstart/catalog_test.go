package main

import (
	"flag"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/argyle"
	"github.com/linkhook/linkhook/events/pinwheel"
)

var update = flag.Bool("update", false, "write CATALOG.md anew")

//go:generate go test -run TestCatalogListsEveryKindAndItsHandler -update .

// TestCatalogListsEveryKindAndItsHandler keeps CATALOG.md: every kind of both providers, and whether this host handles it.
func TestCatalogListsEveryKindAndItsHandler(t *testing.T) {
	t.Parallel()
	app, err := newApp(config{pinwheelSecret: pinwheelSecret, argyleSecret: argyleSecret}, newOutput(), slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	require.NoError(t, app.bridge.Shutdown(t.Context()))
	handled := map[events.KindID]bool{}
	for _, k := range app.bus.Kinds() {
		handled[k.ID()] = true
	}
	var b strings.Builder
	b.WriteString("# What can come, and what this host handles\n\nWritten by `go generate`. " +
		"A host prints the same of its own bus with `bus.Kinds()` and the catalogues.\n\n" +
		"| kind | type | sent when | confidence | handler |\n|---|---|---|---|---|\n")
	rows := 0
	row := func(k events.AnyKind, trigger, confidence string) {
		mark := ""
		if handled[k.ID()] {
			mark = "yes"
		}
		fmt.Fprintf(&b, "| `%s` | `%s` | %s | %s | %s |\n", k, k.Type(), trigger, confidence, mark)
		delete(handled, k.ID())
		rows++
	}
	for k := range pinwheel.Catalog().All() {
		info, ok := pinwheel.Describe(k.ID())
		require.True(t, ok)
		row(k, info.Trigger, string(info.Confidence))
	}
	for _, catalog := range []*events.Catalog{argyle.Catalog(), argyle.V1Catalog()} {
		for k := range catalog.All() {
			info, ok := argyle.Describe(k.ID())
			require.True(t, ok)
			row(k, info.Trigger, string(info.Confidence))
		}
	}
	require.Empty(t, handled, "every handler is for a kind of a catalogue")
	require.Equal(t, pinwheel.Catalog().Len()+argyle.Catalog().Len()+argyle.V1Catalog().Len(), rows)

	if *update {
		require.NoError(t, os.WriteFile("CATALOG.md", []byte(b.String()), 0o644))
	}
	have, err := os.ReadFile("CATALOG.md")
	require.NoError(t, err)
	require.Equal(t, string(have), b.String(), "run go generate ./examples/quickstart")
}
