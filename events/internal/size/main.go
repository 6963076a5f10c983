// Command size measures what linkhook adds to a host's binary: it builds hosts that use nothing, three kinds and all kinds, and
// prints their sizes as a table of Markdown. SIZE.md in events has its output.
//
//	go run ./events/internal/size
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"runtime"
)

func main() {
	if err := run(context.Background(), os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "size:", err)
		os.Exit(1) //nolint:forbidigo // this is a command's main
	}
}

func run(ctx context.Context, out io.Writer) error {
	kinds, err := allKinds(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%s, linux/amd64, `CGO_ENABLED=0 go build -trimpath -ldflags='-s -w'`\n\n", runtime.Version())
	fmt.Fprintln(out, "| host | modules | bytes | beyond the line above |")
	fmt.Fprintln(out, "|---|---:|---:|---:|")
	var before int64
	for _, h := range hosts(kinds) {
		b, err := build(ctx, h)
		if err != nil {
			return err
		}
		beyond := "–"
		if before != 0 {
			beyond = fmt.Sprintf("%+d", b.bytes-before)
		}
		fmt.Fprintf(out, "| %s | %d | %d | %s |\n", h.title, b.modules, b.bytes, beyond)
		before = b.bytes
	}
	return nil
}
