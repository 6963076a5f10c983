package pinwheelapi

import (
	"context"
	"iter"
	"net/http"
	"net/url"
	"strconv"

	"github.com/linkhook/linkhook/events/internal/rest"
	"github.com/linkhook/linkhook/events/pinwheel"
)

// Account is a connected payroll account.
type Account struct {
	ID               string                    `json:"id"`                // the account_id of webhooks
	CreatedAt        pinwheel.Timestamp        `json:"created_at"`        // when it was first connected
	PlatformID       string                    `json:"platform_id"`       // of the payroll platform
	Connected        bool                      `json:"connected"`         // it can be refreshed at all, by hand or automatically
	MonitoringStatus pinwheel.MonitoringStatus `json:"monitoring_status"` // whether that happens automatically
	// DataUpdatedAt is when each data set last changed, DataRefreshedAt when the platform was last asked, by the name of the
	// data set: employment, income, identity, paystubs, shifts, direct_deposit_allocations. A change here is the only trace
	// of a monitoring webhook that never came.
	DataUpdatedAt      map[string]pinwheel.Timestamp `json:"data_updated_at"`
	DataRefreshedAt    map[string]pinwheel.Timestamp `json:"data_refreshed_at"`    // likewise, asked rather than changed
	LinkTokenID        string                        `json:"link_token_id"`        // of the Link session that made it; can be null
	EndUserID          string                        `json:"end_user_id"`          // the host's own id of the user, trimmed by Pinwheel
	CustomerID         string                        `json:"customer_id"`          // banking platforms only
	Tags               map[string]string             `json:"tags"`                 // what the Link token's request gave
	ResellerCustomerID string                        `json:"reseller_customer_id"` // of resellers; empty for everyone else
}

// AccountFilter selects accounts; empty members select all.
type AccountFilter struct {
	Connected        *bool                     // nil selects both
	MonitoringStatus pinwheel.MonitoringStatus // empty selects all
}

// Accounts yields the accounts that filter selects.
func (c *Client) Accounts(ctx context.Context, filter AccountFilter) iter.Seq2[Account, error] {
	q := url.Values{}
	set(q, "monitoring_status", string(filter.MonitoringStatus))
	if filter.Connected != nil {
		q.Set("connected", strconv.FormatBool(*filter.Connected))
	}
	return list[Account](ctx, c, "/accounts", q, nil)
}

// Account returns one account.
func (c *Client) Account(ctx context.Context, id string) (Account, error) {
	a, _, err := get[Account](ctx, c, of("/accounts", id))
	return a, err
}

// DisableMonitoring ends the automatic refreshing of an account. account.monitoring_status.updated follows, with
// customer_disabled.
func (c *Client) DisableMonitoring(ctx context.Context, id string) error {
	return c.rest.Do(ctx, rest.Request{Method: http.MethodPost, Path: of("/accounts", id, "disable_monitoring"), Repeatable: true})
}

// Disconnect ends the connection of an account for good: it cannot be undone.
func (c *Client) Disconnect(ctx context.Context, id string) error {
	return c.rest.Do(ctx, rest.Request{Method: http.MethodPost, Path: of("/accounts", id, "disconnect"), Repeatable: true})
}
