package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// event is one line of 'go test -json'; see 'go doc test2json' and, for the
// build actions, 'go help buildjson'.
type event struct {
	Action     string  `json:"Action"`
	Package    string  `json:"Package"`
	Test       string  `json:"Test"`
	Output     string  `json:"Output"`
	ImportPath string  `json:"ImportPath"`
	Elapsed    float64 `json:"Elapsed"`
}

// stream is what is known of one run of 'go test -json' so far.
type stream struct {
	out                     io.Writer
	pending                 map[string]map[string][]string // output not yet printed, by package and test ("" is the package's own)
	tests                   map[string]int                 // finished tests by package
	passed, failed, skipped int
	brokenPackages          int
	skips                   []skip
}

// skip is one test that did not run, with the last sentence it said.
type skip struct{ name, reason string }

func newStream(out io.Writer) *stream {
	return &stream{out: out, pending: map[string]map[string][]string{}, tests: map[string]int{}}
}

// read takes in the whole stream. Lines that are not JSON are printed as they are.
func (s *stream) read(in io.Reader) error {
	scanner := bufio.NewScanner(in)
	scanner.Buffer(nil, 16<<20)
	for scanner.Scan() {
		line := scanner.Bytes()
		var e event
		if len(line) == 0 || line[0] != '{' || json.Unmarshal(line, &e) != nil {
			fmt.Fprintf(s.out, "%s\n", line)
			continue
		}
		s.take(e)
	}
	if err := scanner.Err(); err != nil {
		return fmt.Errorf("reading the test output: %w", err)
	}
	return nil
}

func (s *stream) take(e event) {
	switch e.Action {
	case "output":
		if strings.HasPrefix(e.Output, "=== ") { // RUN, PAUSE, CONT, NAME
			return
		}
		if s.pending[e.Package] == nil {
			s.pending[e.Package] = map[string][]string{}
		}
		s.pending[e.Package][e.Test] = append(s.pending[e.Package][e.Test], e.Output)
	case "build-output":
		fmt.Fprint(s.out, e.Output)
	case "pass", "fail", "skip":
		if e.Test == "" {
			s.endPackage(e)
		} else {
			s.endTest(e)
		}
	}
}

func (s *stream) endTest(e event) {
	output := s.pending[e.Package][e.Test]
	delete(s.pending[e.Package], e.Test)
	s.tests[e.Package]++
	switch e.Action {
	case "pass":
		s.passed++
	case "fail":
		s.failed++
		fmt.Fprint(s.out, strings.Join(output, ""))
	case "skip":
		s.skipped++
		s.skips = append(s.skips, skip{name: e.Package + "." + e.Test, reason: reason(output)})
	}
}

func (s *stream) endPackage(e event) {
	switch {
	case e.Action == "fail":
		s.brokenPackages++
		for _, output := range s.pending[e.Package] { // tests that never ended, and the package's own words
			fmt.Fprint(s.out, strings.Join(output, ""))
		}
	case s.tests[e.Package] > 0:
		fmt.Fprintf(s.out, "ok  \t%s\t%.1fs\t%d tests\n", e.Package, e.Elapsed, s.tests[e.Package])
	}
	delete(s.pending, e.Package)
}

// reason is the last thing that a skipped test said before go test's own line.
func reason(output []string) string {
	for _, line := range slices.Backward(output) {
		line = strings.TrimSpace(line)
		if line != "" && !strings.HasPrefix(line, "---") {
			return line
		}
	}
	return "no reason given"
}

// save adds the counts and skips to the files of the run.
func (s *stream) save(dir string) error {
	counts := fmt.Sprintf("%d\t%d\t%d\n", s.passed, s.failed, s.skipped)
	var skips strings.Builder
	for _, one := range s.skips {
		fmt.Fprintf(&skips, "%s\t%s\n", one.name, one.reason)
	}
	return errors.Join(
		add(filepath.Join(dir, countsFile), counts),
		add(filepath.Join(dir, skipsFile), skips.String()),
	)
}

func add(path, text string) error {
	file, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("recording the tests: %w", err)
	}
	_, err = file.WriteString(text)
	return errors.Join(err, file.Close())
}

// verdict fails when something failed and when nothing ran.
func (s *stream) verdict(dir string) error {
	switch {
	case s.failed > 0 || s.brokenPackages > 0:
		return fmt.Errorf("%s: %d tests and %d packages failed", dir, s.failed, s.brokenPackages)
	case s.passed == 0:
		return fmt.Errorf("%s: no test has run", dir)
	}
	return nil
}
