// Command testlog reads the output of 'go test -json' on standard input, prints
// what a reader of a CI log needs (one line per package, everything about a
// failure), and keeps the counts and the skips of a run.
//
// With -summary it adds up what the streams of a run have left in a folder and
// fails on a skip that the allow-list does not name.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
)

func main() {
	if err := run(os.Args[1:], os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "testlog:", err)
		os.Exit(1)
	}
}

// run is main with its inputs and outputs as parameters.
func run(args []string, in io.Reader, out io.Writer) error {
	set := flag.NewFlagSet("testlog", flag.ContinueOnError)
	record := set.String("record", "", "folder that the counts and skips are added to")
	dir := set.String("dir", ".", "name of the module, for the messages")
	summary := set.String("summary", "", "folder whose counts and skips are added up")
	allow := set.String("skips", "", "allow-list of skips, with -summary")
	if err := set.Parse(args); err != nil {
		return fmt.Errorf("arguments: %w", err)
	}
	if *summary != "" {
		return summarize(out, *summary, *allow)
	}
	stream := newStream(out)
	if err := stream.read(in); err != nil {
		return err
	}
	if *record != "" {
		if err := stream.save(*record); err != nil {
			return err
		}
	}
	return stream.verdict(*dir)
}
