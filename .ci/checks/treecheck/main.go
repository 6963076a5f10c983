// Command treecheck reads the names of the repository's files on standard input
// and fails when the tree has lost its shape: something new at the top level, a
// hand-written file of more than 400 lines, a name that says nothing, a lockfile
// that says where packages come from, a note that something is unfinished, a path
// of somebody's machine.
package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
)

func main() {
	if err := run(os.DirFS("."), os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "treecheck:", err)
		os.Exit(1)
	}
}

// run is main with its inputs and outputs as parameters.
func run(tree fs.FS, in io.Reader, out io.Writer) error {
	var files, findings int
	scanner := bufio.NewScanner(in)
	for scanner.Scan() {
		name := scanner.Text()
		text, err := fs.ReadFile(tree, name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return fmt.Errorf("reading: %w", err)
		}
		files++
		for _, finding := range check(name, string(text)) {
			findings++
			fmt.Fprintf(out, "%s: %s\n", name, finding)
		}
	}
	if err := scanner.Err(); err != nil {
		return fmt.Errorf("reading the names: %w", err)
	}
	if files == 0 {
		return errors.New("no files were named")
	}
	fmt.Fprintf(out, "%d files, %d findings\n", files, findings)
	if findings > 0 {
		return fmt.Errorf("%d findings", findings)
	}
	return nil
}

// check returns what is wrong with one file.
func check(name, text string) []string {
	findings := checkName(name)
	if strings.Contains(name, "testdata/") || isBinary(text) {
		return findings
	}
	findings = append(findings, checkLength(name, text)...)
	findings = append(findings, checkLock(name, text)...)
	return append(findings, checkWords(name, text)...)
}

func isBinary(text string) bool { return strings.ContainsRune(text, 0) }
