package pinwheel

import "slices"

// The types below are open: Pinwheel adds values without notice, and an unknown value is never an error. Compare with the
// constants and have a default.

// MonitoringStatus says whether Pinwheel can refresh an account by itself.
type MonitoringStatus string

// The monitoring statuses of the REST schema. No source says what leads to degraded or to unavailable.
const (
	MonitoringActive             MonitoringStatus = "active"               // Pinwheel refreshes the account by itself
	MonitoringDegraded           MonitoringStatus = "degraded"             // documented without an explanation
	MonitoringUserActionRequired MonitoringStatus = "user_action_required" // open Link with the account's id
	MonitoringCustomerDisabled   MonitoringStatus = "customer_disabled"    // the host disabled it
	MonitoringUnavailable        MonitoringStatus = "unavailable"          // documented without an explanation
)

// Known reports whether s is one of the constants.
func (s MonitoringStatus) Known() bool {
	return oneOf(s, MonitoringActive, MonitoringDegraded, MonitoringUserActionRequired, MonitoringCustomerDisabled,
		MonitoringUnavailable)
}

// SyncStatus says how far the history of an account has been collected.
type SyncStatus string

// The sync statuses.
const (
	SyncInProgress SyncStatus = "in_progress" // more batches will come
	SyncComplete   SyncStatus = "complete"    // this was the last batch
)

// Known reports whether s is one of the constants.
func (s SyncStatus) Known() bool { return oneOf(s, SyncInProgress, SyncComplete) }

// PlatformType is the sort of a platform.
type PlatformType string

// The platform types.
const (
	PlatformPayroll           PlatformType = "payroll"             // a payroll platform
	PlatformTimeAndAttendance PlatformType = "time_and_attendance" // a platform for time and attendance
	PlatformTax               PlatformType = "tax"                 // a tax platform
	PlatformMerchant          PlatformType = "merchant"            // a merchant with bills
)

// Known reports whether t is one of the constants.
func (t PlatformType) Known() bool {
	return oneOf(t, PlatformPayroll, PlatformTimeAndAttendance, PlatformTax, PlatformMerchant)
}

// DocumentType is the sort of a document or tax form.
type DocumentType string

// The document types. W-2 has two spellings on the wire.
const (
	DocumentPaystub            DocumentType = "paystub"             // a paystub as a file
	DocumentW2                 DocumentType = "W-2"                 // the wage statement W-2, collected
	DocumentW2Uploaded         DocumentType = "w2"                  // the wage statement W-2, uploaded
	Document1099               DocumentType = "1099"                // the tax form 1099
	Document1040               DocumentType = "1040"                // the tax return 1040
	DocumentDirectDepositForm  DocumentType = "direct_deposit_form" // a direct-deposit form
	DocumentVerificationReport DocumentType = "verification_report" // a verification report of Pinwheel
	DocumentBankStatement      DocumentType = "bank_statement"      // a bank statement
	DocumentSSIAwardLetter     DocumentType = "ssi_award_letter"    // an award letter of Social Security
	DocumentVerificationPhoto  DocumentType = "verification_photo"  // a photo that verifies the user
)

// Known reports whether t is one of the constants.
func (t DocumentType) Known() bool {
	return oneOf(t, DocumentPaystub, DocumentW2, DocumentW2Uploaded, Document1099, Document1040, DocumentDirectDepositForm,
		DocumentVerificationReport, DocumentBankStatement, DocumentSSIAwardLetter, DocumentVerificationPhoto)
}

// ReportStatus says whether a verification report can be fetched.
type ReportStatus string

// The report statuses.
const (
	ReportAvailable   ReportStatus = "available"   // it can be fetched
	ReportUnavailable ReportStatus = "unavailable" // there is none to fetch
)

// Known reports whether s is one of the constants.
func (s ReportStatus) Known() bool { return oneOf(s, ReportAvailable, ReportUnavailable) }

// CompanyStatus is the state of a company connection.
type CompanyStatus string

// The company statuses of the REST schema.
const (
	CompanyReadyToConnect   CompanyStatus = "ready_to_connect"  // nobody has connected it yet
	CompanyConnectionFailed CompanyStatus = "connection_failed" // the last try to connect failed
	CompanyProcessing       CompanyStatus = "processing"        // its data is being collected
	CompanyDataAvailable    CompanyStatus = "data_available"    // its data can be fetched
	CompanyReconnectNeeded  CompanyStatus = "reconnect_needed"  // somebody has to connect it again
)

// Known reports whether s is one of the constants.
func (s CompanyStatus) Known() bool {
	return oneOf(s, CompanyReadyToConnect, CompanyConnectionFailed, CompanyProcessing, CompanyDataAvailable,
		CompanyReconnectNeeded)
}

// ConnectionAction is what Pinwheel suggests to do about a recommended connection. Its name is inferred.
type ConnectionAction string

// ConnectionSearch lets the user search for a platform of the recommended type; the one value that a guide names.
const ConnectionSearch ConnectionAction = "search"

// Known reports whether a is one of the constants.
func (a ConnectionAction) Known() bool { return a == ConnectionSearch }

// CalendarType is the calendar that a user connected in Link.
type CalendarType string

// The calendar types of the SDK.
const (
	CalendarGoogle  CalendarType = "google"  // a Google calendar
	CalendarOutlook CalendarType = "outlook" // an Outlook calendar
)

// Known reports whether t is one of the constants.
func (t CalendarType) Known() bool { return oneOf(t, CalendarGoogle, CalendarOutlook) }

func oneOf[T comparable](v T, known ...T) bool { return slices.Contains(known, v) }
