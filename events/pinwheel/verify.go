package pinwheel

// Employment is the payload of employment.added: employment data is there or changed, or the job ended otherwise. Fetch it
// with GET /v1/accounts/{id}/employment.
type Employment struct {
	// Job is what all job events share.
	Job
	// AccountID is the account. Never null; recorded.
	AccountID string `json:"account_id" validate:"required"`
	// Params is empty; recorded.
	Params NoParams `json:"params"`
}

// Identity is the payload of identity.added: identity data is there or changed, or the job ended otherwise. Fetch it with
// GET /v1/accounts/{id}/identity.
type Identity struct {
	// Job is what all job events share.
	Job
	// AccountID is the account. Never null; recorded.
	AccountID string `json:"account_id" validate:"required"`
	// Params is empty; recorded.
	Params NoParams `json:"params"`
}

// Income is the payload of income.added: income data is there or changed, or the job ended otherwise. Fetch it with
// GET /v1/accounts/{id}/income.
type Income struct {
	// Job is what all job events share.
	Job
	// AccountID is the account. Never null; recorded.
	AccountID string `json:"account_id" validate:"required"`
	// Params is empty; recorded.
	Params NoParams `json:"params"`
}

// Item is an object that was added or deleted. Paystubs and shifts have the id alone; the other members stand there as null.
type Item struct {
	// ID is the object. Never null; recorded.
	ID string `json:"id"`
	// DocumentType is the sort of a tax form or document. Null for paystubs and shifts, undocumented and recorded there;
	// for tax forms the member's name is unconfirmed.
	DocumentType DocumentType `json:"document_type,omitzero"`
	// Year is a tax form's year, 0 for null. Null for paystubs and shifts, undocumented and recorded there.
	Year int `json:"year,omitzero"`
	// PayDate is the date of a paystub document. Null wherever it was recorded; undocumented.
	PayDate Date `json:"pay_date,omitzero"`
}

// Paystubs is the payload of paystubs.added: a batch of paystubs was collected or changed. It comes several times per
// connection, each time with another job. Fetch them with GET /v1/accounts/{id}/paystubs.
type Paystubs struct {
	// Job is what all job events share.
	Job
	// AccountID is the account. Never null; recorded.
	AccountID string `json:"account_id" validate:"required"`
	// Added are the new paystubs. Never null; recorded.
	Added []Item `json:"added"`
	// Deleted are the paystubs that are gone. Never null; recorded.
	Deleted []Item `json:"deleted"`
	// Params sums the batch up. Recorded; empty after an error.
	Params PaystubsParams `json:"params"`
}

// PaystubsParams sums a batch of paystubs up.
type PaystubsParams struct {
	// Count is the number of paystubs of this batch, not of all; 0 when the member is absent. Recorded.
	Count int64 `json:"count"`
	// FromPayDate is the earliest pay date of the batch. Absent after an error; recorded.
	FromPayDate Date `json:"from_pay_date,omitzero"`
	// ToPayDate is the latest pay date of the batch. Absent after an error; recorded.
	ToPayDate Date `json:"to_pay_date,omitzero"`
	// SyncStatus says whether the account's whole history is there. Only in .added; recorded.
	SyncStatus SyncStatus `json:"sync_status,omitzero"`
	// HasPotentialPaystubsDocuments says that Pinwheel will try to collect the documents too. Optional; REST schema only.
	HasPotentialPaystubsDocuments bool `json:"has_potential_paystubs_documents,omitzero"`
}

// Shifts is the payload of shifts.added: a batch of shifts was collected or changed. It comes several times per connection.
// Fetch them with GET /v1/accounts/{id}/shifts.
type Shifts struct {
	// Job is what all job events share.
	Job
	// AccountID is the account. Never null; recorded.
	AccountID string `json:"account_id" validate:"required"`
	// Added are the new shifts. Never null; recorded.
	Added []Item `json:"added"`
	// Deleted are the shifts that are gone. Never null; recorded.
	Deleted []Item `json:"deleted"`
	// Params sums the batch up. Recorded; empty after an error.
	Params ShiftsParams `json:"params"`
}

// ShiftsParams sums a batch of shifts up.
type ShiftsParams struct {
	// Count is the number of shifts of this batch, not of all; 0 when the member is absent. Recorded.
	Count int64 `json:"count"`
	// SyncStatus says whether the account's whole history is there. Only in .added; recorded.
	SyncStatus SyncStatus `json:"sync_status,omitzero"`
}
