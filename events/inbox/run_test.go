package inbox_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/inbox"
)

func TestShutdownRefusesNewEventsAndWaitsForHandlers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		finished := false
		r := start(t, nil, func(bus *events.Bus) {
			on(bus, "ledger", func(events.Event[paystubs]) error {
				time.Sleep(10 * time.Second)
				finished = true
				return nil
			})
		})
		require.NoError(t, r.box.Publish(t.Context(), genuine("ev_1", "acc_1")))
		require.NoError(t, r.box.Publish(t.Context(), genuine("ev_2", "acc_1")))
		synctest.Wait()
		require.NoError(t, r.box.Ready(t.Context()))
		require.NoError(t, r.box.Shutdown(t.Context()))
		require.True(t, finished)
		require.ErrorIs(t, r.box.Publish(t.Context(), genuine("ev_3", "acc_1")), events.ErrClosed)
		require.ErrorIs(t, r.box.Keep(t.Context(), genuine("ev_3", "acc_1"), errTry), events.ErrClosed)
		require.ErrorIs(t, r.box.Ready(t.Context()), events.ErrClosed)
		s, err := r.box.Stats(t.Context())
		require.NoError(t, err)
		require.Equal(t, int64(1), s.Done)
		require.Equal(t, int64(1), s.Ready) // ev_2 is left for the next process
		require.NoError(t, r.box.Shutdown(t.Context()))
	})
}

func TestShutdownHandsBackWhatDoesNotEndInTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := start(t, nil, func(bus *events.Bus) {
			on(bus, "quick", func(events.Event[paystubs]) error { return nil })
			events.On(bus.Named("slow"), paystubsAdded, func(ctx context.Context, _ events.Event[paystubs]) error {
				<-ctx.Done()
				return context.Cause(ctx)
			})
		})
		require.NoError(t, r.box.Publish(t.Context(), genuine("ev_1", "acc_1")))
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		require.ErrorIs(t, r.box.Shutdown(ctx), context.DeadlineExceeded)
		synctest.Wait()
		rec := r.only(t)
		require.Equal(t, inbox.Ready, rec.State)
		require.Zero(t, rec.Meta.Attempt)
		require.Equal(t, []inbox.HandlerResult{{Name: "quick"}}, rec.Handlers)
	})
}

func TestWhenTheContextOfRunEndsHandlersAreCancelledAndHandedBack(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		store, bus := inbox.NewMemory(), events.New()
		events.On(bus.Named("slow"), paystubsAdded, func(ctx context.Context, _ events.Event[paystubs]) error {
			<-ctx.Done()
			return context.Cause(ctx)
		})
		box := inbox.New(store, bus, nil)
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- box.Run(ctx) }()
		require.NoError(t, box.Publish(t.Context(), genuine("ev_1", "acc_1")))
		synctest.Wait()
		cancel()
		require.NoError(t, <-done)
		list, err := store.List(t.Context(), inbox.Filter{})
		require.NoError(t, err)
		require.Equal(t, inbox.Ready, list[0].State)
	})
}

func TestRunEndsWhenTheBusIsClosedAndLosesNothing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		store, bus := inbox.NewMemory(), events.New()
		box := inbox.New(store, bus, nil)
		require.NoError(t, bus.Close(t.Context()))
		require.NoError(t, box.Publish(t.Context(), genuine("ev_1", "acc_1")))
		require.ErrorIs(t, box.Run(t.Context()), events.ErrClosed)
		list, err := store.List(t.Context(), inbox.Filter{})
		require.NoError(t, err)
		require.Equal(t, inbox.Ready, list[0].State)
	})
}

func TestALeaseIsExtendedWhileItsHandlersRun(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		runs := 0
		r := start(t, nil, func(bus *events.Bus) {
			on(bus, "ledger", func(events.Event[paystubs]) error {
				runs++
				time.Sleep(time.Hour)
				return nil
			})
		})
		require.NoError(t, r.box.Publish(t.Context(), genuine("ev_1", "acc_1")))
		pass(3 * time.Hour)
		require.Equal(t, 1, runs)
		require.Equal(t, inbox.Done, r.only(t).State)
	})
}

func TestTheWorkOfANodeThatDiedIsTakenUpWithinTheLease(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		store := inbox.NewMemory()
		require.NoError(t, inbox.New(store, events.New(), nil).Publish(t.Context(), genuine("ev_1", "acc_1")))
		_, _, err := store.Claim(t.Context(), 1, 30*time.Second) // the node that dies
		require.NoError(t, err)
		began, took := time.Now(), time.Duration(0)
		startOn(t, store, nil, func(bus *events.Bus) {
			on(bus, "ledger", func(events.Event[paystubs]) error { took = time.Since(began); return nil })
		})
		pass(time.Minute)
		require.Equal(t, 30*time.Second, took)
	})
}

func TestAHandlerWhoseLeaseIsLostIsCancelledAndWhatFollowsIsNotRun(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		store := inbox.NewMemory()
		var cause error
		second := 0
		r := startOn(t, store, nil, func(bus *events.Bus) {
			events.On(bus.Named("first"), paystubsAdded, func(ctx context.Context, _ events.Event[paystubs]) error {
				if err := store.Erase(ctx, []int64{1}, nil); err != nil {
					return err
				}
				<-ctx.Done()
				cause = context.Cause(ctx)
				return nil
			})
			on(bus, "second", func(events.Event[paystubs]) error { second++; return nil })
		})
		require.NoError(t, r.box.Publish(t.Context(), genuine("ev_1", "acc_1")))
		pass(time.Minute)
		require.ErrorIs(t, cause, inbox.ErrLeaseLost)
		require.Zero(t, second)
	})
}

func TestRunTwiceIsAMistakeAndPanics(t *testing.T) {
	t.Parallel()
	box := inbox.New(inbox.NewMemory(), events.New(), nil)
	require.NoError(t, box.Shutdown(t.Context()))
	require.NoError(t, box.Run(t.Context()))
	require.PanicsWithValue(t, "inbox: Run is called twice", func() { _ = box.Run(t.Context()) })
}

// shaky is a store that can be told to fail.
type shaky struct {
	inbox.Store

	fails  atomic.Pointer[error]
	free   atomic.Int64
	checks atomic.Int32
}

func (s *shaky) fail(err error) { s.fails.Store(&err) }

func (s *shaky) err() error {
	if p := s.fails.Load(); p != nil {
		return *p
	}
	return nil
}

func (s *shaky) Append(ctx context.Context, batch []inbox.Arrival) ([]inbox.Appended, error) {
	if err := s.err(); err != nil {
		return nil, err
	}
	return s.Store.Append(ctx, batch)
}

func (s *shaky) Claim(ctx context.Context, n int, lease time.Duration) ([]inbox.Claim, time.Duration, error) {
	if err := s.err(); err != nil {
		return nil, 0, err
	}
	return s.Store.Claim(ctx, n, lease)
}

func (s *shaky) Stats(ctx context.Context) (inbox.Stats, error) {
	got, err := s.Store.Stats(ctx)
	got.Failed = errors.Is(s.err(), inbox.ErrStoreFailed)
	if free := s.free.Load(); free != 0 {
		got.Free = free
	}
	return got, err
}

func (s *shaky) Check(context.Context) error {
	if s.checks.Add(1) < 3 {
		return errTry
	}
	s.fails.Store(nil)
	return nil
}

func (s *shaky) KeyWrapper() (inbox.KeyWrapper, error) { return inbox.StaticKey(make([]byte, 32)), nil }

func TestAnEventThatCannotBeStoredIsNotAcknowledged(t *testing.T) {
	t.Parallel()
	store := &shaky{Store: inbox.NewMemory()}
	box := inbox.New(store, events.New(), nil)
	store.fail(errTry)
	require.ErrorIs(t, box.Publish(t.Context(), genuine("ev_1", "acc_1")), errTry)
	store.fails.Store(nil)
	require.NoError(t, box.Publish(t.Context(), genuine("ev_1", "acc_1")))
}

func TestAStoreThatHasFailedIsCheckedUntilItIsWellAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		store := &shaky{Store: inbox.NewMemory()}
		got := 0
		r := startOn(t, store, nil, func(bus *events.Bus) {
			on(bus, "ledger", func(events.Event[paystubs]) error { got++; return nil })
		})
		store.fail(inbox.ErrStoreFailed)
		pass(time.Second)
		require.ErrorIs(t, r.box.Publish(t.Context(), genuine("ev_1", "acc_1")), inbox.ErrStoreFailed)
		require.ErrorIs(t, r.box.Ready(t.Context()), inbox.ErrStoreFailed)
		pass(time.Minute)
		require.Equal(t, int32(3), store.checks.Load())
		require.NoError(t, r.box.Publish(t.Context(), genuine("ev_1", "acc_1")))
		pass(time.Minute)
		require.Equal(t, 1, got)
	})
}

func TestABacklogAtItsBoundIsOverloadUntilItIsWorkedOff(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := start(t, &inbox.Options{MaxBacklog: 3, Workers: 1}, func(bus *events.Bus) {
			on(bus, "ledger", func(events.Event[paystubs]) error { time.Sleep(10 * time.Second); return nil })
		})
		for _, id := range []string{"a", "b", "c"} {
			require.NoError(t, r.box.Publish(t.Context(), genuine(id, id)))
		}
		err := r.box.Publish(t.Context(), genuine("d", "d"))
		require.ErrorIs(t, err, events.ErrOverloaded)
		wait, ok := events.RetryDelay(err)
		require.True(t, ok)
		require.Positive(t, wait)
		require.ErrorIs(t, r.box.Ready(t.Context()), events.ErrOverloaded)
		pass(11 * time.Second)
		require.NoError(t, r.box.Publish(t.Context(), genuine("d", "d")))
	})
}

func TestADiskThatIsNearlyFullIsOverloadAndHandlingGoesOn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		store := &shaky{Store: inbox.NewMemory()}
		got := 0
		r := startOn(t, store, nil, func(bus *events.Bus) {
			on(bus, "ledger", func(events.Event[paystubs]) error { time.Sleep(10 * time.Second); got++; return nil })
		})
		require.NoError(t, r.box.Publish(t.Context(), genuine("a", "a")))
		store.free.Store(1 << 20)
		pass(2 * time.Second)
		require.ErrorIs(t, r.box.Publish(t.Context(), genuine("b", "b")), events.ErrOverloaded)
		pass(time.Minute)
		require.Equal(t, 1, got)
	})
}

// transacting is a store with transactions that commit what a handler did together with the record of its success.
type transacting struct {
	*inbox.Memory

	effects []string
	crash   bool // after the commit, before the handler's success is known otherwise
}

type effectsKey struct{}

func (s *transacting) WithTx(ctx context.Context, ref inbox.Ref, handler string, run func(context.Context) error) (bool, error) {
	var pending []string
	if err := run(context.WithValue(ctx, effectsKey{}, &pending)); err != nil || len(pending) == 0 {
		return false, err
	}
	if err := s.Complete(ctx, ref, inbox.HandlerResult{Name: handler}); err != nil {
		return false, err
	}
	s.effects = append(s.effects, pending...)
	return true, nil
}

func (s *transacting) Finish(ctx context.Context, ref inbox.Ref, o inbox.Outcome) error {
	if s.crash {
		s.crash = false
		return errTry
	}
	return s.Memory.Finish(ctx, ref, o)
}

func TestAHandlerInATransactionHasItsEffectOnceThoughTheProcessDiesAfterIt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		store := &transacting{Memory: inbox.NewMemory(), crash: true}
		tries := 0
		r := startOn(t, store, nil, func(bus *events.Bus) {
			events.On(bus.Named("ledger"), paystubsAdded, func(ctx context.Context, ev events.Event[paystubs]) error {
				pending, _ := ctx.Value(effectsKey{}).(*[]string)
				*pending = append(*pending, ev.ID)
				if tries++; tries == 1 {
					return errTry
				}
				return nil
			})
		})
		require.NoError(t, r.box.Publish(t.Context(), genuine("ev_1", "acc_1")))
		pass(time.Hour)
		require.Equal(t, []string{"ev_1"}, store.effects)
		require.Equal(t, 2, tries)
		require.Equal(t, inbox.Done, r.only(t).State)
	})
}
