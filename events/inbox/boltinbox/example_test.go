package boltinbox_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"

	"github.com/go-json-experiment/json"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/inbox"
	"github.com/linkhook/linkhook/events/inbox/boltinbox"
	"github.com/linkhook/linkhook/events/pinwheel"
	"github.com/linkhook/linkhook/router"
)

// durable mounts webhooks whose events are on disk before Pinwheel is answered. The host calls run beside its server.
func durable(mux *http.ServeMux, bus *events.Bus, webhooks *pinwheel.Webhooks, file string) (run func(context.Context) error, err error) {
	store, err := boltinbox.Open(file, nil) // its master key is made beside it, in file.key
	if err != nil {
		return nil, err
	}
	box := inbox.New(store, bus, nil)
	mux.Handle("/hooks/pinwheel", router.New(box, webhooks, nil))
	return func(ctx context.Context) error { return errors.Join(box.Run(ctx), store.Close()) }, nil
}

func Example() {
	dir, err := os.MkdirTemp("", "boltinbox")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = os.RemoveAll(dir) }()

	bus := events.New()
	linked := make(chan string)
	events.On(bus.Named("ledger"), pinwheel.AccountAdded, func(_ context.Context, ev events.Event[pinwheel.Account]) error {
		linked <- ev.Data.PlatformName
		return nil
	})
	mux := http.NewServeMux()
	webhooks := pinwheel.NewWebhooks(events.Keys("an API secret"), nil)
	run, err := durable(mux, bus, webhooks, filepath.Join(dir, "events.db"))
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	ended := make(chan error)
	go func() { ended <- run(ctx) }()

	payload, _ := json.Marshal(pinwheel.Account{AccountID: "acc_1", PlatformName: "Acme Payroll"})
	body, _ := webhooks.Compose(pinwheel.AccountAdded.ID(), events.Meta{ID: "ev_1"}, payload)
	for range 2 { // the second one is a redelivery
		req := httptest.NewRequest(http.MethodPost, "/hooks/pinwheel", bytes.NewReader(body))
		webhooks.Sign(req.Header, body)
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, req)
		fmt.Println("answered", w.Code)
		if w.Code != http.StatusOK {
			return
		}
	}
	fmt.Println("linked", <-linked)
	stop()
	fmt.Println("ended:", <-ended)
	// Output:
	// answered 200
	// answered 200
	// linked Acme Payroll
	// ended: <nil>
}
