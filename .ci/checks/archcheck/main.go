// Command archcheck reads 'importpath TAB imports' lines, as go list prints them,
// and fails on an arrow between two of our packages that the design does not
// have. The design is a hub and spokes: every package may import events, what
// stands above it in its own folder, and nothing else of ours.
package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"strings"
)

const module = "github.com/linkhook/linkhook/"

func main() {
	if err := run(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "archcheck:", err)
		os.Exit(1)
	}
}

// run is main with its inputs and outputs as parameters.
func run(in io.Reader, out io.Writer) error {
	var arrows, wrong int
	scanner := bufio.NewScanner(in)
	scanner.Buffer(nil, 1<<20)
	for scanner.Scan() {
		from, imports, _ := strings.Cut(scanner.Text(), "\t")
		for to := range strings.FieldsSeq(imports) {
			if !strings.HasPrefix(to, module) {
				continue
			}
			arrows++
			if !allowed(strings.TrimPrefix(from, module), strings.TrimPrefix(to, module)) {
				wrong++
				fmt.Fprintf(out, "%s may not import %s\n", from, to)
			}
		}
	}
	if err := scanner.Err(); err != nil {
		return fmt.Errorf("reading: %w", err)
	}
	fmt.Fprintf(out, "%d arrows between our packages, %d wrong\n", arrows, wrong)
	if wrong > 0 {
		return errors.New("the packages are no hub and spokes any more")
	}
	return nil
}

// allowed tells whether one of our packages may import another, both named
// from the module's root.
func allowed(from, to string) bool {
	switch {
	case to == "events":
		return from != "js"
	case strings.HasPrefix(from, "examples/"), isCommand(from), isKit(from):
		return true // what shows, drives or tests the library may use all of it
	case isKit(to), isCommand(to), strings.HasPrefix(to, "examples/"):
		return false
	case strings.HasPrefix(from, to+"/"):
		return true // a part imports the whole that it is a part of
	case strings.Contains(to, "/internal/"):
		return true // the compiler guards these
	}
	switch from + " " + to {
	case "linkbridge js", // serves the script
		"events/inspector events/inbox", // shows what is stored
		// Asks each provider what never came.
		"events/inbox/reconcile events/pinwheel",
		"events/inbox/reconcile events/pinwheel/pinwheelapi",
		"events/inbox/reconcile events/argyle",
		"events/inbox/reconcile events/argyle/argyleapi",
		// Writes the script's names from the providers' catalogues; a command that nothing imports.
		"js/generate events/pinwheel",
		"js/generate events/argyle":
		return true
	}
	return false
}

// isKit tells whether a package is a test kit: named after what it tests.
func isKit(name string) bool {
	for ; name != "."; name = path.Dir(name) {
		if strings.HasSuffix(path.Base(name), "test") {
			return true
		}
	}
	return false
}

func isCommand(name string) bool { return strings.Contains("/"+name+"/", "/cmd/") }
