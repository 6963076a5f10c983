package inbox_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/inbox"
)

var errTry = errors.New("try again")

// on registers a named handler.
func on(bus *events.Bus, name string, fn func(events.Event[paystubs]) error) {
	events.On(bus.Named(name), paystubsAdded, func(_ context.Context, ev events.Event[paystubs]) error { return fn(ev) })
}

func TestDurableFirstAnEventIsStoredBeforePublishReturnsAndBeforeAnyHandlerRuns(t *testing.T) {
	t.Parallel()
	store := inbox.NewMemory()
	bus := events.New()
	ran := false
	on(bus, "ledger", func(events.Event[paystubs]) error { ran = true; return nil })
	box := inbox.New(store, bus, nil)
	require.NoError(t, box.Publish(t.Context(), genuine("ev_1", "acc_1")))
	list, err := store.List(t.Context(), inbox.Filter{})
	require.NoError(t, err)
	require.Len(t, list, 1)
	require.False(t, ran)
}

func TestAtLeastOnceAnEventOutlivesTheInboxThatTookIt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		store := inbox.NewMemory()
		require.NoError(t, inbox.New(store, events.New(), nil).Publish(t.Context(), genuine("ev_1", "acc_1")))
		got := 0
		startOn(t, store, nil, func(bus *events.Bus) {
			on(bus, "ledger", func(events.Event[paystubs]) error { got++; return nil })
		})
		synctest.Wait()
		require.Equal(t, 1, got)
	})
}

func TestARetryRunsOnlyTheHandlersThatHaveNotSucceeded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var calls []string
		r := start(t, nil, func(bus *events.Bus) {
			on(bus, "first", func(events.Event[paystubs]) error { calls = append(calls, "first"); return nil })
			on(bus, "second", func(ev events.Event[paystubs]) error {
				calls = append(calls, "second")
				if ev.Attempt < 3 {
					return errTry
				}
				return nil
			})
			on(bus, "third", func(events.Event[paystubs]) error { calls = append(calls, "third"); return nil })
		})
		require.NoError(t, r.box.Publish(t.Context(), genuine("ev_1", "acc_1")))
		pass(time.Hour)
		require.Equal(t, []string{"first", "second", "third", "second", "second"}, calls)
	})
}

func TestWhatAHandlerAchievedIsRecordedBeforeTheNextOneStarts(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var r *rig
		var during []inbox.HandlerResult
		r = start(t, nil, func(bus *events.Bus) {
			on(bus, "first", func(events.Event[paystubs]) error { return nil })
			on(bus, "second", func(events.Event[paystubs]) error { during = r.only(t).Handlers; return nil })
		})
		require.NoError(t, r.box.Publish(t.Context(), genuine("ev_1", "acc_1")))
		synctest.Wait()
		require.Equal(t, []inbox.HandlerResult{{Name: "first"}}, during)
	})
}

func TestAClosureWithoutANameIsAlwaysRunAgainNeverWronglySkipped(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		closure, tries := 0, 0
		r := start(t, nil, func(bus *events.Bus) {
			events.On(bus, paystubsAdded, func(context.Context, events.Event[paystubs]) error { closure++; return nil })
			on(bus, "ledger", func(events.Event[paystubs]) error {
				if tries++; tries < 3 {
					return errTry
				}
				return nil
			})
		})
		require.NoError(t, r.box.Publish(t.Context(), genuine("ev_1", "acc_1")))
		pass(time.Hour)
		require.Equal(t, 3, closure)
	})
}

func TestOneNameForEveryKindAndForThisKindAreTwoHandlers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		anyRuns, tries := 0, 0
		r := start(t, nil, func(bus *events.Bus) {
			bus.Named("ledger").OnAny(func(context.Context, events.Envelope) error { anyRuns++; return nil })
			on(bus, "ledger", func(events.Event[paystubs]) error {
				if tries++; tries < 3 {
					return errTry
				}
				return nil
			})
		})
		require.NoError(t, r.box.Publish(t.Context(), genuine("ev_1", "acc_1")))
		pass(time.Hour)
		require.Equal(t, 1, anyRuns)
		require.Equal(t, 3, tries)
		require.Equal(t, inbox.Done, r.only(t).State)
	})
}

func TestOneEventOfAnAccountAtATimeInTheOrderOfArrival(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		busy, most := map[string]int{}, 0
		var order []string
		r := start(t, nil, func(bus *events.Bus) {
			on(bus, "ledger", func(ev events.Event[paystubs]) error {
				mu.Lock()
				busy[ev.AccountID]++
				most = max(most, busy[ev.AccountID])
				if ev.AccountID == "acc_0" {
					order = append(order, ev.ID)
				}
				mu.Unlock()
				time.Sleep(time.Second)
				mu.Lock()
				defer mu.Unlock()
				busy[ev.AccountID]--
				return nil
			})
		})
		want := []string{}
		for i := range 30 {
			id := string(rune('a' + i))
			account := "acc_" + string(rune('0'+i%3))
			if i%3 == 0 {
				want = append(want, id)
			}
			require.NoError(t, r.box.Publish(t.Context(), genuine(id, account)))
		}
		pass(time.Minute)
		require.Equal(t, 1, most)
		require.Equal(t, want, order)
	})
}

func TestAnEventThatFailsStepsAsideAndDoesNotBlockItsAccount(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var handled []string
		r := start(t, nil, func(bus *events.Bus) {
			on(bus, "ledger", func(ev events.Event[paystubs]) error {
				if ev.ID == "bad" && ev.Attempt < 3 {
					return events.RetryAfter(time.Hour, errTry)
				}
				handled = append(handled, ev.ID)
				return nil
			})
		})
		for _, id := range []string{"bad", "good", "better"} {
			require.NoError(t, r.box.Publish(t.Context(), genuine(id, "acc_1")))
		}
		pass(forever)
		require.Equal(t, []string{"good", "better", "bad"}, handled)
	})
}

func TestAHungHandlerDoesNotHoldUpOtherAccountsNorPublishing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		got := 0
		r := start(t, nil, func(bus *events.Bus) {
			on(bus, "ledger", func(ev events.Event[paystubs]) error {
				if ev.AccountID == "hung" {
					<-release
				}
				got++
				return nil
			})
		})
		require.NoError(t, r.box.Publish(t.Context(), genuine("h", "hung")))
		synctest.Wait()
		require.NoError(t, r.box.Publish(t.Context(), genuine("a", "acc_1")))
		synctest.Wait()
		require.Equal(t, 1, got)
		close(release)
	})
}

func TestWorkersBoundHowManyEventsAreHandledAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		now, most := 0, 0
		r := start(t, &inbox.Options{Workers: 3}, func(bus *events.Bus) {
			on(bus, "ledger", func(events.Event[paystubs]) error {
				mu.Lock()
				now++
				most = max(most, now)
				mu.Unlock()
				time.Sleep(time.Second)
				mu.Lock()
				defer mu.Unlock()
				now--
				return nil
			})
		})
		for i := range 20 {
			require.NoError(t, r.box.Publish(t.Context(), genuine(string(rune('a'+i)), string(rune('a'+i)))))
		}
		pass(time.Minute)
		require.Equal(t, 3, most)
		s, err := r.box.Stats(t.Context())
		require.NoError(t, err)
		require.Equal(t, int64(20), s.Done)
	})
}

func TestAnUndecodableEventIsADeadLetterWithTheReason(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		unhandled := 0
		r := start(t, nil, func(bus *events.Bus) {
			on(bus, "ledger", func(events.Event[paystubs]) error { return nil })
			bus.OnUnhandled(func(context.Context, events.Envelope, error) error { unhandled++; return nil })
		})
		env := genuine("ev_1", "acc_1")
		env.Raw = []byte(`{"account_id":["` + canary + `"]}`)
		require.NoError(t, r.box.Publish(t.Context(), env))
		synctest.Wait()
		got, err := r.box.Inspect(t.Context(), r.only(t).ID)
		require.NoError(t, err)
		require.Equal(t, inbox.Dead, got.State)
		require.Equal(t, "undecodable", got.Reason)
		require.Contains(t, got.Detail, "/account_id")
		require.NotContains(t, got.Detail, canary)
		require.Zero(t, unhandled)
		require.Len(t, r.seen.of(events.Dead), 1)
	})
}

func TestAnUnhandledKindRunsOnUnhandledAndIsKeptForReplay(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		unhandled, handled := 0, 0
		r := start(t, nil, func(bus *events.Bus) {
			bus.Named("ledger").OnUnhandled(func(_ context.Context, _ events.Envelope, reason error) error {
				unhandled++
				require.ErrorIs(t, reason, events.ErrNoHandler)
				return nil
			})
		})
		require.NoError(t, r.box.Publish(t.Context(), genuine("ev_1", "acc_1")))
		synctest.Wait()
		require.Equal(t, 1, unhandled)
		require.Equal(t, inbox.Ignored, r.only(t).State)

		on(r.bus, "ledger", func(ev events.Event[paystubs]) error {
			require.Equal(t, events.SourceReplay, ev.Source)
			handled++
			return nil
		})
		n, err := r.box.ReplayAll(t.Context(), me, inbox.Filter{Kind: paystubsAdded.ID()})
		require.NoError(t, err)
		require.Equal(t, 1, n)
		synctest.Wait()
		require.Equal(t, 1, handled)
		require.Equal(t, inbox.Done, r.only(t).State)
	})
}

func TestKeepStoresWhatNothingCanParseAsADeadLetter(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := start(t, nil, nil)
		env := events.Envelope{Meta: events.Meta{Endpoint: "acme", Source: events.SourceWebhook}, Raw: []byte("no JSON: " + canary)}
		for range 2 {
			require.NoError(t, r.box.Keep(t.Context(), env, errors.New("it is not JSON")))
		}
		rec := r.only(t)
		require.Equal(t, inbox.Dead, rec.State)
		got, err := r.box.Inspect(t.Context(), rec.ID)
		require.NoError(t, err)
		require.Equal(t, "unparseable", got.Reason)
		require.Equal(t, "it is not JSON", got.Detail)
		back, err := r.box.Reveal(t.Context(), me, rec.ID)
		require.NoError(t, err)
		require.Equal(t, env.Raw, back.Raw)
	})
}

func TestHandlersMayPublishIntoTheInbox(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var r *rig
		got := 0
		r = start(t, nil, func(bus *events.Bus) {
			events.On(bus.Named("first"), accountAdded, func(ctx context.Context, ev events.Event[paystubs]) error {
				return r.box.Publish(ctx, genuine("follow-up of "+ev.ID, ev.AccountID))
			})
			on(bus, "second", func(events.Event[paystubs]) error { got++; return nil })
		})
		env := genuine("ev_1", "acc_1")
		env.Kind = accountAdded.ID()
		require.NoError(t, r.box.Publish(t.Context(), env))
		synctest.Wait()
		require.Equal(t, 1, got)
	})
}

func TestNoPayloadReachesLogsErrorsOrObservations(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var text strings.Builder
		logger := slog.New(slog.NewTextHandler(&text, &slog.HandlerOptions{Level: slog.LevelDebug}))
		r := start(t, &inbox.Options{Logger: logger}, func(bus *events.Bus) {
			on(bus, "ledger", func(ev events.Event[paystubs]) error { panic(ev.Data.Note) })
		})
		second := genuine("ev_1", "acc_1")
		second.Raw = []byte(`{"note":"` + canary + `"}`)
		require.NoError(t, r.box.Publish(t.Context(), genuine("ev_1", "acc_1")))
		require.NoError(t, r.box.Publish(t.Context(), second))
		pass(forever)
		require.NotEmpty(t, text.String())
		require.NotContains(t, text.String(), canary)
		list, err := r.box.List(t.Context(), inbox.Filter{})
		require.NoError(t, err)
		for _, rec := range list {
			got, err := r.box.Inspect(t.Context(), rec.ID)
			require.NoError(t, err)
			require.NotContains(t, got.Detail, canary)
		}
	})
}
