package pinwheel

// ErrorType is the class of an error of a job or of Link. Types and codes are what Pinwheel keeps stable; message texts are
// not. Open.
type ErrorType string

// The error types of the guides, and one that only the SDK's types have.
const (
	ErrorTypeNetwork               ErrorType = "networkError"                 // the user is offline
	ErrorTypeClient                ErrorType = "clientError"                  // the integration of the SDK is wrong
	ErrorTypeSystem                ErrorType = "systemError"                  // Pinwheel itself failed
	ErrorTypeUserActionRequired    ErrorType = "userActionRequired"           // the user has to act at the payroll platform
	ErrorTypePlatform              ErrorType = "platformError"                // the payroll platform failed
	ErrorTypeAccountsConfiguration ErrorType = "invalidAccountsConfiguration" // the user's deposit accounts do not allow it
	ErrorTypeUserInput             ErrorType = "invalidUserInput"             // what the user typed is wrong
	ErrorTypeLinkToken             ErrorType = "invalidLinkToken"             // the Link token is used, expired or broken
	ErrorTypeSandbox               ErrorType = "sandboxError"                 // of the sandbox; undocumented
)

// Known reports whether t is one of the constants.
func (t ErrorType) Known() bool { return t.Advice() != AdviceNone }

// Advice says what to do about an error of that type, [AdviceNone] for an unknown one.
func (t ErrorType) Advice() Advice {
	switch t {
	case ErrorTypeNetwork, ErrorTypeSystem, ErrorTypePlatform:
		return AdviceRetry
	case ErrorTypeUserInput, ErrorTypeLinkToken:
		return AdviceReopenLink
	case ErrorTypeUserActionRequired, ErrorTypeAccountsConfiguration:
		return AdviceAskUser
	case ErrorTypeClient, ErrorTypeSandbox:
		return AdviceGiveUp
	default:
		return AdviceNone
	}
}

// ErrorCode is an error of a job or of Link. The list below is what could be found; it is known to be incomplete. Open.
type ErrorCode string

// The error codes.
const (
	ErrorCodeChangesTemporarilyDisabled    ErrorCode = "changesTemporarilyDisabled"    // the platform takes no changes just now
	ErrorCodeMaxAccounts                   ErrorCode = "maxAccounts"                   // the platform allows no further deposit account
	ErrorCodeChallengeAnswerIncorrect      ErrorCode = "challengeAnswerIncorrect"      // a security question or code was answered wrongly
	ErrorCodeInvalidCredentials            ErrorCode = "invalidCredentials"            // the user name or the password is wrong
	ErrorCodeSystem                        ErrorCode = "systemError"                   // Pinwheel itself failed
	ErrorCodeAccountLocked                 ErrorCode = "accountLocked"                 // the user's account at the platform is locked
	ErrorCodeChangePasswordRequired        ErrorCode = "changePasswordRequired"        // the platform wants a new password first
	ErrorCodeAccountNotActive              ErrorCode = "accountNotActive"              // the user's account at the platform is not active
	ErrorCodeNetwork                       ErrorCode = "networkError"                  // the user is offline
	ErrorCodeClient                        ErrorCode = "clientError"                   // the integration of the SDK is wrong
	ErrorCodeConnectionRateLimited         ErrorCode = "connectionRateLimited"         // too many tries to connect
	ErrorCodeUsedLinkToken                 ErrorCode = "usedLinkToken"                 // a Link token opens the modal once
	ErrorCodeInvalidLinkTokenSignature     ErrorCode = "invalidLinkTokenSignature"     // the Link token was changed on its way
	ErrorCodeDataNotAvailable              ErrorCode = "dataNotAvailable"              // recorded: the platform has no such data
	ErrorCodePlatformUnavailable           ErrorCode = "platformUnavailable"           // the platform is down; seen in an app
	ErrorCodePlatform                      ErrorCode = "platformError"                 // the platform failed; seen in an app
	ErrorCodeSessionTimeout                ErrorCode = "sessionTimeout"                // the user took too long; seen in an app
	ErrorCodeDirectDepositValidationFailed ErrorCode = "directDepositValidationFailed" // the platform refused the new deposit; seen in an app
)

// Known reports whether c is one of the constants.
func (c ErrorCode) Known() bool { return c.Advice() != AdviceNone }

// Advice says what to do about that error, [AdviceNone] for an unknown one.
func (c ErrorCode) Advice() Advice {
	switch c {
	case ErrorCodeChangesTemporarilyDisabled, ErrorCodeSystem, ErrorCodeNetwork, ErrorCodeConnectionRateLimited,
		ErrorCodePlatformUnavailable, ErrorCodePlatform, ErrorCodeDirectDepositValidationFailed:
		return AdviceRetry
	case ErrorCodeChallengeAnswerIncorrect, ErrorCodeInvalidCredentials, ErrorCodeUsedLinkToken,
		ErrorCodeInvalidLinkTokenSignature, ErrorCodeSessionTimeout:
		return AdviceReopenLink
	case ErrorCodeMaxAccounts, ErrorCodeAccountLocked, ErrorCodeChangePasswordRequired, ErrorCodeAccountNotActive:
		return AdviceAskUser
	case ErrorCodeClient, ErrorCodeDataNotAvailable:
		return AdviceGiveUp
	default:
		return AdviceNone
	}
}

// Advice is what a host can do about an error. It is this library's reading of the guides, not a field of the wire.
type Advice string

// The advices. AdviceNone is no advice: there is no error, or nothing is known of it.
const (
	AdviceNone       Advice = ""            // no error, or an unknown one
	AdviceRetry      Advice = "retry"       // the same again later can succeed without the user
	AdviceReopenLink Advice = "reopen_link" // a new Link token, and the user signs in again
	AdviceAskUser    Advice = "ask_user"    // the user has to do something at the platform first
	AdviceGiveUp     Advice = "give_up"     // nobody can do anything but the developer, or there is nothing to get
)

// Advise returns the advice for an error: that of its code where the code is known, else that of its type.
func Advise(t ErrorType, c ErrorCode) Advice {
	if a := c.Advice(); a != AdviceNone {
		return a
	}
	return t.Advice()
}
