package eventstest_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/eventstest"
)

func ofAccount(id string) func(events.Event[booking]) bool {
	return func(ev events.Event[booking]) bool { return ev.Data.AccountID == id }
}

func atLeast(n int) func(events.Event[booking]) bool {
	return func(ev events.Event[booking]) bool { return ev.Data.Count >= n }
}

func withID(id string) func(*events.Meta) { return func(m *events.Meta) { m.ID = id } }

func TestRequireReturnsTheTypedEvent(t *testing.T) {
	t.Parallel()
	bus := events.New()
	rec := eventstest.Record(t, bus)
	eventstest.Publish(t, bus, booked, booking{AccountID: "a", Count: 1})
	eventstest.Publish(t, bus, booked, booking{AccountID: "b", Count: 2})
	eventstest.Publish(t, bus, booked, booking{AccountID: "b", Count: 3})

	require.Equal(t, 1, eventstest.Require(t, rec, booked).Data.Count, "the first without a match")
	ev := eventstest.Require(t, rec, booked, ofAccount("b"), atLeast(3))
	require.Equal(t, booking{AccountID: "b", Count: 3}, ev.Data)
	require.Equal(t, "b", ev.AccountID)
	require.Empty(t, ev.Handler, "the recorder leaves no trace")
	require.JSONEq(t, `{"account_id":"b","count":3}`, string(ev.Raw))
	require.Len(t, eventstest.All(t, rec, booked), 3)
	require.Len(t, rec.Envelopes(), 3)
	eventstest.RequireNone(t, rec, booked, ofAccount("c"))
	eventstest.RequireNone(t, rec, cooked)

	rec.Reset()
	require.Empty(t, rec.Envelopes())
	eventstest.RequireNone(t, rec, booked)
}

func TestRecordEndsWithTheTest(t *testing.T) { //nolint:tparallel // the inner test is to end first
	t.Parallel()
	bus := events.New()
	var rec *eventstest.Recorder
	t.Run("inner", func(t *testing.T) {
		rec = eventstest.Record(t, bus)
		eventstest.Publish(t, bus, booked, booking{})
	})
	eventstest.Publish(t, bus, booked, booking{})
	require.Len(t, rec.Envelopes(), 1)
}

func TestRequireFailsWell(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		publish func(*events.Bus)
		require func(testing.TB, *eventstest.Recorder)
		want    string
	}{
		"nothing seen": {
			func(*events.Bus) {},
			func(tb testing.TB, rec *eventstest.Recorder) { eventstest.Require(tb, rec, booked) },
			`eventstest: no acme/webhook/paystubs.booked was seen
  nothing was seen: is the recorder on the bus that was published to?`,
		},
		"others seen": {
			func(bus *events.Bus) {
				eventstest.Publish(t, bus, loggedIn, login{})
				eventstest.Publish(t, bus, cooked, booking{Secret: canary})
				eventstest.Publish(t, bus, loggedIn, login{})
			},
			func(tb testing.TB, rec *eventstest.Recorder) { eventstest.Require(tb, rec, booked) },
			`eventstest: no acme/webhook/paystubs.booked was seen
  nearest: acme/webhook/paystubs.cooked
  seen:
    2 × acme/link/login
    1 × acme/webhook/paystubs.cooked`,
		},
		"the Link event of that name seen": {
			func(bus *events.Bus) { eventstest.Publish(t, bus, bookedLink, booking{}) },
			func(tb testing.TB, rec *eventstest.Recorder) { eventstest.Require(tb, rec, booked) },
			`eventstest: no acme/webhook/paystubs.booked was seen
  the link of that name was seen, which is another kind: acme/link/paystubs.booked
  seen:
    1 × acme/link/paystubs.booked`,
		},
		"another provider's event of that name seen": {
			func(bus *events.Bus) { eventstest.Publish(t, bus, bookedOther, booking{}) },
			func(tb testing.TB, rec *eventstest.Recorder) { eventstest.Require(tb, rec, booked) },
			`eventstest: no acme/webhook/paystubs.booked was seen
  the event of that name of another provider was seen: other/webhook/paystubs.booked
  seen:
    1 × other/webhook/paystubs.booked`,
		},
		"nothing like it seen": {
			func(bus *events.Bus) { eventstest.Publish(t, bus, unlike, booking{}) },
			func(tb testing.TB, rec *eventstest.Recorder) { eventstest.Require(tb, rec, booked) },
			`eventstest: no acme/webhook/paystubs.booked was seen
  seen:
    1 × acme/webhook/x`,
		},
		"refused by a match": {
			func(bus *events.Bus) {
				eventstest.Publish(t, bus, booked, booking{AccountID: "a", Outcome: "success", Secret: canary}, withID("1"))
				eventstest.Publish(t, bus, booked, booking{AccountID: "b", Count: 1}, withID("2"))
			},
			func(tb testing.TB, rec *eventstest.Recorder) {
				eventstest.Require(tb, rec, booked, ofAccount("b"), atLeast(2))
			},
			`eventstest: no acme/webhook/paystubs.booked that matches was seen
  refused by match 1 of 2: id=1 account_id=a outcome=success
  refused by match 2 of 2: id=2 account_id=b
  seen:
    2 × acme/webhook/paystubs.booked`,
		},
		"does not fit": {
			func(bus *events.Bus) {
				require.NoError(t, bus.Publish(t.Context(), events.Envelope{Meta: events.Meta{Kind: booked.ID()}, Raw: []byte(`{"count":"` + canary + `"}`)}))
			},
			func(tb testing.TB, rec *eventstest.Recorder) { eventstest.Require(tb, rec, booked) },
			`eventstest: acme/webhook/paystubs.booked was seen, but its payload does not fit: events: acme/webhook/paystubs.booked does not fit its type: /count: a JSON string cannot be read as int
  seen:
    1 × acme/webhook/paystubs.booked`,
		},
		"one too many": {
			func(bus *events.Bus) {
				eventstest.Publish(t, bus, booked, booking{AccountID: "a", Secret: canary}, withID("1"))
				eventstest.Publish(t, bus, booked, booking{AccountID: "b"}, withID("2"))
			},
			func(tb testing.TB, rec *eventstest.Recorder) { eventstest.RequireNone(tb, rec, booked, ofAccount("b")) },
			`eventstest: acme/webhook/paystubs.booked was seen, and there should be none
  id=2 account_id=b`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			bus := events.New()
			rec := eventstest.Record(t, bus)
			c.publish(bus)
			require.Equal(t, c.want, failure(t, func(tb testing.TB) { c.require(tb, rec) }))
		})
	}
}

func TestWhatDoesNotFitIsNeverPassedOver(t *testing.T) {
	t.Parallel()
	bus := events.New()
	rec := eventstest.Record(t, bus)
	require.NoError(t, bus.Publish(t.Context(), events.Envelope{Meta: events.Meta{Kind: booked.ID()}, Raw: []byte(`[]`)}))
	require.Contains(t, failure(t, func(tb testing.TB) { eventstest.All(tb, rec, booked) }), "does not fit")
	require.Contains(t, failure(t, func(tb testing.TB) { eventstest.RequireNone(tb, rec, booked) }), "does not fit")
}

func TestAwaitWaitsForWhatComesLater(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		bus := events.New()
		rec := eventstest.Record(t, bus)
		go func() {
			time.Sleep(time.Second)
			eventstest.Publish(t, bus, booked, booking{Count: 1})
			time.Sleep(8 * time.Second)
			eventstest.Publish(t, bus, booked, booking{Count: 2})
		}()
		require.Equal(t, 2, eventstest.Await(t, rec, booked, atLeast(2)).Data.Count)
		require.Equal(t, 1, eventstest.Await(t, rec, booked).Data.Count, "what was seen before counts")
	})
}

func TestAwaitFailsWell(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		bus := events.New()
		rec := eventstest.Record(t, bus)
		start := time.Now()
		message := failure(t, func(tb testing.TB) { eventstest.Await(tb, rec, booked) })
		require.Equal(t, 10*time.Second, time.Since(start))
		require.Equal(t, `eventstest: no acme/webhook/paystubs.booked was seen
  nothing was seen: is the recorder on the bus that was published to?
  waited for 10s`, message)
	})
}

func TestPublishFailsWhenAHandlerFails(t *testing.T) {
	t.Parallel()
	bus := events.New()
	no := errors.New("ledger is closed")
	events.On(bus.Named("ledger"), booked, func(context.Context, events.Event[booking]) error { return no })
	require.Equal(t, "eventstest: publishing acme/webhook/paystubs.booked: events: handler ledger of acme/webhook/paystubs.booked: ledger is closed",
		failure(t, func(tb testing.TB) { eventstest.Publish(tb, bus, booked, booking{Secret: canary}) }))
	require.ErrorIs(t, bus.Publish(t.Context(), eventstest.Envelope(t, booked, booking{})), no)
}

func TestEnvelopeFailsOnAPayloadThatCannotBeEncoded(t *testing.T) {
	t.Parallel()
	kind := events.Webhook[chan int]("acme", "channel")
	require.Equal(t, "eventstest: events: acme/webhook/channel does not fit its type: the payload: the payload cannot be encoded: chan int",
		failure(t, func(tb testing.TB) { eventstest.Envelope(tb, kind, nil) }))
}

func TestEnvelopeLooksAsIfItHadJustComeIn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		type job struct {
			ID          string `json:"id"`
			AccountID   string `json:"account_id"`
			EndUserID   string `json:"end_user_id"`
			LinkTokenID string `json:"link_token_id"`
			Outcome     string `json:"outcome"`
		}
		kind := events.Webhook[job]("pinwheel", "job")
		env := eventstest.Envelope(t, kind, job{"j", "a", "e", "l", "success"}, func(m *events.Meta) { m.Attempt = 2 })
		require.NotEmpty(t, env.ID)
		require.NotEqual(t, env.ID, eventstest.Envelope(t, kind, job{}).ID, "every envelope is an event of its own")
		require.Equal(t, events.Meta{
			ID: env.ID, Kind: kind.ID(), Endpoint: "pinwheel", Source: events.SourceWebhook, Trust: events.Verified,
			Subject: events.Subject{AccountID: "a", EndUserID: "e", LinkTokenID: "l"}, JobID: "j", Outcome: "success",
			OccurredAt: time.Now(), ReceivedAt: time.Now(), Attempt: 2,
		}, env.Meta)

		claim := eventstest.Envelope(t, loggedIn, login{AccountID: "a", UserID: "u"})
		require.Equal(t, events.SourceLink, claim.Source)
		require.Equal(t, events.Claimed, claim.Trust)
		require.Equal(t, "a", claim.AccountID)
		require.Equal(t, "u", claim.EndUserID)
		require.NotEmpty(t, claim.Session)
		require.Equal(t, uint64(1), claim.Seq)

		list := events.Webhook[[]string]("acme", "list")
		require.Zero(t, eventstest.Envelope(t, list, []string{"x"}).Subject, "a payload that says nothing is as good")
	})
}
