package events

import (
	"fmt"
	"iter"
	"slices"
	"strings"
)

// Catalog is a set of kinds: what a provider is known to send. It does not change once made and is safe for concurrent use.
type Catalog struct {
	kinds []AnyKind
	byID  map[KindID]AnyKind
}

// NewCatalog makes a catalog. It panics when one name is declared with two payload types, and keeps one of equal kinds.
func NewCatalog(kinds ...AnyKind) *Catalog {
	c := &Catalog{byID: make(map[KindID]AnyKind, len(kinds))}
	for _, k := range kinds {
		if known, ok := c.byID[k.ID()]; ok {
			mustMatch(known, k)
			continue
		}
		c.byID[k.ID()] = k
		c.kinds = append(c.kinds, k)
	}
	slices.SortFunc(c.kinds, func(a, b AnyKind) int { return strings.Compare(a.String(), b.String()) })
	return c
}

// Lookup returns the kind of that name.
func (c *Catalog) Lookup(id KindID) (AnyKind, bool) {
	k, ok := c.byID[id]
	return k, ok
}

// Len returns the number of kinds.
func (c *Catalog) Len() int { return len(c.kinds) }

// All yields the kinds, sorted by name.
func (c *Catalog) All() iter.Seq[AnyKind] { return slices.Values(c.kinds) }

// mustMatch panics when two declarations of one name disagree about the payload.
func mustMatch(a, b AnyKind) {
	if a.Type() != b.Type() {
		panic(fmt.Sprintf("events: %s is declared with two payload types, %s and %s", a.ID(), a.Type(), b.Type()))
	}
}
