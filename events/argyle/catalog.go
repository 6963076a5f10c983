package argyle

import (
	"slices"
	"sync"

	"github.com/linkhook/linkhook/events"
)

// Evidence says where the knowledge of a kind comes from. Whatever it is, payloads decode leniently and [events.Event.Raw] has
// all of them.
type Evidence string

// The grades of evidence, from the strongest.
const (
	EvidenceRecorded    Evidence = "recorded"    // recorded from the sandbox, byte for byte
	EvidenceCaptured    Evidence = "captured"    // captured by an integrator and formatted anew
	EvidenceDocumented  Evidence = "documented"  // in Argyle's documentation, API description or client typings
	EvidenceInferred    Evidence = "inferred"    // the event is documented, its payload is in part inferred or contradictory
	EvidenceUnconfirmed Evidence = "unconfirmed" // no document of this API version names the event
)

// Confidence returns how well a payload with that evidence is known.
func (e Evidence) Confidence() Confidence {
	switch e {
	case EvidenceRecorded, EvidenceCaptured:
		return ConfidenceHigh
	case EvidenceDocumented:
		return ConfidenceMedium
	default:
		return ConfidenceLow
	}
}

// Confidence says how well an event's payload is known.
type Confidence string

// The grades of confidence.
const (
	ConfidenceHigh   Confidence = "high"   // seen on the wire
	ConfidenceMedium Confidence = "medium" // documented, never seen
	ConfidenceLow    Confidence = "low"    // in part inferred, contradictory or unconfirmed
)

// Info describes one kind.
type Info struct {
	// Kind is the kind itself, with the Go type of its payload.
	Kind events.AnyKind
	// Trigger says when the event comes, in one sentence.
	Trigger string
	// Confidence says how well the payload is known: that of Evidence.
	Confidence Confidence
	// Evidence says where it is known from.
	Evidence Evidence
	// Fetch is the REST call that gets what the event announces; empty where there is none, for v1 and for Link events.
	Fetch string
	// Config is the option that a subscription to the event takes: include_resource, days_synced or items; else empty. The
	// API refuses a subscription that gives an option to an event that takes none.
	Config string
}

// generation is the catalogue of one generation of the API, made on first use, so that a host that does not ask for it does
// not link every payload type.
type generation struct {
	once  sync.Once
	list  []Info // in the order of the reference
	infos map[events.KindID]Info
	kinds *events.Catalog
}

var current, legacy generation

func (g *generation) load(parts ...[]Info) {
	g.list = slices.Concat(parts...)
	g.infos = make(map[events.KindID]Info, len(g.list))
	kinds := make([]events.AnyKind, len(g.list))
	for i := range g.list {
		info := &g.list[i]
		info.Confidence = info.Evidence.Confidence()
		g.infos[info.Kind.ID()] = *info
		kinds[i] = info.Kind
	}
	g.kinds = events.NewCatalog(kinds...)
}

func v2() *generation {
	current.once.Do(func() { current.load(webhookInfos(), recordInfos(), otherInfos(), linkInfos()) })
	return &current
}

func v1() *generation {
	legacy.once.Do(func() { legacy.load(v1WebhookInfos(), v1RecordInfos(), v1LinkInfos()) })
	return &legacy
}

// Catalog returns every kind of API v2 and Link 5: 45 webhooks and 27 Link events. CATALOG.md beside this file has the same,
// and that of [V1Catalog], as tables.
func Catalog() *events.Catalog { return v2().kinds }

// V1Catalog returns every kind of API v1 and Link 3 and 4: 38 webhooks and 30 Link events.
func V1Catalog() *events.Catalog { return v1().kinds }

// Describe returns what is known of a kind of either generation, and false for one that is in neither catalogue.
func Describe(id events.KindID) (Info, bool) {
	var g *generation
	switch id.Provider {
	case Provider:
		g = v2()
	case ProviderV1:
		g = v1()
	default:
		return Info{}, false
	}
	info, ok := g.infos[id]
	return info, ok
}

// Infos returns what is known of every kind of that provider, [Provider] or [ProviderV1], webhooks first, in the order of the
// reference; nil for another provider. The slice is the caller's own.
func Infos(provider string) []Info {
	switch provider {
	case Provider:
		return slices.Clone(v2().list)
	case ProviderV1:
		return slices.Clone(v1().list)
	default:
		return nil
	}
}
