package inbox_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/inbox"
)

// exact gives one policy without jitter to all kinds.
func exact(p inbox.RetryPolicy) *inbox.Options {
	p.Exact = true
	return &inbox.Options{Retry: func(events.KindID) inbox.RetryPolicy { return p }}
}

func TestRetriesComeAtExactInstantsForTwentyFourHours(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var at []time.Duration
		began := time.Now()
		r := start(t, exact(inbox.DefaultRetry()), func(bus *events.Bus) {
			on(bus, "ledger", func(events.Event[paystubs]) error {
				at = append(at, time.Since(began))
				return errTry
			})
		})
		require.NoError(t, r.box.Publish(t.Context(), genuine("ev_1", "acc_1")))
		pass(forever)

		var want []time.Duration
		for sum, wait := time.Duration(0), 2*time.Second; sum <= 24*time.Hour; sum, wait = sum+wait, min(2*wait, time.Hour) {
			want = append(want, sum)
		}
		want = append(want, 24*time.Hour)
		require.Equal(t, want, at)
		rec := r.only(t)
		require.Equal(t, inbox.Dead, rec.State)
		require.Equal(t, "gave up", rec.Reason)
		require.Len(t, at, rec.Meta.Attempt)
	})
}

func TestAHandlersRetryAfterIsHonoured(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var at []time.Duration
		began := time.Now()
		r := start(t, nil, func(bus *events.Bus) {
			on(bus, "ledger", func(ev events.Event[paystubs]) error {
				at = append(at, time.Since(began))
				if ev.Attempt < 4 {
					return events.RetryAfter(time.Duration(ev.Attempt)*7*time.Minute, errTry)
				}
				return nil
			})
		})
		require.NoError(t, r.box.Publish(t.Context(), genuine("ev_1", "acc_1")))
		pass(24 * time.Hour)
		require.Equal(t, []time.Duration{0, 7 * time.Minute, 21 * time.Minute, 42 * time.Minute}, at)
	})
}

func TestOfSeveralWaitsTheLongestCounts(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var at []time.Duration
		began := time.Now()
		ask := func(wait time.Duration) func(events.Event[paystubs]) error {
			return func(ev events.Event[paystubs]) error {
				if ev.Attempt == 1 {
					return events.RetryAfter(wait, errTry)
				}
				at = append(at, time.Since(began))
				return nil
			}
		}
		r := start(t, nil, func(bus *events.Bus) {
			on(bus, "one", ask(time.Hour))
			on(bus, "two", ask(2*time.Hour))
		})
		require.NoError(t, r.box.Publish(t.Context(), genuine("ev_1", "acc_1")))
		pass(24 * time.Hour)
		require.Equal(t, []time.Duration{2 * time.Hour, 2 * time.Hour}, at)
	})
}

func TestPermanentIsADeadLetterAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		tries := 0
		r := start(t, nil, func(bus *events.Bus) {
			on(bus, "ledger", func(events.Event[paystubs]) error { tries++; return events.Permanent(errTry) })
		})
		require.NoError(t, r.box.Publish(t.Context(), genuine("ev_1", "acc_1")))
		pass(forever)
		require.Equal(t, 1, tries)
		rec := r.only(t)
		require.Equal(t, inbox.Dead, rec.State)
		require.Equal(t, "permanent", rec.Reason)
	})
}

func TestAHandlerThatGaveUpIsNotRunAgainWhileOthersAre(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		gaveUp, tries := 0, 0
		r := start(t, nil, func(bus *events.Bus) {
			on(bus, "bad", func(events.Event[paystubs]) error { gaveUp++; return events.Permanent(errTry) })
			on(bus, "slow", func(events.Event[paystubs]) error {
				if tries++; tries < 4 {
					return errTry
				}
				return nil
			})
		})
		require.NoError(t, r.box.Publish(t.Context(), genuine("ev_1", "acc_1")))
		pass(forever)
		require.Equal(t, 1, gaveUp)
		require.Equal(t, 4, tries)
		rec := r.only(t)
		require.Equal(t, inbox.Dead, rec.State)
		require.Equal(t, []inbox.HandlerResult{{Name: "bad", GaveUp: true}, {Name: "slow"}}, rec.Handlers)
	})
}

func TestAPanicIsAFailure(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		tries := 0
		r := start(t, nil, func(bus *events.Bus) {
			on(bus, "ledger", func(events.Event[paystubs]) error {
				if tries++; tries == 1 {
					panic("oh")
				}
				return nil
			})
		})
		require.NoError(t, r.box.Publish(t.Context(), genuine("ev_1", "acc_1")))
		pass(time.Hour)
		require.Equal(t, 2, tries)
		require.Equal(t, inbox.Done, r.only(t).State)
	})
}

func TestEachKindHasItsOwnPolicy(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		opts := &inbox.Options{Retry: func(k events.KindID) inbox.RetryPolicy {
			p := inbox.DefaultRetry()
			if k == paystubsAdded.ID() {
				p.GiveUpAfter = time.Minute
			}
			return p
		}}
		r := start(t, opts, func(bus *events.Bus) {
			bus.Named("all").OnAny(func(_ context.Context, _ events.Envelope) error { return errTry })
			on(bus, "ledger", func(events.Event[paystubs]) error { return nil })
		})
		other := genuine("ev_2", "acc_2")
		other.Kind = accountAdded.ID()
		require.NoError(t, r.box.Publish(t.Context(), genuine("ev_1", "acc_1")))
		require.NoError(t, r.box.Publish(t.Context(), other))
		pass(10 * time.Minute)
		list, err := r.box.List(t.Context(), inbox.Filter{})
		require.NoError(t, err)
		require.Equal(t, inbox.Dead, list[0].State)
		require.Equal(t, inbox.Ready, list[1].State)
	})
}

func TestJitterStaysWithinItsBoundWhichGrowsToTheMaximum(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := inbox.RetryPolicy{
			First:  time.Duration(rapid.Int64Range(1, int64(time.Minute)).Draw(t, "first")),
			Factor: rapid.Float64Range(1, 10).Draw(t, "factor"),
			Max:    time.Duration(rapid.Int64Range(int64(time.Minute), int64(day)).Draw(t, "max")),
		}
		attempt := rapid.IntRange(1, 2000).Draw(t, "attempt")
		steady := p
		steady.Exact = true
		bound := steady.Delay(attempt)
		require.GreaterOrEqual(t, bound, p.First)
		require.LessOrEqual(t, bound, p.Max)
		require.GreaterOrEqual(t, steady.Delay(attempt+1), bound)
		d := p.Delay(attempt)
		require.GreaterOrEqual(t, d, time.Duration(0))
		require.LessOrEqual(t, d, bound)
	})
}
