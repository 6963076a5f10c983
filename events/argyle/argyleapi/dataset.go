package argyleapi

import (
	"context"
	"iter"
	"net/url"
	"time"

	"github.com/linkhook/linkhook/events/argyle"
)

// DataFilter selects records; empty members select all. Give an account or a user, or the list is that of the whole
// workspace.
type DataFilter struct {
	Account    string // id of an account
	User       string // id of a user
	Employment string // id of an employment; identities and paystubs only
	// From and To bound when the record starts, both included; zero is no bound. Of paystubs the calendar day counts, and
	// paystubs, gigs and shifts are the only lists that take bounds.
	From, To time.Time
}

func (f *DataFilter) query() url.Values {
	q := url.Values{}
	set(q, "account", f.Account)
	set(q, "user", f.User)
	set(q, "employment", f.Employment)
	return q
}

// between adds the bounds under the names that the list knows them by.
func (f *DataFilter) between(name, layout string) url.Values {
	q := f.query()
	if !f.From.IsZero() {
		q.Set("from_"+name, f.From.Format(layout))
	}
	if !f.To.IsZero() {
		q.Set("to_"+name, f.To.Format(layout))
	}
	return q
}

// utc returns the filter with both bounds in UTC.
func (f *DataFilter) utc() *DataFilter {
	g := *f
	g.From, g.To = f.From.UTC(), f.To.UTC()
	return &g
}

// Identities yields an account's identities: one for each employment. They are personal data.
func (c *Client) Identities(ctx context.Context, accountID string) iter.Seq2[Identity, error] {
	return c.IdentitiesOf(ctx, DataFilter{Account: accountID})
}

// IdentitiesOf yields the identities that filter selects.
func (c *Client) IdentitiesOf(ctx context.Context, filter DataFilter) iter.Seq2[Identity, error] {
	return list[Identity](ctx, c, "/v2/identities", filter.query())
}

// Identity returns one identity, by the id in identities.added and .updated.
func (c *Client) Identity(ctx context.Context, id string) (Identity, error) {
	return get[Identity](ctx, c, of("/v2/identities", id))
}

// Employments yields an account's employments. Most of what they say is in the identities, too.
func (c *Client) Employments(ctx context.Context, accountID string) iter.Seq2[Employment, error] {
	return c.EmploymentsOf(ctx, DataFilter{Account: accountID})
}

// EmploymentsOf yields the employments that filter selects; it needs an account or a user.
func (c *Client) EmploymentsOf(ctx context.Context, filter DataFilter) iter.Seq2[Employment, error] {
	return list[Employment](ctx, c, "/v2/employments", filter.query())
}

// Paystubs yields all of an account's paystubs, page by page.
func (c *Client) Paystubs(ctx context.Context, accountID string) iter.Seq2[Paystub, error] {
	return c.PaystubsOf(ctx, DataFilter{Account: accountID})
}

// PaystubsOf yields the paystubs that filter selects. The available_from and available_to of paystubs.added and its like are
// good bounds.
func (c *Client) PaystubsOf(ctx context.Context, filter DataFilter) iter.Seq2[Paystub, error] {
	return list[Paystub](ctx, c, "/v2/paystubs", filter.between("start_date", time.DateOnly))
}

// Paystub returns one paystub, by an id of the updated_paystubs of paystubs.updated.
func (c *Client) Paystub(ctx context.Context, id string) (Paystub, error) {
	return get[Paystub](ctx, c, of("/v2/paystubs", id))
}

// Gigs yields all of an account's gigs, page by page.
func (c *Client) Gigs(ctx context.Context, accountID string) iter.Seq2[Gig, error] {
	return c.GigsOf(ctx, DataFilter{Account: accountID})
}

// GigsOf yields the gigs that filter selects.
func (c *Client) GigsOf(ctx context.Context, filter DataFilter) iter.Seq2[Gig, error] {
	return list[Gig](ctx, c, "/v2/gigs", filter.utc().between("start_datetime", time.RFC3339))
}

// Gig returns one gig.
func (c *Client) Gig(ctx context.Context, id string) (Gig, error) {
	return get[Gig](ctx, c, of("/v2/gigs", id))
}

// Shifts yields all of an account's shifts, page by page.
func (c *Client) Shifts(ctx context.Context, accountID string) iter.Seq2[Shift, error] {
	return c.ShiftsOf(ctx, DataFilter{Account: accountID})
}

// ShiftsOf yields the shifts that filter selects.
func (c *Client) ShiftsOf(ctx context.Context, filter DataFilter) iter.Seq2[Shift, error] {
	return list[Shift](ctx, c, "/v2/shifts", filter.utc().between("start_datetime", time.RFC3339))
}

// Shift returns one shift.
func (c *Client) Shift(ctx context.Context, id string) (Shift, error) {
	return get[Shift](ctx, c, of("/v2/shifts", id))
}

// DepositDestinations yields where an account's pay goes, page by page.
func (c *Client) DepositDestinations(ctx context.Context, accountID string) iter.Seq2[DepositDestination, error] {
	return list[DepositDestination](ctx, c, "/v2/deposit-destinations", url.Values{"account": {accountID}})
}

// DepositDestination returns one deposit destination, by the id in deposit_destinations.added and
// direct_deposit_switches.completed.
func (c *Client) DepositDestination(ctx context.Context, id string) (DepositDestination, error) {
	return get[DepositDestination](ctx, c, of("/v2/deposit-destinations", id))
}

// Report returns one report, by the id in reports.generated.
func (c *Client) Report(ctx context.Context, id string) (argyle.Report, error) {
	return get[argyle.Report](ctx, c, of("/v2/reports", id))
}

// Reports yields a user's reports.
func (c *Client) Reports(ctx context.Context, userID string) iter.Seq2[argyle.Report, error] {
	return list[argyle.Report](ctx, c, "/v2/reports", url.Values{"user": {userID}})
}

// Verification returns one verification, by the id in verifications.updated.
func (c *Client) Verification(ctx context.Context, id string) (argyle.Verification, error) {
	return get[argyle.Verification](ctx, c, of("/v2/verifications", id))
}
