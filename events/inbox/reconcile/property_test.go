package reconcile_test

import (
	"context"
	"fmt"
	"iter"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/inbox"
	"github.com/linkhook/linkhook/events/inbox/reconcile"
	"github.com/linkhook/linkhook/events/pinwheel"
	"github.com/linkhook/linkhook/events/pinwheel/pinwheelapi"
)

// world is what happened at the provider, as its API and as its webhooks tell it.
type world struct {
	mu       sync.Mutex
	jobs     []pinwheelapi.Job
	accounts []pinwheelapi.Account
}

// happen adds a job.
func (w *world) happen(j pinwheelapi.Job) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.jobs = append(w.jobs, j)
}

// Jobs implements reconcile.PinwheelAPI.
func (w *world) Jobs(_ context.Context, f pinwheelapi.JobFilter) iter.Seq2[pinwheelapi.Job, error] {
	return func(yield func(pinwheelapi.Job, error) bool) {
		w.mu.Lock()
		jobs := slices.Clone(w.jobs)
		w.mu.Unlock()
		for _, j := range jobs {
			at := j.Timestamp.Time()
			if at.Before(f.From) || at.After(f.To) {
				continue
			}
			if !yield(j, nil) {
				return
			}
		}
	}
}

// Accounts implements reconcile.PinwheelAPI.
func (w *world) Accounts(context.Context, pinwheelapi.AccountFilter) iter.Seq2[pinwheelapi.Account, error] {
	return func(yield func(pinwheelapi.Account, error) bool) {
		w.mu.Lock()
		accounts := slices.Clone(w.accounts)
		w.mu.Unlock()
		for _, a := range accounts {
			if !yield(a, nil) {
				return
			}
		}
	}
}

// jobHook is the webhook of a job.
func jobHook(kind events.AnyKind, j *pinwheelapi.Job) events.Envelope {
	raw := fmt.Sprintf(`{"id":%q,"name":%q,"timestamp":%q,"outcome":%q,"account_id":%q,"link_token_id":%q,"end_user_id":"user"}`,
		j.ID, j.Name, j.Timestamp, j.Outcome, j.AccountID, j.LinkTokenID)
	return events.Envelope{Meta: events.Meta{
		ID: "event-" + j.ID + string(j.Outcome), Kind: kind.ID(), Source: events.SourceWebhook, Trust: events.Verified,
		Subject: events.Subject{AccountID: j.AccountID, LinkTokenID: j.LinkTokenID, EndUserID: "user"},
		JobID:   j.ID, Outcome: string(j.Outcome), OccurredAt: j.Timestamp.Time(),
	}, Raw: []byte(raw)}
}

func accountHook(a *pinwheelapi.Account) events.Envelope {
	return events.Envelope{Meta: events.Meta{
		ID: "event-" + a.ID, Kind: pinwheel.AccountAdded.ID(), Source: events.SourceWebhook, Trust: events.Verified,
		Subject: events.Subject{AccountID: a.ID, EndUserID: "user"},
	}, Raw: fmt.Appendf(nil, `{"account_id":%q,"end_user_id":"user","created_at":%q,"connected":true}`, a.ID, a.CreatedAt)}
}

// ledger counts the successes of handlers.
type ledger struct {
	mu    sync.Mutex
	done  map[string]int
	users map[string]string
}

func (l *ledger) book(m *events.Meta, key string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.done[m.Kind.Name+" "+key+" "+m.Outcome]++
	l.users[key] = m.EndUserID
}

func (l *ledger) register(bus *events.Bus) {
	events.On(bus.Named("l"), pinwheel.PaystubsAdded, func(_ context.Context, ev events.Event[pinwheel.Paystubs]) error {
		l.book(&ev.Meta, ev.Data.ID)
		return nil
	})
	events.On(bus.Named("l"), pinwheel.IncomeAdded, func(_ context.Context, ev events.Event[pinwheel.Income]) error {
		l.book(&ev.Meta, ev.Data.ID)
		return nil
	})
	events.On(bus.Named("l"), pinwheel.AccountAdded, func(_ context.Context, ev events.Event[pinwheel.Account]) error {
		l.book(&ev.Meta, ev.Data.AccountID)
		return nil
	})
}

// booked returns how often each thing was handled to success.
func (l *ledger) booked() map[string]int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return maps.Clone(l.done)
}

// user returns the end user of the event of that id.
func (l *ledger) user(id string) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.users[id]
}

// host is an inbox with a ledger and a reconciler.
type host struct {
	ledger
	box  *inbox.Inbox
	rec  *reconcile.Reconciler
	stop func()
}

func newHost(store inbox.Store, opts *reconcile.Options, sources ...reconcile.Source) *host {
	h := &host{ledger: ledger{done: map[string]int{}, users: map[string]string{}}}
	bus := events.New()
	h.register(bus)
	h.box = inbox.New(store, bus, &inbox.Options{PlaintextAtRest: true})
	h.rec = reconcile.New(h.box, opts, sources...)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = h.box.Run(ctx)
	}()
	h.stop = func() {
		cancel()
		<-ended
	}
	return h
}

// delivery is a webhook that arrives after a while, or never.
type delivery struct {
	after time.Duration
	env   events.Envelope
}

// TestLossDoesNotChangeTheOutcome: whatever subset of webhooks is lost, repeated, late or out of order, each is handled to
// success as often as with a perfect feed: once.
func TestLossDoesNotChangeTheOutcome(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		w := &world{}
		start := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC) // when a bubble's clock begins
		var feed []delivery
		want := map[string]int{}
		arrive := func(label string, at time.Duration, env events.Envelope) {
			for range rapid.IntRange(0, 3).Draw(rt, label+" deliveries") { // none: lost
				late := time.Duration(rapid.IntRange(0, 40*60).Draw(rt, label+" late")) * time.Second
				feed = append(feed, delivery{at + late, env})
			}
		}
		kinds := []events.AnyKind{pinwheel.PaystubsAdded, pinwheel.IncomeAdded}
		names := []pinwheel.JobName{pinwheel.JobPaystubs, pinwheel.JobIncome}
		for i := range rapid.IntRange(0, 8).Draw(rt, "jobs") {
			label := fmt.Sprint("job", i)
			at := time.Duration(rapid.IntRange(1, 3600).Draw(rt, label+" at")) * time.Second
			n := rapid.IntRange(0, 1).Draw(rt, label+" kind")
			job := pinwheelapi.Job{
				ID: label, Name: names[n], Timestamp: pinwheel.TimestampOf(start.Add(at)), LinkTokenID: "token",
				Outcome:   rapid.SampledFrom([]pinwheel.Outcome{pinwheel.OutcomeSuccess, pinwheel.OutcomeError}).Draw(rt, label+" outcome"),
				AccountID: fmt.Sprint("acc", rapid.IntRange(0, 2).Draw(rt, label+" account")),
			}
			w.jobs = append(w.jobs, job)
			want[kinds[n].ID().Name+" "+label+" "+string(job.Outcome)] = 1
			arrive(label, at, jobHook(kinds[n], &job))
		}
		for i := range rapid.IntRange(0, 3).Draw(rt, "accounts") {
			label := fmt.Sprint("acc", i)
			at := time.Duration(rapid.IntRange(1, 3600).Draw(rt, label+" at")) * time.Second
			account := pinwheelapi.Account{ID: label, CreatedAt: pinwheel.TimestampOf(start.Add(at)), Connected: true}
			w.accounts = append(w.accounts, account)
			want[pinwheel.AccountAdded.ID().Name+" "+label+" "] = 1
			arrive(label, at, accountHook(&account))
		}
		slices.SortStableFunc(feed, func(a, b delivery) int { return int(a.after - b.after) })
		require.Equal(rt, want, play(t, w, feed))
	})
}

// play runs the world until the last thing that can happen, the grace and a pass are over, and returns what was handled how
// often.
func play(t *testing.T, w *world, feed []delivery) map[string]int {
	t.Helper()
	var got map[string]int
	synctest.Test(t, func(t *testing.T) {
		quiet := &reconcile.Options{Logger: slog.New(slog.DiscardHandler)}
		h := newHost(inbox.NewMemory(), quiet, reconcile.Pinwheel(w, nil))
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			_ = h.rec.Run(ctx)
		}()
		begin := time.Now()
		for _, d := range feed {
			time.Sleep(d.after - time.Since(begin))
			require.NoError(t, h.box.Publish(t.Context(), d.env))
		}
		time.Sleep(110*time.Minute - time.Since(begin))
		synctest.Wait()
		cancel()
		<-ended
		h.stop()
		got = h.booked()
	})
	return got
}
