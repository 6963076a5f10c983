// Command crash runs an inbox in a child process, delivers signed webhooks to it, kills it with SIGKILL at random moments, again
// and again, and then checks that nothing it acknowledged was lost.
//
//	go run ./events/inbox/inboxtest/crash -store bolt -kills 500
//	go run ./events/inbox/inboxtest/crash -store pg -tx -kills 50
//
// With -store bolt the last line it prints is
//
//	acked=… lost=0 corrupt=0 duplicate_success=0
//
// and it fails when one of the last three is not 0: lost counts acknowledged events that are not stored, or that are done
// without an effect of each handler; corrupt counts files that did not open clean and events that came out other than
// they went in; duplicate_success counts handlers that ran again for an event after their success had been recorded. A handler
// that was killed between its work and the record of it runs again: those are the reruns, at most one for each event that
// was in hand.
//
// With -store pg several nodes share a Postgres of the program's own, and the server is killed too. It is a program of
// the nested module pginbox, so that the library does not depend on a driver; this one builds and runs it, from anywhere in
// the source tree.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/linkhook/linkhook/events/inbox/internal/crashtest/boltcrash"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "crash:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("crash", flag.ContinueOnError)
	store := flags.String("store", "bolt", "what is killed: `bolt or pg`")
	kills := flags.Int("kills", 500, "how often")
	tx := flags.Bool("tx", false, "pg: handlers write in the transaction that they are offered")
	child := flags.String("child", "", "serve the node in this `folder`; for the program itself")
	if err := flags.Parse(args); err != nil {
		return fmt.Errorf("reading the flags: %w", err)
	}
	switch {
	case *child != "":
		return boltcrash.In(*child).Serve(os.Stdin, os.Stdout, nil, 0)
	case *store == "bolt" && *tx:
		return errors.New("the bolt store has no transactions for handlers: -tx goes with -store pg")
	case *store == "bolt":
		return (&campaign{kills: *kills, out: os.Stdout}).run(ctx)
	case *store == "pg":
		return postgres(ctx, fmt.Sprintf("-kills=%d", *kills), fmt.Sprintf("-tx=%t", *tx))
	default:
		return fmt.Errorf("there is no store %q: bolt or pg", *store)
	}
}

// postgres builds and runs the program of the nested module.
func postgres(ctx context.Context, args ...string) error {
	list := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Dir}}", "github.com/linkhook/linkhook")
	list.Stderr = os.Stderr
	root, err := list.Output()
	if err != nil {
		return fmt.Errorf("finding the source tree: %w", err)
	}
	dir, err := os.MkdirTemp("", "crash")
	if err != nil {
		return fmt.Errorf("making a folder: %w", err)
	}
	defer os.RemoveAll(dir) //nolint:errcheck // the system clears it
	program := filepath.Join(dir, "crash")
	build := exec.CommandContext(ctx, "go", "build", "-o", program, "./crash") //nolint:gosec // a folder of our own
	build.Dir = filepath.Join(strings.TrimSpace(string(root)), "events", "inbox", "pginbox")
	build.Stdout, build.Stderr = os.Stdout, os.Stderr
	if err := build.Run(); err != nil {
		return fmt.Errorf("building the program for Postgres: %w", err)
	}
	cmd := exec.CommandContext(ctx, program, args...) //nolint:gosec // built above
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) } // it has a server to stop
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("running the program for Postgres: %w", err)
	}
	return nil
}
