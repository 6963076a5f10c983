package events

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"sync"

	"github.com/go-json-experiment/json/jsontext"
)

// Drift is one thing that a provider sends and its catalogue does not know. It holds no payload values: names of members, and
// of enumerations the word that is new.
type Drift struct {
	// Kind is the event that it stands in.
	Kind KindID
	// Path is the JSON pointer of the member within the payload, with * for any element of a list and any key of a map. It is
	// empty for an event whose kind is not in the catalogue.
	Path string
	// Value is the unknown word of an enumeration, empty for an unknown member. A text that does not look like such a word is
	// given as "?".
	Value string
}

// Enum is a payload's open enumeration: a string type that can tell its documented values from new ones.
type Enum interface {
	// Known reports whether the value is one that the package documents.
	Known() bool
}

// maxDrifts bounds what a [DriftReport] remembers, whatever is sent.
const maxDrifts = 4096

// FindDrift returns what payload has that the payload type of k does not know: members without a field, and values of an
// [Enum] that are not known. Values of another type than their field's are not looked into. A struct with a JSON decoder of
// its own is known by its json tags, and a further name that its decoder reads by the tag also, as in
//
//	ScreenName Screen `json:"screenName" also:"screen_name"`
//
// while any other type with a decoder, such as a number or a time, is taken for one value. The result is nil for a payload that
// is not valid JSON.
func FindDrift(k AnyKind, payload []byte) []Drift {
	f := drifter{kind: k.ID(), dec: jsontext.NewDecoder(bytes.NewReader(payload))}
	if err := f.value(typeInfoOf(k.Type())); err != nil {
		return nil
	}
	return f.found
}

// DriftCount is a [Drift] and how often it was seen.
type DriftCount struct {
	Drift
	// Count is the number of events that had it.
	Count uint64
}

// DriftReport counts what providers send beyond what the catalogues know, which is how a host learns of a schema's change
// before it matters:
//
//	report := events.NewDriftReport(pinwheel.Catalog())
//	report.Attach(bus)
//
// It walks every payload once more, for some microseconds per event. It remembers at most 4,096 different drifts. All methods
// are safe for concurrent use.
type DriftReport struct {
	catalogs []*Catalog
	covered  map[KindID]bool // provider and stream, without a name
	mu       sync.Mutex
	counts   map[Drift]uint64
}

// The reasons of [Drifted].
const (
	DriftEvent  = "unknown event"  // the kind is in no catalogue
	DriftMember = "unknown member" // a member has no field
	DriftValue  = "unknown value"  // a value of an enumeration is not a documented one
)

// sort returns the reason that d is observed with.
func (d Drift) sort() string {
	switch {
	case d.Path == "":
		return DriftEvent
	case d.Value == "":
		return DriftMember
	default:
		return DriftValue
	}
}

// NewDriftReport makes a report against catalogues. Events of providers that none of them covers are not counted.
func NewDriftReport(catalogs ...*Catalog) *DriftReport {
	r := &DriftReport{catalogs: catalogs, covered: map[KindID]bool{}, counts: map[Drift]uint64{}}
	for _, c := range catalogs {
		for k := range c.All() {
			r.covered[k.ID().unnamed()] = true
		}
	}
	return r
}

// Attach counts the drift of every event that reaches handling on bus, and tells the bus's [Watch] of each as [Drifted]. Cancel
// ends it.
func (r *DriftReport) Attach(bus *Bus) (cancel func()) {
	watch := bus.Watch()
	return bus.OnAny(func(_ context.Context, env Envelope) error {
		for _, d := range r.count(r.find(env)) {
			watch.Emit(Observation{What: Drifted, Meta: env.Meta, Reason: d.sort()})
		}
		return nil
	})
}

// Handle counts the drift of one envelope. It never fails.
func (r *DriftReport) Handle(_ context.Context, env Envelope) error {
	r.Observe(env)
	return nil
}

// Observe counts the drift of one envelope.
func (r *DriftReport) Observe(env Envelope) { r.count(r.find(env)) }

// find returns the drift of one envelope.
func (r *DriftReport) find(env Envelope) []Drift {
	for _, c := range r.catalogs {
		if k, ok := c.Lookup(env.Kind); ok {
			return FindDrift(k, env.Payload())
		}
	}
	id := env.Kind.unnamed()
	if !r.covered[id] {
		return nil
	}
	id.Name = word(env.Kind.Name)
	return []Drift{{Kind: id}}
}

// unnamed returns k without its name.
func (k KindID) unnamed() KindID { return KindID{Provider: k.Provider, Stream: k.Stream} }

// count counts each once, however often it stands in the event, and returns what it counted.
func (r *DriftReport) count(found []Drift) (counted []Drift) {
	r.mu.Lock()
	defer r.mu.Unlock()
	var seen map[Drift]bool
	if len(found) > 1 {
		seen = map[Drift]bool{}
	}
	for _, d := range found {
		if seen[d] || len(counted) == maxDrifts {
			continue
		}
		if seen != nil {
			seen[d] = true
		}
		counted = append(counted, d)
		if _, ok := r.counts[d]; ok || len(r.counts) < maxDrifts {
			r.counts[d]++
		}
	}
	return counted
}

// Report returns what was counted so far, sorted by kind, path and value.
func (r *DriftReport) Report() []DriftCount {
	r.mu.Lock()
	defer r.mu.Unlock()
	list := make([]DriftCount, 0, len(r.counts))
	for d, n := range r.counts {
		list = append(list, DriftCount{Drift: d, Count: n})
	}
	slices.SortFunc(list, func(a, b DriftCount) int {
		return strings.Compare(a.sortKey(), b.sortKey())
	})
	return list
}

func (d Drift) sortKey() string { return d.Kind.String() + "\x00" + d.Path + "\x00" + d.Value }

// word returns a text that looks like a name of the wire, and "?" for any other: a name that holds data is not passed on.
func word(text string) string {
	const marks = "_-.$%"
	ok := text != "" && len(text) <= 64
	for _, c := range text {
		ok = ok && (c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.ContainsRune(marks, c))
	}
	if !ok {
		return "?"
	}
	return text
}
