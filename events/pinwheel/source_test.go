package pinwheel_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/pinwheel"
)

// parseSource reads this package's own source.
func parseSource(t *testing.T) []*ast.File {
	t.Helper()
	paths, err := filepath.Glob("*.go")
	require.NoError(t, err)
	var files []*ast.File
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ParseComments)
		require.NoError(t, err)
		files = append(files, file)
	}
	require.NotEmpty(t, files, fs.ErrNotExist)
	return files
}

// kindNames returns the variables of the kinds.
func kindNames(t *testing.T) map[events.KindID]string {
	t.Helper()
	names := map[events.KindID]string{}
	for id, spec := range kindSpecs(t) {
		names[id] = spec.Names[0].Name
	}
	return names
}

// kindComments returns the comments of the kinds.
func kindComments(t *testing.T) map[events.KindID]string {
	t.Helper()
	comments := map[events.KindID]string{}
	for id, spec := range kindSpecs(t) {
		comments[id] = spec.Doc.Text()
	}
	return comments
}

// kindSpecs finds the declarations of the kinds.
func kindSpecs(t *testing.T) map[events.KindID]*ast.ValueSpec {
	t.Helper()
	specs := map[events.KindID]*ast.ValueSpec{}
	streams := map[string]events.Stream{"Webhook": events.StreamWebhook, "Link": events.StreamLink}
	for _, file := range parseSource(t) {
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok || len(spec.Values) != 1 {
				return true
			}
			call, ok := spec.Values[0].(*ast.CallExpr)
			if !ok || len(call.Args) != 2 {
				return true
			}
			index, ok := call.Fun.(*ast.IndexExpr)
			if !ok {
				return true
			}
			fn, _ := index.X.(*ast.SelectorExpr)
			lit, _ := call.Args[1].(*ast.BasicLit)
			name, err := strconv.Unquote(lit.Value)
			require.NoError(t, err)
			id := events.KindID{Provider: pinwheel.Provider, Stream: streams[fn.Sel.Name], Name: name}
			specs[id] = spec
			return true
		})
	}
	require.Len(t, specs, pinwheel.Catalog().Len())
	return specs
}

// sources are the words that say where a field is known from.
var sources = regexp.MustCompile(`(?i)recorded|documented|documentation|REST schema|schema of|SDK|inferred|unconfirmed|announced`)

func TestEveryFieldSaysWhereItIsKnownFrom(t *testing.T) {
	t.Parallel()
	fields := 0
	for _, file := range parseSource(t) {
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.TypeSpec)
			if !ok || !spec.Name.IsExported() {
				return true
			}
			st, ok := spec.Type.(*ast.StructType)
			if !ok {
				return true
			}
			for _, f := range st.Fields.List {
				if f.Tag == nil {
					continue
				}
				fields++
				require.NotNil(t, f.Doc, "%s has a field without a comment", spec.Name)
				require.Regexp(t, sources, f.Doc.Text(), "%s.%s", spec.Name, f.Names)
			}
			return true
		})
	}
	require.Greater(t, fields, 150)
}

func TestEveryExportedNameIsDocumented(t *testing.T) {
	t.Parallel()
	for _, file := range parseSource(t) {
		for _, decl := range file.Decls {
			switch d := decl.(type) {
			case *ast.FuncDecl:
				if d.Name.IsExported() {
					require.NotEmpty(t, d.Doc.Text(), d.Name.Name)
				}
			case *ast.GenDecl:
				for _, spec := range d.Specs {
					requireDocumented(t, d, spec)
				}
			}
		}
	}
}

func requireDocumented(t *testing.T, d *ast.GenDecl, spec ast.Spec) {
	t.Helper()
	switch s := spec.(type) {
	case *ast.TypeSpec:
		if s.Name.IsExported() {
			require.NotEmpty(t, d.Doc.Text(), s.Name.Name)
		}
	case *ast.ValueSpec:
		for _, name := range s.Names {
			if name.IsExported() && d.Tok == token.VAR && d.Lparen.IsValid() {
				require.NotEmpty(t, s.Doc.Text(), name.Name)
			} else if name.IsExported() {
				require.NotEmpty(t, d.Doc.Text()+s.Doc.Text()+s.Comment.Text(), name.Name)
			}
		}
	}
}

// TestOnlyRecordedMembersAreRequired keeps validation to what recorded traffic always has: one rule per kind at most.
func TestOnlyRecordedMembersAreRequired(t *testing.T) {
	t.Parallel()
	for kind := range pinwheel.Catalog().All() {
		rules := 0
		for f := range kind.Type().Fields() {
			if rule := f.Tag.Get("validate"); rule != "" {
				require.Equal(t, "account_id required", f.Tag.Get("json")+" "+rule, "%s", kind)
				rules++
			}
			require.NotEqual(t, reflect.Float64, f.Type.Kind(), "%s: no floats", kind)
		}
		require.LessOrEqual(t, rules, 1)
	}
}
