package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

// TestMain is the child, too: the campaign starts its own program.
func TestMain(m *testing.M) {
	if len(os.Args) == 3 && os.Args[1] == "-child" {
		if err := run(context.Background(), os.Args[1:]); err != nil {
			_, _ = os.Stderr.WriteString(err.Error() + "\n")
			os.Exit(1)
		}
		return
	}
	goleak.VerifyTestMain(m)
}

func TestKillsLoseNothing(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	c := campaign{kills: 5, out: &out}
	require.NoError(t, c.run(t.Context()), out.String())
	require.Regexp(t, `(?m)^acked=[1-9]\d* lost=0 corrupt=0 duplicate_success=0$`, out.String())
}

func TestFlagsAreChecked(t *testing.T) {
	t.Parallel()
	require.ErrorContains(t, run(t.Context(), []string{"-store", "disk"}), "no store")
	require.ErrorContains(t, run(t.Context(), []string{"-tx"}), "-store pg")
	require.Error(t, run(t.Context(), []string{"-kills", "many"}))
	require.Error(t, run(t.Context(), []string{"-child", filepath.Join(t.TempDir(), "absent")}))
}
