package argyle

import "github.com/go-json-experiment/json/jsontext"

// V1AccountChange is the payload of [V1AccountsAdded], [V1AccountsUpdated], [V1AccountsConnected] and [V1AccountsRemoved].
type V1AccountChange struct {
	Account  string     `json:"account" validate:"required"` // id of the account
	User     string     `json:"user" validate:"required"`    // id of the user
	Resource *V1Account `json:"resource,omitzero"`           // nil without include_resource, and never there for accounts.removed
}

// V1AccountFailure is the payload of [V1AccountsFailed].
type V1AccountFailure struct {
	Account      string              `json:"account" validate:"required"` // id of the account
	User         string              `json:"user" validate:"required"`    // id of the user
	ErrorCode    ConnectionErrorCode `json:"error_code"`                  // why it failed: see [ConnectionErrorCode.Advice]
	ErrorMessage Nullable            `json:"error_message"`               // free text, for people
	Resource     *V1Account          `json:"resource,omitzero"`           // nil without include_resource
}

// V1PayDistribution is the payload of [V1AccountsPayDistributionUpdated]. An update of a bank account and a card at once gives
// one event for each of them.
type V1PayDistribution struct {
	Account string `json:"account" validate:"required"` // id of the account
	User    string `json:"user" validate:"required"`    // id of the user
	// AllocationID is the id of the pay allocation. It is null, here empty, when the allocation could not be matched; Details
	// says why then. The documentation's own example is no UUID.
	AllocationID Nullable `json:"allocation_id"`
	// PayDistributionChanged is false when the pay already went where the update was to send it.
	PayDistributionChanged bool             `json:"pay_distribution_changed"`
	Type                   V1AllocationType `json:"type,omitzero"`     // what pay now goes to
	Flow                   SwitchFlow       `json:"flow,omitzero"`     // what the update did
	Details                SwitchDetail     `json:"details"`           // null, here empty, when AllocationID is there
	Resource               *V1Account       `json:"resource,omitzero"` // nil without include_resource
}

// V1AllocationType says what pay is sent to. The set is open; v2 calls a bank account ach_deposit_account.
type V1AllocationType string

// The known types of allocation.
const (
	V1AllocationBankAccount V1AllocationType = "bank_account" // a bank account
	V1AllocationCard        V1AllocationType = "card"         // a payment card
)

// V1PayDistributionFailure is the payload of [V1AccountsPayDistributionFailed].
type V1PayDistributionFailure struct {
	Account      string          `json:"account" validate:"required"` // id of the account
	User         string          `json:"user" validate:"required"`    // id of the user
	ErrorCode    SwitchErrorCode `json:"error_code"`                  // why it failed: see [SwitchErrorCode.Advice]
	ErrorMessage Nullable        `json:"error_message"`               // free text, for people
	Resource     *V1Account      `json:"resource,omitzero"`           // nil without include_resource
}

// V1UserSync is the payload of [V1UsersFullySynced]. There is no account in it, nor a list of accounts.
type V1UserSync struct {
	User     string       `json:"user" validate:"required"` // id of the user
	Resource V1SyncedUser `json:"resource"`                 // always sent, whatever include_resource says
}

// V1SyncedUser is the user as it stands in the v1 users.fully_synced.
type V1SyncedUser struct {
	ID                     string         `json:"id,omitzero"`                       // id of the user
	DataProvidersConnected []string       `json:"data_providers_connected,omitzero"` // short names of platforms
	EmployersConnected     []string       `json:"employers_connected,omitzero"`      // short names of employers
	ExternalMetadata       jsontext.Value `json:"external_metadata,omitzero"`        // what the host attached to the user
	CreatedAt              Timestamp      `json:"created_at,omitzero"`               // often without a zone
}

// V1ProfileChange is the payload of [V1ProfilesAdded] and [V1ProfilesUpdated].
type V1ProfileChange struct {
	Account string `json:"account" validate:"required"` // id of the account
	User    string `json:"user" validate:"required"`    // id of the user
	Profile string `json:"profile" validate:"required"` // id of the profile
}

// V1EmploymentChange is the payload of [V1EmploymentsAdded] and [V1EmploymentsUpdated].
type V1EmploymentChange struct {
	Account    string `json:"account" validate:"required"`    // id of the account
	User       string `json:"user" validate:"required"`       // id of the user
	Employment string `json:"employment" validate:"required"` // id of the employment
}

// V1DocumentChange is the payload of the five documents events.
type V1DocumentChange struct {
	Account  string `json:"account" validate:"required"`  // id of the account
	User     string `json:"user" validate:"required"`     // id of the user
	Document string `json:"document" validate:"required"` // id of the document
}

// V1FormChange is the payload of the four forms events. The documentation of forms.ocr_failed calls the id form in one place
// and document in another; ask [V1FormChange.ID].
type V1FormChange struct {
	Account  string `json:"account" validate:"required"`                        // id of the account
	User     string `json:"user" validate:"required"`                           // id of the user
	Form     string `json:"form,omitzero" validate:"required_without=Document"` // id of the form
	Document string `json:"document,omitzero"`                                  // the same id under another name
}

// ID returns the form's id under whichever name it came.
func (c V1FormChange) ID() string {
	if c.Form != "" {
		return c.Form
	}
	return c.Document
}

// V1PayAllocationChange is the payload of [V1PayAllocationsAdded], [V1PayAllocationsUpdated] and [V1PayAllocationsRemoved].
type V1PayAllocationChange struct {
	Account       string `json:"account" validate:"required"`        // id of the account
	User          string `json:"user" validate:"required"`           // id of the user
	PayAllocation string `json:"pay_allocation" validate:"required"` // id of the allocation
}

// V1ReputationChange is the payload of [V1ReputationsAdded] and [V1ReputationsUpdated].
type V1ReputationChange struct {
	Account    string `json:"account" validate:"required"`    // id of the account
	User       string `json:"user" validate:"required"`       // id of the user
	Reputation string `json:"reputation" validate:"required"` // id of the reputation
}

// V1VehicleChange is the payload of [V1VehiclesAdded], [V1VehiclesUpdated] and [V1VehiclesRemoved].
type V1VehicleChange struct {
	Account string `json:"account" validate:"required"` // id of the account
	User    string `json:"user" validate:"required"`    // id of the user
	Vehicle string `json:"vehicle" validate:"required"` // id of the vehicle
}
