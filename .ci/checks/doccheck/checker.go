package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"sort"
	"strings"
)

// minWords is the length under which a comment only repeats the name.
const minWords = 3

// checker collects the exported names without a comment.
type checker struct {
	files    *token.FileSet
	names    int
	missing  []string
	packages map[string]bool // folder: has a package comment
}

func newChecker() *checker {
	return &checker{files: token.NewFileSet(), packages: map[string]bool{}}
}

// file checks one file.
func (c *checker) file(name string) error {
	file, err := parser.ParseFile(c.files, name, nil, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return fmt.Errorf("parsing: %w", err)
	}
	dir := filepath.Dir(name)
	c.packages[dir] = c.packages[dir] || says(file.Doc)
	if file.Name.Name == "main" {
		return nil
	}
	for _, decl := range file.Decls {
		switch decl := decl.(type) {
		case *ast.FuncDecl:
			if owner, exported := receiver(decl.Recv); exported && decl.Name.IsExported() {
				c.needNamed(owner+decl.Name.Name, decl.Name, decl.Doc)
			}
		case *ast.GenDecl:
			c.general(decl)
		}
	}
	return nil
}

// findings returns what is missing, sorted, packages included.
func (c *checker) findings() []string {
	for dir, documented := range c.packages {
		c.names++
		if !documented {
			c.missing = append(c.missing, dir+": the package has no comment")
		}
	}
	c.packages = nil
	sort.Strings(c.missing)
	return c.missing
}

func (c *checker) general(decl *ast.GenDecl) {
	alone := decl.Doc // a comment above 'type (' or 'const (' speaks for one name only
	if decl.Lparen.IsValid() && len(decl.Specs) > 1 {
		alone = nil
	}
	for _, spec := range decl.Specs {
		switch spec := spec.(type) {
		case *ast.TypeSpec:
			if spec.Name.IsExported() {
				c.need(spec.Name, spec.Doc, alone, spec.Comment)
				c.members(spec.Name.Name, spec.Type)
			}
		case *ast.ValueSpec:
			for _, name := range spec.Names {
				if name.IsExported() {
					c.need(name, spec.Doc, spec.Comment, alone)
				}
			}
		}
	}
}

// members checks the fields of structs and the methods of interfaces, nested
// ones included. Embedded types speak for themselves.
func (c *checker) members(owner string, expr ast.Expr) {
	var list *ast.FieldList
	switch expr := expr.(type) {
	case *ast.StructType:
		list = expr.Fields
	case *ast.InterfaceType:
		list = expr.Methods
	case *ast.ArrayType:
		c.members(owner, expr.Elt)
		return
	case *ast.StarExpr:
		c.members(owner, expr.X)
		return
	case *ast.MapType:
		c.members(owner, expr.Value)
		return
	default:
		return
	}
	for _, field := range list.List {
		for _, name := range field.Names {
			if name.IsExported() {
				c.needNamed(owner+"."+name.Name, name, field.Doc, field.Comment)
				c.members(owner+"."+name.Name, field.Type)
			}
		}
	}
}

func (c *checker) need(name *ast.Ident, comments ...*ast.CommentGroup) {
	c.needNamed(name.Name, name, comments...)
}

func (c *checker) needNamed(full string, name *ast.Ident, comments ...*ast.CommentGroup) {
	c.names++
	if slices.ContainsFunc(comments, says) {
		return
	}
	position := c.files.Position(name.Pos())
	c.missing = append(c.missing, fmt.Sprintf("%s:%d: %s has no comment", position.Filename, position.Line, full))
}

// says tells whether a comment says more than a word or two; directives do not
// count.
func says(comment *ast.CommentGroup) bool {
	return comment != nil && len(strings.Fields(comment.Text())) >= minWords
}

// receiver returns the type that a method belongs to, with a point behind it,
// and whether that type is exported; a function without a receiver counts as such.
func receiver(list *ast.FieldList) (owner string, exported bool) {
	if list == nil || len(list.List) == 0 {
		return "", true
	}
	expr := list.List[0].Type
	for {
		switch e := expr.(type) {
		case *ast.StarExpr:
			expr = e.X
		case *ast.IndexExpr:
			expr = e.X
		case *ast.IndexListExpr:
			expr = e.X
		case *ast.Ident:
			return e.Name + ".", e.IsExported()
		default:
			return "", true
		}
	}
}
