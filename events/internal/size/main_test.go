package main

import (
	"go/parser"
	"go/token"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events/argyle"
	"github.com/linkhook/linkhook/events/pinwheel"
)

func TestEveryKindOfTheCataloguesIsMeasured(t *testing.T) {
	t.Parallel()
	kinds, err := allKinds(t.Context())
	require.NoError(t, err)
	require.Len(t, kinds["pinwheel"], pinwheel.Catalog().Len())
	require.Len(t, kinds["argyle"], argyle.Catalog().Len()+argyle.V1Catalog().Len())
}

func TestHostsAreProgramsThatGrow(t *testing.T) {
	t.Parallel()
	kinds, err := allKinds(t.Context())
	require.NoError(t, err)
	all := hosts(kinds)
	require.Len(t, all[2].kinds, 3)
	length := 0
	for _, h := range all {
		text, err := h.source()
		require.NoError(t, err)
		_, err = parser.ParseFile(token.NewFileSet(), "main.go", text, parser.AllErrors)
		require.NoError(t, err, h.title)
		require.Greater(t, len(text), length, h.title)
		length = len(text)
	}
}

func TestAHostPaysForTheKindsThatItUses(t *testing.T) {
	t.Parallel()
	kinds, err := allKinds(t.Context())
	require.NoError(t, err)
	all := hosts(kinds)
	three, err := build(t.Context(), all[2])
	require.NoError(t, err)
	every, err := build(t.Context(), all[3])
	require.NoError(t, err)
	require.Equal(t, three.modules, every.modules)
	perKind := (every.bytes - three.bytes) / int64(len(all[3].kinds)-len(all[2].kinds))
	require.Greater(t, perKind, int64(5_000), "kinds without a handler are left out of the binary")
	require.Less(t, perKind, int64(30_000), "and those with one stay small")
}
