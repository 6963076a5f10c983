package hosttest_test

import (
	"log/slog"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/pinwheel"
	"github.com/linkhook/linkhook/router/routertest"

	"github.com/linkhook/linkhook/examples/hosttest"
)

// The third depth: everything in front of the handlers as well. Deliveries are wrapped and signed as the provider does, and go
// through the host's own routes and middleware.

var endpoint = routertest.Delivery{Path: "/hooks/pinwheel"}

func serve(t *testing.T) (http.Handler, *pinwheel.Webhooks, *hosttest.Lender) {
	t.Helper()
	bus, lender, _ := host(t)
	webhooks := pinwheel.NewWebhooks(events.Keys("test_secret"), nil)
	return hosttest.Handler(bus, webhooks, slog.New(slog.DiscardHandler)), webhooks, lender
}

func TestASignedDeliveryReachesItsHandler(t *testing.T) {
	t.Parallel()
	h, webhooks, lender := serve(t)
	account := routertest.Sample(t, pinwheel.AccountAdded)
	w := routertest.SendWith(t, h, webhooks, pinwheel.AccountAdded, account, endpoint)
	require.Equal(t, http.StatusOK, w.Code)
	_, ok := lender.Applicant(account.AccountID)
	require.True(t, ok)
}

func TestAForgedDeliveryReachesNobody(t *testing.T) {
	t.Parallel()
	h, _, lender := serve(t)
	forger := pinwheel.NewWebhooks(events.Keys("a guess"), nil)
	account := routertest.Sample(t, pinwheel.AccountAdded)
	w := routertest.SendWith(t, h, forger, pinwheel.AccountAdded, account, endpoint)
	require.Equal(t, http.StatusUnauthorized, w.Code)
	_, ok := lender.Applicant(account.AccountID)
	require.False(t, ok)
}

func TestAFailingHandlerMakesTheProviderSendAgain(t *testing.T) {
	t.Parallel()
	h, webhooks, _ := serve(t)
	account, sync := routertest.Sample(t, pinwheel.AccountAdded), routertest.Sample(t, pinwheel.PaystubsFullySynced)
	sync.AccountID = account.AccountID
	again := routertest.Delivery{Path: endpoint.Path, Meta: events.Meta{ID: "event-1"}}
	w := routertest.SendWith(t, h, webhooks, pinwheel.PaystubsFullySynced, sync, again)
	require.Equal(t, http.StatusInternalServerError, w.Code, "the account is not known yet")
	w = routertest.SendWith(t, h, webhooks, pinwheel.AccountAdded, account, endpoint)
	require.Equal(t, http.StatusOK, w.Code)
	w = routertest.SendWith(t, h, webhooks, pinwheel.PaystubsFullySynced, sync, again)
	require.Equal(t, http.StatusOK, w.Code)
}

func TestEventsOfNoInterestAreTakenAndLeft(t *testing.T) {
	t.Parallel()
	h, webhooks, _ := serve(t)
	w := routertest.SendWith(t, h, webhooks, pinwheel.BillAdded, routertest.Sample(t, pinwheel.BillAdded), endpoint)
	require.Equal(t, http.StatusOK, w.Code)
}
