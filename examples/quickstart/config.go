package main

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"io"
	"time"

	"github.com/linkhook/linkhook/events/pinwheel/pinwheelapi"
)

// The values of -events.
const (
	formatText  = "text"
	formatJSONL = "jsonl"
)

// pace is the time between two deliveries of the simulated provider: slow enough to watch.
const pace = 250 * time.Millisecond

// config is what flags and environment say.
type config struct {
	addr           string
	url            string // where the program listens, once it does
	format         string // of the events on stdout
	store          string // the file that keeps events, or "none"
	demo           bool   // serve the page and the simulated provider
	live           string // Pinwheel's API, in place of the simulated provider; empty without -live
	pinwheelSecret string
	argyleSecret   string
	pace           time.Duration
}

// configure reads the flags and the secrets.
func configure(args []string, getenv func(string) string, stderr io.Writer) (config, error) {
	cfg := config{pace: pace}
	flags := flag.NewFlagSet("quickstart", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() {
		fmt.Fprintln(stderr, "Usage of quickstart:")
		flags.PrintDefaults()
		fmt.Fprintln(stderr, "PINWHEEL_API_SECRET and ARGYLE_WEBHOOK_SECRET are the secrets that sign webhooks; random ones are made otherwise.")
	}
	flags.StringVar(&cfg.addr, "addr", "127.0.0.1:8080", "address to listen on")
	flags.StringVar(&cfg.format, "events", formatText, "how events are printed: text or jsonl")
	flags.StringVar(&cfg.store, "store", defaultStore(), "file that keeps events until they are handled, or none")
	flags.BoolVar(&cfg.demo, "demo", true, "serve the page and the simulated provider, not the endpoints alone")
	live := flags.Bool("live", false, "make Link tokens at Pinwheel and load its script; needs PINWHEEL_API_SECRET")
	api := flags.String("api", pinwheelapi.Sandbox, "the `URL` of Pinwheel's API that -live asks")
	if err := flags.Parse(args); err != nil {
		return config{}, fmt.Errorf("flags: %w", err)
	}
	if flags.NArg() > 0 {
		return config{}, fmt.Errorf("flags: %q is too much", flags.Arg(0))
	}
	if cfg.format != formatText && cfg.format != formatJSONL {
		return config{}, fmt.Errorf("flags: -events is text or jsonl, not %q", cfg.format)
	}
	if *live {
		cfg.live = *api
		if getenv("PINWHEEL_API_SECRET") == "" {
			return config{}, errors.New("flags: -live needs the API secret in PINWHEEL_API_SECRET")
		}
	}
	cfg.pinwheelSecret = secret(getenv("PINWHEEL_API_SECRET"))
	cfg.argyleSecret = secret(getenv("ARGYLE_WEBHOOK_SECRET"))
	return cfg, nil
}

// secret returns the given one, or a random one that nobody knows but this process.
func secret(given string) string {
	if given != "" {
		return given
	}
	return randomHex(32)
}

// randomHex returns n random bytes in hex.
func randomHex(n int) string {
	b := make([]byte, n)
	_, _ = rand.Read(b) // crypto/rand never fails
	return hex.EncodeToString(b)
}

// randomUUID returns an id such as the provider's.
func randomUUID() string {
	h := randomHex(16)
	return h[:8] + "-" + h[8:12] + "-4" + h[13:16] + "-a" + h[17:20] + "-" + h[20:]
}
