// Command benchtable reads the output of 'go test -bench' from the named files
// and prints each figure beside its floor and its goals. It judges nothing: a
// figure that misses its goal is marked, and the command still succeeds. With
// -exist it prints no table and fails when a benchmark that the goals name is
// missing from a package that has benchmarks.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
)

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "benchtable:", err)
		os.Exit(1)
	}
}

// run is main with its inputs and outputs as parameters.
func run(args []string, out io.Writer) error {
	set := flag.NewFlagSet("benchtable", flag.ContinueOnError)
	goalsFile := set.String("goals", "", "table of goals")
	exist := set.Bool("exist", false, "only ask that the named benchmarks exist")
	if err := set.Parse(args); err != nil {
		return fmt.Errorf("arguments: %w", err)
	}
	goals, err := readGoals(*goalsFile)
	if err != nil {
		return err
	}
	results := newResults()
	for _, name := range set.Args() {
		if err := results.file(name); err != nil {
			return err
		}
	}
	if len(results.values) == 0 {
		return errors.New("no benchmark has run")
	}
	if *exist {
		return missing(out, goals, results)
	}
	return table(out, goals, results)
}
