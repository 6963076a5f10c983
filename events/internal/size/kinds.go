package main

import (
	"context"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// kind is an exported kind of a provider's package.
type kind struct{ Package, Name, Payload string }

// moduleDir returns where the module's sources are.
func moduleDir(ctx context.Context) (string, error) {
	out, err := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Dir}}", "github.com/linkhook/linkhook").Output()
	if err != nil {
		return "", fmt.Errorf("finding the module: %w", err)
	}
	return strings.TrimSpace(string(out)), nil
}

// allKinds returns the kinds of each provider, as their sources declare them.
func allKinds(ctx context.Context) (map[string][]kind, error) {
	dir, err := moduleDir(ctx)
	if err != nil {
		return nil, err
	}
	kinds := map[string][]kind{}
	for _, provider := range []string{"pinwheel", "argyle"} {
		files, err := filepath.Glob(filepath.Join(dir, "events", provider, "*.go"))
		if err != nil {
			return nil, fmt.Errorf("listing sources: %w", err)
		}
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			text, err := os.ReadFile(name) //nolint:gosec // a source of this module
			if err != nil {
				return nil, fmt.Errorf("reading sources: %w", err)
			}
			file, err := parser.ParseFile(token.NewFileSet(), name, text, 0)
			if err != nil {
				return nil, fmt.Errorf("parsing sources: %w", err)
			}
			kinds[provider] = append(kinds[provider], declared(provider, file)...)
		}
	}
	return kinds, nil
}

// declared returns the kinds of one file: variables whose value is events.Webhook[T](…) or events.Link[T](…).
func declared(provider string, file *ast.File) []kind {
	var kinds []kind
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || len(spec.Values) != 1 || !spec.Names[0].IsExported() {
			return true
		}
		call, ok := spec.Values[0].(*ast.CallExpr)
		if !ok {
			return true
		}
		index, ok := call.Fun.(*ast.IndexExpr)
		if !ok {
			return true
		}
		if f, ok := index.X.(*ast.SelectorExpr); !ok || f.Sel.Name != "Webhook" && f.Sel.Name != "Link" {
			return true
		}
		if payload, ok := index.Index.(*ast.Ident); ok {
			kinds = append(kinds, kind{provider, spec.Names[0].Name, provider + "." + payload.Name})
		}
		return true
	})
	return kinds
}
