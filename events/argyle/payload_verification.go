package argyle

import "github.com/go-json-experiment/json/jsontext"

// VerificationUpdate is the payload of [VerificationsUpdated].
type VerificationUpdate struct {
	User         string        `json:"user" validate:"required"`         // id of the user
	Verification string        `json:"verification" validate:"required"` // id of the verification
	Client       string        `json:"client,omitzero"`                  // partner subscriptions only
	Resource     *Verification `json:"resource,omitzero"`                // nil without include_resource
}

// VerificationCreationFailure is the payload of [VerificationsCreationFailed].
type VerificationCreationFailure struct {
	User    string                      `json:"user,omitzero"`   // id of the user
	Client  string                      `json:"client,omitzero"` // partner subscriptions only
	Context VerificationCreationContext `json:"context"`         // what was asked for
}

// VerificationCreationContext is what the failed creation was asked for.
type VerificationCreationContext struct {
	User        string               `json:"user,omitzero"`         // id of the user
	AttemptedAt Timestamp            `json:"attempted_at,omitzero"` // when it was tried
	Channel     VerificationChannel  `json:"channel,omitzero"`      // where it was asked for
	DataSource  VerificationSource   `json:"data_source,omitzero"`  // what it was to read from
	ReportType  ReportType           `json:"report_type,omitzero"`  // which report was wanted
	Loan        *VerificationLoan    `json:"loan,omitzero"`         // the loan it was made for
	Billing     *VerificationBilling `json:"billing,omitzero"`      // who was to pay
}

// Verification is one verification of a user's income, employment or assets.
type Verification struct {
	ID          string                   `json:"id,omitzero"`          // its own id
	User        string                   `json:"user,omitzero"`        // id of the user
	Client      string                   `json:"client,omitzero"`      // partner subscriptions only
	CreatedAt   Timestamp                `json:"created_at,omitzero"`  // when it was created
	UpdatedAt   Timestamp                `json:"updated_at,omitzero"`  // when it last changed
	Channel     VerificationChannel      `json:"channel,omitzero"`     // where it was asked for
	Source      VerificationSource       `json:"source,omitzero"`      // in place of Channel and DataSource in older bodies
	Status      VerificationStatus       `json:"status,omitzero"`      // where it stands
	Report      *VerificationReport      `json:"report,omitzero"`      // what came of it
	Employments []VerificationEmployment `json:"employments,omitzero"` // the jobs it is about
	Loan        *VerificationLoan        `json:"loan,omitzero"`        // the loan it was made for
	Billing     *VerificationBilling     `json:"billing,omitzero"`     // who pays for it
	DataSource  VerificationSource       `json:"data_source,omitzero"` // what it reads from
}

// VerificationStatus says where a verification stands.
type VerificationStatus struct {
	State  VerificationState   `json:"state,omitzero"`  // where it stands
	Code   VerificationCode    `json:"code,omitzero"`   // more about the state
	Errors []VerificationError `json:"errors,omitzero"` // what went wrong
}

// VerificationError is one thing that went wrong.
type VerificationError struct {
	Code      string                      `json:"code,omitzero"`      // name of the error
	Title     string                      `json:"title,omitzero"`     // free text, for people
	Message   string                      `json:"message,omitzero"`   // free text, for people
	Resources []VerificationErrorResource `json:"resources,omitzero"` // what it is about
}

// VerificationErrorResource is what a [VerificationError] is about.
type VerificationErrorResource struct {
	ID   Nullable `json:"id"`            // null when it has none
	Type string   `json:"type,omitzero"` // sort of the resource
	Name string   `json:"name,omitzero"` // name of the resource
}

// VerificationReport is the report of a verification. All but the type is null until there is one.
type VerificationReport struct {
	ID      Nullable   `json:"id"`            // id of the report
	Type    ReportType `json:"type,omitzero"` // which report it is
	FileURL Nullable   `json:"file_url"`      // of the PDF
	JSONURL Nullable   `json:"json_url"`      // address of the JSON
	// Configuration is what the report was asked to contain: dates, bank accounts, custom fields. It is kept as JSON.
	Configuration jsontext.Value `json:"configuration,omitzero"`
}

// VerificationEmployment is one job that the verification is about.
type VerificationEmployment struct {
	Employer        string    `json:"employer,omitzero"`  // name of the employer
	Status          string    `json:"status,omitzero"`    // active or previous
	HireDate        Timestamp `json:"hire_date,omitzero"` // a date without a time
	TerminationDate Timestamp `json:"termination_date"`   // null while employed
}

// VerificationLoan is the loan that the verification was made for.
type VerificationLoan struct {
	Number        string `json:"number,omitzero"`         // number of the loan
	BorrowerID    string `json:"borrower_id,omitzero"`    // the borrower, as the lender names them
	ApplicationID string `json:"application_id,omitzero"` // the application, as the lender names it
	OfficerEmail  string `json:"officer_email,omitzero"`  // address of the loan officer
}

// VerificationBilling says who pays.
type VerificationBilling struct {
	CostCenter string `json:"cost_center,omitzero"` // the host's own cost center
}

// VerificationState is an open set.
type VerificationState string

// The known states. CANCELLED is never sent as an event, and neither is PENDING.
const (
	VerificationPending    VerificationState = "PENDING"    // nothing has begun; never sent as an event
	VerificationProcessing VerificationState = "PROCESSING" // it is under way
	VerificationPaused     VerificationState = "PAUSED"     // somebody has to act
	VerificationCancelled  VerificationState = "CANCELLED"  // it was cancelled; never sent as an event
	VerificationCompleted  VerificationState = "COMPLETED"  // it is done
)

// VerificationCode says more about a state. The set is open.
type VerificationCode string

// The known codes.
const (
	VerificationCodePending             VerificationCode = "pending"                // nothing has begun
	VerificationCodeDocumentsProcessing VerificationCode = "documents_processing"   // documents are being read
	VerificationCodeMoreDataRequired    VerificationCode = "more_data_required"     // the user has to give more
	VerificationCodeReportAvailable     VerificationCode = "report_available"       // the report can be fetched
	VerificationCodeWaitingOnThirdParty VerificationCode = "waiting_on_third_party" // somebody else has to answer
	VerificationCodeReportGenerating    VerificationCode = "report_generating"      // the report is being made
	VerificationCodeArgyleTimeout       VerificationCode = "argyle_timeout"         // Argyle took too long
	VerificationCodeCancelledByClient   VerificationCode = "cancelled_by_client"    // the host cancelled it
	VerificationCodeCompleted           VerificationCode = "completed"              // all went well
	VerificationCodeCompletedWithErrors VerificationCode = "completed_with_errors"  // see the errors beside it
	VerificationCodeUserSessionStarted  VerificationCode = "user_session_started"   // the user has begun
	VerificationCodeAuthenticated       VerificationCode = "authenticated"          // the user has signed in
)

// VerificationChannel says where a verification was asked for. The set is open.
type VerificationChannel string

// The known channels.
const (
	VerificationChannelAPI       VerificationChannel = "api"       // the public API
	VerificationChannelEncompass VerificationChannel = "encompass" // the Encompass loan system
)

// VerificationSource says what a verification reads from. The set is open.
type VerificationSource string

// The known sources.
const (
	VerificationSourcePayroll   VerificationSource = "payroll"   // accounts at payroll platforms
	VerificationSourceBanking   VerificationSource = "banking"   // accounts at banks
	VerificationSourceDocuments VerificationSource = "documents" // documents of the user
)
