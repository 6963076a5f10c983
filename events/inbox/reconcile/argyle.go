package reconcile

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/argyle"
)

// ArgyleOptions are settings of [Argyle]. Nil means the defaults.
type ArgyleOptions struct {
	// Name tells several Argyle workspaces in one reconciler apart. Defaults to "argyle".
	Name string
}

// Argyle finds lost webhooks of Argyle's API v2 by the timestamps of its accounts. List yields all accounts, as a client of
// argyleapi does.
func Argyle(list func(context.Context) iter.Seq2[argyle.Account, error], opts *ArgyleOptions) Source { //nolint:iface // hosts write sources too
	if list == nil {
		panic("reconcile: Argyle needs a list of accounts")
	}
	s := &argyleSource{list: list, name: argyle.Provider}
	if opts != nil && opts.Name != "" {
		s.name = opts.Name
	}
	return s
}

type argyleSource struct {
	list func(context.Context) iter.Seq2[argyle.Account, error]
	name string
}

// Name implements [Source].
func (s *argyleSource) Name() string { return s.name }

// argyleSyncs are the webhooks that say that a data set's first retrieval is complete. They come once per account.
func argyleSyncs() map[argyle.Dataset]events.AnyKind {
	return map[argyle.Dataset]events.AnyKind{
		"paystubs": argyle.PaystubsFullySynced,
		"gigs":     argyle.GigsFullySynced,
		"shifts":   argyle.ShiftsFullySynced,
	}
}

func argyleKinds() []events.AnyKind {
	kinds := []events.AnyKind{argyle.AccountsAdded, argyle.AccountsConnected, argyle.AccountsFailed}
	for _, k := range argyleSyncs() {
		kinds = append(kinds, k)
	}
	return kinds
}

// Expected implements [Source].
func (s *argyleSource) Expected(ctx context.Context, _ Memory, w Window) iter.Seq2[Candidate, error] {
	return func(yield func(Candidate, error) bool) {
		for a, err := range s.list(ctx) {
			if err != nil {
				yield(Candidate{}, err)
				return
			}
			found, err := s.account(&a, w)
			if err != nil {
				yield(Candidate{}, err)
				return
			}
			for _, c := range found {
				if !yield(c, nil) {
					return
				}
			}
		}
	}
}

// thin is the payload of the webhooks that are found.
type thin struct {
	Account       string                     `json:"account"`
	User          string                     `json:"user"`
	ErrorCode     argyle.ConnectionErrorCode `json:"error_code,omitzero"`
	ErrorMessage  argyle.Nullable            `json:"error_message,omitzero"`
	AvailableFrom argyle.Timestamp           `json:"available_from,omitzero"`
	AvailableTo   argyle.Timestamp           `json:"available_to,omitzero"`
	Count         *argyle.Count              `json:"available_count,omitzero"`
	Resource      *argyle.Account            `json:"resource,omitzero"`
}

func (s *argyleSource) account(a *argyle.Account, w Window) ([]Candidate, error) {
	var found []Candidate
	var failed error
	add := func(kind events.AnyKind, at time.Time, once bool, payload thin) {
		if at.IsZero() || at.Before(w.From) || at.After(w.To) {
			return
		}
		payload.Account, payload.User = a.ID, a.User
		raw, err := json.Marshal(payload, json.Deterministic(true))
		if err != nil {
			failed = errors.New("reconcile: an account cannot be encoded")
			return
		}
		found = append(found, Candidate{Jobless: !once, Envelope: events.Envelope{Meta: events.Meta{
			ID: fmt.Sprintf("account/%s/%s/%d", a.ID, kind.ID().Name, at.UnixMicro()), Kind: kind.ID(),
			Subject: events.Subject{AccountID: a.ID, EndUserID: a.User}, OccurredAt: at,
		}, Raw: raw}})
	}
	created := a.CreatedAt.Time()
	add(argyle.AccountsAdded, created, true, thin{Resource: a})
	changed := a.Connection.UpdatedAt.Time()
	switch a.Connection.Status {
	case argyle.StatusConnected:
		add(argyle.AccountsConnected, changed, false, thin{Resource: a})
	case argyle.StatusError:
		// An expired authentication comes as accounts.updated, never as accounts.failed.
		if a.Connection.ErrorCode != argyle.ConnectionErrorAuthRequired {
			add(argyle.AccountsFailed, changed, false,
				thin{ErrorCode: a.Connection.ErrorCode, ErrorMessage: a.Connection.ErrorMessage, Resource: a})
		}
	default:
	}
	// A refresh moves the timestamps of data sets, too: only a young account is still at its first retrieval.
	if created.Before(w.To.Add(-72 * time.Hour)) {
		return found, failed
	}
	for _, set := range []argyle.Dataset{"paystubs", "gigs", "shifts"} {
		if av := a.Availability[set]; av != nil && av.Status == argyle.AvailabilitySynced {
			add(argyleSyncs()[set], av.UpdatedAt.Time(), true,
				thin{AvailableFrom: av.AvailableFrom, AvailableTo: av.AvailableTo, Count: av.AvailableCount})
		}
	}
	return found, failed
}
