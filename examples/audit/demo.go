package main

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/linkhook/linkhook/events/pinwheel"
)

// requestTimeout bounds one try of a request.
const requestTimeout = 30 * time.Second

// demoSecret stands for all secrets of the demonstration.
const demoSecret = "demonstration"

// demo is a server that answers as the providers' subscription APIs do, in the shapes that were recorded of them.
type demo struct {
	url    string
	server *http.Server
	served chan error

	mu       sync.Mutex
	pinwheel []map[string]any
	argyle   map[string][]map[string]any // by version
}

// startDemo starts the server, with subscriptions as they stand in a host that has moved on: some events were added to the
// code since, one subscription is paused, and one was made without a secret.
func startDemo(ctx context.Context, host string) (*demo, error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listening: %w", err)
	}
	d := &demo{
		url: "http://" + listener.Addr().String(), served: make(chan error, 1),
		pinwheel: []map[string]any{
			subscription("w1", host+"/hooks/pinwheel", "enabled_events", "account.added", "paystubs.fully_synced", "shifts.added"),
			subscription("w2", host+"/hooks/pinwheel", "enabled_events", "direct_deposit_switch.added"),
			subscription("w3", "https://staging.example.com/hooks/pinwheel", "enabled_events", "account.added"),
		},
		argyle: map[string][]map[string]any{
			"v2": {subscription("a1", host+"/hooks/argyle", "events", "paystubs.fully_synced", "users.fully_synced")},
			"v1": {},
		},
	}
	for i, status := range []string{"active", "paused", "active"} {
		d.pinwheel[i]["status"], d.pinwheel[i]["version"] = status, pinwheel.Version
	}
	mux := http.NewServeMux()
	mux.Handle("/v1/webhooks", secured(d.pinwheelWebhooks, func(r *http.Request) string { return r.Header.Get("X-Api-Secret") }))
	mux.Handle("PUT /v1/webhooks/{id}", secured(d.updatePinwheel, func(r *http.Request) string { return r.Header.Get("X-Api-Secret") }))
	mux.Handle("/argyle/{version}/webhooks", secured(d.argyleWebhooks, func(r *http.Request) string {
		_, secret, _ := r.BasicAuth()
		return secret
	}))
	d.server = &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	go func() { d.served <- d.server.Serve(listener) }()
	return d, nil
}

func subscription(id, url, member string, names ...string) map[string]any {
	return map[string]any{"id": id, "url": url, member: names}
}

// close ends the server and waits for it.
func (d *demo) close() error {
	err := d.server.Close()
	if served := <-d.served; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	return err
}

// secured lets requests with the secret through.
func secured(h http.HandlerFunc, secret func(*http.Request) string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if subtle.ConstantTimeCompare([]byte(secret(r)), []byte(demoSecret)) != 1 {
			answer(w, http.StatusUnauthorized, map[string]string{"detail": "Invalid username/password."})
			return
		}
		h(w, r)
	})
}

func (d *demo) pinwheelWebhooks(w http.ResponseWriter, r *http.Request) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if r.Method == http.MethodGet {
		answer(w, http.StatusOK, map[string]any{"data": d.pinwheel, "meta": map[string]any{"count": len(d.pinwheel), "next_cursor": nil}})
		return
	}
	sub, ok := read(w, r)
	if ok {
		sub["id"] = fmt.Sprintf("w%d", len(d.pinwheel)+1)
		d.pinwheel = append(d.pinwheel, sub)
		answer(w, http.StatusOK, map[string]any{"data": sub})
	}
}

func (d *demo) updatePinwheel(w http.ResponseWriter, r *http.Request) {
	d.mu.Lock()
	defer d.mu.Unlock()
	change, ok := read(w, r)
	for _, sub := range d.pinwheel {
		if ok && sub["id"] == r.PathValue("id") {
			maps.Copy(sub, change)
			answer(w, http.StatusOK, map[string]any{"data": sub})
		}
	}
}

func (d *demo) argyleWebhooks(w http.ResponseWriter, r *http.Request) {
	d.mu.Lock()
	defer d.mu.Unlock()
	version := r.PathValue("version")
	if r.Method == http.MethodGet {
		answer(w, http.StatusOK, map[string]any{"next": nil, "previous": nil, "results": d.argyle[version]})
		return
	}
	sub, ok := read(w, r)
	if ok {
		sub["id"] = fmt.Sprintf("a%s-%d", version, len(d.argyle[version])+1)
		d.argyle[version] = append(d.argyle[version], sub)
		answer(w, http.StatusCreated, sub)
	}
}

func read(w http.ResponseWriter, r *http.Request) (map[string]any, bool) {
	var body map[string]any
	if err := json.UnmarshalRead(r.Body, &body); err != nil {
		answer(w, http.StatusBadRequest, map[string]string{"detail": "JSON parse error"})
		return nil, false
	}
	return body, true
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.MarshalWrite(w, body) // the client went away
}
