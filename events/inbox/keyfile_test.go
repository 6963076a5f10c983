package inbox_test

import (
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events/inbox"
)

func TestProcessesThatMakeAKeyFileAtOnceAgree(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "master.key")
	wrappers := make([]inbox.KeyWrapper, 16)
	var wg sync.WaitGroup
	for i := range wrappers {
		wg.Go(func() {
			var err error
			if wrappers[i], err = inbox.KeyFile(path); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	wrapped, err := wrappers[0].Wrap(t.Context(), make([]byte, 32))
	require.NoError(t, err)
	for _, w := range wrappers {
		_, err := w.Unwrap(t.Context(), wrapped)
		require.NoError(t, err)
	}
	left, err := os.ReadDir(filepath.Dir(path))
	require.NoError(t, err)
	require.Len(t, left, 1, "the drafts are gone")
}

func TestAKeyFileThatCannotBeMadeLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "absent")
	_, err := inbox.KeyFile(filepath.Join(dir, "master.key"))
	require.ErrorContains(t, err, "key file")
	require.NoDirExists(t, dir)
}
