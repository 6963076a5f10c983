package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const output = `goos: linux
pkg: github.com/linkhook/linkhook/router
BenchmarkFloorA/0.6kB-2    	 100	      1000 ns/op	       0 B/op	       0 allocs/op
BenchmarkAccept/0.6kB-2    	 100	      1900 ns/op	     128 B/op	       3 allocs/op
BenchmarkAccept/0.6kB-2    	 100	      2100 ns/op	     128 B/op	       3 allocs/op
BenchmarkAccept/0.6kB-2    	 100	      9000 ns/op	     128 B/op	       3 allocs/op
BenchmarkIngest/bare-2     	 100	      9000 ns/op	     50000 req/s
BenchmarkIngest/inbox-2    	 100	      9000 ns/op	     20000 req/s
ok  	github.com/linkhook/linkhook/router	1.0s
`

func TestTable(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ goal, want, wantErr string }{
		"ratio of medians":   {"accept\trouter.Accept/0.6kB\trouter.FloorA/0.6kB\tns/op\t<=2.2\t<=1.5\t<=6\t<=2", "2100 1000 2.10 <=2.2 yes <=1.5 NO 3 <=6 yes <=2 NO", ""},
		"more is better":     {"ingest\trouter.Ingest/inbox\trouter.Ingest/bare\treq/s\t>=0.45\t>=0.3\t-\t-", "0.40 >=0.45 NO >=0.3 yes", ""},
		"figure without one": {"absolute\trouter.Accept/0.6kB\t-\tns/op\t<=60\t-\t-\t-", "2100 - - <=60 NO -", ""},
		"not measured":       {"gone\trouter.Gone\t-\tns/op\t<=60\t-\t-\t-", "not measured", ""},
		"floor not measured": {"gone\trouter.Accept/0.6kB\trouter.Gone\tns/op\t<=60\t-\t-\t-", "not measured", ""},
		"bad goal":           {"bad\trouter.Gone\t-\tns/op\t60\t-\t-\t-", "", "not \"60\""},
		"bad line":           {"bad\trouter.Gone", "", "2 cells, not 8"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := benchtable(t, test.goal)
			if (err == nil) != (test.wantErr == "") || err != nil && !strings.Contains(err.Error(), test.wantErr) {
				t.Fatalf("error %v", err)
			}
			if !strings.Contains(strings.Join(strings.Fields(got), " "), test.want) {
				t.Errorf("table %q does not contain %q", got, test.want)
			}
		})
	}
}

func TestExistFailsOnMissingBenchmarkOfMeasuredPackage(t *testing.T) {
	t.Parallel()
	if _, err := benchtable(t, "a\trouter.Accept/0.6kB\trouter.FloorA/0.6kB\tns/op\t-\t-\t-\t-", "-exist"); err != nil {
		t.Error(err)
	}
	if _, err := benchtable(t, "a\tevents.Gone\t-\tns/op\t-\t-\t-\t-", "-exist"); err != nil {
		t.Error("a package without benchmarks:", err)
	}
	if _, err := benchtable(t, "a\trouter.Gone\t-\tns/op\t-\t-\t-\t-", "-exist"); err == nil {
		t.Error("no error for a missing benchmark")
	}
}

// benchtable runs the command over the constant output with one goal.
func benchtable(t *testing.T, goal string, flags ...string) (string, error) {
	t.Helper()
	dir := t.TempDir()
	goals, results := filepath.Join(dir, "goals"), filepath.Join(dir, "results")
	for name, text := range map[string]string{goals: "# comment\n" + goal + "\n", results: output} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var out bytes.Buffer
	err := run(append(flags, "-goals", goals, results), &out)
	return out.String(), err
}
