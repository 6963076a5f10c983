package main

import (
	"bufio"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

const module = "github.com/linkhook/linkhook"

// results holds every measured value by benchmark ('package.Name') and unit.
type results struct {
	values   map[string]map[string][]float64
	packages map[string]bool
}

func newResults() *results {
	return &results{values: map[string]map[string][]float64{}, packages: map[string]bool{}}
}

// procs is the number of processors that the testing package appends to a name.
var procs = regexp.MustCompile(`-\d+$`)

// file adds the lines of one file.
func (r *results) file(name string) error {
	file, err := os.Open(name)
	if err != nil {
		return fmt.Errorf("reading the results: %w", err)
	}
	defer file.Close()
	var pkg string
	scanner := bufio.NewScanner(file)
	scanner.Buffer(nil, 1<<20)
	for scanner.Scan() {
		line := scanner.Text()
		if path, ok := strings.CutPrefix(line, "pkg: "); ok {
			pkg = strings.Trim(strings.TrimPrefix(path, module), "/")
			continue
		}
		fields := strings.Fields(line)
		if len(fields) < 4 || !strings.HasPrefix(line, "Benchmark") {
			continue
		}
		r.add(pkg, strings.TrimPrefix(procs.ReplaceAllString(fields[0], ""), "Benchmark"), fields[2:])
	}
	if err := scanner.Err(); err != nil {
		return fmt.Errorf("reading %s: %w", name, err)
	}
	return nil
}

// add takes in the 'value unit' pairs of one line.
func (r *results) add(pkg, name string, pairs []string) {
	r.packages[pkg] = true
	key := pkg + "." + name
	if r.values[key] == nil {
		r.values[key] = map[string][]float64{}
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		if value, err := strconv.ParseFloat(pairs[i], 64); err == nil {
			r.values[key][pairs[i+1]] = append(r.values[key][pairs[i+1]], value)
		}
	}
}

// median returns the median of all passes.
func (r *results) median(key, unit string) (float64, bool) {
	values := slices.Sorted(slices.Values(r.values[key][unit]))
	if len(values) == 0 {
		return 0, false
	}
	middle := len(values) / 2
	if len(values)%2 == 1 {
		return values[middle], true
	}
	return (values[middle-1] + values[middle]) / 2, true
}
