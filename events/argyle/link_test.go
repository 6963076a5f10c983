package argyle_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/argyle"
)

func TestRecordedLinkSessionsArriveTyped(t *testing.T) {
	t.Parallel()
	for name, sequence := range linkExamplesOf(t).Sequences {
		bus := events.New()
		var steps []string
		step := func(m events.Meta) error {
			require.Equal(t, events.Claimed, m.Trust)
			steps = append(steps, m.Kind.Name)
			return nil
		}
		events.On(bus, argyle.LinkUILoginOpened, func(_ context.Context, ev events.Event[argyle.LoginClaim]) error {
			require.Empty(t, ev.Data.ErrorCode)
			require.True(t, ev.Data.DeepLink)
			require.Equal(t, "item_000029932", ev.Data.ItemID)
			return step(ev.Meta)
		})
		events.On(bus, argyle.LinkUILoginFormSubmitted, func(_ context.Context, ev events.Event[argyle.ScreenClaim]) error {
			return step(ev.Meta)
		})
		events.On(bus, argyle.LinkAccountCreated, func(_ context.Context, ev events.Event[argyle.AccountClaim]) error {
			return step(ev.Meta)
		})
		events.On(bus, argyle.LinkUIMFAOpened, func(_ context.Context, ev events.Event[argyle.MFAClaim]) error {
			require.Equal(t, argyle.MFASecretQuestion, ev.Data.MFAType)
			require.NotEmpty(t, ev.Data.AccountID)
			return step(ev.Meta)
		})
		events.On(bus, argyle.LinkAccountConnected, func(_ context.Context, ev events.Event[argyle.AccountClaim]) error {
			require.NotEmpty(t, ev.Data.AccountID)
			return step(ev.Meta)
		})
		events.On(bus, argyle.LinkUIClosed, func(_ context.Context, ev events.Event[argyle.ClosedClaim]) error {
			require.Empty(t, ev.Data.CloseMethod)
			return step(ev.Meta)
		})
		for _, e := range sequence {
			env := events.Envelope{Raw: e.Payload}
			env.Kind = events.KindID{Provider: argyle.Provider, Stream: events.StreamLink, Name: e.Name}
			env.Source = events.SourceLink
			require.NoError(t, bus.Publish(t.Context(), env))
		}
		require.Equal(t, []string{
			"login - opened", "login - form submitted", "onAccountCreated", "mfa - opened", "onAccountConnected", "link closed",
		}, steps, name)
	}
}

func TestTheSearchTermComesInThreeShapes(t *testing.T) {
	t.Parallel()
	for _, payload := range []string{`"northwind"`, `{"term":"northwind"}`, `{"query":"northwind"}`} {
		require.Equal(t, "northwind", of(t, argyle.LinkCantFindItemClicked, payload).Text())
		require.Equal(t, "northwind", of(t, argyle.V1LinkCantFindLinkItemClicked, payload).Text())
	}
	require.Empty(t, of(t, argyle.LinkCantFindItemClicked, `[]`).Text())
	refused(t, argyle.LinkCantFindItemClicked, `7`, "")
}

func TestCallbacksWithoutArguments(t *testing.T) {
	t.Parallel()
	for _, payload := range []string{`{}`, `[]`, `null`} {
		of(t, argyle.LinkExitIntroClicked, payload)
		of(t, argyle.LinkTokenExpired, payload)
		of(t, argyle.V1LinkClosed, payload)
		require.Nil(t, of(t, argyle.LinkClosed, payload).UserSubmissionComplete)
	}
	closed := of(t, argyle.LinkClosed, `{"userSubmissionComplete":false}`)
	require.Equal(t, new(false), closed.UserSubmissionComplete)
	require.Nil(t, closed.UserAttemptedEmployerSelection)
}

func TestAndroidLeavesOutWhatWouldBeNull(t *testing.T) {
	t.Parallel()
	require.Empty(t, of(t, argyle.LinkUILoginOpened, `{"deepLink":true,"userId":"u"}`).ErrorCode)
	require.Empty(t, of(t, argyle.LinkUIAccountErrorOpened, `{"deepLink":true,"userId":"u"}`).DDSStatus)
	require.Empty(t, of(t, argyle.LinkError, `{"errorType":"generic","errorMessage":"x"}`).ErrorDetails)
	require.Empty(t, of(t, argyle.LinkDocumentsSubmitted, `{"userId":"u"}`).AccountID)
}

func TestTheUserTokenHasNoField(t *testing.T) {
	t.Parallel()
	b, err := argyle.V1LinkUserCreated.Encode(of(t, argyle.V1LinkUserCreated, `{"userId":"u","userToken":"planted"}`))
	require.NoError(t, err)
	require.JSONEq(t, `{"userId":"u"}`, string(b))
}

func TestAnAccountClaimNamesAnAccount(t *testing.T) {
	t.Parallel()
	refused(t, argyle.LinkAccountConnected, `{"userId":"u"}`, "/accountId")
	refused(t, argyle.V1LinkAccountConnected, `{"userId":"u"}`, "/accountId")
}
