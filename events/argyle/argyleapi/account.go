package argyleapi

import (
	"context"
	"iter"
	"net/http"
	"net/url"

	"github.com/linkhook/linkhook/events/argyle"
)

// AccountFilter selects accounts; empty members select all.
type AccountFilter struct {
	User    string               // id of a user
	Item    string               // id of an Item
	Refresh argyle.RefreshStatus // whether Argyle keeps refreshing it
}

// Accounts yields the accounts that filter selects. It is how webhooks that never came are found: an account tells where its
// connection, its latest deposit switch and each of its data sets stand.
func (c *Client) Accounts(ctx context.Context, filter AccountFilter) iter.Seq2[argyle.Account, error] {
	q := url.Values{}
	set(q, "user", filter.User)
	set(q, "item", filter.Item)
	set(q, "ongoing_refresh_status", string(filter.Refresh))
	return list[argyle.Account](ctx, c, "/v2/accounts", q)
}

// Account returns one account, as a webhook's resource has it.
func (c *Client) Account(ctx context.Context, id string) (argyle.Account, error) {
	return get[argyle.Account](ctx, c, of("/v2/accounts", id))
}

// DeleteAccount ends the connection and deletes the account's data. It cannot be undone; accounts.removed follows.
func (c *Client) DeleteAccount(ctx context.Context, id string) error {
	return c.send(ctx, http.MethodDelete, of("/v2/accounts", id))
}

// DisableOngoingRefresh ends the regular refreshing of an account, and the charges for it. Its user has to sign in again to
// start it anew.
func (c *Client) DisableOngoingRefresh(ctx context.Context, id string) error {
	return c.send(ctx, http.MethodPost, of("/v2/accounts", id, "disable-ongoing-refresh"))
}

// DepositSwitch returns where the latest switch of an account's direct deposit stands. The API has no resource of its own for
// switches: it is a member of the account, and what came of a switch are deposit destinations.
func (c *Client) DepositSwitch(ctx context.Context, accountID string) (argyle.SwitchState, error) {
	a, err := c.Account(ctx, accountID)
	return a.DirectDepositSwitch, err
}
