package inbox_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/inbox"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// canary stands for a payload that must not be seen anywhere but in a handler.
const canary = "canary-4711-do-not-show"

type paystubs struct {
	AccountID string `json:"account_id"`
	Note      string `json:"note"`
}

var (
	paystubsAdded = events.Webhook[paystubs]("acme", "paystubs.added")
	accountAdded  = events.Webhook[paystubs]("acme", "account.added")
	linkScreen    = events.Link[paystubs]("acme", "screen")
)

// genuine returns a verified webhook of that id and account.
func genuine(id, account string) events.Envelope {
	return events.Envelope{
		Meta: events.Meta{
			ID: id, Kind: paystubsAdded.ID(), Source: events.SourceWebhook, Trust: events.Verified,
			Subject: events.Subject{AccountID: account},
		},
		Raw: []byte(`{"account_id":"` + account + `","note":"` + canary + `","id":"` + id + `"}`),
	}
}

// rig is an inbox that runs, within a synctest bubble.
type rig struct {
	store inbox.Store
	bus   *events.Bus
	box   *inbox.Inbox
	seen  *seen
}

// start runs an inbox over a new memory store until the test ends.
func start(t *testing.T, opts *inbox.Options, register func(*events.Bus)) *rig {
	t.Helper()
	return startOn(t, inbox.NewMemory(), opts, register)
}

func startOn(t *testing.T, store inbox.Store, opts *inbox.Options, register func(*events.Bus)) *rig {
	t.Helper()
	r := &rig{store: store, bus: events.New(), seen: &seen{}}
	r.bus.Watch().Observe(r.seen.add)
	if register != nil {
		register(r.bus)
	}
	r.box = inbox.New(store, r.bus, opts)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- r.box.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("Run: %v", err)
		}
	})
	return r
}

// only returns the single record of the store.
func (r *rig) only(t *testing.T) inbox.Record {
	t.Helper()
	list, err := r.store.List(t.Context(), inbox.Filter{})
	if err != nil || len(list) != 1 {
		t.Fatalf("one event is expected in the store, got %d (%v)", len(list), err)
	}
	rec, err := r.store.Find(t.Context(), list[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	return rec
}

const forever = 30 * time.Hour

const day = 24 * time.Hour

// me is who does things by hand in tests.
var me = inbox.By{Who: "tester", Why: "the test says so"}

// pass lets time go by in a synctest bubble, and everything happen that comes of it.
func pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}
