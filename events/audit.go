package events

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// Audit compares the webhooks that a host handles with those that a provider is told to send to one URL. The providers' REST
// clients make it.
type Audit struct {
	Provider string // the provider and generation of its API, such as "argyle-v1"
	URL      string // the host's endpoint, exactly as subscriptions must have it
	// NotSubscribed are handled and never come: the most common reason why a host waits in vain.
	NotSubscribed []string
	// Unhandled come and have no handler; they reach OnUnhandled.
	Unhandled []string
	// Unknown are handled or subscribed under a name that is not in the provider's catalogue: misspelt, or newer than this
	// release.
	Unknown []string
	// Problems are sentences about single subscriptions: paused, of another version, sent twice.
	Problems []string
}

// Compare fills NotSubscribed, Unhandled and Unknown of a from the names that have a handler and those that are subscribed.
func (a *Audit) Compare(handled, subscribed []string, known *Catalog) {
	for _, name := range handled {
		if !slices.Contains(subscribed, name) {
			a.NotSubscribed = append(a.NotSubscribed, name)
		}
	}
	for _, name := range subscribed {
		if !slices.Contains(handled, name) {
			a.Unhandled = append(a.Unhandled, name)
		}
	}
	for _, name := range slices.Concat(handled, subscribed) {
		if _, ok := known.Lookup(KindID{Provider: a.Provider, Stream: StreamWebhook, Name: name}); !ok {
			a.Unknown = append(a.Unknown, name)
		}
	}
	for _, list := range []*[]string{&a.NotSubscribed, &a.Unhandled, &a.Unknown} {
		slices.Sort(*list)
		*list = slices.Compact(*list)
	}
}

// OK reports whether everything that is handled can come: nothing is missing and no subscription has a problem. Events that
// come without a handler do no harm.
func (a *Audit) OK() bool { return len(a.NotSubscribed) == 0 && len(a.Problems) == 0 }

// WriteTo writes the audit for people, one finding a line.
func (a *Audit) WriteTo(w io.Writer) (int64, error) {
	var b strings.Builder
	fmt.Fprintf(&b, "%s → %s\n", a.Provider, a.URL)
	for _, part := range []struct {
		title string
		lines []string
	}{
		{"handled but not subscribed, will never come", a.NotSubscribed},
		{"problem", a.Problems},
		{"subscribed but unhandled", a.Unhandled},
		{"not in the catalogue", a.Unknown},
	} {
		for _, line := range part.lines {
			fmt.Fprintf(&b, "  %s: %s\n", part.title, line)
		}
	}
	if a.OK() {
		b.WriteString("  everything that is handled is subscribed\n")
	}
	n, err := io.WriteString(w, b.String())
	if err != nil {
		return int64(n), fmt.Errorf("events: writing the audit: %w", err)
	}
	return int64(n), nil
}
