package events_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A name may go on, where a guarantee takes several tests.
func TestEveryGuaranteeHasATestOfItsName(t *testing.T) {
	t.Parallel()
	doc, err := os.ReadFile("doc.go")
	require.NoError(t, err)
	files, err := filepath.Glob("*_test.go")
	require.NoError(t, err)
	var tests strings.Builder
	for _, f := range files {
		b, err := os.ReadFile(f)
		require.NoError(t, err)
		tests.Write(b)
	}
	guarantees := regexp.MustCompile(`//   - ([A-Z][A-Z ,]+):`).FindAllSubmatch(doc, -1)
	require.Len(t, guarantees, 11)
	for _, g := range guarantees {
		name := "Test"
		for _, word := range strings.FieldsFunc(string(g[1]), func(r rune) bool { return r == ' ' || r == ',' }) {
			name += word[:1] + strings.ToLower(word[1:])
		}
		if !strings.Contains(tests.String(), "func "+name) { // its failure would print every test
			t.Errorf("no test begins with %s", name)
		}
	}
}
