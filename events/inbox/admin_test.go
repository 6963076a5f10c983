package inbox_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/inbox"
)

// failing runs an inbox whose one handler gives up while it is told to, over n events of different accounts.
func failing(t *testing.T, n int, broken *bool, got *[]string) *rig {
	t.Helper()
	r := start(t, &inbox.Options{Workers: 1}, func(bus *events.Bus) {
		on(bus, "ledger", func(ev events.Event[paystubs]) error {
			if *broken {
				return events.Permanent(errTry)
			}
			*got = append(*got, ev.ID)
			return nil
		})
	})
	for i := range n {
		require.NoError(t, r.box.Publish(t.Context(), genuine(fmt.Sprintf("ev_%02d", i), fmt.Sprintf("acc_%02d", i))))
		pass(time.Minute)
	}
	return r
}

func TestDeadLettersAreListedInspectedAndReplayedOneByOne(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		broken, got := true, []string{}
		r := failing(t, 3, &broken, &got)
		letters, err := r.box.DeadLetters(t.Context(), inbox.Filter{})
		require.NoError(t, err)
		require.Len(t, letters, 3)
		seen, err := r.box.Inspect(t.Context(), letters[1].ID)
		require.NoError(t, err)
		require.Equal(t, "permanent", seen.Reason)
		require.Contains(t, seen.Detail, "ledger: try again")
		require.Nil(t, seen.Body)
		broken = false
		n, err := r.box.Replay(t.Context(), me, letters[1].ID)
		require.NoError(t, err)
		require.Equal(t, 1, n)
		synctest.Wait()
		require.Equal(t, []string{"ev_01"}, got)
	})
}

func TestDeadLettersAreReplayedByFilterAndRange(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		broken, got := true, []string{}
		began := time.Now()
		r := failing(t, 10, &broken, &got)
		broken = false
		n, err := r.box.ReplayAll(t.Context(), me, inbox.Filter{
			Reason: "permanent", From: began.Add(2 * time.Minute), To: began.Add(5 * time.Minute),
		})
		require.NoError(t, err)
		require.Equal(t, 3, n)
		synctest.Wait()
		require.ElementsMatch(t, []string{"ev_02", "ev_03", "ev_04"}, got)
		n, err = r.box.ReplayAll(t.Context(), me, inbox.Filter{})
		require.NoError(t, err)
		require.Equal(t, 7, n)
		synctest.Wait()
		require.Len(t, got, 10)
		n, err = r.box.ReplayAll(t.Context(), me, inbox.Filter{States: []inbox.State{inbox.Done}})
		require.NoError(t, err)
		require.Equal(t, 10, n)
		synctest.Wait()
		require.Len(t, got, 20)
	})
}

func TestDiscardedLettersAreNotListedAnyMore(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		broken, got := true, []string{}
		r := failing(t, 2, &broken, &got)
		n, err := r.box.Discard(t.Context(), me, 1, 4711)
		require.NoError(t, err)
		require.Equal(t, 1, n)
		letters, err := r.box.DeadLetters(t.Context(), inbox.Filter{})
		require.NoError(t, err)
		require.Len(t, letters, 1)
	})
}

func TestEverythingDoneByHandIsInTheAuditRecordWithWhoAndWhy(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		broken, got := true, []string{}
		r := failing(t, 3, &broken, &got)
		ctx := t.Context()
		by := inbox.By{Who: "ada", Why: "ticket 12"}
		_, err := r.box.Replay(ctx, by, 1)
		require.NoError(t, err)
		_, err = r.box.Discard(ctx, by, 2)
		require.NoError(t, err)
		_, err = r.box.Reveal(ctx, by, 3)
		require.NoError(t, err)
		for _, err := range r.box.Export(ctx, by, events.Subject{AccountID: "acc_02"}) {
			require.NoError(t, err)
		}
		_, err = r.box.Erase(ctx, by, events.Subject{AccountID: "acc_02"})
		require.NoError(t, err)

		entries, err := r.box.Audit(ctx, 0, 100)
		require.NoError(t, err)
		var actions []string
		for _, e := range entries {
			require.Equal(t, "ada", e.Who)
			require.Equal(t, "ticket 12", e.Why)
			require.NotContains(t, e.Target, "acc_02")
			actions = append(actions, e.Action)
		}
		require.Equal(t, []string{"replay", "discard", "reveal", "export", "erase"}, actions)
		head, err := r.box.VerifyAudit(ctx)
		require.NoError(t, err)
		require.Equal(t, inbox.AuditHead{N: 5, Hash: entries[4].Hash}, head)
	})
}

func TestNothingIsDoneByHandWithoutWhoAndWhy(t *testing.T) {
	t.Parallel()
	box := inbox.New(inbox.NewMemory(), events.New(), nil)
	require.NoError(t, box.Publish(t.Context(), genuine("ev_1", "acc_1")))
	for _, by := range []inbox.By{{}, {Who: "ada"}, {Why: "because"}, {Who: " ", Why: "\t"}} {
		_, err := box.Reveal(t.Context(), by, 1)
		require.Error(t, err)
		_, err = box.Discard(t.Context(), by, 1)
		require.Error(t, err)
		_, err = box.Replay(t.Context(), by, 1)
		require.Error(t, err)
		_, err = box.Erase(t.Context(), by, events.Subject{AccountID: "acc_1"})
		require.Error(t, err)
	}
	rec, err := box.List(t.Context(), inbox.Filter{})
	require.NoError(t, err)
	require.Equal(t, inbox.Ready, rec[0].State)
}

func TestAChangedAuditRecordDoesNotVerify(t *testing.T) {
	t.Parallel()
	const n = 5
	fresh := func(t *testing.T) (*inbox.Memory, *inbox.Inbox, []inbox.Entry) {
		t.Helper()
		store := inbox.NewMemory()
		box := inbox.New(store, events.New(), nil)
		require.NoError(t, box.Publish(t.Context(), genuine("ev_1", "acc_1")))
		for range n {
			_, err := box.Reveal(t.Context(), me, 1)
			require.NoError(t, err)
		}
		entries, err := store.Scan(t.Context(), "audit/", "", 100)
		require.NoError(t, err)
		require.Len(t, entries, n)
		return store, box, entries
	}
	for name, tamper := range map[string]func(ctx context.Context, s *inbox.Memory, entries []inbox.Entry) error{
		"another name": func(ctx context.Context, s *inbox.Memory, e []inbox.Entry) error {
			return s.Put(ctx, e[2].Key, []byte(strings.Replace(string(e[2].Value), "tester", "nobody", 1)), 0)
		},
		"taken out": func(ctx context.Context, s *inbox.Memory, e []inbox.Entry) error { return s.Put(ctx, e[2].Key, nil, 0) },
		"first one taken out": func(ctx context.Context, s *inbox.Memory, e []inbox.Entry) error {
			return s.Put(ctx, e[0].Key, nil, 0)
		},
		"swapped": func(ctx context.Context, s *inbox.Memory, e []inbox.Entry) error {
			if err := s.Put(ctx, e[1].Key, e[2].Value, 0); err != nil {
				return err
			}
			return s.Put(ctx, e[2].Key, e[1].Value, 0)
		},
		"no JSON": func(ctx context.Context, s *inbox.Memory, e []inbox.Entry) error {
			return s.Put(ctx, e[4].Key, []byte("{"), 0)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			store, box, entries := fresh(t)
			require.NoError(t, tamper(t.Context(), store, entries))
			_, err := box.VerifyAudit(t.Context())
			require.ErrorIs(t, err, inbox.ErrAuditBroken)
		})
	}
}

func TestTheAuditRecordOfManyNodesIsOneChain(t *testing.T) {
	t.Parallel()
	store := inbox.NewMemory()
	opts := &inbox.Options{KeyWrapper: inbox.StaticKey(make([]byte, 32))}
	const nodes, each = 4, 10
	require.NoError(t, inbox.New(store, events.New(), opts).Publish(t.Context(), genuine("ev_1", "acc_1")))
	errs := make(chan error)
	for range nodes {
		box := inbox.New(store, events.New(), opts)
		go func() {
			for range each {
				_, err := box.Reveal(context.Background(), me, 1)
				errs <- err
			}
		}()
	}
	for range nodes * each {
		require.NoError(t, <-errs)
	}
	head, err := inbox.New(store, events.New(), opts).VerifyAudit(t.Context())
	require.NoError(t, err)
	require.Equal(t, int64(nodes*each), head.N)
}

func TestRetentionRunsByItself(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := start(t, &inbox.Options{Poll: time.Hour, Lease: time.Hour}, func(bus *events.Bus) {
			on(bus, "ledger", func(events.Event[paystubs]) error { return nil })
		})
		require.NoError(t, r.box.Publish(t.Context(), genuine("ev_1", "acc_1")))
		pass(7*day + time.Hour)
		require.Nil(t, r.only(t).Body)
		_, err := r.box.Reveal(t.Context(), me, 1)
		require.ErrorIs(t, err, inbox.ErrNoBody)
		pass(23 * day)
		list, err := r.box.List(t.Context(), inbox.Filter{})
		require.NoError(t, err)
		require.Empty(t, list)
	})
}

func TestSessionsLeasesAndValuesAreSharedByTheNodesOfAStore(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		store := inbox.NewMemory()
		one, two := inbox.New(store, events.New(), nil), inbox.New(store, events.New(), nil)
		ctx := t.Context()

		got, err := one.LoadSession(ctx, "s")
		require.NoError(t, err)
		require.Nil(t, got)
		for _, want := range []struct {
			box       *inbox.Inbox
			old, next []byte
			did       bool
		}{{one, nil, []byte("first"), true}, {two, nil, []byte("lost"), false}, {two, []byte("first"), []byte("state"), true},
			{one, []byte("first"), []byte("lost"), false}} {
			did, err := want.box.SwapSession(ctx, "s", want.old, want.next, time.Hour)
			require.NoError(t, err)
			require.Equal(t, want.did, did)
		}
		got, err = two.LoadSession(ctx, "s")
		require.NoError(t, err)
		require.Equal(t, "state", string(got))

		for i := range 1100 {
			require.NoError(t, one.KeepClaim(ctx, fmt.Sprintf("a/%04d", i), []byte("claim"), time.Hour))
		}
		require.NoError(t, one.KeepClaim(ctx, "b", []byte("other"), time.Hour))
		var keys []string
		require.NoError(t, two.Claims(ctx, "a/", func(key string, record []byte) {
			keys = append(keys, key)
			require.Equal(t, "claim", string(record))
		}))
		require.Len(t, keys, 1100)
		require.Equal(t, "a/1099", keys[1099])

		for _, want := range []struct {
			box    *inbox.Inbox
			holder string
			got    bool
		}{{one, "one", true}, {two, "two", false}, {one, "one", true}} {
			held, err := want.box.Lease(ctx, "reconciler", want.holder, time.Minute)
			require.NoError(t, err)
			require.Equal(t, want.got, held)
		}
		pass(2 * time.Minute)
		held, err := two.Lease(ctx, "reconciler", "two", time.Minute)
		require.NoError(t, err)
		require.True(t, held)
		require.NoError(t, one.Release(ctx, "reconciler", "one")) // not its own any more
		held, err = one.Lease(ctx, "reconciler", "one", time.Minute)
		require.NoError(t, err)
		require.False(t, held)
		require.NoError(t, two.Release(ctx, "reconciler", "two"))
		held, err = one.Lease(ctx, "reconciler", "one", time.Minute)
		require.NoError(t, err)
		require.True(t, held)

		require.NoError(t, one.Put(ctx, "watermark", []byte("42"), 0))
		got, err = two.Get(ctx, "watermark")
		require.NoError(t, err)
		require.Equal(t, "42", string(got))
		pass(time.Hour)
		got, err = one.LoadSession(ctx, "s")
		require.NoError(t, err)
		require.Nil(t, got)
	})
}
