package inbox_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/inbox"
)

type payout struct {
	Amount string `json:"amount"`
}

var payoutSent = events.Webhook[payout]("acme", "payout.sent")

func delivery(id string) events.Envelope {
	return events.Envelope{
		Meta: events.Meta{ID: id, Kind: payoutSent.ID(), Source: events.SourceWebhook, Trust: events.Verified},
		Raw:  []byte(`{"amount":"12.50"}`),
	}
}

// An inbox stands where the bus stood: it stores first and runs the handlers afterwards, until they succeed.
func Example() {
	bus := events.New()
	done := make(chan struct{})
	events.On(bus.Named("ledger"), payoutSent, func(_ context.Context, ev events.Event[payout]) error {
		if ev.Attempt == 1 {
			fmt.Println("the ledger is down")
			return events.RetryAfter(time.Millisecond, errors.New("ledger: no connection"))
		}
		fmt.Println("booked", ev.Data.Amount)
		close(done)
		return nil
	})

	box := inbox.New(inbox.NewMemory(), bus, nil)
	ctx := context.Background()
	ended := make(chan error)
	go func() { ended <- box.Run(ctx) }()

	fmt.Println("stored:", box.Publish(ctx, delivery("ev_1")) == nil)
	fmt.Println("delivered again:", box.Publish(ctx, delivery("ev_1")) == nil)
	<-done
	fmt.Println("shut down:", box.Shutdown(ctx) == nil, <-ended == nil)
	// Unordered output:
	// stored: true
	// the ledger is down
	// delivered again: true
	// booked 12.50
	// shut down: true true
}

// A dead letter is replayed once its cause is gone. Who did it, and why, is kept in a record that can be verified.
func ExampleInbox_Replay() {
	ctx := context.Background()
	bus := events.New()
	closed := true
	settled := make(chan string, 1)
	bus.Watch().Observe(func(o events.Observation) {
		if o.What == events.Dead || o.What == events.Handled {
			settled <- fmt.Sprint(o.What, " ", o.Meta.ID)
		}
	})
	events.On(bus.Named("ledger"), payoutSent, func(context.Context, events.Event[payout]) error {
		if closed {
			return events.Permanent(errors.New("ledger: the period is closed"))
		}
		return nil
	})
	box := inbox.New(inbox.NewMemory(), bus, nil)
	ended := make(chan error)
	go func() { ended <- box.Run(ctx) }()
	_ = box.Publish(ctx, delivery("ev_1"))
	fmt.Println(<-settled)

	letters, _ := box.DeadLetters(ctx, inbox.Filter{Provider: "acme"})
	letter, _ := box.Inspect(ctx, letters[0].ID)
	fmt.Println(letter.Reason, "/", letter.Detail)

	closed = false
	n, _ := box.Replay(ctx, inbox.By{Who: "ada", Why: "the period was opened again"}, letter.ID)
	fmt.Println("replayed:", n)
	fmt.Println(<-settled)

	entries, _ := box.Audit(ctx, 0, 10)
	head, err := box.VerifyAudit(ctx)
	fmt.Println(entries[0].Who, entries[0].Action, entries[0].Target, "verified:", err == nil, head.N)
	_ = box.Shutdown(ctx)
	fmt.Println("ended:", <-ended == nil)
	// Output:
	// dead ev_1
	// permanent / ledger: ledger: the period is closed
	// replayed: 1
	// handled ev_1
	// ada replay 1 verified: true 1
	// ended: true
}

// Erasing a subject takes its events and its data key, so that copies in backups cannot be read any more.
func ExampleInbox_Erase() {
	ctx := context.Background()
	box := inbox.New(inbox.NewMemory(), events.New(), nil)
	for i, account := range []string{"acc_1", "acc_1", "acc_2"} {
		env := delivery(fmt.Sprint("ev_", i))
		env.AccountID = account
		_ = box.Publish(ctx, env)
	}
	n, err := box.Erase(ctx, inbox.By{Who: "ada", Why: "request 7"}, events.Subject{AccountID: "acc_1"})
	fmt.Println("erased:", n, err)
	_, err = box.Reveal(ctx, inbox.By{Who: "ada", Why: "is it gone?"}, 1)
	fmt.Println(err)
	// Output:
	// erased: 2 <nil>
	// inbox: revealing: inbox: the subject's data was erased
}
