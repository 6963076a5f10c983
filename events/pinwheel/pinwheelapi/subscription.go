package pinwheelapi

import (
	"context"
	"iter"
	"net/http"

	"github.com/linkhook/linkhook/events/internal/rest"
	"github.com/linkhook/linkhook/events/pinwheel"
)

// SubscriptionStatus says whether a subscription is served. Open; guides spell it in upper case, the API in lower case.
type SubscriptionStatus string

// The statuses. Pinwheel pauses a subscription by itself after 30 days in a row without an answer of 200.
const (
	StatusActive SubscriptionStatus = "active" // deliveries are sent
	StatusPaused SubscriptionStatus = "paused" // deliveries are lost until it is set active again
)

// Subscription is a webhook subscription: where Pinwheel posts which events, in which version. An API key can have ten.
type Subscription struct {
	ID            string             `json:"id"`             // the x-pinwheel-webhook-id of its deliveries
	URL           string             `json:"url"`            // where Pinwheel posts to
	Status        SubscriptionStatus `json:"status"`         // active or paused
	EnabledEvents []string           `json:"enabled_events"` // at least one; there is no wildcard
	Version       string             `json:"version"`        // fixed at creation
	CreatedAt     pinwheel.Timestamp `json:"created_at"`     // when it was made
	LastUpdated   pinwheel.Timestamp `json:"last_updated"`   // when it was last changed
}

// SubscriptionRequest describes a new subscription.
type SubscriptionRequest struct {
	URL           string             `json:"url"`                  // required, with https
	Status        SubscriptionStatus `json:"status"`               // defaults to active
	EnabledEvents []string           `json:"enabled_events"`       // required: at least one name, there is no wildcard
	Version       string             `json:"version"`              // defaults to the client's
	CustomerID    string             `json:"customer_id,omitzero"` // banking platforms only
}

// SubscriptionUpdate changes a subscription; members that are empty stay as they are. The version cannot be changed: make a
// new subscription instead.
type SubscriptionUpdate struct {
	URL           string             `json:"url,omitzero"`             // a new place to post to
	Status        SubscriptionStatus `json:"status,omitzero"`          // pause it, or set it going again
	EnabledEvents []string           `json:"enabled_events,omitempty"` // all of the new list, not what is added to it
	CustomerID    string             `json:"customer_id,omitzero"`     // of banking platforms only
}

// Subscriptions yields all webhook subscriptions of the API key.
func (c *Client) Subscriptions(ctx context.Context) iter.Seq2[Subscription, error] {
	return list[Subscription](ctx, c, "/webhooks", nil, nil)
}

// Subscription returns one webhook subscription.
func (c *Client) Subscription(ctx context.Context, id string) (Subscription, error) {
	s, _, err := get[Subscription](ctx, c, of("/webhooks", id))
	return s, err
}

// CreateSubscription makes a webhook subscription. Status defaults to active and Version to the client's.
func (c *Client) CreateSubscription(ctx context.Context, req SubscriptionRequest) (Subscription, error) {
	if req.Status == "" {
		req.Status = StatusActive
	}
	if req.Version == "" {
		req.Version = c.version
	}
	s, _, err := call[Subscription](ctx, c, http.MethodPost, "/webhooks", req)
	return s, err
}

// UpdateSubscription changes a webhook subscription.
func (c *Client) UpdateSubscription(ctx context.Context, id string, change SubscriptionUpdate) (Subscription, error) {
	s, _, err := call[Subscription](ctx, c, http.MethodPut, of("/webhooks", id), change)
	return s, err
}

// DeleteSubscription ends a webhook subscription.
func (c *Client) DeleteSubscription(ctx context.Context, id string) error {
	return c.rest.Do(ctx, rest.Request{Method: http.MethodDelete, Path: of("/webhooks", id)})
}

// repeatablePost is a POST that does no harm when it is sent twice.
func repeatablePost(path string, body, out any) rest.Request {
	return rest.Request{Method: http.MethodPost, Path: path, Body: body, Out: out, Repeatable: true}
}
