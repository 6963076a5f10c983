package inbox_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/inbox"
)

// TestTheInboxOnlyBorrowsRaw writes over what was published as soon as it is taken, as the router does with the next delivery.
func TestTheInboxOnlyBorrowsRaw(t *testing.T) {
	t.Parallel()
	for name, opts := range map[string]*inbox.Options{"sealed": nil, "plain": {PlaintextAtRest: true}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var notes []string
				r := start(t, opts, func(bus *events.Bus) {
					events.On(bus, paystubsAdded, func(_ context.Context, ev events.Event[paystubs]) error {
						notes = append(notes, ev.Data.Note)
						return nil
					})
				})
				require.True(t, r.box.Borrows(r.box))
				for _, id := range []string{"ev_1", "ev_2"} {
					env := genuine(id, "acc_1")
					require.NoError(t, r.box.Publish(t.Context(), env))
					clear(env.Raw)
				}
				pass(day)
				require.Equal(t, []string{canary, canary}, notes)

				letter := genuine("ev_3", "acc_1")
				raw := slices.Clone(letter.Raw)
				require.NoError(t, r.box.Keep(t.Context(), letter, errors.New("it is not JSON")))
				clear(letter.Raw)
				list, err := r.store.List(t.Context(), inbox.Filter{States: []inbox.State{inbox.Dead}})
				require.NoError(t, err)
				require.Len(t, list, 1)
				back, err := r.box.Reveal(t.Context(), me, list[0].ID)
				require.NoError(t, err)
				require.Equal(t, raw, back.Raw)
			})
		})
	}
}

// keeping is a publisher that keeps what it sees, over an inbox that it embeds.
type keeping struct {
	*inbox.Inbox
	seen [][]byte
}

func (k *keeping) Publish(ctx context.Context, env events.Envelope) error {
	k.seen = append(k.seen, env.Raw)
	return k.Inbox.Publish(ctx, env)
}

func TestWhoEmbedsAnInboxDoesNotInheritItsPromise(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := start(t, nil, nil)
		var around events.Borrower = &keeping{Inbox: r.box}
		require.False(t, around.Borrows(around.(events.Publisher)))
	})
}
