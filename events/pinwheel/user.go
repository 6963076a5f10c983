package pinwheel

// VerificationReports is the payload of verification_reports.refreshed: the reports of a user were brought up to date. It
// belongs to the user: there is no account, no outcome and no Link token. Fetch them with
// GET /v1/end_users/{id}/verification_reports/voe and /voie.
type VerificationReports struct {
	// EndUserID is the host's own id of the user. Never null; documented.
	EndUserID string `json:"end_user_id,omitzero"`
	// Availability says per report whether it can be fetched. Documented.
	Availability ReportAvailability `json:"availability"`
}

// ReportAvailability is the state of a user's two reports.
type ReportAvailability struct {
	// VOE is the verification of employment. Documented; nil when the member is absent.
	VOE *Report `json:"voe,omitzero"`
	// VOIE is the verification of income and employment. Documented; nil when the member is absent.
	VOIE *Report `json:"voie,omitzero"`
}

// Report is the state of one report.
type Report struct {
	// Status says whether it can be fetched. Documented.
	Status ReportStatus `json:"status,omitzero"`
	// UpdatedAt is when its data changed last. Documented.
	UpdatedAt Timestamp `json:"updated_at,omitzero"`
	// RefreshedAt is when its data was checked last. Documented.
	RefreshedAt Timestamp `json:"refreshed_at,omitzero"`
}

// EarningsStream is the payload of earnings_stream.payouts.refreshed: a user's earnings stream is up to date, or monitoring
// found a change. Low confidence: the payload is undocumented, its one member inferred; see the event's Raw. Fetch it with
// GET /v1/end_users/{end_user_id}/earnings_stream/payouts.
type EarningsStream struct {
	// EndUserID is the host's own id of the user. Inferred.
	EndUserID string `json:"end_user_id,omitzero"`
}
