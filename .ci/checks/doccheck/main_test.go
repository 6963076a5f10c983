package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestExportedNamesNeedComments(t *testing.T) {
	t.Parallel()
	const documented = "// Package p is for this test.\npackage p\n\n"
	for name, test := range map[string]struct{ source, missing string }{
		"package":               {"package p\n\nvar x int\n", "the package has no comment"},
		"function":              {documented + "func F() {}\n", "F has no comment"},
		"function, documented":  {documented + "// F does nothing.\nfunc F() {}\n", ""},
		"only its name":         {documented + "// F.\nfunc F() {}\n", "F has no comment"},
		"only a directive":      {documented + "//nolint:all // not a comment at all\nfunc F() {}\n", "F has no comment"},
		"method":                {documented + "// T is a type.\ntype T[K any] struct{}\nfunc (*T[K]) M() {}\n", "T.M has no comment"},
		"method, hidden type":   {documented + "type t struct{}\nfunc (t) M() {}\n", ""},
		"field":                 {documented + "// T is a type.\ntype T struct {\n\tA int // the first one\n\tB int\n}\n", "T.B has no comment"},
		"nested field":          {documented + "// T is a type.\ntype T struct {\n\t// A has parts.\n\tA []struct{ B int }\n}\n", "T.A.B has no comment"},
		"interface method":      {documented + "// I is a type.\ntype I interface{ M() }\n", "I.M has no comment"},
		"constant in a group":   {documented + "// All of them.\nconst (\n\tA = 1 // the first one\n\tB = 2\n)\n", "B has no comment"},
		"command":               {"// Command p does nothing.\npackage main\n\nfunc F() {}\n", ""},
		"hidden names are free": {documented + "func f() {}\ntype t struct{ A int }\n", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(t.TempDir(), "p.go")
			if err := os.WriteFile(file, []byte(test.source), 0o600); err != nil {
				t.Fatal(err)
			}
			var out bytes.Buffer
			err := run(strings.NewReader(file+"\n"+file+"_test.go\n"), &out)
			if (err != nil) != (test.missing != "") {
				t.Fatalf("error %v, output %q", err, out.String())
			}
			if !strings.Contains(out.String(), test.missing) {
				t.Errorf("output %q does not contain %q", out.String(), test.missing)
			}
		})
	}
}
