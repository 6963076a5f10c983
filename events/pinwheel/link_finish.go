package pinwheel

// InputAmountClaim is the payload of input_amount: what the user typed in. SDK v2 only. Documented.
type InputAmountClaim struct {
	// Value is the number. Documented as an integer.
	Value Decimal `json:"value,omitzero"`
	// Unit is a currency sign or the percent sign. Documented.
	Unit AmountUnit `json:"unit,omitzero"`
}

// InputAllocationClaim is the payload of input_allocation: how much of the pay the user wants to switch. From SDK v3 both
// members can be null or absent. Documented.
type InputAllocationClaim struct {
	// Action says how much. Null, absent and empty mean that nothing was chosen. Documented.
	Action SwitchAction `json:"action,omitzero"`
	// Allocation is the part of a partial switch. Nil for null and for absent. Documented.
	Allocation *AllocationClaim `json:"allocation,omitzero"`
}

// AllocationClaim is the part of the pay that a user chose.
type AllocationClaim struct {
	// Type says how Value is meant. Documented.
	Type AllocationType `json:"type,omitzero"`
	// Value is a sum of money in dollars or a percentage; empty for the remainder. An integer in the documentation, a number
	// in the SDK's types, a float in the iOS SDK.
	Value Decimal `json:"value,omitzero"`
	// Target is the account that the money goes to. Native SDKs only.
	Target *TargetClaim `json:"target,omitzero"`
}

// TargetClaim is the account of an allocation, as native SDKs give it.
type TargetClaim struct {
	// AccountType is the sort of account. SDK types.
	AccountType AccountType `json:"accountType,omitzero"`
	// AccountName is the account's name. Optional; SDK types.
	AccountName string `json:"accountName,omitzero"`
}

// InputRequiredClaim is the payload of input_required: the platform asks the user for more. Empty; documented.
type InputRequiredClaim struct{}

// CardSwitchBeginClaim is the payload of card_switch_begin. Empty; SDK types only.
type CardSwitchBeginClaim struct{}

// DocUploadsBeginClaim is the payload of doc_uploads_begin: the user started to upload documents. Documented as empty.
type DocUploadsBeginClaim struct {
	// UploadedDocumentsSubmittedCount is a number that only the SDK's types have, nil when the member is absent.
	UploadedDocumentsSubmittedCount *int64 `json:"uploadedDocumentsSubmittedCount,omitzero"`
}

// DocUploadsSubmittedClaim is the payload of doc_uploads_submitted.
type DocUploadsSubmittedClaim struct {
	// UploadedDocumentSubmittedCount is the number of documents; on the wire "Document" is singular. Documented.
	UploadedDocumentSubmittedCount int64 `json:"uploadedDocumentSubmittedCount"`
}

// DDFormBeginClaim is the payload of dd_form_begin: the user started a direct-deposit form. Empty; documented.
type DDFormBeginClaim struct{}

// DDFormCreateClaim is the payload of dd_form_create: the form was made.
type DDFormCreateClaim struct {
	// URL is where the form can be fetched: user data. Documented.
	URL string `json:"url"`
}

// DDFormDownloadClaim is the payload of dd_form_download: the user fetched the form. Empty; documented.
type DDFormDownloadClaim struct{}

// SuccessClaim is the payload of success: the browser says that a job ended well. It comes once per job.
type SuccessClaim struct {
	// AccountID is the account. Recorded.
	AccountID string `json:"accountId"`
	// PlatformID is the platform. Recorded.
	PlatformID string `json:"platformId"`
	// Job is login, direct_deposit_switch or card_switch; SDKs have no others. Recorded: login.
	Job JobName `json:"job"`
	// Params is what was switched, nil for a login. The SDK's types call it required; on the wire it is absent. Recorded.
	Params *SuccessParams `json:"params,omitzero"`
}

// SuccessParams is what a user switched: the first two members from SDK v3, the last from v2.
type SuccessParams struct {
	// Action says how much was switched. Nullable; documented.
	Action SwitchAction `json:"action,omitzero"`
	// Allocation is the part of a partial switch. Nullable; documented.
	Allocation *AllocationClaim `json:"allocation,omitzero"`
	// Amount is what SDK v2 sends. Documented.
	Amount *Amount `json:"amount,omitzero"`
}

// ErrorClaim is the payload of error. It is not the end of the session.
type ErrorClaim struct {
	// Type is the class of the error. Documented.
	Type ErrorType `json:"type,omitzero"`
	// Code is the error. Documented.
	Code ErrorCode `json:"code,omitzero"`
	// Message is text for people, and changes without notice. Documented.
	Message string `json:"message,omitzero"`
	// PendingRetry says that the modal tries again by itself. Documented; optional in the Capacitor SDK.
	PendingRetry bool `json:"pendingRetry"`
}

// Advice says what to do about the error.
func (c ErrorClaim) Advice() Advice { return Advise(c.Type, c.Code) }

// ExitClaim is the payload of exit: the modal was closed. After an error the web gives the error's members themselves, the
// iOS and Flutter SDKs an object around them; otherwise it is empty. See [ExitClaim.Failure]. Documented.
type ExitClaim struct {
	// Type is the class of the error, where the error stands in the payload itself. Documented.
	Type ErrorType `json:"type,omitzero"`
	// Code is the error, where it stands in the payload itself. Documented.
	Code ErrorCode `json:"code,omitzero"`
	// Message is text for people, where the error stands in the payload itself. Documented.
	Message string `json:"message,omitzero"`
	// PendingRetry says that the modal tries again, where the error stands in the payload itself. Documented.
	PendingRetry bool `json:"pendingRetry,omitzero"`
	// Error is the error where it stands in an object of its own. SDK types.
	Error *ErrorClaim `json:"error,omitzero"`
}

// Failure returns the error that the modal was closed with, in whichever form it came, and whether there was one.
func (c ExitClaim) Failure() (ErrorClaim, bool) {
	if c.Error != nil {
		return *c.Error, true
	}
	e := ErrorClaim{Type: c.Type, Code: c.Code, Message: c.Message, PendingRetry: c.PendingRetry}
	return e, e != ErrorClaim{}
}

// CustomerTermsAcceptedClaim is the payload of customer_terms_accepted. Empty; SDK v4.
type CustomerTermsAcceptedClaim struct{}

// UserActivatedClaim is the payload of user_activated. SDK v4.
type UserActivatedClaim struct {
	// SolutionName is the product, for example Bill Switch or Bill Manager. SDK types.
	SolutionName string `json:"solutionName"`
}
