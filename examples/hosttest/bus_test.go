package hosttest_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/eventstest"
	"github.com/linkhook/linkhook/events/pinwheel"

	"github.com/linkhook/linkhook/examples/hosttest"
)

// The second depth: what is registered, through the bus. Nothing is signed, nothing listens.

// host returns a bus with the lender registered, and what is seen on it.
func host(t *testing.T) (*events.Bus, *hosttest.Lender, *eventstest.Recorder) {
	t.Helper()
	bus := events.New()
	rec := eventstest.Record(t, bus)
	lender := hosttest.NewLender(bus)
	lender.Register(bus)
	return bus, lender, rec
}

func TestIncomeIsReadyOnceEverythingIsSynced(t *testing.T) {
	t.Parallel()
	bus, _, rec := host(t)
	account := eventstest.Sample(t, pinwheel.AccountAdded)
	sync := eventstest.Sample(t, pinwheel.PaystubsFullySynced)
	sync.AccountID = account.AccountID

	eventstest.Publish(t, bus, pinwheel.AccountAdded, account)
	eventstest.RequireNone(t, rec, hosttest.IncomeReady)
	eventstest.Publish(t, bus, pinwheel.PaystubsFullySynced, sync)

	ready := eventstest.Require(t, rec, hosttest.IncomeReady)
	require.Equal(t, hosttest.Income{Applicant: account.EndUserID, AccountID: account.AccountID}, ready.Data)
}

func TestASyncBeforeItsAccountIsTriedAgain(t *testing.T) {
	t.Parallel()
	bus, _, rec := host(t)
	sync := eventstest.Envelope(t, pinwheel.PaystubsFullySynced, eventstest.Sample(t, pinwheel.PaystubsFullySynced))
	err := bus.Publish(t.Context(), sync)
	require.ErrorContains(t, err, "is not linked yet")
	require.False(t, events.IsPermanent(err))
	eventstest.RequireNone(t, rec, hosttest.IncomeReady)
}

func TestABrowsersWordBooksNothing(t *testing.T) {
	t.Parallel()
	bus, lender, rec := host(t)
	claim := eventstest.Sample(t, pinwheel.LinkLogin)
	eventstest.Publish(t, bus, pinwheel.LinkLogin, claim)
	eventstest.Publish(t, bus, pinwheel.LinkExit, pinwheel.ExitClaim{})
	require.Equal(t, events.Claimed, eventstest.Require(t, rec, pinwheel.LinkLogin).Trust)
	_, ok := lender.Applicant(claim.AccountID)
	require.False(t, ok)
	require.Equal(t, 1, lender.Exits())
}

func TestTheSubscriptionIsWhatTheHandlersNeed(t *testing.T) {
	t.Parallel()
	bus, _, _ := host(t)
	require.Equal(t, []string{"account.added", "paystubs.fully_synced"}, events.EnabledEvents(bus, pinwheel.Provider))
}
