// Command doccheck reads names of Go files on standard input and fails when an
// exported name in them has no comment: packages, functions, types and their
// methods, struct fields, interface methods, constants and variables. Test
// files and testdata are left out; of a command only the package needs a comment.
package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

func main() {
	if err := run(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "doccheck:", err)
		os.Exit(1)
	}
}

// run is main with its inputs and outputs as parameters.
func run(in io.Reader, out io.Writer) error {
	check := newChecker()
	scanner := bufio.NewScanner(in)
	for scanner.Scan() {
		name := scanner.Text()
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") ||
			strings.Contains("/"+filepath.ToSlash(name), "/testdata/") {
			continue
		}
		if err := check.file(name); err != nil {
			return err
		}
	}
	if err := scanner.Err(); err != nil {
		return fmt.Errorf("reading the names: %w", err)
	}
	findings := check.findings()
	for _, finding := range findings {
		fmt.Fprintln(out, finding)
	}
	if check.names == 0 {
		return errors.New("no exported names were found")
	}
	documented := check.names - len(findings)
	fmt.Fprintf(out, "%d of %d exported names are documented (%.1f %%)\n",
		documented, check.names, 100*float64(documented)/float64(check.names))
	if len(findings) > 0 {
		return fmt.Errorf("%d names have no comment", len(findings))
	}
	return nil
}
