package argyleapi

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/argyle"
)

// SyncOptions say how [Client.Sync] makes subscriptions. Secret is required.
type SyncOptions struct {
	// Secret signs the deliveries: the one that the endpoint's keyring has. Existing subscriptions with another one are
	// reported as problems.
	Secret Secret
	// Name begins the subscriptions' names. Defaults to "linkhook".
	Name string
	// IncludeResource asks for the account with every accounts.* event.
	IncludeResource bool
	// DaysSynced makes a subscription to *.partially_synced for each number of days. Empty means one, for 30 days.
	DaysSynced []int
	// Items are the ids of the Items that items.* watches; required where one of those has a handler.
	Items []string
}

// Sync makes everything that is handled come, and returns the audit of what it found before. As the API cannot change a
// subscription, it makes further ones for what is missing: one without options, one with the resource, one for each number of
// days and one for each 30 Items. It takes nothing away. Events that no document of the API confirms have a subscription of
// their own, so that a refusal concerns them alone; the error joins all refusals.
func (c *Client) Sync(ctx context.Context, bus *events.Bus, url string, opts SyncOptions) (*events.Audit, error) {
	return c.subs.sync(ctx, bus, url, opts)
}

// Sync is [Client.Sync] for kinds and subscriptions of API v1.
func (v *V1) Sync(ctx context.Context, bus *events.Bus, url string, opts SyncOptions) (*events.Audit, error) {
	return v.subs.sync(ctx, bus, url, opts)
}

// ErrNoSecret means that Sync was given no secret, or one with white space around it: what it made could not be verified.
var ErrNoSecret = errors.New("argyleapi: SyncOptions.Secret is empty or has white space around it")

// maxItems is how many Items one subscription can watch.
const maxItems = 30

func (s *subscriptions) sync(ctx context.Context, bus *events.Bus, url string, opts SyncOptions) (*events.Audit, error) {
	if opts.Secret == "" || strings.TrimSpace(string(opts.Secret)) != string(opts.Secret) {
		return nil, ErrNoSecret
	}
	if opts.Name == "" {
		opts.Name = "linkhook"
	}
	audit, here, err := s.audit(ctx, bus, url)
	if err != nil {
		return nil, err
	}
	handled := events.EnabledEvents(bus, s.provider)
	for _, sub := range here {
		if sub.Secret != "" && !sub.Secret.equal(opts.Secret) {
			audit.Problems = append(audit.Problems, fmt.Sprintf("subscription %s signs with another secret than the one given", sub.ID))
		}
		if opts.IncludeResource && !sub.Config.IncludeResource && slices.ContainsFunc(handled, func(name string) bool {
			return sub.sends(name) && s.describe(name).Config == optionResource
		}) {
			audit.Problems = append(audit.Problems, fmt.Sprintf("subscription %s sends accounts without their resource: delete it first", sub.ID))
		}
	}
	var failures []error
	missing := s.missing(audit, here, handled, &opts)
	for _, req := range missing.requests(audit, &opts) {
		req.URL, req.Secret = url, opts.Secret
		if _, err := s.create(ctx, req); err != nil {
			failures = append(failures, err)
		}
	}
	return audit, errors.Join(failures...)
}

// groups are the missing events by the options that their subscription needs.
type groups struct {
	plain, unconfirmed, resource, items []string
	days                                map[int][]string
}

// missing groups what is handled and does not come as asked for.
func (s *subscriptions) missing(audit *events.Audit, here []Subscription, handled []string, opts *SyncOptions) groups {
	g := groups{days: map[int][]string{}}
	for _, name := range handled {
		info := s.describe(name)
		if info.Config == optionDays && len(opts.DaysSynced) > 0 {
			for _, days := range opts.DaysSynced {
				if !slices.ContainsFunc(here, func(sub Subscription) bool { return sub.sends(name) && sub.days() == days }) {
					g.days[days] = append(g.days[days], name)
				}
			}
			continue
		}
		if !slices.Contains(audit.NotSubscribed, name) {
			continue
		}
		switch {
		case info.Config == optionItems:
			g.items = append(g.items, name)
		case info.Config == optionResource && opts.IncludeResource:
			g.resource = append(g.resource, name)
		case info.Evidence == argyle.EvidenceUnconfirmed:
			g.unconfirmed = append(g.unconfirmed, name)
		default:
			g.plain = append(g.plain, name)
		}
	}
	return g
}

// requests returns the subscriptions to make, still without URL and secret.
func (g *groups) requests(audit *events.Audit, opts *SyncOptions) []SubscriptionRequest {
	var reqs []SubscriptionRequest
	add := func(suffix string, names []string, config SubscriptionConfig) {
		if len(names) > 0 {
			reqs = append(reqs, SubscriptionRequest{Name: opts.Name + suffix, Events: names, Config: config})
		}
	}
	add("", g.plain, SubscriptionConfig{})
	add(" with resource", g.resource, SubscriptionConfig{IncludeResource: true})
	for _, days := range slices.Sorted(maps.Keys(g.days)) {
		add(fmt.Sprintf(" %d days", days), g.days[days], SubscriptionConfig{DaysSynced: days})
	}
	if len(g.items) > 0 && len(opts.Items) == 0 {
		audit.Problems = append(audit.Problems, strings.Join(g.items, " and ")+" needs SyncOptions.Items: nothing was made for it")
	}
	for items := range slices.Chunk(opts.Items, maxItems) {
		add(" items", g.items, SubscriptionConfig{Items: items})
	}
	add(" unconfirmed", g.unconfirmed, SubscriptionConfig{})
	return reqs
}
