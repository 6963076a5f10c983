package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
)

const (
	countsFile = "counts.tsv" // passed, failed, skipped; a line per stream
	skipsFile  = "skips.tsv"  // package.Test, reason; a line per skip
)

// summarize prints the sums of a run as its last line and fails on skips that
// the allow-list does not name.
func summarize(out io.Writer, dir, allowFile string) error {
	passed, failed, skipped, err := sums(filepath.Join(dir, countsFile))
	if err != nil {
		return err
	}
	allowed, err := allowList(allowFile)
	if err != nil {
		return err
	}
	skips, err := lines(filepath.Join(dir, skipsFile))
	if err != nil {
		return err
	}
	var unlisted int
	for _, line := range skips {
		name, why, _ := strings.Cut(line, "\t")
		if allowed.names(name) {
			continue
		}
		unlisted++
		fmt.Fprintf(out, "skipped and not in skips.txt: %s: %s\n", name, why)
	}
	fmt.Fprintf(out, "%d passed, %d failed, %d skipped\n", passed, failed, skipped)
	if unlisted > 0 {
		return fmt.Errorf("%d skips that should not be", unlisted)
	}
	if passed == 0 {
		return errors.New("no test has run")
	}
	return nil
}

func sums(file string) (passed, failed, skipped int, err error) {
	counts, err := lines(file)
	if err != nil {
		return 0, 0, 0, err
	}
	for _, line := range counts {
		var p, f, s int
		if _, err := fmt.Sscanf(line, "%d\t%d\t%d", &p, &f, &s); err != nil {
			return 0, 0, 0, fmt.Errorf("%s: %q: %w", file, line, err)
		}
		passed, failed, skipped = passed+p, failed+f, skipped+s
	}
	return passed, failed, skipped, nil
}

// patterns are the allowed skips: path.Match patterns over package.Test.
type patterns []string

func (p patterns) names(test string) bool {
	for _, pattern := range p {
		if ok, err := path.Match(pattern, test); err == nil && ok {
			return true
		}
	}
	return false
}

// allowList reads lines of 'pattern reason'; '#' starts a comment. A pattern
// without a reason is an error.
func allowList(file string) (patterns, error) {
	var list patterns
	text, err := lines(file)
	if err != nil {
		return nil, err
	}
	for _, line := range text {
		if strings.HasPrefix(line, "#") {
			continue
		}
		fields := strings.Fields(line)
		if len(fields) < 4 {
			return nil, fmt.Errorf("%s: %q: a skip needs a reason of at least three words", file, line)
		}
		if _, err := path.Match(fields[0], ""); err != nil {
			return nil, fmt.Errorf("%s: %q: %w", file, fields[0], err)
		}
		list = append(list, fields[0])
	}
	return list, nil
}

// lines returns the lines of a file that are not blank; none when there is no file.
func lines(file string) ([]string, error) {
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) || file == "" {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", file, err)
	}
	var list []string
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); line != "" {
			list = append(list, line)
		}
	}
	return list, nil
}
