// Package middleware holds what wraps handlers on an [events.Bus]: one file, one purpose each.
//
//	bus := events.New(middleware.Recover(), middleware.Log(logger))
//	events.On(bus.With(middleware.Timeout(time.Minute)), pinwheel.PaystubsAdded, ledger.PullPaystubs)
//
// Middleware runs once for each handler and event. Deduplication and order are no middleware on purpose: they belong to the
// commit of the event in an inbox. A deduplicator in front of a handler loses every event whose handler fails once.
package middleware
