package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTheScriptsNamesAreThoseOfTheCatalogues(t *testing.T) {
	t.Parallel()
	committed, err := os.ReadFile(filepath.Join("..", file))
	require.NoError(t, err)
	require.Equal(t, string(names()), string(committed), "run go generate ./js/... and then npm run build in js")
}

// TestTheDeclarationsOfferTheNames reads dist, which is built from the names and committed too.
func TestTheDeclarationsOfferTheNames(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"linkbridge.d.ts", "linkbridge.d.cts"} {
		built, err := os.ReadFile(filepath.Join("..", "dist", name))
		require.NoError(t, err)
		for line := range strings.Lines(string(names())) {
			if word, ok := strings.CutPrefix(strings.TrimSpace(line), `"`); ok {
				require.Contains(t, string(built), `"`+strings.TrimSuffix(word, ","), "run npm run build in js")
			}
		}
	}
}
