package hosttest_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/pinwheel"

	"github.com/linkhook/linkhook/examples/hosttest"
)

// The first depth: a handler is a plain function, and its event a struct literal.

func TestAnAccountIsTiedToItsApplicant(t *testing.T) {
	t.Parallel()
	lender := hosttest.NewLender(events.New())
	err := lender.LinkAccount(t.Context(), events.Event[pinwheel.Account]{
		Data: pinwheel.Account{AccountID: "acc-1", EndUserID: "applicant-1"},
	})
	require.NoError(t, err)
	applicant, ok := lender.Applicant("acc-1")
	require.True(t, ok)
	require.Equal(t, "applicant-1", applicant)
}

func TestAnAccountOfNobodyIsNotTriedAgain(t *testing.T) {
	t.Parallel()
	lender := hosttest.NewLender(events.New())
	err := lender.LinkAccount(t.Context(), events.Event[pinwheel.Account]{Data: pinwheel.Account{AccountID: "acc-1"}})
	require.True(t, events.IsPermanent(err))
}

func TestAnUnfinishedSyncIsNoIncome(t *testing.T) {
	t.Parallel()
	lender := hosttest.NewLender(events.New())
	for _, outcome := range []pinwheel.Outcome{pinwheel.OutcomePending, pinwheel.OutcomeError, "brand_new"} {
		ev := events.Event[pinwheel.PaystubsSync]{Data: pinwheel.PaystubsSync{AccountID: "acc-1"}}
		ev.Data.Outcome = outcome
		require.NoError(t, lender.ReadIncome(t.Context(), ev))
	}
}
