// Command audit tells, before anything is missed, whether the webhooks that a host handles will come: it compares the handlers
// registered on the bus with what Pinwheel and Argyle are subscribed to send to the host's endpoints.
//
//	go run ./examples/audit [-url https://app.example.com] [-sandbox] [-sync] [-demo]
//
// PINWHEEL_API_SECRET, and ARGYLE_API_KEY_ID with ARGYLE_API_KEY_SECRET, choose the providers; ARGYLE_WEBHOOK_SECRET signs what
// -sync makes at Argyle. Without any of them, or with -demo, it audits a server of its own that answers as the providers do.
// The exit status is 1 when something that is handled will not come, which does not count with -demo, and 2 when a provider could
// not be asked.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"

	"github.com/linkhook/linkhook/events"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:], os.Getenv, os.Stdout, os.Stderr)
	stop()
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
	case errors.Is(err, errMissing):
		os.Exit(1)
	default:
		fmt.Fprintln(os.Stderr, "audit:", err)
		os.Exit(2)
	}
}

// errMissing means that the audits worked and found something wrong.
var errMissing = errors.New("something that is handled will not come")

// settings are what flags and environment say.
type settings struct {
	url     string // what the paths of the endpoints are appended to
	sandbox bool
	sync    bool
	demo    bool

	pinwheelSecret            string
	argyleKeyID, argyleSecret string
	webhookSecret             string
}

func configure(args []string, getenv func(string) string, stderr io.Writer) (settings, error) {
	var s settings
	flags := flag.NewFlagSet("audit", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&s.url, "url", "https://app.example.com", "where the host's endpoints are")
	flags.BoolVar(&s.sandbox, "sandbox", false, "ask the sandboxes instead of production")
	flags.BoolVar(&s.sync, "sync", false, "make what is missing, then audit again")
	flags.BoolVar(&s.demo, "demo", false, "ask a server of this program; the default without secrets")
	flags.Usage = func() {
		fmt.Fprintln(stderr, "Usage of audit:")
		flags.PrintDefaults()
		fmt.Fprintln(stderr, "PINWHEEL_API_SECRET, and ARGYLE_API_KEY_ID with ARGYLE_API_KEY_SECRET, choose the providers that are asked;\n"+
			"ARGYLE_WEBHOOK_SECRET signs what -sync makes at Argyle.")
	}
	if err := flags.Parse(args); err != nil {
		return settings{}, fmt.Errorf("flags: %w", err)
	}
	s.pinwheelSecret = getenv("PINWHEEL_API_SECRET")
	s.argyleKeyID, s.argyleSecret = getenv("ARGYLE_API_KEY_ID"), getenv("ARGYLE_API_KEY_SECRET")
	s.webhookSecret = getenv("ARGYLE_WEBHOOK_SECRET")
	if s.pinwheelSecret == "" && (s.argyleKeyID == "" || s.argyleSecret == "") {
		s.demo = true
	}
	return s, nil
}

// run is the program.
func run(ctx context.Context, args []string, getenv func(string) string, stdout, stderr io.Writer) error {
	s, err := configure(args, getenv, stderr)
	if err != nil {
		return err
	}
	if s.demo {
		fmt.Fprintln(stderr, "audit: asking a server of this program, not the providers: see -h")
	}
	bus := events.New()
	register(bus)
	targets, closeTargets, err := endpoints(ctx, s, bus)
	if err != nil {
		return err
	}
	ok, err := audit(ctx, targets, s.sync, stdout)
	if err := errors.Join(err, closeTargets()); err != nil {
		return err
	}
	if !ok && !s.demo {
		return errMissing
	}
	return nil
}

// audit writes the audits of all targets. A provider that does not answer costs the others nothing.
func audit(ctx context.Context, targets []target, sync bool, out io.Writer) (ok bool, err error) {
	ok = true
	for _, t := range targets {
		found, failure := t.audit(ctx, sync, out)
		ok = ok && found
		err = errors.Join(err, failure)
	}
	return ok, err
}
