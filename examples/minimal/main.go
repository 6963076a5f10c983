// Command minimal is the example of the README: Pinwheel's webhooks and Link events at two functions of one's own.
package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/http"
	"os"
	"time"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/pinwheel"
	"github.com/linkhook/linkhook/linkbridge"
	"github.com/linkhook/linkhook/router"
)

func routes(apiSecret string, ticketKey []byte) http.Handler {
	bus := events.New()
	events.On(bus, pinwheel.PaystubsAdded, pullPaystubs)       // a signed webhook of the provider
	events.On(bus, pinwheel.LinkScreenTransition, countScreen) // an event of the Link modal, a browser's claim

	webhooks := pinwheel.NewWebhooks(events.Keys(apiSecret), nil)
	bridge := linkbridge.New(bus, linkbridge.Keys(ticketKey), nil)
	mux := http.NewServeMux()
	mux.Handle("/hooks/pinwheel", router.New(bus, webhooks, nil))
	mux.Handle("/hooks/link", bridge)
	mux.Handle("/hooks/link.js", bridge.Script())
	return mux
}

func pullPaystubs(_ context.Context, ev events.Event[pinwheel.Paystubs]) error {
	if !ev.Data.Outcome.Succeeded() {
		return nil // pending comes again; after an error there is nothing to pull
	}
	return store(ev.Data.AccountID, len(ev.Data.Added)) // an error means: try again
}

func countScreen(_ context.Context, ev events.Event[pinwheel.ScreenTransitionClaim]) error {
	return count(ev.Data.ScreenName)
}

// The rest is no linkhook.

func main() {
	ticketKey := make([]byte, 32)
	_, _ = rand.Read(ticketKey) // it never fails; keep the key to have tickets outlive a restart
	server := &http.Server{
		Addr: "127.0.0.1:8080", Handler: routes(os.Getenv("PINWHEEL_API_SECRET"), ticketKey), ReadHeaderTimeout: 5 * time.Second,
	}
	if err := server.ListenAndServe(); err != nil {
		fmt.Fprintln(os.Stderr, "minimal:", err)
		os.Exit(1)
	}
}

// store stands for the host's own database.
func store(accountID string, paystubs int) error {
	_, err := fmt.Fprintf(os.Stdout, "account %s has %d new paystubs\n", accountID, paystubs)
	return err
}

// count stands for the host's own figures.
func count(screen pinwheel.Screen) error {
	_, err := fmt.Fprintf(os.Stdout, "screen %s was shown\n", screen)
	return err
}
