package pinwheel

import (
	"sync"

	"github.com/linkhook/linkhook/events"
)

// Confidence says how well an event's payload is known. Events of low confidence decode leniently: nothing is required, and
// what is not typed stands in the event's Raw.
type Confidence string

// The grades of confidence.
const (
	ConfidenceHigh   Confidence = "high"   // recorded, or documented in full
	ConfidenceMedium Confidence = "medium" // documented in part, or in the SDK's types alone
	ConfidenceLow    Confidence = "low"    // little more than the name is known
)

// Info describes one kind.
type Info struct {
	// Kind is the kind itself.
	Kind events.AnyKind
	// Trigger says when the event comes, in one sentence.
	Trigger string
	// Confidence says how well the payload is known.
	Confidence Confidence
	// Source says where it is known from: recorded traffic, a page of the documentation, a schema.
	Source string
	// Fetch is the REST call that gets what the event announces; empty where there is none, and for Link events.
	Fetch string
	// SDK is the first SDK version that sends a Link event, "v2 only" for the one that v3 took away; empty for webhooks.
	SDK string
	// Legacy says that the event is not in the subscription enum of 2025-07-08.
	Legacy bool
}

// catalogue is made on first use, so that a host that does not ask for it does not link every payload type.
var catalogue struct {
	once  sync.Once
	kinds *events.Catalog
	infos map[events.KindID]Info
}

func load() {
	catalogue.once.Do(func() {
		all := append(webhookInfos(), linkInfos()...)
		kinds := make([]events.AnyKind, 0, len(all))
		catalogue.infos = make(map[events.KindID]Info, len(all))
		for _, info := range all {
			kinds = append(kinds, info.Kind)
			catalogue.infos[info.Kind.ID()] = info
		}
		catalogue.kinds = events.NewCatalog(kinds...)
	})
}

// Catalog returns every kind of this package: 39 webhooks, 5 of them legacy, and 35 Link events. CATALOG.md beside this file
// has the same as a table.
func Catalog() *events.Catalog {
	load()
	return catalogue.kinds
}

// Describe returns what is known of a kind, and false for one that is not in the catalogue.
func Describe(id events.KindID) (Info, bool) {
	load()
	info, ok := catalogue.infos[id]
	return info, ok
}
