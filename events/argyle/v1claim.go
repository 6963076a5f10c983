package argyle

// V1AccountClaim is the payload of the account and pay-distribution callbacks of Link 3 and 4.
type V1AccountClaim struct {
	AccountID  string `json:"accountId" validate:"required"` // id of the account
	UserID     string `json:"userId,omitzero"`               // id of the user
	LinkItemID string `json:"linkItemId,omitzero"`           // itemId in Link 5
}

// V1UserClaim is the payload of [V1LinkUserCreated]. The user token that comes with it is a credential: there is no field for
// it, and the script replaces it by a marker.
type V1UserClaim struct {
	UserID string `json:"userId,omitzero"` // id of the user
}

// V1ErrorClaim is the payload of [V1LinkError]: Error in Link 3, the other fields in late builds of Link 4.
type V1ErrorClaim struct {
	Error        string        `json:"error,omitzero"`        // free text, for people
	ErrorType    LinkErrorType `json:"errorType,omitzero"`    // what to do: [LinkErrorType.Advice]
	ErrorMessage string        `json:"errorMessage,omitzero"` // free text, for people
	ErrorDetails Nullable      `json:"errorDetails,omitzero"` // free text, for people
}

// V1ScreenClaim is what the properties of every UI event of Link 3 and 4 have in common, and all that most of them have.
type V1ScreenClaim struct {
	DeepLink  bool     `json:"deepLink"`          // Link was opened at a given item, not at its search
	UserID    string   `json:"userId,omitzero"`   // id of the user
	AccountID Nullable `json:"accountId"`         // null, here empty, before there is an account
	LinkItem  string   `json:"linkItem,omitzero"` // id of the Item, once chosen
}

// V1SearchClaim is the payload of [V1LinkUISearchTermUpdated] and [V1LinkUISearchItemSelected].
type V1SearchClaim struct {
	V1ScreenClaim
	Term string `json:"term,omitzero"` // what the user typed; the script replaces it by a marker
	Tab  string `json:"tab,omitzero"`  // All, Employer, Gig or Payroll
}

// V1LoginClaim is the payload of [V1LinkUILoginOpened].
type V1LoginClaim struct {
	V1ScreenClaim
	ErrorCode    ConnectionErrorCode `json:"errorCode"`    // null, here empty, on the first attempt
	ErrorMessage Nullable            `json:"errorMessage"` // free text, for people
}

// V1MFAClaim is the payload of [V1LinkUIMFAOpened].
type V1MFAClaim struct {
	V1ScreenClaim
	Type    string  `json:"type,omitzero"`    // Login or PDF Review
	MFAType MFAType `json:"mfaType,omitzero"` // which second factor
}

// V1AccountErrorClaim is the payload of [V1LinkUIAccountErrorOpened].
type V1AccountErrorClaim struct {
	V1ScreenClaim
	ConnectionStatus      ConnectionStatus    `json:"connectionStatus,omitzero"` // as in [V1Account.Connection]
	ConnectionErrorCode   ConnectionErrorCode `json:"connectionErrorCode"`       // what to do: [ConnectionErrorCode.Advice]
	PayDistributionStatus SwitchStatus        `json:"payDistributionStatus"`     // null when nothing is being updated
	PayDistributionCode   SwitchErrorCode     `json:"payDistributionCode"`       // null when nothing failed
}

// V1ErrorScreenClaim is the payload of [V1LinkUIErrorOpened].
type V1ErrorScreenClaim struct {
	V1ScreenClaim
	ErrorType LinkErrorType `json:"errorType,omitzero"` // what to do: [LinkErrorType.Advice]
}

// V1AllocationClaim is the payload of [V1LinkUIDepositSettingsOpened].
type V1AllocationClaim struct {
	V1ScreenClaim
	AllocationType string `json:"allocationType,omitzero"` // percent, amount or none
}

// V1ClosedClaim is the payload of [V1LinkUIClosed].
type V1ClosedClaim struct {
	V1ScreenClaim
	CloseMethod string `json:"closeMethod,omitzero"` // not documented for Link 3 and 4
}
