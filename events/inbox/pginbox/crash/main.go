// Command crash runs several nodes over one Postgres, delivers signed webhooks to them, kills nodes and the server with SIGKILL
// at random moments, and then checks that every accepted event had its effect, and how often.
//
//	go run ./events/inbox/inboxtest/crash -store pg -tx -kills 50
//
// builds and starts it. The last line it prints is
//
//	accepted=… effects=… distinct=…
//
// With -tx handlers write in the transaction that they are offered, and the program fails unless the three are equal. Without
// it they write on a connection of their own, and a handler that was killed before its success was recorded runs again: then
// effects may be more than the other two, which must be equal.
//
// The server is one of its own: made in a temporary folder by the initdb that is installed, run as the user postgres when the
// program is root, on a port of 127.0.0.1 below the ephemeral ones, and deleted at the end.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
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
	kills := flags.Int("kills", 50, "how often")
	tx := flags.Bool("tx", false, "handlers write in the transaction that they are offered")
	nodes := flags.Int("nodes", 3, "how many processes share the store")
	child := flags.String("child", "", "serve a node over the database at this `URL`; for the program itself")
	key := flags.String("key", "", "the child's key `file`")
	if err := flags.Parse(args); err != nil {
		return fmt.Errorf("reading the flags: %w", err)
	}
	if *child != "" {
		return serve(ctx, *child, *key, *tx)
	}
	c := campaign{kills: *kills, nodes: *nodes, tx: *tx, out: os.Stdout}
	return c.run(ctx)
}
