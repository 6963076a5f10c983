package argyle

import (
	"bytes"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// ReportReadiness is the payload of [ReportsReady]. Its shape has changed twice: the newest one has all in Resource, the
// older ones have Accounts, and later ExternalID, beside User. Nothing of it is required.
type ReportReadiness struct {
	User       string          `json:"user,omitzero"`        // id of the user
	Resource   *ReportSource   `json:"resource,omitzero"`    // the newest shape has all in it
	ExternalID Nullable        `json:"external_id,omitzero"` // the host's own id of the user
	Accounts   []SyncedAccount `json:"accounts,omitzero"`    // the accounts, in the older shapes
}

// ReportSource is what a report can be made of.
type ReportSource struct {
	User       string           `json:"user,omitzero"`      // id of the user
	ExternalID Nullable         `json:"external_id"`        // the host's own id of the user
	Accounts   []SyncedAccount  `json:"accounts,omitzero"`  // the accounts it can be made of
	Documents  []jsontext.Value `json:"documents,omitzero"` // of unknown shape
}

// SyncedAccount is an account of a report.
type SyncedAccount struct {
	ID           string    `json:"id,omitzero"`             // id of the account
	Item         string    `json:"item,omitzero"`           // id of the Item; not in reports.ready
	LastSyncedAt Timestamp `json:"last_synced_at,omitzero"` // when it was read last
}

// UnmarshalJSON reads the object, or the mere id that the oldest shape is believed to have.
func (a *SyncedAccount) UnmarshalJSON(b []byte) error {
	*a = SyncedAccount{}
	if bytes.HasPrefix(b, []byte(`"`)) {
		var err error
		a.ID, err = stringOf(b)
		return err
	}
	type plain SyncedAccount
	return json.Unmarshal(b, (*plain)(a)) //nolint:wrapcheck // the events package reduces it to a place and a type
}

// ReportNotice is the payload of [ReportsGenerated]. Only user and type have been seen in the documentation; the rest is
// believed to be the report as the API describes it. Nothing of it is required.
type ReportNotice struct {
	User     string     `json:"user,omitzero"`     // id of the user
	Type     ReportType `json:"type,omitzero"`     // which report it is
	Resource *Report    `json:"resource,omitzero"` // the report, as is believed
}

// Report is a report on a user's income or employment.
type Report struct {
	ID           string          `json:"id,omitzero"`             // its own id
	User         string          `json:"user,omitzero"`           // id of the user
	CreatedAt    Timestamp       `json:"created_at,omitzero"`     // when it was created
	GeneratedAt  Timestamp       `json:"generated_at,omitzero"`   // deprecated by Argyle
	ReferenceID  string          `json:"reference_id,omitzero"`   // deprecated by Argyle
	Type         ReportType      `json:"type,omitzero"`           // which report it is
	Status       ReportStatus    `json:"status,omitzero"`         // where it stands
	FileURL      string          `json:"file_url,omitzero"`       // of the PDF
	JSONURL      string          `json:"json_url,omitzero"`       // address of the JSON
	LastSyncedAt Timestamp       `json:"last_synced_at,omitzero"` // when its accounts were read last
	Accounts     []SyncedAccount `json:"accounts,omitzero"`       // what it was made of
	Metadata     jsontext.Value  `json:"metadata,omitzero"`       // what the host attached to it
	ExternalID   Nullable        `json:"external_id"`             // the host's own id of the user
}

// ReportType is an open set; verifications know more types than reports do.
type ReportType string

// The known types of report.
const (
	ReportVOE             ReportType = "voe"              // verification of employment
	ReportVOIE            ReportType = "voie"             // verification of income and employment
	ReportVOEMortgage     ReportType = "voe-mortgage"     // verification of employment for mortgages
	ReportVOIEMortgage    ReportType = "voie-mortgage"    // verification of both for mortgages
	ReportVOA             ReportType = "voa"              // verification of assets
	ReportVOI             ReportType = "voi"              // verification of income
	ReportVOAI            ReportType = "voai"             // verification of assets and income
	ReportVOETransactions ReportType = "voe-transactions" // employment read from bank transactions
	ReportDocVOIMortgage  ReportType = "doc-voi-mortgage" // income read from documents, for mortgages
)

// ReportStatus is an open set.
type ReportStatus string

// The known states of a report.
const (
	ReportWaitingForSync ReportStatus = "waiting_for_sync" // data is still being read
	ReportGenerating     ReportStatus = "generating"       // it is being made
	ReportGenerated      ReportStatus = "generated"        // it can be fetched
	ReportFailed         ReportStatus = "failed"           // it could not be made
)
