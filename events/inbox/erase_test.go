package inbox_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/inbox"
)

// family publishes events of one end user with two accounts, one of which is named without the user, and of another user.
func family(t *testing.T, box *inbox.Inbox) {
	t.Helper()
	for i, s := range []events.Subject{
		{EndUserID: "user_1"},
		{EndUserID: "user_1", AccountID: "acc_1"},
		{AccountID: "acc_1"},
		{EndUserID: "user_1", AccountID: "acc_2"},
		{EndUserID: "user_2", AccountID: "acc_3"},
	} {
		env := genuine(fmt.Sprint("ev_", i), s.AccountID)
		env.Subject = s
		require.NoError(t, box.Publish(t.Context(), env))
	}
}

// left returns the ids of events whose bodies can still be read.
func left(t *testing.T, box *inbox.Inbox) []string {
	t.Helper()
	list, err := box.List(t.Context(), inbox.Filter{})
	require.NoError(t, err)
	var ids []string
	for _, r := range list {
		if env, err := box.Reveal(t.Context(), me, r.ID); err == nil {
			ids = append(ids, env.ID)
		}
	}
	return ids
}

func TestErasingAnEndUserTakesItsAccountsWithIt(t *testing.T) {
	t.Parallel()
	box := inbox.New(inbox.NewMemory(), events.New(), nil)
	family(t, box)
	n, err := box.Erase(t.Context(), me, events.Subject{EndUserID: "user_1"})
	require.NoError(t, err)
	require.Equal(t, 4, n)
	require.Equal(t, []string{"ev_4"}, left(t, box))
}

func TestErasingAnAccountLeavesItsOwnersOtherAccounts(t *testing.T) {
	t.Parallel()
	box := inbox.New(inbox.NewMemory(), events.New(), nil)
	family(t, box)
	n, err := box.Erase(t.Context(), me, events.Subject{AccountID: "acc_1"})
	require.NoError(t, err)
	require.Equal(t, 2, n)
	require.Equal(t, []string{"ev_0", "ev_3", "ev_4"}, left(t, box))
}

func TestErasingTheKeyErasesEveryCopyOfABody(t *testing.T) {
	t.Parallel()
	store := inbox.NewMemory()
	box := inbox.New(store, events.New(), nil)
	require.NoError(t, box.Publish(t.Context(), genuine("ev_1", "acc_1")))
	backup, err := store.Find(t.Context(), 1)
	require.NoError(t, err)
	_, err = box.Erase(t.Context(), me, events.Subject{AccountID: "acc_1"})
	require.NoError(t, err)

	_, err = store.Append(t.Context(), []inbox.Arrival{{Meta: backup.Meta, Body: backup.Body}})
	require.NoError(t, err)
	_, err = box.Reveal(t.Context(), me, 2)
	require.ErrorIs(t, err, inbox.ErrErased)
	require.NoError(t, box.Publish(t.Context(), genuine("ev_2", "acc_1"))) // a new key
	_, err = box.Reveal(t.Context(), me, 2)
	require.ErrorIs(t, err, inbox.ErrErased)
	_, err = box.Reveal(t.Context(), me, 3)
	require.NoError(t, err)
}

func TestAnotherNodeDoesNotSealWithAKeyThatWasErased(t *testing.T) {
	t.Parallel()
	store := inbox.NewMemory()
	opts := &inbox.Options{KeyWrapper: inbox.StaticKey(make([]byte, 32))}
	one, two := inbox.New(store, events.New(), opts), inbox.New(store, events.New(), opts)
	require.NoError(t, two.Publish(t.Context(), genuine("ev_1", "acc_1"))) // two has the key in memory
	_, err := one.Erase(t.Context(), me, events.Subject{AccountID: "acc_1"})
	require.NoError(t, err)
	require.NoError(t, two.Publish(t.Context(), genuine("ev_2", "acc_1")))
	env, err := one.Reveal(t.Context(), me, 2)
	require.NoError(t, err)
	require.Equal(t, "ev_2", env.ID)
}

func TestAnErasedEventIsNotHandledAndARedeliveryIsADuplicate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		got := 0
		r := start(t, nil, func(bus *events.Bus) {
			on(bus, "ledger", func(events.Event[paystubs]) error {
				got++
				return events.RetryAfter(time.Hour, errTry)
			})
		})
		require.NoError(t, r.box.Publish(t.Context(), genuine("ev_1", "acc_1")))
		synctest.Wait()
		_, err := r.box.Erase(t.Context(), me, events.Subject{AccountID: "acc_1"})
		require.NoError(t, err)
		require.NoError(t, r.box.Publish(t.Context(), genuine("ev_1", "acc_1")))
		pass(forever)
		require.Equal(t, 1, got)
		require.Equal(t, inbox.Erased, r.only(t).State)
	})
}

func TestExportYieldsEveryEventOfASubject(t *testing.T) {
	t.Parallel()
	box := inbox.New(inbox.NewMemory(), events.New(), nil)
	family(t, box)
	var ids []string
	for env, err := range box.Export(t.Context(), me, events.Subject{EndUserID: "user_1"}) {
		require.NoError(t, err)
		require.NotEmpty(t, env.Raw)
		ids = append(ids, env.ID)
	}
	require.Equal(t, []string{"ev_0", "ev_1", "ev_3"}, ids)
	for _, err := range box.Export(t.Context(), me, events.Subject{}) {
		require.Error(t, err)
	}
}
