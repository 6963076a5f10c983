package argyleapi

import (
	"context"
	"iter"
	"net/http"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/argyle"
)

// Everything subscribes to all events but those of Items, without options. The API takes it as an event's name.
const Everything = "*"

// EventNames are what a subscription sends, [Everything] for all. It is read from a list, and from the single text that v1
// takes, too.
type EventNames []string

// UnmarshalJSONFrom reads a list of names, one name, or null.
func (e *EventNames) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	if dec.PeekKind() != '"' {
		return json.UnmarshalDecode(dec, (*[]string)(e))
	}
	token, err := dec.ReadToken()
	if err != nil {
		return err
	}
	*e = EventNames{token.String()}
	return nil
}

// SubscriptionConfig are a subscription's options. The API refuses, with 400, an option that any of the subscription's events
// does not take; [argyle.Info.Config] tells which event takes which.
type SubscriptionConfig struct {
	// IncludeResource adds the account to accounts.* and, in part, direct-deposit events. Defaults to false.
	IncludeResource bool `json:"include_resource,omitzero"`
	// DaysSynced is how many days of data *.partially_synced waits for. Defaults to 30. Several subscriptions of one URL can
	// ask for different numbers.
	DaysSynced int `json:"days_synced,omitzero"`
	// Items are the ids of the Items that items.* watches: at least one for those events, 30 at most.
	Items []string `json:"items,omitempty"`
}

// Subscription is a webhook subscription: where Argyle posts which events. It sees all users of the workspace.
type Subscription struct {
	ID         string             `json:"id"`           // its own id
	Name       string             `json:"name"`         // comes back in every delivery as the envelope's name
	Events     EventNames         `json:"events"`       // what it sends
	Config     SubscriptionConfig `json:"config"`       // its options; {} and null where it has none
	Secret     Secret             `json:"secret"`       // signs its deliveries; empty when it has none. Argyle returns it in clear
	URL        string             `json:"url"`          // where they go
	CreatedAt  argyle.Timestamp   `json:"created_at"`   // when it was made
	UpdatedAt  argyle.Timestamp   `json:"updated_at"`   // also moved by deliveries
	LastSentAt argyle.Timestamp   `json:"last_sent_at"` // the latest delivery; null before the first, absent in v1
}

// sends reports whether the subscription covers an event.
func (s *Subscription) sends(name string) bool {
	return slices.Contains(s.Events, name) || slices.Contains(s.Events, Everything) && !strings.HasPrefix(name, "items.")
}

// days is how many days of data a partially_synced event of the subscription waits for.
func (s *Subscription) days() int {
	if s.Config.DaysSynced == 0 {
		return defaultDays
	}
	return s.Config.DaysSynced
}

const defaultDays = 30

// SubscriptionRequest describes a new subscription.
type SubscriptionRequest struct {
	Name   string             // required; it comes back in every delivery, so that equal events of two subscriptions differ
	Events []string           // required: names of events, or Everything alone
	URL    string             // required, https, and not percent-encoded as a whole
	Secret Secret             // signs the deliveries; without it they cannot be verified and a router refuses them
	Config SubscriptionConfig // the zero value sends none
}

// wire is the request as it is sent: the only place where a secret is written out.
type wire struct {
	Events []string            `json:"events"`
	Name   string              `json:"name"`
	URL    string              `json:"url"`
	Secret string              `json:"secret,omitzero"`
	Config *SubscriptionConfig `json:"config,omitzero"`
}

// Subscriptions yields all webhook subscriptions of API v2.
func (c *Client) Subscriptions(ctx context.Context) iter.Seq2[Subscription, error] {
	return c.subs.list(ctx)
}

// Subscription returns one webhook subscription of API v2.
func (c *Client) Subscription(ctx context.Context, id string) (Subscription, error) {
	return c.subs.get(ctx, id)
}

// CreateSubscription makes a webhook subscription of API v2. It is not repeated after a lost connection.
func (c *Client) CreateSubscription(ctx context.Context, req SubscriptionRequest) (Subscription, error) {
	return c.subs.create(ctx, req)
}

// DeleteSubscription ends a webhook subscription of API v2. There is no call that changes one.
func (c *Client) DeleteSubscription(ctx context.Context, id string) error {
	return c.subs.delete(ctx, id)
}

// V1 is the part of API v1 that is left to call: webhook subscriptions, whose deliveries [argyle.NewWebhooksV1] takes.
type V1 struct{ subs subscriptions }

// V1 returns the client of API v1, with the same key.
func (c *Client) V1() *V1 {
	return &V1{subs: subscriptions{
		client: c, path: "/v1/webhooks", provider: argyle.ProviderV1, catalog: argyle.V1Catalog, other: argyle.Catalog,
		otherID: argyle.Provider,
	}}
}

// Subscriptions yields all webhook subscriptions of API v1.
func (v *V1) Subscriptions(ctx context.Context) iter.Seq2[Subscription, error] {
	return v.subs.list(ctx)
}

// Subscription returns one webhook subscription of API v1.
func (v *V1) Subscription(ctx context.Context, id string) (Subscription, error) {
	return v.subs.get(ctx, id)
}

// CreateSubscription makes a webhook subscription of API v1. It is not repeated after a lost connection.
func (v *V1) CreateSubscription(ctx context.Context, req SubscriptionRequest) (Subscription, error) {
	return v.subs.create(ctx, req)
}

// DeleteSubscription ends a webhook subscription of API v1.
func (v *V1) DeleteSubscription(ctx context.Context, id string) error { return v.subs.delete(ctx, id) }

// subscriptions are those of one generation of the API.
type subscriptions struct {
	client   *Client
	path     string
	provider string
	catalog  func() *events.Catalog
	other    func() *events.Catalog // of the other generation
	otherID  string
}

func currentSubscriptions(c *Client) subscriptions {
	return subscriptions{
		client: c, path: "/v2/webhooks", provider: argyle.Provider, catalog: argyle.Catalog, other: argyle.V1Catalog,
		otherID: argyle.ProviderV1,
	}
}

func (s *subscriptions) list(ctx context.Context) iter.Seq2[Subscription, error] {
	return list[Subscription](ctx, s.client, s.path, nil)
}

func (s *subscriptions) get(ctx context.Context, id string) (Subscription, error) {
	return get[Subscription](ctx, s.client, of(s.path, id))
}

func (s *subscriptions) create(ctx context.Context, req SubscriptionRequest) (Subscription, error) {
	body := wire{Events: req.Events, Name: req.Name, URL: req.URL, Secret: string(req.Secret)}
	if req.Config.IncludeResource || req.Config.DaysSynced != 0 || len(req.Config.Items) > 0 {
		body.Config = &req.Config
	}
	return call[Subscription](ctx, s.client, http.MethodPost, s.path, body)
}

func (s *subscriptions) delete(ctx context.Context, id string) error {
	return s.client.send(ctx, http.MethodDelete, of(s.path, id))
}
