package argyle

import "github.com/go-json-experiment/json/jsontext"

// AccountChange is the payload of [AccountsAdded], [AccountsUpdated], [AccountsConnected] and [AccountsRemoved].
type AccountChange struct {
	Account string `json:"account" validate:"required"` // id of the account
	User    string `json:"user" validate:"required"`    // id of the user
	// Resource is the account as it was when the event was sent. It is nil without include_resource, and never there for
	// accounts.removed. Without it every accounts.updated of an account has the same bytes: see [Options.DedupFor].
	Resource *Account `json:"resource,omitzero"`
}

// AccountFailure is the payload of [AccountsFailed].
type AccountFailure struct {
	Account      string              `json:"account" validate:"required"` // id of the account
	User         string              `json:"user" validate:"required"`    // id of the user
	ErrorCode    ConnectionErrorCode `json:"error_code"`                  // why it failed: see [ConnectionErrorCode.Advice]
	ErrorMessage Nullable            `json:"error_message"`               // free text, for people
	Resource     *Account            `json:"resource,omitzero"`           // nil without include_resource
}

// UserSync is the payload of [UsersFullySynced]. There is no account in it: fan out over Resource.AccountsConnected.
type UserSync struct {
	User     string     `json:"user" validate:"required"` // id of the user
	Resource SyncedUser `json:"resource"`                 // always sent, whatever include_resource says
}

// SyncedUser is the user as it stands in users.fully_synced.
type SyncedUser struct {
	ID string `json:"id,omitzero"` // id of the user
	// User stands in place of ID in bodies of the older documentation.
	User               string   `json:"user,omitzero"`
	AccountsConnected  []string `json:"accounts_connected,omitzero"`  // account ids; absent from older bodies
	ItemsConnected     []string `json:"items_connected,omitzero"`     // ids of their Items
	EmployersConnected []string `json:"employers_connected,omitzero"` // names of the employers
	// ExternalMetadata is the JSON object that the host attached to the user.
	ExternalMetadata jsontext.Value `json:"external_metadata,omitzero"`
	ExternalID       Nullable       `json:"external_id"` // the host's own id of the user; null when it gave none
	// CreatedAt is when the user was created, in recorded traffic; the documentation calls it the time of the subscription.
	CreatedAt Timestamp `json:"created_at,omitzero"`
}
