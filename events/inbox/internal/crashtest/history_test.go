package crashtest_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events/inbox/internal/crashtest"
)

func read(t *testing.T, lines ...string) *crashtest.History {
	t.Helper()
	h, err := crashtest.Read(strings.NewReader(strings.Join(lines, "\n") + "\n"))
	require.NoError(t, err)
	return h
}

func TestPerfectRunHasNoFindings(t *testing.T) {
	t.Parallel()
	h := read(
		t, "g - - -",
		"b ledger evt_1 acc_1", "e ledger evt_1 acc_1", "b mail evt_1 acc_1", "e mail evt_1 acc_1",
		"r ledger evt_1 -", "r mail evt_1 -",
	)
	require.Equal(t, 2, h.Effects)
	require.Equal(t, 2, h.Distinct)
	require.Equal(t, 1, h.Starts)
	require.Zero(t, h.Reruns()+h.DuplicateSuccesses+h.Overlaps+h.Corrupt+h.Missing("evt_1"))
}

func TestRerunAfterKillIsNoDuplicate(t *testing.T) {
	t.Parallel()
	h := read(t, "g - - -", "b ledger evt_1 acc_1", "e ledger evt_1 acc_1", "g - - -", "b ledger evt_1 acc_1", "e ledger evt_1 acc_1")
	require.Equal(t, 1, h.Reruns())
	require.Zero(t, h.DuplicateSuccesses+h.Overlaps)
	require.Equal(t, 1, h.Missing("evt_1"), "the other handler")
	require.Equal(t, 2, h.Missing("evt_2"))
}

func TestRerunAfterRecordIsDuplicate(t *testing.T) {
	t.Parallel()
	done := []string{"b ledger evt_1 acc_1", "e ledger evt_1 acc_1", "r ledger evt_1 -"}
	require.Equal(t, 1, read(t, append(done, "g - - -", "b ledger evt_1 acc_1")...).DuplicateSuccesses)
	require.Equal(t, 1, read(t, append(done, "r ledger evt_1 -")...).DuplicateSuccesses)
}

func TestTwoEventsOfOneAccountAtOnceOverlap(t *testing.T) {
	t.Parallel()
	require.Equal(t, 1, read(t, "b ledger evt_1 acc_1", "b ledger evt_2 acc_1").Overlaps)
	require.Zero(t, read(t, "b ledger evt_1 acc_1", "b ledger evt_2 acc_2").Overlaps)
	require.Zero(t, read(t, "b ledger evt_1 acc_1", "f ledger evt_1 acc_1", "b ledger evt_2 acc_1").Overlaps)
	require.Zero(t, read(t, "b ledger evt_1 acc_1", "g - - -", "b ledger evt_2 acc_1").Overlaps)
}

func TestWhatNobodyWroteIsCorrupt(t *testing.T) {
	t.Parallel()
	h := read(t, "x ledger evt_1 acc_1", "b ledger", "? ledger evt_1 acc_1")
	require.Equal(t, 3, h.Corrupt)
	require.Len(t, h.Found, 2, "the second line is told with the one that shows it")
}

func TestLineThatAKillHasTornIsNot(t *testing.T) {
	t.Parallel()
	h := read(t, "g - - -", "b ledger evt_1 acc_1", "e ledg", "g - - -", "b ledger evt_1 acc_1")
	require.Equal(t, 1, h.Torn)
	require.Zero(t, h.Corrupt+h.Effects)

	path := filepath.Join(t.TempDir(), "journal")
	require.NoError(t, os.WriteFile(path, []byte("g - - -\nb led"), 0o600))
	j, err := crashtest.OpenJournal(path)
	require.NoError(t, err)
	require.NoError(t, j.Close())
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, "g - - -\nb led\ng - - -\n", string(text))
}
