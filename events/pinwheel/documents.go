package pinwheel

// TaxForms is the payload of tax_forms.added: one event lists every form that a job added or removed. Medium to high
// confidence. Fetch them with GET /v1/accounts/{id}/tax_forms/{tax_form_id}.
type TaxForms struct {
	// Job is what all job events share.
	Job
	// AccountID is the account. Never null; documented.
	AccountID string `json:"account_id" validate:"required"`
	// Added are the new forms, with year and type. Documented; the name of the type's member is unconfirmed.
	Added []Item `json:"added"`
	// Deleted are the forms that are gone. Documented.
	Deleted []Item `json:"deleted"`
	// Params is empty. Documented as optional.
	Params NoParams `json:"params"`
}

// PaystubDocuments is the payload of paystubs.documents.added: the files of paystubs were collected. Low confidence: only
// the event's name is known, the members follow paystubs.added and the REST schema, and nothing is required.
type PaystubDocuments struct {
	// Job is what all job events share. Its Name is unknown.
	Job
	// AccountID is the account. Inferred.
	AccountID string `json:"account_id,omitzero"`
	// Added are the new documents. Inferred.
	Added []Item `json:"added,omitzero"`
	// Deleted are the documents that are gone. Inferred.
	Deleted []Item `json:"deleted,omitzero"`
	// Params describes the document. Inferred from the REST schema.
	Params PaystubDocumentsParams `json:"params"`
}

// PaystubDocumentsParams describes collected documents. Everything is inferred.
type PaystubDocumentsParams struct {
	// Count is the number of documents, nil when the member is absent. Inferred.
	Count *int64 `json:"count,omitzero"`
	// DocumentType is the sort of document. REST schema.
	DocumentType DocumentType `json:"document_type,omitzero"`
	// PayDate is the paystub's date. REST schema.
	PayDate Date `json:"pay_date,omitzero"`
}

// Document is the payload of documents.added: a document that a user uploaded is there, or its virus scan failed (outcome
// error). One event per document. It belongs to the user and has no account. Fetch it with
// GET /v1/end_users/{end_user_id}/documents/{document_id}.
type Document struct {
	// Job is what all job events share.
	Job
	// DocumentID is the document. Documented.
	DocumentID string `json:"document_id,omitzero"`
	// Params describes the document. Documented.
	Params DocumentParams `json:"params"`
}

// DocumentParams describes an uploaded document. Pinwheel announces that year and pay_date may join without a new version.
type DocumentParams struct {
	// DocumentType is the sort of document. Documented, with the advice to expect unknown ones.
	DocumentType DocumentType `json:"document_type,omitzero"`
	// Year is a tax form's year, 0 when the member is absent. Announced.
	Year int `json:"year,omitzero"`
	// PayDate is a paystub's date. Announced.
	PayDate Date `json:"pay_date,omitzero"`
}
