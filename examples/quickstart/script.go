package main

import (
	"fmt"
	"time"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/pinwheel"
)

// script collects deliveries, and the first error.
type script struct {
	hooks *pinwheel.Webhooks
	steps []delivery
	err   error
}

// send appends a webhook of kind k to the script.
func send[T any](s *script, k events.Kind[T], data T) {
	if s.err != nil {
		return
	}
	payload, err := k.Encode(data)
	if err != nil {
		s.err = err
		return
	}
	body, err := s.hooks.Compose(k.ID(), events.Meta{}, payload)
	if err != nil {
		s.err = fmt.Errorf("composing %s: %w", k, err)
		return
	}
	s.steps = append(s.steps, delivery{event: k.ID().Name, body: body})
}

// connected is what Pinwheel sent, in this order and with these counts, when a recorded user connected an account.
func connected(hooks *pinwheel.Webhooks, c connection, now time.Time) ([]delivery, error) {
	s := &script{hooks: hooks}
	send(s, pinwheel.AccountAdded, pinwheel.Account{
		AccountID: c.accountID, EndUserID: c.endUserID, LinkTokenID: c.linkTokenID, PlatformID: c.platformID, PlatformName: c.platform,
		CreatedAt: pinwheel.TimestampOf(now), Connected: true, MonitoringStatus: pinwheel.MonitoringActive,
	})
	send(s, pinwheel.IdentityAdded, pinwheel.Identity{Job: c.job(pinwheel.JobIdentity, now), AccountID: c.accountID})
	send(s, pinwheel.IncomeAdded, pinwheel.Income{Job: c.job(pinwheel.JobIncome, now), AccountID: c.accountID})
	send(s, pinwheel.PaystubsAdded, c.paystubs(1, pinwheel.SyncInProgress, now))
	send(s, pinwheel.ShiftsAdded, c.shifts(7, pinwheel.SyncInProgress, now))
	send(s, pinwheel.PaystubsAdded, c.paystubs(1, pinwheel.SyncInProgress, now))
	send(s, pinwheel.PaystubsAdded, c.paystubs(2, pinwheel.SyncInProgress, now))
	send(s, pinwheel.ShiftsAdded, c.shifts(23, pinwheel.SyncInProgress, now))
	last := c.paystubs(27, pinwheel.SyncComplete, now)
	send(s, pinwheel.PaystubsAdded, last)
	last.Params.SyncStatus = ""
	send(s, pinwheel.PaystubsFullySynced, pinwheel.PaystubsSync{Job: last.Job, AccountID: c.accountID, Params: last.Params})
	send(s, pinwheel.ShiftsAdded, c.shifts(60, pinwheel.SyncComplete, now))
	send(s, pinwheel.EmploymentAdded, pinwheel.Employment{Job: c.job(pinwheel.JobEmployment, now), AccountID: c.accountID})
	return s.steps, s.err
}

// switched is what follows once the user has said where the salary is to go.
func switched(hooks *pinwheel.Webhooks, c connection, action pinwheel.SwitchAction, to pinwheel.Allocation, now time.Time) ([]delivery, error) {
	to.Target = &pinwheel.AllocationTarget{
		AccountName: "Everyday account", AccountType: pinwheel.AccountChecking, LastFourAccountNumber: "4711",
	}
	s := &script{hooks: hooks}
	send(s, pinwheel.DirectDepositSwitchAdded, pinwheel.DirectDepositSwitch{
		Job: c.job(pinwheel.JobDirectDepositSwitch, now), AccountID: c.accountID,
		Params: pinwheel.SwitchParams{Action: action, Allocation: &to},
	})
	return s.steps, s.err
}

// job is what all webhooks of a finished job share.
func (c connection) job(name pinwheel.JobName, now time.Time) pinwheel.Job {
	return pinwheel.Job{
		ID: randomUUID(), Name: name, Timestamp: pinwheel.TimestampOf(now), Outcome: pinwheel.OutcomeSuccess,
		LinkTokenID: c.linkTokenID, EndUserID: c.endUserID,
	}
}

func (c connection) paystubs(count int, status pinwheel.SyncStatus, now time.Time) pinwheel.Paystubs {
	const payPeriod = 14 * 24 * time.Hour
	return pinwheel.Paystubs{
		Job: c.job(pinwheel.JobPaystubs, now), AccountID: c.accountID, Added: items(count), Deleted: []pinwheel.Item{},
		Params: pinwheel.PaystubsParams{
			Count: int64(count), SyncStatus: status,
			FromPayDate: pinwheel.DateOf(now.Add(-time.Duration(count-1) * payPeriod)), ToPayDate: pinwheel.DateOf(now),
		},
	}
}

func (c connection) shifts(count int, status pinwheel.SyncStatus, now time.Time) pinwheel.Shifts {
	return pinwheel.Shifts{
		Job: c.job(pinwheel.JobShifts, now), AccountID: c.accountID, Added: items(count), Deleted: []pinwheel.Item{},
		Params: pinwheel.ShiftsParams{Count: int64(count), SyncStatus: status},
	}
}

// items returns n new things, of which a webhook tells the ids only.
func items(n int) []pinwheel.Item {
	list := make([]pinwheel.Item, n)
	for i := range list {
		list[i].ID = randomUUID()
	}
	return list
}
