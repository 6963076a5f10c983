package routertest

import (
	"testing"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/eventstest"
)

// Fixture returns an example of that kind: the whole body of a webhook as the provider would send it, the payload of a Link
// event. It stops the test when there is none; [eventstest.FixtureIDs] lists what there is.
func Fixture(t testing.TB, id events.KindID) []byte {
	t.Helper()
	body, ok := eventstest.Fixture(id)
	if !ok {
		t.Fatalf("routertest: there is no fixture of %s; eventstest.FixtureIDs lists what there is", id)
	}
	return body
}

// Sample returns the payload of the [Fixture] of that kind, decoded and valid, to be changed and sent. It is
// [eventstest.Sample], for tests that need no other part of that package.
func Sample[T any](t testing.TB, kind events.Kind[T]) T {
	t.Helper()
	return eventstest.Sample(t, kind)
}
