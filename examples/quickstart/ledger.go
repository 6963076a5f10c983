package main

import (
	"cmp"
	"context"
	"sync"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/argyle"
	"github.com/linkhook/linkhook/events/pinwheel"
)

// ledger is what this host knows of its users' payroll accounts. A real one is a database, and its handlers fetch the data
// that a webhook announces from the provider's API. Every handler bears being run twice for one event.
type ledger struct {
	mu       sync.Mutex
	accounts map[string]*account
}

// account is one connected payroll account.
type account struct {
	owner string
	data  map[string]status // by data set
}

// status says how far a data set has come.
type status string

const (
	waiting status = "waiting" // the provider is still at it
	partial status = "partial"
	ready   status = "ready"
	failed  status = "failed"
)

func newLedger() *ledger { return &ledger{accounts: map[string]*account{}} }

// note records how far the account's data set has come. Events come in any order: what is ready stays ready.
func (l *ledger) note(m events.Meta, data string, s status) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	id := cmp.Or(m.AccountID, m.EndUserID) // some events are about all accounts of a user
	a := l.accounts[id]
	if a == nil {
		a = &account{data: map[string]status{}}
		l.accounts[id] = a
	}
	if m.EndUserID != "" {
		a.owner = m.EndUserID
	}
	if a.data[data] != ready {
		a.data[data] = s
	}
	return nil
}

// after turns a job's outcome into a status. An outcome that nobody knows yet is no reason to fail.
func after(o pinwheel.Outcome, done status) status {
	switch {
	case o.Succeeded():
		return done
	case o.Failed():
		return failed
	default:
		return waiting
	}
}

// LinkAccount ties a new account to its user.
func (l *ledger) LinkAccount(_ context.Context, ev events.Event[pinwheel.Account]) error {
	return l.note(ev.Meta, "account", ready)
}

// WatchMonitoring notices an account that needs its user again.
func (l *ledger) WatchMonitoring(_ context.Context, ev events.Event[pinwheel.AccountMonitoring]) error {
	if ev.Data.CurrentMonitoringStatus == pinwheel.MonitoringUserActionRequired {
		return l.note(ev.Meta, "monitoring", waiting)
	}
	return l.note(ev.Meta, "monitoring", partial)
}

// ReadIdentity is told that the user's identity can be read.
func (l *ledger) ReadIdentity(_ context.Context, ev events.Event[pinwheel.Identity]) error {
	return l.note(ev.Meta, "identity", after(ev.Data.Outcome, ready))
}

// ReadIncome is told that the income can be read.
func (l *ledger) ReadIncome(_ context.Context, ev events.Event[pinwheel.Income]) error {
	return l.note(ev.Meta, "income", after(ev.Data.Outcome, ready))
}

// ReadEmployment is told that the employment can be read.
func (l *ledger) ReadEmployment(_ context.Context, ev events.Event[pinwheel.Employment]) error {
	return l.note(ev.Meta, "employment", after(ev.Data.Outcome, ready))
}

// PullPaystubs is told of a batch of paystubs, of which there are several.
func (l *ledger) PullPaystubs(_ context.Context, ev events.Event[pinwheel.Paystubs]) error {
	return l.note(ev.Meta, "paystubs", after(ev.Data.Outcome, partial))
}

// PaystubsSynced is told how far back paystubs reach. A sync that has ended can have failed.
func (l *ledger) PaystubsSynced(_ context.Context, ev events.Event[pinwheel.PaystubsSync]) error {
	if ev.Kind == pinwheel.PaystubsFullySynced.ID() {
		return l.note(ev.Meta, "paystubs", after(ev.Data.Outcome, ready))
	}
	return l.note(ev.Meta, "paystubs", after(ev.Data.Outcome, partial))
}

// PullShifts is told of a batch of shifts.
func (l *ledger) PullShifts(_ context.Context, ev events.Event[pinwheel.Shifts]) error {
	return l.note(ev.Meta, "shifts", after(ev.Data.Outcome, partial))
}

// ShiftsSynced is told how far back shifts reach.
func (l *ledger) ShiftsSynced(_ context.Context, ev events.Event[pinwheel.ShiftsSync]) error {
	if ev.Kind == pinwheel.ShiftsFullySynced.ID() {
		return l.note(ev.Meta, "shifts", after(ev.Data.Outcome, ready))
	}
	return l.note(ev.Meta, "shifts", after(ev.Data.Outcome, partial))
}

// ReadAllocations is told that it can be read where the salary goes.
func (l *ledger) ReadAllocations(_ context.Context, ev events.Event[pinwheel.DirectDepositAllocations]) error {
	return l.note(ev.Meta, "allocations", after(ev.Data.Outcome, ready))
}

// BookSwitch is told that the salary goes elsewhere from now on. Only this signed event proves it; the modal's success does not.
func (l *ledger) BookSwitch(_ context.Context, ev events.Event[pinwheel.DirectDepositSwitch]) error {
	return l.note(ev.Meta, "switch", after(ev.Data.Outcome, ready))
}

// LinkArgyle ties an Argyle account to its user.
func (l *ledger) LinkArgyle(_ context.Context, ev events.Event[argyle.AccountChange]) error {
	return l.note(ev.Meta, "account", ready)
}

// LinkArgyleV1 is LinkArgyle for the older API.
func (l *ledger) LinkArgyleV1(_ context.Context, ev events.Event[argyle.V1AccountChange]) error {
	return l.note(ev.Meta, "account", ready)
}

// ReadArgyleIdentity is told that an identity can be read.
func (l *ledger) ReadArgyleIdentity(_ context.Context, ev events.Event[argyle.IdentityChange]) error {
	return l.note(ev.Meta, "identity", ready)
}

// PartlySynced is told that some of a data set can be read; the kind says of which.
func (l *ledger) PartlySynced(_ context.Context, ev events.Event[argyle.PartialSync]) error {
	return l.note(ev.Meta, ev.Kind.Name, partial)
}

// UserSynced is told that everything of a user has been collected.
func (l *ledger) UserSynced(_ context.Context, ev events.Event[argyle.UserSync]) error {
	return l.note(ev.Meta, "user", ready)
}

// BookDistribution is told that an older API's salary goes elsewhere from now on.
func (l *ledger) BookDistribution(_ context.Context, ev events.Event[argyle.V1PayDistribution]) error {
	return l.note(ev.Meta, "switch", ready)
}
