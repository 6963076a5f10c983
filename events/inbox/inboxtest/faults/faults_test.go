//go:build linux

package main

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/linkhook/linkhook/events/inbox/internal/crashtest/boltcrash"
)

// TestMain is the child, too: the lab starts its own program.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "-child" {
		if err := run(context.Background(), os.Args[1:], os.Stdout); err != nil {
			_, _ = os.Stderr.WriteString(err.Error() + "\n")
			os.Exit(1)
		}
		return
	}
	goleak.VerifyTestMain(m)
}

// tracing returns a lab, where faults can be injected.
func tracing(t *testing.T) (*lab, *bytes.Buffer) {
	t.Helper()
	for _, tool := range []string{"strace", "prlimit"} {
		if _, err := exec.LookPath(tool); err != nil {
			if os.Getenv("LINKHOOK_CI") == "1" {
				t.Fatal(tool + " is not installed")
			}
			t.Skip(tool + " is not installed")
		}
	}
	var out bytes.Buffer
	l, err := newLab(&out)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, os.RemoveAll(l.dir)) })
	return l, &out
}

func TestFailedSyncLosesNothing(t *testing.T) {
	t.Parallel()
	l, out := tracing(t)
	// Calls are counted for each thread, so that it takes 10 of the busiest one: how many deliveries that needs depends on how
	// many threads the machine gives the node.
	const rounds, batches = 2, 500
	r, err := l.inject(t.Context(), fault{"fdatasync", "EIO"}, "10+10", rounds, batches)
	require.NoError(t, err)
	l.line("EIO on fdatasync", r)
	require.NoError(t, l.summary(), out.String())
	require.Positive(t, r.injected)
	require.Positive(t, r.refused)
	require.Positive(t, r.recovered)
	require.Positive(t, r.tally.Acked)
}

func TestShortWriteLosesNothing(t *testing.T) {
	t.Parallel()
	l, out := tracing(t)
	r, err := l.limited(t.Context())
	require.NoError(t, err)
	l.line("limit", r)
	require.NoError(t, l.summary(), out.String())
	require.Positive(t, r.recovered)
}

func TestCountReadsTheTrace(t *testing.T) {
	t.Parallel()
	log := filepath.Join(t.TempDir(), "log")
	require.NoError(t, os.WriteFile(log, []byte(strings.Join([]string{
		`12 pwrite64(5, ""..., 4096, 8192)   = 4096`,
		`12 pwrite64(5, ""..., 8192, 16384)  = 1000`,
		`13 pwrite64(5, ""..., 8192, 16384)  = -1 ENOSPC (No space left on device) (INJECTED)`,
		`13 fdatasync(5)                     = -1 EIO (Input/output error) (INJECTED)`,
	}, "\n")), 0o600))
	var s session
	s.count(log)
	require.Equal(t, 2, s.result.injected)
	require.Equal(t, 1, s.result.short)
}

func TestEventsOfAFailedStoreAreReported(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	require.ErrorContains(t, (&lab{out: &out, total: result{late: 1}}).summary(), "before it was checked")
	require.ErrorContains(t, (&lab{out: &out, total: result{tally: boltcrash.Tally{Lost: 1}}}).summary(), "lost=1")
	require.NoError(t, (&lab{out: &out}).summary())
}
