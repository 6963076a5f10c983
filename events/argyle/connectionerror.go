package argyle

// ConnectionErrorCode says why an account could not be connected, or is no longer. The set is open: the API description lists
// these codes and calls none of them final. It is empty where Argyle sends null.
type ConnectionErrorCode string

// The known connection errors, and what each is about in the words of its name.
const (
	ConnectionErrorAccountDisabled                  ConnectionErrorCode = "account_disabled"                    // the user's login is disabled at the platform
	ConnectionErrorAccountInaccessible              ConnectionErrorCode = "account_inaccessible"                // the platform refuses access to the account
	ConnectionErrorAccountIncomplete                ConnectionErrorCode = "account_incomplete"                  // the user has to finish the account at the platform
	ConnectionErrorAccountNonunique                 ConnectionErrorCode = "account_nonunique"                   // another user has connected it already
	ConnectionErrorAccountNotFound                  ConnectionErrorCode = "account_not_found"                   // the platform knows no such login
	ConnectionErrorAllEmployersConnected            ConnectionErrorCode = "all_employers_connected"             // every employer of the login is connected already
	ConnectionErrorAuthMethodTemporarilyUnavailable ConnectionErrorCode = "auth_method_temporarily_unavailable" // this way to sign in is down
	ConnectionErrorAuthRequired                     ConnectionErrorCode = "auth_required"                       // the login has expired
	ConnectionErrorConnectionUnavailable            ConnectionErrorCode = "connection_unavailable"              // the platform cannot be reached
	ConnectionErrorCredentialsManagedByOrganization ConnectionErrorCode = "credentials_managed_by_organization" // the employer manages the login
	ConnectionErrorExistingAccountFound             ConnectionErrorCode = "existing_account_found"              // the user has connected it already
	ConnectionErrorExpiredCredentials               ConnectionErrorCode = "expired_credentials"                 // the password has to be changed
	ConnectionErrorFullAuthRequired                 ConnectionErrorCode = "full_auth_required"                  // a complete sign-in is needed again
	ConnectionErrorInsufficientAccountData          ConnectionErrorCode = "insufficient_account_data"           // there is too little in the account
	ConnectionErrorInvalidAccountType               ConnectionErrorCode = "invalid_account_type"                // the login is not that of an employee
	ConnectionErrorInvalidAuth                      ConnectionErrorCode = "invalid_auth"                        // the sign-in was refused
	ConnectionErrorInvalidCredentials               ConnectionErrorCode = "invalid_credentials"                 // name or password is wrong
	ConnectionErrorInvalidEmployerIdentifier        ConnectionErrorCode = "invalid_employer_identifier"         // the employer's code is wrong
	ConnectionErrorInvalidLoginMethod               ConnectionErrorCode = "invalid_login_method"                // the user signs in another way
	ConnectionErrorInvalidLoginURL                  ConnectionErrorCode = "invalid_login_url"                   // the address of the login page is wrong
	ConnectionErrorInvalidMFA                       ConnectionErrorCode = "invalid_mfa"                         // the second factor is wrong
	ConnectionErrorInvalidStoreIdentifier           ConnectionErrorCode = "invalid_store_identifier"            // the store's number is wrong
	ConnectionErrorKnownEmployerRedirect            ConnectionErrorCode = "known_employer_redirect"             // the employer uses another platform
	ConnectionErrorLoginAttemptsExceeded            ConnectionErrorCode = "login_attempts_exceeded"             // too many attempts, locked for a while
	ConnectionErrorLoginCancelledByTheUser          ConnectionErrorCode = "login_cancelled_by_the_user"         // the user gave up signing in
	ConnectionErrorLoginGovNotLinked                ConnectionErrorCode = "login_gov_not_linked"                // the login.gov identity is not linked
	ConnectionErrorMFAAttemptsExceeded              ConnectionErrorCode = "mfa_attempts_exceeded"               // too many wrong second factors
	ConnectionErrorMFACancelledByTheUser            ConnectionErrorCode = "mfa_cancelled_by_the_user"           // the user gave up at the second factor
	ConnectionErrorMFAExhausted                     ConnectionErrorCode = "mfa_exhausted"                       // no more codes can be sent for now
	ConnectionErrorMFANotConfigured                 ConnectionErrorCode = "mfa_not_configured"                  // the platform wants a second factor to be set up
	ConnectionErrorMFATimeout                       ConnectionErrorCode = "mfa_timeout"                         // the second factor came too late
	ConnectionErrorMultiDriverAccount               ConnectionErrorCode = "multi_driver_account"                // several drivers share the account
	ConnectionErrorOngoingRefreshDisabled           ConnectionErrorCode = "ongoing_refresh_disabled"            // it is no longer refreshed: sign in anew
	ConnectionErrorPasskeyLimitReached              ConnectionErrorCode = "passkey_limit_reached"               // no further passkey can be added
	ConnectionErrorPersonalDataAccessNotGranted     ConnectionErrorCode = "personal_data_access_not_granted"    // the user did not grant access
	ConnectionErrorPhysicalMFAUnsupported           ConnectionErrorCode = "physical_mfa_unsupported"            // a hardware key cannot be used
	ConnectionErrorPlatformTemporarilyUnavailable   ConnectionErrorCode = "platform_temporarily_unavailable"    // the platform is down
	ConnectionErrorPlatformUnavailable              ConnectionErrorCode = "platform_unavailable"                // the platform is not supported at present
	ConnectionErrorServiceUnavailable               ConnectionErrorCode = "service_unavailable"                 // the platform answers with errors
	ConnectionErrorSessionLimitReached              ConnectionErrorCode = "session_limit_reached"               // too many sessions are open
	ConnectionErrorSystemError                      ConnectionErrorCode = "system_error"                        // Argyle failed; recorded through accounts.updated only
	ConnectionErrorTemporaryCredentials             ConnectionErrorCode = "temporary_credentials"               // the password is a temporary one
	ConnectionErrorTOSRequired                      ConnectionErrorCode = "tos_required"                        // new terms have to be accepted
	ConnectionErrorTrialConnectionsExhausted        ConnectionErrorCode = "trial_connections_exhausted"         // the trial's connections are used up
	ConnectionErrorTrialPeriodExpired               ConnectionErrorCode = "trial_period_expired"                // the trial is over
	ConnectionErrorUnrecognizedEmployerEmail        ConnectionErrorCode = "unrecognized_employer_email"         // the work address is not known
	ConnectionErrorUnsupportedAuthType              ConnectionErrorCode = "unsupported_auth_type"               // this way to sign in is not supported
	ConnectionErrorUnsupportedBusinessAccount       ConnectionErrorCode = "unsupported_business_account"        // it is a business account
	ConnectionErrorUnsupportedLanguage              ConnectionErrorCode = "unsupported_language"                // the account is in an unsupported language
	ConnectionErrorUnsupportedMFAMethod             ConnectionErrorCode = "unsupported_mfa_method"              // this second factor is not supported
	ConnectionErrorUserActionTimeout                ConnectionErrorCode = "user_action_timeout"                 // the user took too long
	// ConnectionErrorDuplicateAccount is not in the API description; Link reports it.
	ConnectionErrorDuplicateAccount ConnectionErrorCode = "duplicate_account"
)

// MarshalJSON writes a string, or null for the empty one.
func (c ConnectionErrorCode) MarshalJSON() ([]byte, error) { return quoteOrNull(c) }

// Advice says what to do about the error. Reopening Link is what Argyle documents for auth_required and expired_credentials;
// the other groups are drawn from the names and descriptions of the codes. A code that is not known gives [AdviceNone].
func (c ConnectionErrorCode) Advice() Advice {
	switch c {
	case ConnectionErrorAuthRequired, ConnectionErrorExpiredCredentials, ConnectionErrorFullAuthRequired,
		ConnectionErrorOngoingRefreshDisabled, ConnectionErrorTOSRequired:
		return AdviceReopenLink
	case ConnectionErrorAccountNotFound, ConnectionErrorInvalidAuth, ConnectionErrorInvalidCredentials,
		ConnectionErrorInvalidEmployerIdentifier, ConnectionErrorInvalidLoginMethod, ConnectionErrorInvalidLoginURL,
		ConnectionErrorInvalidMFA, ConnectionErrorInvalidStoreIdentifier, ConnectionErrorKnownEmployerRedirect,
		ConnectionErrorLoginAttemptsExceeded, ConnectionErrorLoginCancelledByTheUser, ConnectionErrorMFAAttemptsExceeded,
		ConnectionErrorMFACancelledByTheUser, ConnectionErrorMFAExhausted, ConnectionErrorMFATimeout,
		ConnectionErrorSessionLimitReached, ConnectionErrorTemporaryCredentials,
		ConnectionErrorUnrecognizedEmployerEmail, ConnectionErrorUserActionTimeout:
		return AdviceRetryInLink
	case ConnectionErrorAuthMethodTemporarilyUnavailable, ConnectionErrorConnectionUnavailable,
		ConnectionErrorPlatformTemporarilyUnavailable, ConnectionErrorServiceUnavailable, ConnectionErrorSystemError:
		return AdviceTryLater
	case ConnectionErrorAccountNonunique, ConnectionErrorAllEmployersConnected, ConnectionErrorExistingAccountFound,
		ConnectionErrorDuplicateAccount:
		return AdviceOtherAccount
	case ConnectionErrorTrialConnectionsExhausted, ConnectionErrorTrialPeriodExpired:
		return AdviceContractLimit
	case ConnectionErrorAccountDisabled, ConnectionErrorAccountInaccessible, ConnectionErrorAccountIncomplete,
		ConnectionErrorCredentialsManagedByOrganization, ConnectionErrorInsufficientAccountData,
		ConnectionErrorInvalidAccountType, ConnectionErrorLoginGovNotLinked, ConnectionErrorMFANotConfigured,
		ConnectionErrorMultiDriverAccount, ConnectionErrorPasskeyLimitReached,
		ConnectionErrorPersonalDataAccessNotGranted, ConnectionErrorPhysicalMFAUnsupported,
		ConnectionErrorPlatformUnavailable, ConnectionErrorUnsupportedAuthType,
		ConnectionErrorUnsupportedBusinessAccount, ConnectionErrorUnsupportedLanguage,
		ConnectionErrorUnsupportedMFAMethod:
		return AdviceFallback
	default:
		return AdviceNone
	}
}
