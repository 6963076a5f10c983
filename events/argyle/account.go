package argyle

// Account is one connection of a user to one source of income data, as it stands in the resource of a v2 webhook
// (subscription option include_resource) and in the answers of GET /v2/accounts. Fields are absent from an empty resource.
// All ids have the form 8-4-4-4-12 of hex digits but are no UUIDs of RFC 9562: version and variant are arbitrary.
type Account struct {
	ID        string    `json:"id,omitzero"`         // its own id
	User      string    `json:"user,omitzero"`       // id of the user it belongs to
	Employers []string  `json:"employers,omitzero"`  // names, not ids
	Item      string    `json:"item,omitzero"`       // id of the Item, such as item_000029932
	Source    string    `json:"source,omitzero"`     // the payroll platform; "argyle_sandbox" in the sandbox
	CreatedAt Timestamp `json:"created_at,omitzero"` // when the login was submitted
	UpdatedAt Timestamp `json:"updated_at,omitzero"` // last change of any property
	ScannedAt Timestamp `json:"scanned_at"`          // last scan, null before the first one

	Connection          Connection                `json:"connection,omitzero"`            // whether it can be read
	DirectDepositSwitch SwitchState               `json:"direct_deposit_switch,omitzero"` // the latest switch of direct deposit
	Availability        map[Dataset]*Availability `json:"availability,omitzero"`          // null for data sets that are not there
	OngoingRefresh      OngoingRefresh            `json:"ongoing_refresh,omitzero"`       // whether it is kept fresh
}

// Connection says whether Argyle can read the account. It is the field to decide by: not every failure is announced by
// accounts.failed, an expired authentication for one is not.
type Connection struct {
	Status       ConnectionStatus    `json:"status,omitzero"` // connecting, connected or error
	ErrorCode    ConnectionErrorCode `json:"error_code"`      // null, here empty, unless Status is error
	ErrorMessage Nullable            `json:"error_message"`   // free text, for people; null as ErrorCode is
	UpdatedAt    Timestamp           `json:"updated_at"`      // can be null while connecting
}

// ConnectionStatus is an open set: values that are not listed here can come.
type ConnectionStatus string

// The known states of a connection.
const (
	StatusConnecting ConnectionStatus = "connecting" // signing in, or reading for the first time
	StatusConnected  ConnectionStatus = "connected"  // it can be read
	StatusError      ConnectionStatus = "error"      // see the error code
)

// SwitchState is where the latest direct-deposit switch of the account stands.
type SwitchState struct {
	Status       SwitchStatus    `json:"status"`        // where it stands; null in v1 where unknown
	ErrorCode    SwitchErrorCode `json:"error_code"`    // null, here empty, unless Status is error
	ErrorMessage Nullable        `json:"error_message"` // free text, for people
	UpdatedAt    Timestamp       `json:"updated_at"`    // when Status last changed
}

// SwitchStatus is an open set. It is empty where Argyle sends null.
type SwitchStatus string

// The known states of a direct-deposit switch.
const (
	SwitchStatusIdle                 SwitchStatus = "idle"                  // nothing is going on
	SwitchStatusAwaitingConfirmation SwitchStatus = "awaiting_confirmation" // the user has to confirm
	SwitchStatusAwaitingUserAction   SwitchStatus = "awaiting_user_action"  // the user has to act
	SwitchStatusAwaitingConnection   SwitchStatus = "awaiting_connection"   // the account has to be connected first
	SwitchStatusScanning             SwitchStatus = "scanning"              // the present settings are being read
	SwitchStatusUpdating             SwitchStatus = "updating"              // the settings are being changed
	SwitchStatusSuccess              SwitchStatus = "success"               // it is done
	SwitchStatusError                SwitchStatus = "error"                 // it failed: see the error code
)

// MarshalJSON writes a string, or null for the empty one.
func (s SwitchStatus) MarshalJSON() ([]byte, error) { return quoteOrNull(s) }

// Dataset is the name of a data set in [Account.Availability]. The set is open: the API description lists these ten, recorded
// bodies carry eight of them.
type Dataset string

// The known data sets.
const (
	DatasetDepositDestinations Dataset = "deposit_destinations" // where pay goes to
	DatasetGigs                Dataset = "gigs"                 // single jobs of gig workers
	DatasetIdentities          Dataset = "identities"           // name, address, employment
	DatasetPayrollDocuments    Dataset = "payroll_documents"    // tax forms and the like
	DatasetPaystubs            Dataset = "paystubs"             // what was paid
	DatasetRatings             Dataset = "ratings"              // what customers gave a gig worker
	DatasetShifts              Dataset = "shifts"               // hours of shift workers
	DatasetUserForms           Dataset = "user_forms"           // forms submitted in Link
	DatasetUserUploads         Dataset = "user_uploads"         // documents uploaded in Link
	DatasetVehicles            Dataset = "vehicles"             // cars of gig workers
)

// Availability says how much of one data set has been retrieved.
type Availability struct {
	Status          AvailabilityStatus `json:"status,omitzero"`            // in progress, synced or failed
	UpdatedAt       Timestamp          `json:"updated_at,omitzero"`        // when it last changed
	AvailableCount  *Count             `json:"available_count,omitzero"`   // nil for data sets that are not counted
	AvailableFrom   Timestamp          `json:"available_from"`             // oldest record; null when there is none
	AvailableTo     Timestamp          `json:"available_to"`               // newest record; null when there is none
	FilesCount      *Count             `json:"files_count,omitzero"`       // uploads only: how many there are
	InProgressCount *Count             `json:"in_progress_count,omitzero"` // uploads only: how many are being read
}

// AvailabilityStatus is an open set.
type AvailabilityStatus string

// The known states of a data set.
const (
	AvailabilityInProgress AvailabilityStatus = "in_progress" // it is being read
	AvailabilitySynced     AvailabilityStatus = "synced"      // it is complete
	AvailabilitySyncFailed AvailabilityStatus = "sync_failed" // it could not be read
)

// OngoingRefresh says whether Argyle keeps refreshing the account.
type OngoingRefresh struct {
	Status RefreshStatus `json:"status,omitzero"` // enabled, disabled or idle
}

// RefreshStatus is an open set.
type RefreshStatus string

// The known states of the ongoing refresh.
const (
	RefreshEnabled  RefreshStatus = "enabled"  // it is refreshed regularly
	RefreshDisabled RefreshStatus = "disabled" // it is not refreshed
	RefreshIdle     RefreshStatus = "idle"     // nothing is going on
)
