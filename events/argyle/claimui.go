package argyle

// ScreenClaim is what the properties of every UI event of Link 5 have in common, and all that most of them have. The Android
// SDK leaves out what would be null.
type ScreenClaim struct {
	DeepLink  bool   `json:"deepLink"`           // Link was opened at a given Item or account, not at its search
	UserID    string `json:"userId,omitzero"`    // id of the user
	AccountID string `json:"accountId,omitzero"` // once there is an account
	ItemID    string `json:"itemId,omitzero"`    // once an Item is chosen
}

// SearchClaim is the payload of [LinkUISearchTermUpdated] and [LinkUISearchItemSelected].
type SearchClaim struct {
	ScreenClaim
	Term string `json:"term,omitzero"` // what the user typed; the script replaces it by a marker
	Tab  string `json:"tab,omitzero"`  // the tab of the search screen; values are not documented
}

// LoginClaim is the payload of [LinkUILoginOpened]. The login screen opens again, with a code, after a failed attempt.
type LoginClaim struct {
	ScreenClaim
	ErrorCode    ConnectionErrorCode `json:"errorCode"`    // null, here empty, on the first attempt
	ErrorMessage Nullable            `json:"errorMessage"` // free text, for people; cut by the script
}

// MFAClaim is the payload of [LinkUIMFAOpened].
type MFAClaim struct {
	ScreenClaim
	Type    string  `json:"type,omitzero"`    // Login was recorded; v1 also knows PDF Review
	MFAType MFAType `json:"mfaType,omitzero"` // which second factor
}

// MFAType is the kind of second factor that the platform asks for. The set is open.
type MFAType string

// The known kinds of second factor.
const (
	MFASMSCode               MFAType = "sms_code"                // a code by text message
	MFAEmailCode             MFAType = "email_code"              // a code by mail
	MFASecretQuestion        MFAType = "secret_question"         // a question only the user can answer
	MFAEmailLinkConfirmation MFAType = "email_link_confirmation" // a link sent by mail
	MFAOTPCode               MFAType = "otp_code"                // a code from an app or device
	// MFAEmailMessageConfirmation is misspelt on the wire.
	MFAEmailMessageConfirmation MFAType = "email_message_conformation"
)

// AccountErrorClaim is the payload of [LinkUIAccountErrorOpened], the one Link event that tells why an account failed.
type AccountErrorClaim struct {
	ScreenClaim
	ConnectionStatus    ConnectionStatus    `json:"connectionStatus,omitzero"` // as in [Account.Connection]
	ConnectionErrorCode ConnectionErrorCode `json:"connectionErrorCode"`       // what to do: [ConnectionErrorCode.Advice]
	DDSStatus           SwitchStatus        `json:"ddsStatus"`                 // null or absent without a direct-deposit switch
	DDSErrorCode        SwitchErrorCode     `json:"ddsErrorCode"`              // null or absent without a direct-deposit switch
}

// ErrorScreenClaim is the payload of [LinkUIErrorOpened].
type ErrorScreenClaim struct {
	ScreenClaim
	ErrorType LinkErrorType `json:"errorType,omitzero"` // what to do: [LinkErrorType.Advice]
}

// ClosedClaim is the payload of [LinkUIClosed].
type ClosedClaim struct {
	ScreenClaim
	CloseMethod Nullable `json:"closeMethod"` // null was recorded; values are not documented
}
