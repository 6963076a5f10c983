// Package routertest posts webhooks to a host's own handlers, wrapped and signed as the provider would.
//
//	webhooks := pinwheel.NewWebhooks(events.Keys("test_secret"), nil)
//	h := app.Handler(webhooks)
//	w := routertest.Send(t, h, webhooks, pinwheel.PaystubsAdded, routertest.Sample(t, pinwheel.PaystubsAdded))
//	require.Equal(t, http.StatusOK, w.Code)
//
// The request goes through everything that stands in front of the handler: mux, middleware, verification, decoding. For tests
// of what happens behind the router, package eventstest publishes without HTTP; a handler alone is a plain function of a struct
// literal.
//
// The functions need nothing but a [testing.TB], and work inside testing/synctest. They stop the test, with a sentence, when
// they cannot send; what the handler answers is for the test to judge.
package routertest
