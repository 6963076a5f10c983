package crashtest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"strconv"
	"time"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/inbox"
	"github.com/linkhook/linkhook/events/pinwheel"
	"github.com/linkhook/linkhook/router"
)

// The paths of a node.
const (
	HookPath    = "/hooks/pinwheel" // takes signed deliveries of Pinwheel
	backlogPath = "/backlog"        // says how many events are not finished
	checkPath   = "/check"          // runs Node.Check
)

var (
	handlerNames = []string{"ledger", "mail"}
	errByChance  = errors.New("crashtest: the handler fails by chance")
)

const (
	failEvery = 40 // one run of a handler of so many fails, after its effect
	stopTime  = 10 * time.Second
	headTime  = 10 * time.Second
)

// Node is a host: an inbox in front of a bus, behind a router.
type Node struct {
	Store    inbox.Store                 // where events are kept; the caller's to close
	Keys     inbox.KeyWrapper            // encrypts the keys of bodies; shared by all nodes of a store
	Register func(*events.Bus)           // registers the handlers
	Check    func(context.Context) error // what POST /check does; nil: there is nothing to check
	Lease    time.Duration               // zero means the inbox's default
	MinFree  int64                       // zero means the inbox's default
	Log      io.Writer                   // gets what the inbox and the router report; nil means nothing
}

// Handlers returns a registration of two handlers that write what they do into the journal. Some of their runs fail after
// the effect, so that the store records that one of them has succeeded and the other has not.
func Handlers(j *Journal) func(*events.Bus) {
	return func(bus *events.Bus) {
		for _, name := range handlerNames {
			events.On(bus.Named(name), pinwheel.PaystubsAdded, j.handle)
		}
	}
}

func (j *Journal) handle(_ context.Context, ev events.Event[pinwheel.Paystubs]) error {
	if err := j.note(stepBegin, &ev.Meta); err != nil {
		return err
	}
	if !Intact(&ev) {
		return errors.Join(j.note(stepCorrupt, &ev.Meta), errors.New("crashtest: the event is not what was sent"))
	}
	if ByChance() {
		return errors.Join(j.note(stepFailed, &ev.Meta), errByChance)
	}
	return j.note(stepEffect, &ev.Meta)
}

// ByChance is true now and then: then a handler should fail.
func ByChance() bool { return rand.N(failEvery) == 0 } //nolint:gosec // chance needs no secrecy

// Run serves on a free port of 127.0.0.1 and writes "ready", the address and the process id to out. When in ends, because
// the parent closed it or has died, it finishes what is in hand and returns. Closing the store is the caller's.
func (n *Node) Run(in io.Reader, out io.Writer) error {
	log := slog.New(slog.DiscardHandler) //nolint:forbidigo // a process that is killed has nobody who reads its log
	if n.Log != nil {
		log = slog.New(slog.NewTextHandler(n.Log, nil))
	}
	bus := events.New()
	n.Register(bus)
	box := inbox.New(n.Store, bus, &inbox.Options{
		KeyWrapper: n.Keys, Lease: n.Lease, MinFree: n.MinFree, Retry: quickRetry, Logger: log,
	})
	ran := make(chan error, 1)
	go func() { ran <- box.Run(context.Background()) }()

	server := &http.Server{Handler: n.mux(box, log), ReadHeaderTimeout: headTime}
	listener, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // nothing to cancel
	if err != nil {
		return fmt.Errorf("crashtest: listening: %w", err)
	}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	if _, err := fmt.Fprintf(out, "ready http://%s %d\n", listener.Addr(), os.Getpid()); err != nil {
		return fmt.Errorf("crashtest: telling the parent: %w", err)
	}

	_, _ = io.Copy(io.Discard, in) // an end is an end
	ctx, cancel := context.WithTimeout(context.Background(), stopTime)
	defer cancel()
	err = errors.Join(server.Shutdown(ctx), box.Shutdown(ctx), <-ran)
	if e := <-served; !errors.Is(e, http.ErrServerClosed) {
		err = errors.Join(err, e)
	}
	return err
}

// quickRetry makes what fails come back while the program still runs.
func quickRetry(events.KindID) inbox.RetryPolicy {
	return inbox.RetryPolicy{First: 5 * time.Millisecond, Factor: 2, Max: 200 * time.Millisecond, GiveUpAfter: time.Hour}
}

func (n *Node) mux(box *inbox.Inbox, log *slog.Logger) *http.ServeMux {
	mux := http.NewServeMux()
	mux.Handle(HookPath, router.New(box, Webhooks(), &router.Options{Logger: log}))
	mux.HandleFunc("GET "+backlogPath, func(w http.ResponseWriter, r *http.Request) {
		s, err := box.Stats(r.Context())
		if err != nil {
			http.Error(w, "no figures", http.StatusServiceUnavailable)
			return
		}
		_, _ = io.WriteString(w, strconv.FormatInt(s.Backlog(), 10)) // the parent is gone
	})
	mux.HandleFunc("POST "+checkPath, func(w http.ResponseWriter, r *http.Request) {
		if n.Check == nil {
			return
		}
		if err := n.Check(r.Context()); err != nil {
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
		}
	})
	return mux
}
