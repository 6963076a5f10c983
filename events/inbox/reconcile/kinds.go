package reconcile

import (
	"slices"
	"strings"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/pinwheel"
)

// Kinds returns the kinds that can be recovered, sorted by name: what a job, an account or a resource at the provider still
// tells of. Every other kind is lost when its webhook is; see the package comment.
func Kinds() []events.AnyKind {
	kinds := []events.AnyKind{pinwheel.AccountAdded, pinwheel.AccountMonitoringStatusUpdated}
	for _, k := range jobEvents() {
		kinds = append(kinds, k)
	}
	kinds = append(kinds, argyleKinds()...)
	slices.SortFunc(kinds, func(a, b events.AnyKind) int { return strings.Compare(a.String(), b.String()) })
	return kinds
}

// Recoverable reports whether a lost webhook of that kind can be found.
func Recoverable(id events.KindID) bool {
	return slices.ContainsFunc(Kinds(), func(k events.AnyKind) bool { return k.ID() == id })
}
