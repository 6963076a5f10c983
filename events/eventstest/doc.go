// Package eventstest is what a host's own tests need around an [events.Bus]: publish a typed event, and require that one was
// seen.
//
//	bus := events.New()
//	app.Register(bus) // the host's own registrations
//	rec := eventstest.Record(t, bus)
//	eventstest.Publish(t, bus, pinwheel.PaystubsAdded, eventstest.Sample(t, pinwheel.PaystubsAdded))
//	ev := eventstest.Require(t, rec, ledger.Booked)
//	require.Equal(t, 27, ev.Data.Count)
//
// The functions need nothing but a [testing.TB], work inside testing/synctest, and stop the test with a message that says
// what was seen instead. For tests over HTTP, with a real signature, see package routertest; a handler alone is a plain
// function of a struct literal and needs neither.
//
// [Fixture] and [Sample] hold one example of every kind that the providers' packages know.
package eventstest
