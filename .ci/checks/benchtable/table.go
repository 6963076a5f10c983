package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// table prints a line per goal whose figure was measured.
func table(out io.Writer, goals []goal, measured *results) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "goal\tunit\tfigure\tfloor\tratio\tnow required\tmoonshot\tallocs\trequired\tmoonshot")
	for _, g := range goals {
		figure, ok := measured.median(g.figure, g.unit)
		if !ok {
			fmt.Fprintf(w, "%s\t%s\tnot measured\t\t\t%s\t%s\t\t\t\n", g.name, g.unit, g.required.text, g.moonshot.text)
			continue
		}
		judged, floor, ratio := figure, "-", "-"
		if g.floor != "-" {
			value, ok := measured.median(g.floor, g.unit)
			if !ok || value == 0 {
				fmt.Fprintf(w, "%s\t%s\t%s\tnot measured\t\t\t\t\t\t\n", g.name, g.unit, number(figure))
				continue
			}
			judged = figure / value
			floor, ratio = number(value), fmt.Sprintf("%.2f", judged)
		}
		allocs, hasAllocs := measured.median(g.figure, "allocs/op")
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s", g.name, g.unit, number(figure), floor, ratio,
			g.required.cell(judged), g.moonshot.cell(judged))
		if hasAllocs {
			fmt.Fprintf(w, "\t%s\t%s\t%s\n", number(allocs), g.allocs.cell(allocs), g.allocsMoonshot.cell(allocs))
		} else {
			fmt.Fprint(w, "\t-\t-\t-\n")
		}
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("printing: %w", err)
	}
	return nil
}

// number prints three digits or more of a value, never an exponent.
func number(value float64) string {
	switch {
	case value >= 100 || value == float64(int64(value)):
		return fmt.Sprintf("%.0f", value)
	case value >= 1:
		return fmt.Sprintf("%.1f", value)
	}
	return fmt.Sprintf("%.3f", value)
}

// missing fails when a benchmark is not there although its package has benchmarks.
func missing(out io.Writer, goals []goal, measured *results) error {
	var gone int
	for _, g := range goals {
		for _, key := range []string{g.figure, g.floor} {
			pkg, _, _ := strings.Cut(key, ".")
			if key == "-" || !measured.packages[pkg] {
				continue
			}
			if _, ok := measured.median(key, g.unit); !ok {
				gone++
				fmt.Fprintf(out, "%s: no %s of Benchmark%s\n", g.name, g.unit, strings.TrimPrefix(key, pkg+"."))
			}
		}
	}
	fmt.Fprintf(out, "%d benchmarks ran in %d packages\n", len(measured.values), len(measured.packages))
	if gone > 0 {
		return fmt.Errorf("%d named benchmarks are missing", gone)
	}
	return nil
}
