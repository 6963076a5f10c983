// Package hosttest is a small host, a lender that reads its applicants' income, and its tests: how an application tests the
// handlers that it registers, at three depths and without mocks.
//
//   - handler_test.go: a handler is a plain function of a struct literal
//   - bus_test.go: what is registered, through the bus, with package eventstest
//   - http_test.go: everything in front of it, signed and over HTTP, with package routertest
package hosttest

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/pinwheel"
)

// Income is the payload of [IncomeReady].
type Income struct {
	Applicant string `json:"applicant" validate:"required"`  // the host's own id of the user
	AccountID string `json:"account_id" validate:"required"` // the provider's id, to read the income with
}

// IncomeReady is the host's own event: other parts of it register for it as they do for a provider's.
var IncomeReady = events.Webhook[Income]("lender", "income.ready")

// Lender keeps which payroll account belongs to which applicant. It is safe for concurrent use.
type Lender struct {
	out events.Publisher

	mu         sync.Mutex
	applicants map[string]string // by account id
	exits      int
}

// NewLender makes a lender that publishes its own events to out.
func NewLender(out events.Publisher) *Lender {
	return &Lender{out: out, applicants: map[string]string{}}
}

// Register says what happens on which event.
func (l *Lender) Register(bus *events.Bus) {
	events.On(bus, pinwheel.AccountAdded, l.LinkAccount)
	events.On(bus, pinwheel.PaystubsFullySynced, l.ReadIncome)
	events.On(bus, pinwheel.LinkExit, l.CountExit)
}

// errNoApplicant is no matter of time: trying again would not help.
var errNoApplicant = errors.New("the account belongs to no applicant of ours")

// LinkAccount ties an account to its applicant.
func (l *Lender) LinkAccount(_ context.Context, ev events.Event[pinwheel.Account]) error {
	if ev.Data.EndUserID == "" {
		return events.Permanent(errNoApplicant)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.applicants[ev.Data.AccountID] = ev.Data.EndUserID
	return nil
}

// ReadIncome announces that the income can be read, once all paystubs are there. Webhooks come in any order: when the account
// is not known yet, the event is tried again later.
func (l *Lender) ReadIncome(ctx context.Context, ev events.Event[pinwheel.PaystubsSync]) error {
	if !ev.Data.Outcome.Succeeded() {
		return nil // pending comes again, and an error leaves nothing to read
	}
	applicant, ok := l.Applicant(ev.Data.AccountID)
	if !ok {
		return fmt.Errorf("account %s is not linked yet", ev.Data.AccountID)
	}
	raw, err := IncomeReady.Encode(Income{Applicant: applicant, AccountID: ev.Data.AccountID})
	if err != nil {
		return err
	}
	return l.out.Publish(ctx, events.Envelope{Meta: events.Meta{ID: "income-of-" + ev.ID, Kind: IncomeReady.ID()}, Raw: raw})
}

// CountExit counts who closes the modal. It is a browser's word, fit for figures and nothing else.
func (l *Lender) CountExit(context.Context, events.Event[pinwheel.ExitClaim]) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.exits++
	return nil
}

// Applicant returns whose account it is.
func (l *Lender) Applicant(accountID string) (string, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	applicant, ok := l.applicants[accountID]
	return applicant, ok
}

// Exits returns how often the modal was closed.
func (l *Lender) Exits() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.exits
}
