package pinwheelapi

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/pinwheel"
)

// Audit compares the handlers registered on bus with the subscriptions whose URL is url. It changes nothing.
func (c *Client) Audit(ctx context.Context, bus *events.Bus, url string) (*events.Audit, error) {
	audit, _, err := c.audit(ctx, bus, url)
	return audit, err
}

// Sync makes everything that is handled come, and returns the audit of what it found before. It makes a subscription for url
// where there is none; otherwise it adds the missing events to an active one of the client's version, or sets a paused one
// going again. It takes nothing away, neither events nor subscriptions: somebody else may need them.
func (c *Client) Sync(ctx context.Context, bus *events.Bus, url string) (*events.Audit, error) {
	audit, subs, err := c.audit(ctx, bus, url)
	if err != nil {
		return nil, err
	}
	missing := subscribable(audit.NotSubscribed)
	target := slices.IndexFunc(subs, func(s Subscription) bool { return s.Version == c.version })
	switch {
	case target < 0 && len(missing) > 0:
		_, err = c.CreateSubscription(ctx, SubscriptionRequest{URL: url, EnabledEvents: missing})
	case target >= 0 && (len(missing) > 0 || paused(&subs[target])):
		all := slices.Concat(subs[target].EnabledEvents, missing)
		slices.Sort(all)
		_, err = c.UpdateSubscription(ctx, subs[target].ID,
			SubscriptionUpdate{Status: StatusActive, EnabledEvents: slices.Compact(all)})
	}
	return audit, err
}

func (c *Client) audit(ctx context.Context, bus *events.Bus, url string) (*events.Audit, []Subscription, error) {
	audit := &events.Audit{Provider: pinwheel.Provider, URL: url}
	var subs []Subscription
	var subscribed []string
	for s, err := range c.Subscriptions(ctx) {
		if err != nil {
			return nil, nil, err
		}
		if s.URL != url {
			continue
		}
		subs = append(subs, s)
		switch {
		case paused(&s):
			audit.Problems = append(audit.Problems, fmt.Sprintf("subscription %s is paused: it sends nothing", s.ID))
			continue
		case s.Version != c.version:
			audit.Problems = append(audit.Problems,
				fmt.Sprintf("subscription %s sends version %s, this client asks for %s", s.ID, s.Version, c.version))
		}
		for _, name := range s.EnabledEvents {
			if slices.Contains(subscribed, name) {
				audit.Problems = append(audit.Problems, name+" is subscribed twice and comes twice, with two event ids")
			}
			subscribed = append(subscribed, name)
		}
	}
	handled := events.EnabledEvents(bus, pinwheel.Provider)
	audit.Compare(handled, subscribed, pinwheel.Catalog())
	for _, name := range handled {
		if len(subscribable([]string{name})) == 0 {
			audit.Problems = append(audit.Problems, name+" is a legacy event that can no longer be subscribed to")
		}
	}
	return audit, subs, nil
}

func paused(s *Subscription) bool { return strings.EqualFold(string(s.Status), string(StatusPaused)) }

// subscribable leaves out legacy events, which the API refuses.
func subscribable(names []string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool {
		info, ok := pinwheel.Describe(events.KindID{Provider: pinwheel.Provider, Stream: events.StreamWebhook, Name: name})
		return ok && info.Legacy
	})
}
