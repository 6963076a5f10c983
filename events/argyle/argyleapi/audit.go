package argyleapi

import (
	"context"
	"fmt"
	"slices"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/argyle"
)

// Audit compares the handlers registered on bus for kinds of API v2 with the subscriptions whose URL is url. It changes
// nothing. What a subscription to [Everything] brings without a handler is wanted and is not listed. Problems are subscriptions
// without a secret, events that come twice, and events of the other generation of the API.
func (c *Client) Audit(ctx context.Context, bus *events.Bus, url string) (*events.Audit, error) {
	audit, _, err := c.subs.audit(ctx, bus, url)
	return audit, err
}

// Audit is [Client.Audit] for kinds and subscriptions of API v1.
func (v *V1) Audit(ctx context.Context, bus *events.Bus, url string) (*events.Audit, error) {
	audit, _, err := v.subs.audit(ctx, bus, url)
	return audit, err
}

func (s *subscriptions) audit(ctx context.Context, bus *events.Bus, url string) (*events.Audit, []Subscription, error) {
	audit := &events.Audit{Provider: s.provider, URL: url}
	handled := events.EnabledEvents(bus, s.provider)
	var here []Subscription
	var subscribed []string
	for sub, err := range s.list(ctx) {
		if err != nil {
			return nil, nil, err
		}
		if sub.URL != url {
			continue
		}
		here = append(here, sub)
		if sub.Secret == "" {
			audit.Problems = append(audit.Problems,
				fmt.Sprintf("subscription %s has no secret: its deliveries cannot be verified and are refused", sub.ID))
		}
		for _, name := range sub.Events {
			if name != Everything {
				subscribed = append(subscribed, name)
			}
		}
		for _, name := range handled {
			if sub.sends(name) {
				subscribed = append(subscribed, name)
			}
		}
	}
	audit.Compare(handled, subscribed, s.catalog())
	audit.Problems = append(audit.Problems, s.misplaced(subscribed)...)
	audit.Problems = append(audit.Problems, s.twice(here, slices.Concat(handled, subscribed))...)
	return audit, here, nil
}

// misplaced says which events are known to the other generation of the API alone.
func (s *subscriptions) misplaced(subscribed []string) []string {
	var problems []string
	for _, name := range sorted(subscribed) {
		_, ours := s.catalog().Lookup(events.KindID{Provider: s.provider, Stream: events.StreamWebhook, Name: name})
		_, theirs := s.other().Lookup(events.KindID{Provider: s.otherID, Stream: events.StreamWebhook, Name: name})
		if !ours && theirs {
			problems = append(problems, name+" is an event of "+s.otherID+", which needs a URL of its own")
		}
	}
	return problems
}

// twice says which events two subscriptions send alike. Their bodies differ in the subscription's name, so that deduplication
// does not take one for the other's retry.
func (s *subscriptions) twice(here []Subscription, names []string) []string {
	var problems []string
	for _, name := range sorted(names) {
		for i := range here {
			for j := range i {
				a, b := &here[j], &here[i]
				if a.sends(name) && b.sends(name) && s.alike(name, a, b) {
					problems = append(problems, fmt.Sprintf("%s comes twice, by subscriptions %s and %s", name, a.ID, b.ID))
				}
			}
		}
	}
	return problems
}

// alike reports whether two subscriptions to an event send the same: neither days nor Items tell them apart.
func (s *subscriptions) alike(name string, a, b *Subscription) bool {
	switch s.describe(name).Config {
	case optionDays:
		return a.days() == b.days()
	case optionItems:
		return slices.ContainsFunc(a.Config.Items, func(item string) bool { return slices.Contains(b.Config.Items, item) })
	default:
		return true
	}
}

// The options that an event can take, as [argyle.Info.Config] names them.
const (
	optionResource = "include_resource"
	optionDays     = "days_synced"
	optionItems    = "items"
)

// describe returns what is known of an event; the zero Info for one that is in no catalogue.
func (s *subscriptions) describe(name string) argyle.Info {
	info, _ := argyle.Describe(events.KindID{Provider: s.provider, Stream: events.StreamWebhook, Name: name})
	return info
}

func sorted(names []string) []string {
	out := slices.Clone(names)
	slices.Sort(out)
	return slices.Compact(out)
}
