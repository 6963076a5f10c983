package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const passing = `{"Action":"run","Package":"p","Test":"TestA"}
{"Action":"output","Package":"p","Test":"TestA","Output":"noise\n"}
{"Action":"pass","Package":"p","Test":"TestA","Elapsed":0}
{"Action":"pass","Package":"p","Elapsed":0.1}
`

const failing = `{"Action":"output","Package":"p","Test":"TestB","Output":"b_test.go:1: wrong\n"}
{"Action":"fail","Package":"p","Test":"TestB"}
{"Action":"fail","Package":"p"}
`

const skipping = passing + `{"Action":"output","Package":"q","Test":"TestC","Output":"=== RUN   TestC\n"}
{"Action":"output","Package":"q","Test":"TestC","Output":"    c_test.go:9: no browser\n"}
{"Action":"output","Package":"q","Test":"TestC","Output":"--- SKIP: TestC (0.00s)\n"}
{"Action":"skip","Package":"q","Test":"TestC"}
{"Action":"pass","Package":"q"}
`

func TestStreamVerdict(t *testing.T) {
	t.Parallel()
	const failed = `{"Action":"fail","Package":"p"}` + "\n"
	const unbuilt = `{"ImportPath":"p","Action":"build-output","Output":"p.go:1: syntax error\n"}` + "\n" + failed
	const unended = `{"Action":"output","Package":"p","Test":"TestD","Output":"panic: oh\n"}` + "\n" + failed
	for name, test := range map[string]struct{ in, wantErr, wantOut, notOut string }{
		"a pass is one line":             {in: passing, wantOut: "ok  \tp", notOut: "noise"},
		"a failure prints its output":    {in: failing, wantErr: "1 tests and 1 packages failed", wantOut: "b_test.go:1: wrong"},
		"nothing ran":                    {in: `{"Action":"skip","Package":"p"}` + "\n", wantErr: "no test has run"},
		"a package that does not build":  {in: unbuilt, wantErr: "packages failed", wantOut: "syntax error"},
		"words that are no JSON pass by": {in: "go: downloading\n" + passing, wantOut: "go: downloading"},
		"a test that never ended":        {in: unended, wantErr: "failed", wantOut: "panic: oh"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out bytes.Buffer
			err := run(nil, strings.NewReader(test.in), &out)
			checkError(t, err, test.wantErr)
			if !strings.Contains(out.String(), test.wantOut) {
				t.Errorf("output %q does not contain %q", out.String(), test.wantOut)
			}
			if test.notOut != "" && strings.Contains(out.String(), test.notOut) {
				t.Errorf("output %q contains %q", out.String(), test.notOut)
			}
		})
	}
}

func TestSummaryFailsOnUnlistedSkip(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ allow, wantErr, wantOut string }{
		"unlisted":         {wantErr: "1 skips", wantOut: "q.TestC: c_test.go:9: no browser"},
		"listed":           {allow: "# why\nq.TestC the browser is not everywhere\n", wantOut: "1 passed, 0 failed, 1 skipped"},
		"without a reason": {allow: "q.TestC\n", wantErr: "needs a reason"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			allow := filepath.Join(dir, "skips.txt")
			if err := os.WriteFile(allow, []byte(test.allow), 0o600); err != nil {
				t.Fatal(err)
			}
			var out bytes.Buffer
			if err := run([]string{"-record", dir}, strings.NewReader(skipping), &out); err != nil {
				t.Fatal(err)
			}
			out.Reset()
			err := run([]string{"-summary", dir, "-skips", allow}, nil, &out)
			checkError(t, err, test.wantErr)
			if !strings.Contains(out.String(), test.wantOut) {
				t.Errorf("output %q does not contain %q", out.String(), test.wantOut)
			}
		})
	}
}

func checkError(t *testing.T, err error, want string) {
	t.Helper()
	if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
		t.Fatalf("error %v, want one with %q", err, want)
	}
}
