package argyle

// DepositSwitch is the payload of [DirectDepositSwitchesCompleted]. A switch to a bank account and a card at once gives one
// event for each of them.
type DepositSwitch struct {
	Account string `json:"account" validate:"required"` // id of the account
	User    string `json:"user" validate:"required"`    // id of the user
	// DepositDestination is the id of the new destination. It is null, here empty, when the destination could not be matched;
	// Details says why then.
	DepositDestination Nullable `json:"deposit_destination"`
	// DirectDepositChanged is false when the pay already went where the switch was to send it.
	DirectDepositChanged bool            `json:"direct_deposit_changed"`
	Type                 DestinationType `json:"type,omitzero"`     // what pay now goes to
	Flow                 SwitchFlow      `json:"flow,omitzero"`     // what the switch did
	Details              SwitchDetail    `json:"details"`           // null, here empty, when DepositDestination is there
	Resource             *Account        `json:"resource,omitzero"` // nil, or empty: sources disagree on include_resource here
}

// DepositSwitchFailure is the payload of [DirectDepositSwitchesFailed]. An accounts.updated comes with it.
type DepositSwitchFailure struct {
	Account      string          `json:"account" validate:"required"` // id of the account
	User         string          `json:"user" validate:"required"`    // id of the user
	ErrorCode    SwitchErrorCode `json:"error_code"`                  // why it failed: see [SwitchErrorCode.Advice]
	ErrorMessage Nullable        `json:"error_message"`               // free text, for people
	Resource     *Account        `json:"resource,omitzero"`           // nil, or empty, as in DepositSwitch
}

// DestinationType says what pay is sent to. The set is open.
type DestinationType string

// The known types of destination. Only ach_deposit_account has been seen in a switch event.
const (
	DestinationACH  DestinationType = "ach_deposit_account" // US bank account
	DestinationCard DestinationType = "card"                // a payment card
	DestinationACSS DestinationType = "acss_debit"          // Canadian bank account
)

// SwitchFlow says what the switch did, in both generations. The set is open.
type SwitchFlow string

// The known flows.
const (
	FlowUpdate     SwitchFlow = "update"     // pay goes to a new destination
	FlowRemoval    SwitchFlow = "removal"    // a destination was taken away
	FlowActivation SwitchFlow = "activation" // a destination became active after a micro-deposit check
)

// SwitchDetail says why the destination of a switch could not be matched, in both generations. The set is open; it is
// empty where Argyle sends null.
type SwitchDetail string

// The known details.
const (
	// DetailObfuscated means that the payroll platform masks account and card numbers.
	DetailObfuscated SwitchDetail = "obfuscated"
	// DetailMultipleMatchingAllocations means that several destinations fit the partly masked numbers.
	DetailMultipleMatchingAllocations SwitchDetail = "multiple_matching_allocations"
)

// MarshalJSON writes a string, or null for the empty one.
func (d SwitchDetail) MarshalJSON() ([]byte, error) { return quoteOrNull(d) }
