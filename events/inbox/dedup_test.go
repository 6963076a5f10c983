package inbox_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/inbox"
)

func TestARedeliveryIsNotRunAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		got := 0
		r := start(t, nil, func(bus *events.Bus) {
			on(bus, "ledger", func(events.Event[paystubs]) error { got++; return nil })
		})
		for range 5 {
			require.NoError(t, r.box.Publish(t.Context(), genuine("ev_1", "acc_1")))
			synctest.Wait()
		}
		require.Equal(t, 1, got)
		require.Len(t, r.seen.of(events.Stored), 1)
		require.Len(t, r.seen.of(events.Duplicate), 4)
	})
}

func TestADuplicateOfAnEventWhoseHandlerFailedOnceIsNotLost(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		tries := 0
		r := start(t, nil, func(bus *events.Bus) {
			on(bus, "ledger", func(events.Event[paystubs]) error {
				if tries++; tries == 1 {
					return errTry
				}
				return nil
			})
		})
		require.NoError(t, r.box.Publish(t.Context(), genuine("ev_1", "acc_1")))
		require.NoError(t, r.box.Publish(t.Context(), genuine("ev_1", "acc_1")))
		pass(time.Minute)
		require.Equal(t, 2, tries)
		require.Equal(t, inbox.Done, r.only(t).State)
	})
}

func TestTheSameIDWithAnotherBodyIsKeptAsADeadLetterAndSeen(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		got := 0
		r := start(t, nil, func(bus *events.Bus) {
			on(bus, "ledger", func(events.Event[paystubs]) error { got++; return nil })
		})
		second := genuine("ev_1", "acc_1")
		second.Raw = []byte(`{"account_id":"acc_1","note":"changed"}`)
		require.NoError(t, r.box.Publish(t.Context(), genuine("ev_1", "acc_1")))
		require.NoError(t, r.box.Publish(t.Context(), second))
		require.NoError(t, r.box.Publish(t.Context(), second))
		synctest.Wait()
		require.Equal(t, 1, got)
		letters, err := r.box.DeadLetters(t.Context(), inbox.Filter{})
		require.NoError(t, err)
		require.Len(t, letters, 1)
		require.Equal(t, inbox.ConflictReason, letters[0].Reason)
		require.Len(t, r.seen.of(events.Conflict), 1)
		n, err := r.box.Replay(t.Context(), me, letters[0].ID)
		require.NoError(t, err)
		require.Equal(t, 1, n)
		synctest.Wait()
		require.Equal(t, 2, got)
	})
}

func TestALinkEventIsKnownByItsNumberAndByItsID(t *testing.T) {
	t.Parallel()
	store := inbox.NewMemory()
	box := inbox.New(store, events.New(), nil)
	frame := func(session, id string, seq uint64) events.Envelope {
		return events.Envelope{
			Meta: events.Meta{ID: id, Kind: linkScreen.ID(), Source: events.SourceLink, Seq: seq, Subject: events.Subject{Session: session}},
			Raw:  []byte(`{}`),
		}
	}
	of := func(env events.Envelope, user, link string) events.Envelope {
		env.EndUserID, env.LinkTokenID = user, link
		return env
	}
	for _, env := range []events.Envelope{
		frame("s", "a", 1), frame("s", "a", 2), frame("s", "b", 1), frame("s", "b", 2), frame("other", "a", 1),
		of(frame("tab", "c", 1), "u", "l"), of(frame("copied", "c", 7), "u", "l2"), of(frame("foreign", "c", 1), "v", "l"),
		of(frame("tab2", "d", 1), "", "l"), of(frame("copied2", "d", 2), "", "l"),
	} {
		require.NoError(t, box.Publish(t.Context(), env))
	}
	list, err := store.List(t.Context(), inbox.Filter{})
	require.NoError(t, err)
	var got []string
	for _, rec := range list {
		got = append(got, rec.Meta.Session+"/"+rec.Meta.ID)
	}
	require.ElementsMatch(t, []string{"s/a", "s/b", "other/a", "tab/c", "foreign/c", "tab2/d"}, got)
}

func TestABodyThatComesAgainAfterItsDedupTimeIsAnotherEvent(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		got := 0
		r := start(t, nil, func(bus *events.Bus) {
			on(bus, "ledger", func(events.Event[paystubs]) error { got++; return nil })
		})
		env := genuine("ev_1", "acc_1")
		env.DedupFor = 5 * time.Minute
		for _, wait := range []time.Duration{0, 40 * time.Second, 6 * time.Minute} {
			pass(wait)
			require.NoError(t, r.box.Publish(t.Context(), env))
		}
		synctest.Wait()
		require.Equal(t, 2, got)
	})
}

func TestTheReconcilerAndTheRealWebhookAreOneEventBothWays(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var got []string
		r := start(t, nil, func(bus *events.Bus) {
			on(bus, "ledger", func(ev events.Event[paystubs]) error { got = append(got, ev.ID); return nil })
		})
		made := func(job string) events.Envelope {
			env := genuine("made "+job, "acc_1")
			env.Source, env.JobID, env.Outcome = events.SourceReconcile, job, "success"
			return env
		}
		genuineJob := func(job string) events.Envelope {
			env := genuine("real "+job, "acc_1")
			env.JobID, env.Outcome = job, "success"
			return env
		}
		for _, env := range []events.Envelope{made("j1"), genuineJob("j1"), genuineJob("j2"), made("j2"), genuineJob("j1")} {
			require.NoError(t, r.box.Publish(t.Context(), env))
			synctest.Wait()
		}
		require.Equal(t, []string{"made j1", "real j2"}, got)
		list, err := r.box.List(t.Context(), inbox.Filter{})
		require.NoError(t, err)
		require.Len(t, list, 2)
		require.True(t, list[0].Confirmed)
		require.Equal(t, "real j1", list[0].Meta.ID)
	})
}
