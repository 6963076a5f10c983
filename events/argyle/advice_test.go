package argyle_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events/argyle"
)

func TestAdvice(t *testing.T) {
	t.Parallel()
	for code, want := range map[argyle.ConnectionErrorCode]argyle.Advice{
		"auth_required": argyle.AdviceReopenLink, "expired_credentials": argyle.AdviceReopenLink, "tos_required": argyle.AdviceReopenLink,
		"invalid_credentials": argyle.AdviceRetryInLink, "invalid_mfa": argyle.AdviceRetryInLink, "mfa_timeout": argyle.AdviceRetryInLink,
		"system_error": argyle.AdviceTryLater, "platform_temporarily_unavailable": argyle.AdviceTryLater,
		"account_nonunique": argyle.AdviceOtherAccount, "duplicate_account": argyle.AdviceOtherAccount,
		"trial_period_expired": argyle.AdviceContractLimit,
		"account_disabled":     argyle.AdviceFallback, "unsupported_language": argyle.AdviceFallback,
		"": argyle.AdviceNone, "moon_in_the_way": argyle.AdviceNone, "AUTH_REQUIRED": argyle.AdviceNone,
	} {
		require.Equal(t, want, code.Advice(), code)
		require.Equal(t, want != argyle.AdviceNone, code.Known(), code)
	}
	require.Equal(t, argyle.AdviceRetryInLink, argyle.SwitchErrorConfirmationTimeout.Advice())
	require.Equal(t, argyle.AdviceReopenLink, argyle.SwitchErrorAccountDisconnected.Advice())
	require.Equal(t, argyle.AdviceFixSetup, argyle.SwitchErrorIncompatibleConfig.Advice())
	require.Equal(t, argyle.AdviceRetryInLink, argyle.SwitchErrorCode("invalid_mfa").Advice(), "a connection error, as in v1")
	require.Equal(t, argyle.AdviceNone, argyle.SwitchErrorCode("moon_in_the_way").Advice())
	require.Equal(t, argyle.AdviceReopenLink, argyle.LinkErrorTypeExpiredUserToken.Advice())
	require.Equal(t, argyle.AdviceFixSetup, argyle.LinkErrorTypeInvalidPDConfig.Advice())
	require.False(t, argyle.LinkErrorType("moon_in_the_way").Known())
}

func TestEveryCodeThatWasFoundHasAdvice(t *testing.T) {
	t.Parallel()
	var codes struct {
		Connection map[argyle.ConnectionErrorCode]string `json:"connection"`
		Switch     []argyle.SwitchErrorCode              `json:"switch"`
		Link       []argyle.LinkErrorType                `json:"link"`
	}
	readJSON(t, "testdata/error_codes.json", &codes)
	require.Len(t, codes.Connection, 52)
	require.Len(t, codes.Switch, 29)
	require.Len(t, codes.Link, 19)
	for code, want := range codes.Connection {
		require.Equal(t, want, code.Advice().String(), code)
	}
	for _, code := range codes.Switch {
		require.True(t, code.Known(), code)
	}
	for _, code := range codes.Link {
		require.True(t, code.Known(), code)
	}
}

func TestWords(t *testing.T) {
	t.Parallel()
	require.Equal(t, "reopen link", argyle.AdviceReopenLink.String())
	require.Equal(t, "use fallback", argyle.AdviceFallback.String())
	require.Equal(t, "none", argyle.Advice(99).String())
	require.Equal(t, argyle.ConfidenceHigh, argyle.EvidenceCaptured.Confidence())
	require.Equal(t, argyle.ConfidenceLow, argyle.Evidence("rumoured").Confidence())
}
