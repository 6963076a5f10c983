package pinwheelapi

import (
	"context"
	"iter"
	"net/url"
	"strconv"

	"github.com/linkhook/linkhook/events/pinwheel"
)

// Snapshot is a data set as Pinwheel last saw it.
type Snapshot[T any] struct {
	Data        T                  // the data set itself
	RefreshedAt pinwheel.Timestamp // when the payroll platform was last asked; empty when Pinwheel did not say
}

func snapshot[T any](ctx context.Context, c *Client, accountID, set string) (Snapshot[T], error) {
	data, m, err := get[T](ctx, c, of("/accounts", accountID, set))
	return Snapshot[T]{Data: data, RefreshedAt: m.RefreshedAt}, err
}

// Employment returns the account's employment.
func (c *Client) Employment(ctx context.Context, accountID string) (Snapshot[Employment], error) {
	return snapshot[Employment](ctx, c, accountID, "employment")
}

// Income returns the account's income.
func (c *Client) Income(ctx context.Context, accountID string) (Snapshot[Income], error) {
	return snapshot[Income](ctx, c, accountID, "income")
}

// Identity returns the account's identity. It is personal data.
func (c *Client) Identity(ctx context.Context, accountID string) (Snapshot[Identity], error) {
	return snapshot[Identity](ctx, c, accountID, "identity")
}

// DirectDepositAllocations returns where the account's pay goes.
func (c *Client) DirectDepositAllocations(ctx context.Context, accountID string) (Snapshot[[]DirectDepositAllocation], error) {
	return snapshot[[]DirectDepositAllocation](ctx, c, accountID, "direct_deposit_allocations")
}

// Paystubs yields all of the account's paystubs, page by page.
func (c *Client) Paystubs(ctx context.Context, accountID string) iter.Seq2[Paystub, error] {
	return c.PaystubsBetween(ctx, accountID, "", "")
}

// PaystubsBetween yields the paystubs whose pay date is from to to, both included; an empty date is no bound. The params of
// paystubs.added have both.
func (c *Client) PaystubsBetween(ctx context.Context, accountID string, from, to pinwheel.Date) iter.Seq2[Paystub, error] {
	q := url.Values{}
	set(q, "from_pay_date", string(from))
	set(q, "to_pay_date", string(to))
	return list(ctx, c, of("/accounts", accountID, "paystubs"), q, func(p *Paystub, m meta) { p.RefreshedAt = m.RefreshedAt })
}

// Paystub returns one paystub, by an id of the added list of paystubs.added.
func (c *Client) Paystub(ctx context.Context, accountID, id string) (Snapshot[Paystub], error) {
	return snapshotOf[Paystub](ctx, c, of("/accounts", accountID, "paystubs", id))
}

// Shifts yields all of the account's shifts, page by page.
func (c *Client) Shifts(ctx context.Context, accountID string) iter.Seq2[Shift, error] {
	return c.ShiftsBetween(ctx, accountID, "", "")
}

// ShiftsBetween yields the shifts whose start date is from to to, both included; an empty date is no bound.
func (c *Client) ShiftsBetween(ctx context.Context, accountID string, from, to pinwheel.Date) iter.Seq2[Shift, error] {
	q := url.Values{}
	set(q, "from_start_date", string(from))
	set(q, "to_start_date", string(to))
	return list(ctx, c, of("/accounts", accountID, "shifts"), q, func(s *Shift, m meta) { s.RefreshedAt = m.RefreshedAt })
}

// TaxForms yields the account's tax forms of the years from to to, both included; zero is no bound.
func (c *Client) TaxForms(ctx context.Context, accountID string, from, to int) iter.Seq2[TaxForm, error] {
	q := url.Values{}
	if from != 0 {
		q.Set("from_year", strconv.Itoa(from))
	}
	if to != 0 {
		q.Set("to_year", strconv.Itoa(to))
	}
	return list(ctx, c, of("/accounts", accountID, "tax_forms"), q, func(f *TaxForm, m meta) { f.RefreshedAt = m.RefreshedAt })
}

// ParsedTaxForm returns one tax form with ParsedData.
func (c *Client) ParsedTaxForm(ctx context.Context, accountID, id string) (Snapshot[TaxForm], error) {
	return snapshotOf[TaxForm](ctx, c, of("/accounts", accountID, "tax_forms", id)+"?with_parsed_data=true")
}

// TaxForm returns one tax form, by an id of the added list of tax_forms.added, without ParsedData.
func (c *Client) TaxForm(ctx context.Context, accountID, id string) (Snapshot[TaxForm], error) {
	return snapshotOf[TaxForm](ctx, c, of("/accounts", accountID, "tax_forms", id))
}

func snapshotOf[T any](ctx context.Context, c *Client, path string) (Snapshot[T], error) {
	data, m, err := get[T](ctx, c, path)
	return Snapshot[T]{Data: data, RefreshedAt: m.RefreshedAt}, err
}
