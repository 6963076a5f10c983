package reconcile

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/pinwheel"
	"github.com/linkhook/linkhook/events/pinwheel/pinwheelapi"
)

// PinwheelAPI is what the source asks; *[pinwheelapi.Client] is one.
type PinwheelAPI interface {
	// Jobs yields the jobs that filter selects.
	Jobs(ctx context.Context, filter pinwheelapi.JobFilter) iter.Seq2[pinwheelapi.Job, error]
	// Accounts yields the accounts that filter selects.
	Accounts(ctx context.Context, filter pinwheelapi.AccountFilter) iter.Seq2[pinwheelapi.Account, error]
}

// PinwheelOptions are settings of [Pinwheel]. Nil means the defaults.
type PinwheelOptions struct {
	// Name tells several Pinwheel workspaces in one reconciler apart. Defaults to "pinwheel".
	Name string
	// SkipAccounts leaves the accounts alone: new accounts and changes that monitoring found are then not recovered. For
	// workspaces with so many accounts that listing them every few minutes is too much.
	SkipAccounts bool
}

// Pinwheel finds lost webhooks of Pinwheel by its jobs and, for new accounts and monitoring, by its accounts.
func Pinwheel(api PinwheelAPI, opts *PinwheelOptions) Source { //nolint:iface // hosts write sources too
	if api == nil {
		panic("reconcile: Pinwheel needs a client")
	}
	s := &pinwheelSource{api: api, name: pinwheel.Provider}
	if opts != nil {
		s.skipAccounts = opts.SkipAccounts
		if opts.Name != "" {
			s.name = opts.Name
		}
	}
	return s
}

type pinwheelSource struct {
	api          PinwheelAPI
	name         string
	skipAccounts bool
}

// Name implements [Source].
func (s *pinwheelSource) Name() string { return s.name }

// jobEvents are the webhooks that a job of that name sends when it ends or goes pending.
func jobEvents() map[pinwheel.JobName]events.AnyKind {
	return map[pinwheel.JobName]events.AnyKind{
		pinwheel.JobEmployment:               pinwheel.EmploymentAdded,
		pinwheel.JobIdentity:                 pinwheel.IdentityAdded,
		pinwheel.JobIncome:                   pinwheel.IncomeAdded,
		pinwheel.JobPaystubs:                 pinwheel.PaystubsAdded,
		pinwheel.JobShifts:                   pinwheel.ShiftsAdded,
		pinwheel.JobTaxForms:                 pinwheel.TaxFormsAdded,
		pinwheel.JobDocumentUploads:          pinwheel.DocumentsAdded,
		pinwheel.JobDirectDepositAllocations: pinwheel.DirectDepositAllocationsAdded,
		pinwheel.JobDirectDepositSwitch:      pinwheel.DirectDepositSwitchAdded,
		pinwheel.JobBillSwitch:               pinwheel.BillSwitchAdded,
		pinwheel.JobBillCancellation:         pinwheel.BillSwitchCancelled,
	}
}

// dataEvents are the webhooks that announce a data set, by its name in data_updated_at.
func dataEvents() map[string]events.AnyKind {
	return map[string]events.AnyKind{
		"employment":                 pinwheel.EmploymentAdded,
		"identity":                   pinwheel.IdentityAdded,
		"income":                     pinwheel.IncomeAdded,
		"paystubs":                   pinwheel.PaystubsAdded,
		"shifts":                     pinwheel.ShiftsAdded,
		"direct_deposit_allocations": pinwheel.DirectDepositAllocationsAdded,
	}
}

// Expected implements [Source].
func (s *pinwheelSource) Expected(ctx context.Context, mem Memory, w Window) iter.Seq2[Candidate, error] {
	return func(yield func(Candidate, error) bool) {
		if s.jobs(ctx, w, yield) && !s.skipAccounts {
			s.accounts(ctx, mem, w, yield)
		}
	}
}

// jobs yields what the jobs tell, and reports whether to go on.
func (s *pinwheelSource) jobs(ctx context.Context, w Window, yield func(Candidate, error) bool) bool {
	kinds := jobEvents()
	for job, err := range s.api.Jobs(ctx, pinwheelapi.JobFilter{From: w.From, To: w.To}) {
		if err != nil {
			yield(Candidate{}, err)
			return false
		}
		kind, ok := kinds[job.Name]
		if !ok || job.ID == "" {
			continue
		}
		c, err := jobCandidate(kind, &job)
		if !yield(c, err) || err != nil {
			return false
		}
	}
	return true
}

// accounts yields what the accounts tell.
func (s *pinwheelSource) accounts(ctx context.Context, mem Memory, w Window, yield func(Candidate, error) bool) {
	for account, err := range s.api.Accounts(ctx, pinwheelapi.AccountFilter{}) {
		var found []Candidate
		if err == nil {
			found, err = s.account(ctx, mem, w, &account)
		}
		for _, c := range found {
			if err == nil && !yield(c, nil) {
				return
			}
		}
		if err == nil {
			err = remember(ctx, mem, &account)
		}
		if err != nil {
			yield(Candidate{}, err)
			return
		}
	}
}

// jobPayload is the payload of a job's webhook, as far as the API knows it.
type jobPayload struct {
	ID          string             `json:"id"`
	Name        pinwheel.JobName   `json:"name"`
	Timestamp   pinwheel.Timestamp `json:"timestamp"`
	Outcome     pinwheel.Outcome   `json:"outcome"`
	ErrorCode   pinwheel.ErrorCode `json:"error_code,omitzero"`
	ErrorType   pinwheel.ErrorType `json:"error_type,omitzero"`
	LinkTokenID string             `json:"link_token_id,omitzero"`
	Params      jsontext.Value     `json:"params,omitzero"`
	AccountID   string             `json:"account_id,omitzero"`
}

func jobCandidate(kind events.AnyKind, job *pinwheelapi.Job) (Candidate, error) {
	raw, err := json.Marshal(jobPayload{
		ID: job.ID, Name: job.Name, Timestamp: job.Timestamp, Outcome: job.Outcome, ErrorCode: job.ErrorCode,
		ErrorType: job.ErrorType, LinkTokenID: job.LinkTokenID, Params: job.Params, AccountID: job.AccountID,
	})
	if err != nil {
		return Candidate{}, errors.New("reconcile: a job cannot be encoded")
	}
	at := job.Timestamp.Time()
	return Candidate{
		Envelope: events.Envelope{Meta: events.Meta{
			ID: "job/" + job.ID + "/" + string(job.Outcome), Kind: kind.ID(), JobID: job.ID, Outcome: string(job.Outcome),
			Subject: events.Subject{AccountID: job.AccountID, LinkTokenID: job.LinkTokenID}, OccurredAt: at,
		}, Raw: raw},
		Overdue: job.Outcome.Pending() && !at.IsZero() && time.Since(at) > overdueAfter,
	}, nil
}

// known is what is remembered of an account: monitoring refreshes leave no other trace.
type known struct {
	Status    pinwheel.MonitoringStatus     `json:"status"`
	UpdatedAt map[string]pinwheel.Timestamp `json:"updated_at"`
}

const rememberFor = 90 * 24 * time.Hour

func remember(ctx context.Context, mem Memory, a *pinwheelapi.Account) error {
	v, err := json.Marshal(known{Status: a.MonitoringStatus, UpdatedAt: a.DataUpdatedAt}, json.Deterministic(true))
	if err != nil {
		return errors.New("reconcile: an account cannot be encoded")
	}
	return mem.Put(ctx, "account/"+a.ID, v, rememberFor)
}

// account compares an account with what was remembered of it.
func (s *pinwheelSource) account(ctx context.Context, mem Memory, w Window, a *pinwheelapi.Account) ([]Candidate, error) {
	v, err := mem.Get(ctx, "account/"+a.ID)
	if err != nil {
		return nil, err
	}
	var found []Candidate
	created := a.CreatedAt.Time()
	if !created.Before(w.From) && !created.After(w.To) {
		c, err := accountCandidate(a)
		if err != nil {
			return nil, err
		}
		found = append(found, c)
	}
	var before known
	if v == nil {
		return found, nil // seen for the first time: there is nothing to compare
	}
	if err := json.Unmarshal(v, &before); err != nil {
		return found, nil //nolint:nilerr // unreadable is as good as not seen
	}
	if before.Status != "" && before.Status != a.MonitoringStatus {
		c, err := candidate(pinwheel.AccountMonitoringStatusUpdated, a, time.Now().UTC(), string(a.MonitoringStatus), map[string]any{
			"account_id": a.ID, "end_user_id": a.EndUserID, "current_monitoring_status": a.MonitoringStatus,
		})
		if err != nil {
			return nil, err
		}
		found = append(found, c)
	}
	kinds := dataEvents()
	for _, set := range slices.Sorted(maps.Keys(a.DataUpdatedAt)) {
		at := a.DataUpdatedAt[set].Time()
		kind, ok := kinds[set]
		if !ok || !at.After(before.UpdatedAt[set].Time()) || before.UpdatedAt[set] == "" {
			continue
		}
		c, err := candidate(kind, a, at, set, map[string]any{
			"name": set, "timestamp": a.DataUpdatedAt[set], "outcome": pinwheel.OutcomeSuccess, "account_id": a.ID,
			"end_user_id": a.EndUserID,
		})
		if err != nil {
			return nil, err
		}
		c.Envelope.Outcome = string(pinwheel.OutcomeSuccess)
		found = append(found, c)
	}
	return found, nil
}

func accountCandidate(a *pinwheelapi.Account) (Candidate, error) {
	c, err := candidate(pinwheel.AccountAdded, a, a.CreatedAt.Time(), "added", map[string]any{
		"account_id": a.ID, "end_user_id": a.EndUserID, "link_token_id": a.LinkTokenID, "platform_id": a.PlatformID,
		"created_at": a.CreatedAt, "connected": a.Connected, "monitoring_status": a.MonitoringStatus,
	})
	c.Jobless = false // the account itself pairs it with its webhook
	return c, err
}

// candidate makes an event about an account that no job stands behind.
func candidate(kind events.AnyKind, a *pinwheelapi.Account, at time.Time, what string, payload map[string]any) (Candidate, error) {
	raw, err := json.Marshal(payload, json.Deterministic(true))
	if err != nil {
		return Candidate{}, errors.New("reconcile: an account cannot be encoded")
	}
	return Candidate{Jobless: true, Envelope: events.Envelope{Meta: events.Meta{
		ID: fmt.Sprintf("account/%s/%s/%d", a.ID, what, at.UnixMicro()), Kind: kind.ID(), OccurredAt: at,
		Subject: events.Subject{AccountID: a.ID, EndUserID: a.EndUserID, LinkTokenID: a.LinkTokenID},
	}, Raw: raw}}, nil
}
