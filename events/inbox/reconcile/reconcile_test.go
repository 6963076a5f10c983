package reconcile_test

import (
	"context"
	"errors"
	"iter"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/argyle"
	"github.com/linkhook/linkhook/events/inbox"
	"github.com/linkhook/linkhook/events/inbox/reconcile"
	"github.com/linkhook/linkhook/events/pinwheel"
	"github.com/linkhook/linkhook/events/pinwheel/pinwheelapi"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func job(id string, at time.Time, outcome pinwheel.Outcome) pinwheelapi.Job {
	return pinwheelapi.Job{
		ID: id, Name: pinwheel.JobIncome, Timestamp: pinwheel.TimestampOf(at), Outcome: outcome, AccountID: "acc", LinkTokenID: "token",
	}
}

// run runs fn in a bubble with a host whose reconciler has started, an hour ago.
func run(t *testing.T, w *world, fn func(t *testing.T, h *host)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		h := newHost(inbox.NewMemory(), nil, reconcile.Pinwheel(w, nil))
		defer h.stop()
		h.rec.Once(t.Context())
		time.Sleep(time.Hour)
		fn(t, h)
	})
}

func TestNothingIsMissingBeforeTheGraceEnds(t *testing.T) {
	t.Parallel()
	w := &world{}
	run(t, w, func(t *testing.T, h *host) {
		t.Helper()
		w.happen(job("j", time.Now(), pinwheel.OutcomeSuccess))
		time.Sleep(19 * time.Minute)
		require.Zero(t, h.rec.Once(t.Context())[0].Published)
		time.Sleep(2 * time.Minute)
		require.Equal(t, 1, h.rec.Once(t.Context())[0].Published)
		require.Zero(t, h.rec.Once(t.Context())[0].Published, "found again, published once")
		synctest.Wait()
		require.Equal(t, map[string]int{"income.added j success": 1}, h.booked())
	})
}

func TestTrackedLinkTokensNameTheEndUser(t *testing.T) {
	t.Parallel()
	w := &world{}
	run(t, w, func(t *testing.T, h *host) {
		t.Helper()
		require.NoError(t, h.rec.Track(t.Context(), "token", "ann"))
		require.Error(t, h.rec.Track(t.Context(), "", "ann"))
		w.happen(job("j", time.Now(), pinwheel.OutcomeSuccess))
		time.Sleep(30 * time.Minute)
		h.rec.Once(t.Context())
		synctest.Wait()
		require.Equal(t, "ann", h.user("j"))
	})
}

func TestWebhookAfterTheReconcilerIsNotHandledAgain(t *testing.T) {
	t.Parallel()
	w := &world{}
	run(t, w, func(t *testing.T, h *host) {
		t.Helper()
		j := job("j", time.Now(), pinwheel.OutcomeSuccess)
		w.happen(j)
		time.Sleep(30 * time.Minute)
		h.rec.Once(t.Context())
		synctest.Wait()
		require.NoError(t, h.box.Publish(t.Context(), jobHook(pinwheel.IncomeAdded, &j)))
		synctest.Wait()
		require.Equal(t, map[string]int{"income.added j success": 1}, h.booked())
	})
}

func TestPendingAndItsEndAreTwoEvents(t *testing.T) {
	t.Parallel()
	w := &world{}
	run(t, w, func(t *testing.T, h *host) {
		t.Helper()
		w.happen(job("j", time.Now(), pinwheel.OutcomePending))
		time.Sleep(30 * time.Minute)
		h.rec.Once(t.Context())
		w.jobs[0] = job("j", time.Now(), pinwheel.OutcomeSuccess)
		time.Sleep(30 * time.Minute)
		h.rec.Once(t.Context())
		synctest.Wait()
		require.Equal(t, map[string]int{"income.added j pending": 1, "income.added j success": 1}, h.booked())
	})
}

func TestJobPendingForADayIsReportedOnce(t *testing.T) {
	t.Parallel()
	w := &world{}
	synctest.Test(t, func(t *testing.T) {
		bus := events.New()
		var mu sync.Mutex
		var reports []reconcile.Overdue
		events.On(bus, reconcile.JobOverdue, func(_ context.Context, ev events.Event[reconcile.Overdue]) error {
			mu.Lock()
			defer mu.Unlock()
			reports = append(reports, ev.Data)
			return nil
		})
		got := func() []reconcile.Overdue {
			synctest.Wait()
			mu.Lock()
			defer mu.Unlock()
			return slices.Clone(reports)
		}
		box := inbox.New(inbox.NewMemory(), bus, &inbox.Options{PlaintextAtRest: true})
		ctx, cancel := context.WithCancel(t.Context())
		go func() { _ = box.Run(ctx) }()
		rec := reconcile.New(box, nil, reconcile.Pinwheel(w, nil))
		rec.Once(t.Context())
		time.Sleep(time.Minute)
		began := time.Now().UTC()
		w.happen(job("j", began, pinwheel.OutcomePending))
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			_ = rec.Run(ctx)
		}()
		time.Sleep(23 * time.Hour)
		require.Empty(t, got())
		time.Sleep(49 * time.Hour)
		cancel()
		<-ended
		require.Equal(t, []reconcile.Overdue{{Provider: "pinwheel", Event: "income.added", JobID: "j", Since: began}}, got())
	})
}

func TestMonitoringChangesAreFoundByTheAccounts(t *testing.T) {
	t.Parallel()
	w := &world{}
	old := pinwheel.TimestampOf(time.Date(1999, 1, 1, 0, 0, 0, 0, time.UTC))
	w.accounts = []pinwheelapi.Account{{
		ID: "acc", CreatedAt: old, MonitoringStatus: pinwheel.MonitoringActive, EndUserID: "ann",
		DataUpdatedAt: map[string]pinwheel.Timestamp{"paystubs": old, "income": old},
	}}
	run(t, w, func(t *testing.T, h *host) {
		t.Helper()
		require.Zero(t, h.rec.Once(t.Context())[0].Published, "an account of before is no news")
		w.accounts[0].MonitoringStatus = pinwheel.MonitoringUserActionRequired
		w.accounts[0].DataUpdatedAt = map[string]pinwheel.Timestamp{"paystubs": pinwheel.TimestampOf(time.Now()), "income": old}
		time.Sleep(30 * time.Minute)
		require.Equal(t, 2, h.rec.Once(t.Context())[0].Published)
		require.Zero(t, h.rec.Once(t.Context())[0].Published)
		synctest.Wait()
		require.Equal(t, map[string]int{"paystubs.added  success": 1}, h.booked())

		w.accounts[0].DataUpdatedAt = map[string]pinwheel.Timestamp{"income": pinwheel.TimestampOf(time.Now())}
		j := job("refresh", time.Now(), pinwheel.OutcomeSuccess)
		require.NoError(t, h.box.Publish(t.Context(), jobHook(pinwheel.IncomeAdded, &j)))
		time.Sleep(30 * time.Minute)
		require.Zero(t, h.rec.Once(t.Context())[0].Published, "its webhook came")
	})
}

// failing is a source whose list breaks off.
type failing struct {
	windows []reconcile.Window
	err     error
}

func (f *failing) Name() string { return "failing" }
func (f *failing) Expected(_ context.Context, _ reconcile.Memory, w reconcile.Window) iter.Seq2[reconcile.Candidate, error] {
	f.windows = append(f.windows, w)
	return func(yield func(reconcile.Candidate, error) bool) {
		if f.err != nil {
			yield(reconcile.Candidate{}, f.err)
		}
	}
}

func TestFailedPassIsRepeatedFromItsBeginning(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := &failing{}
		h := newHost(inbox.NewMemory(), nil, f)
		defer h.stop()
		h.rec.Once(t.Context())
		time.Sleep(10 * time.Hour)
		require.NoError(t, h.rec.Once(t.Context())[0].Err)
		good := f.windows[len(f.windows)-1].To
		f.err = errors.New("down")
		for range 5 {
			time.Sleep(2 * time.Hour)
			require.ErrorIs(t, h.rec.Once(t.Context())[0].Err, f.err)
		}
		f.err = nil
		time.Sleep(time.Hour)
		require.NoError(t, h.rec.Once(t.Context())[0].Err)
		require.WithinDuration(t, good, f.windows[len(f.windows)-1].From, 0, "an outage of hours is covered")
		time.Sleep(30 * time.Hour)
		h.rec.Once(t.Context())
		require.LessOrEqual(t, f.windows[len(f.windows)-1].From, good, "once a day it looks back further")
	})
}

func TestOneNodeAtATime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		store := inbox.NewMemory()
		busy := &blocking{entered: make(chan struct{}), leave: make(chan struct{})}
		a, b := newHost(store, nil, busy), newHost(store, nil, &failing{})
		defer a.stop()
		defer b.stop()
		busy.name = "failing"
		a.rec.Once(t.Context()) // the first pass has an empty window
		time.Sleep(time.Hour)
		done := make(chan []reconcile.Pass)
		go func() { done <- a.rec.Once(t.Context()) }()
		<-busy.entered
		require.True(t, b.rec.Once(t.Context())[0].Skipped)
		close(busy.leave)
		require.False(t, (<-done)[0].Skipped)
		require.False(t, b.rec.Once(t.Context())[0].Skipped)
	})
}

// blocking is a source that takes its time.
type blocking struct {
	name           string
	entered, leave chan struct{}
}

func (s *blocking) Name() string { return "failing" }
func (s *blocking) Expected(context.Context, reconcile.Memory, reconcile.Window) iter.Seq2[reconcile.Candidate, error] {
	return func(func(reconcile.Candidate, error) bool) {
		s.entered <- struct{}{}
		<-s.leave
	}
}

func TestArgyleByResourceTimestamps(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var accounts []argyle.Account
		list := func(context.Context) iter.Seq2[argyle.Account, error] {
			return func(yield func(argyle.Account, error) bool) {
				for _, a := range accounts {
					if !yield(a, nil) {
						return
					}
				}
			}
		}
		bus := events.New()
		got := map[string]int{}
		var mu sync.Mutex
		bus.OnAny(func(_ context.Context, env events.Envelope) error {
			mu.Lock()
			defer mu.Unlock()
			got[env.Kind.Name+" "+env.AccountID]++
			return nil
		})
		events.On(bus, argyle.AccountsConnected, func(_ context.Context, ev events.Event[argyle.AccountChange]) error {
			require.Equal(t, "acc", ev.Data.Resource.ID)
			return nil
		})
		box := inbox.New(inbox.NewMemory(), bus, &inbox.Options{PlaintextAtRest: true})
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			_ = box.Run(ctx)
		}()
		rec := reconcile.New(box, nil, reconcile.Argyle(list, nil))
		rec.Once(t.Context())
		time.Sleep(time.Minute)
		now := argyle.TimestampOf(time.Now())
		accounts = []argyle.Account{
			{
				ID: "acc", User: "user", CreatedAt: now,
				Connection:   argyle.Connection{Status: argyle.StatusConnected, UpdatedAt: now},
				Availability: map[argyle.Dataset]*argyle.Availability{"paystubs": {Status: argyle.AvailabilitySynced, UpdatedAt: now}, "gigs": nil},
			},
			{ID: "bad", User: "user", CreatedAt: now, Connection: argyle.Connection{Status: argyle.StatusError, ErrorCode: "invalid_credentials", UpdatedAt: now}},
			{ID: "expired", User: "user", Connection: argyle.Connection{Status: argyle.StatusError, ErrorCode: "auth_required", UpdatedAt: now}},
		}
		time.Sleep(30 * time.Minute)
		rec.Once(t.Context())
		rec.Once(t.Context())
		synctest.Wait()
		cancel()
		<-ended
		require.Equal(t, map[string]int{
			"accounts.added acc": 1, "accounts.connected acc": 1, "paystubs.fully_synced acc": 1, "accounts.added bad": 1, "accounts.failed bad": 1,
		}, got)
	})
}

func TestKindsListWhatCanBeRecovered(t *testing.T) {
	t.Parallel()
	require.True(t, reconcile.Recoverable(pinwheel.PaystubsAdded.ID()))
	require.True(t, reconcile.Recoverable(pinwheel.AccountAdded.ID()))
	require.True(t, reconcile.Recoverable(argyle.AccountsConnected.ID()))
	require.False(t, reconcile.Recoverable(pinwheel.PaystubsFullySynced.ID()))
	require.False(t, reconcile.Recoverable(pinwheel.BillAdded.ID()))
	for _, k := range reconcile.Kinds() {
		require.Equal(t, events.StreamWebhook, k.ID().Stream)
	}
}

func TestMisuseIsNamedAtStartUp(t *testing.T) {
	t.Parallel()
	box := inbox.New(inbox.NewMemory(), events.New(), &inbox.Options{PlaintextAtRest: true})
	require.Panics(t, func() { reconcile.New(nil, nil, &failing{}) })
	require.Panics(t, func() { reconcile.New(box, nil) })
	require.Panics(t, func() { reconcile.New(box, nil, &failing{}, &failing{}) })
	require.Panics(t, func() { reconcile.Pinwheel(nil, nil) })
	require.Panics(t, func() { reconcile.Argyle(nil, nil) })
}
