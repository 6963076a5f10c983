package pinwheel

// PaystubsSync is the payload of the four paystubs events that end in synced: that much of the history has been collected,
// counted from the first item seen. It has no lists. The outcome can be an error: then the history is complete because there
// is none, so "fully synced" does not mean that there is data (recorded: error_code dataNotAvailable).
type PaystubsSync struct {
	// Job is what all job events share. Its ID and Timestamp are those of the paystubs.added of the same run.
	Job
	// AccountID is the account. Never null; recorded.
	AccountID string `json:"account_id" validate:"required"`
	// Params sums the last batch up. Recorded; empty after an error.
	Params PaystubsParams `json:"params"`
}

// ShiftsSync is the payload of the four shifts events that end in synced: that much of the history has been collected,
// counted from the first item seen. It has no lists, and the outcome can be an error, as with [PaystubsSync].
type ShiftsSync struct {
	// Job is what all job events share. Its ID is that of the shifts.added of the same run.
	Job
	// AccountID is the account. Never null; documented.
	AccountID string `json:"account_id" validate:"required"`
	// Params sums the last batch up. Documented.
	Params ShiftsParams `json:"params"`
}
