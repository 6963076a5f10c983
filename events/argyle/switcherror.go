package argyle

// SwitchErrorCode says why a direct-deposit switch, or in v1 an update of the pay distribution, failed. The set is open: the API
// description and the page on switch errors share a single code. It is empty where Argyle sends null.
type SwitchErrorCode string

// The known switch errors: those of the API description, then those found on the page alone.
const (
	SwitchErrorAccountInvalid                SwitchErrorCode = "account_invalid"                 // the destination is not valid
	SwitchErrorAccountClosed                 SwitchErrorCode = "account_closed"                  // the destination is closed
	SwitchErrorAccountBlocked                SwitchErrorCode = "account_blocked"                 // the destination is blocked
	SwitchErrorConfirmationExpired           SwitchErrorCode = "confirmation_expired"            // the confirmation is too old
	SwitchErrorConfirmationInvalid           SwitchErrorCode = "confirmation_invalid"            // the confirmation was wrong
	SwitchErrorConfirmationTimeout           SwitchErrorCode = "confirmation_timeout"            // the user did not confirm in time
	SwitchErrorDepositAccountMismatch        SwitchErrorCode = "deposit_account_mismatch"        // the destination does not fit the user
	SwitchErrorDepositDestinationUnsupported SwitchErrorCode = "deposit_destination_unsupported" // the employer cannot pay to it
	SwitchErrorEmployerUnsupported           SwitchErrorCode = "employer_unsupported"            // the employer allows no switch
	SwitchErrorEmployerAccountInvalid        SwitchErrorCode = "employer_account_invalid"        // the payroll account is not valid
	SwitchErrorEmployerAccountClosed         SwitchErrorCode = "employer_account_closed"         // the payroll account is closed
	SwitchErrorEmployerAccountBlocked        SwitchErrorCode = "employer_account_blocked"        // the payroll account is blocked
	SwitchErrorEmployerConfirmationInvalid   SwitchErrorCode = "employer_confirmation_invalid"   // the employer did not confirm
	SwitchErrorInternalServerError           SwitchErrorCode = "internal_server_error"           // Argyle or the platform failed
	SwitchErrorInvalidRequest                SwitchErrorCode = "invalid_request"                 // the request was wrong
	SwitchErrorItemInvalid                   SwitchErrorCode = "item_invalid"                    // the Item was wrong
	SwitchErrorNameMismatch                  SwitchErrorCode = "name_mismatch"                   // the names do not agree
	SwitchErrorPayrollAccountMismatch        SwitchErrorCode = "payroll_account_mismatch"        // it is another payroll account
	SwitchErrorTemporarilyUnavailable        SwitchErrorCode = "temporarily_unavailable"         // the platform is down
	SwitchErrorTerminateFlow                 SwitchErrorCode = "terminate_flow"                  // the user ended the flow
	SwitchErrorUnauthorized                  SwitchErrorCode = "unauthorized"                    // the platform refused access
	SwitchErrorUnexpected                    SwitchErrorCode = "unexpected"                      // something else went wrong
	SwitchErrorUserInputRequired             SwitchErrorCode = "user_input_required"             // the user has to answer something
	SwitchErrorAccountDisconnected           SwitchErrorCode = "account_disconnected"            // the account is no longer connected
	SwitchErrorBankAndCardUpdateFailed       SwitchErrorCode = "bank_and_card_update_failed"     // neither destination was set
	SwitchErrorCardUpdateFailed              SwitchErrorCode = "card_update_failed"              // the card was not set
	SwitchErrorIncompatibleAuth              SwitchErrorCode = "incompatible_auth"               // the way of sign-in allows no switch
	SwitchErrorIncompatibleConfig            SwitchErrorCode = "incompatible_config"             // the configuration does not fit the employer
)

// MarshalJSON writes a string, or null for the empty one.
func (c SwitchErrorCode) MarshalJSON() ([]byte, error) { return quoteOrNull(c) }

// Advice says what to do about the error. The groups are drawn from the names of the codes: Argyle documents none. A switch can
// also fail with the code of a connection error, whose advice is given then. A code that is not known gives [AdviceNone].
func (c SwitchErrorCode) Advice() Advice {
	switch c {
	case SwitchErrorConfirmationExpired, SwitchErrorConfirmationInvalid, SwitchErrorConfirmationTimeout,
		SwitchErrorTerminateFlow, SwitchErrorUserInputRequired:
		return AdviceRetryInLink
	case SwitchErrorAccountDisconnected, SwitchErrorIncompatibleAuth, SwitchErrorUnauthorized:
		return AdviceReopenLink
	case SwitchErrorBankAndCardUpdateFailed, SwitchErrorCardUpdateFailed, SwitchErrorInternalServerError,
		SwitchErrorTemporarilyUnavailable, SwitchErrorUnexpected:
		return AdviceTryLater
	case SwitchErrorIncompatibleConfig, SwitchErrorInvalidRequest, SwitchErrorItemInvalid:
		return AdviceFixSetup
	case SwitchErrorAccountBlocked, SwitchErrorAccountClosed, SwitchErrorAccountInvalid,
		SwitchErrorDepositAccountMismatch, SwitchErrorDepositDestinationUnsupported, SwitchErrorEmployerAccountBlocked,
		SwitchErrorEmployerAccountClosed, SwitchErrorEmployerAccountInvalid, SwitchErrorEmployerConfirmationInvalid,
		SwitchErrorEmployerUnsupported, SwitchErrorNameMismatch, SwitchErrorPayrollAccountMismatch:
		return AdviceFallback
	default:
		return ConnectionErrorCode(c).Advice()
	}
}
