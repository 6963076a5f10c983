package boltcrash_test

import (
	"bytes"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/inbox"
	"github.com/linkhook/linkhook/events/inbox/boltinbox"
	"github.com/linkhook/linkhook/events/inbox/internal/crashtest/boltcrash"
)

// folder makes what a node leaves behind: one event that is stored, and a journal.
func folder(t *testing.T, state inbox.State, journal string) boltcrash.Files {
	t.Helper()
	f := boltcrash.In(t.TempDir())
	store, err := boltinbox.Open(f.Store, nil)
	require.NoError(t, err)
	_, err = store.Append(t.Context(), []inbox.Arrival{{Meta: events.Meta{ID: "evt_1"}, Body: []byte("x")}})
	require.NoError(t, err)
	if state != inbox.Ready {
		claims, _, err := store.Claim(t.Context(), 1, 1)
		require.NoError(t, err)
		require.NoError(t, store.Finish(t.Context(), claims[0].Ref(), inbox.Outcome{State: state}))
	}
	require.NoError(t, store.Close())
	require.NoError(t, os.WriteFile(f.Journal, []byte(journal), 0o600))
	return f
}

const worked = "b ledger evt_1 a\ne ledger evt_1 a\nb mail evt_1 a\ne mail evt_1 a\n"

func TestExamineFindsWhatIsWrong(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		state   inbox.State
		journal string
		acked   string
		want    boltcrash.Tally
	}{
		"all is well":           {inbox.Done, worked, "evt_1", boltcrash.Tally{Acked: 1, Effects: 2}},
		"pending is not lost":   {inbox.Ready, "", "evt_1", boltcrash.Tally{Acked: 1}},
		"acked and not stored":  {inbox.Done, worked, "evt_2", boltcrash.Tally{Acked: 1, Lost: 1, Effects: 2}},
		"done without effect":   {inbox.Done, "b ledger evt_1 a\ne ledger evt_1 a\n", "evt_1", boltcrash.Tally{Acked: 1, Lost: 1, Effects: 1}},
		"dead without a reason": {inbox.Dead, "", "evt_1", boltcrash.Tally{Acked: 1, Corrupt: 1}},
		"ran after the record":  {inbox.Done, worked + "r mail evt_1 -\n" + worked, "evt_1", boltcrash.Tally{Acked: 1, Duplicates: 1, Effects: 4, Reruns: 2}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := folder(t, c.state, c.journal).Examine(t.Context(), map[string]struct{}{c.acked: {}})
			require.NoError(t, err)
			require.Equal(t, got.Err() != nil, len(got.Found) > 0, "what is wrong is told")
			got.Found = nil
			require.Equal(t, c.want, got)
		})
	}
}

func TestDamagedFileIsCorrupt(t *testing.T) {
	t.Parallel()
	f := folder(t, inbox.Done, worked)
	require.NoError(t, os.WriteFile(f.Store, bytes.Repeat([]byte("no bolt file "), 10_000), 0o600))
	got, err := f.Examine(t.Context(), nil)
	require.Error(t, err)
	require.Equal(t, 1, got.Corrupt)
}
