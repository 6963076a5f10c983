package pinwheel

// Job is the part that most events share: a job ended, or went pending. It is embedded, so that its fields read as the
// event's own. Every member of it but customer_id, tags and reseller_customer_id has been recorded.
type Job struct {
	// ID is the id of the job's run. The .added event that ends a sync and the .fully_synced event of the same run share it,
	// so it identifies no event; it is the one key that GET /v1/jobs shares with webhooks. Never null in recorded traffic.
	ID string `json:"id,omitzero"`
	// Name is the job's name, which is not always the event's family: see [JobName]. Never null; recorded.
	Name JobName `json:"name,omitzero"`
	// Timestamp is when the job ended. Never null; recorded.
	Timestamp Timestamp `json:"timestamp,omitzero"`
	// Outcome says how the job ended, also for the events called .added and .fully_synced. Never null; recorded.
	Outcome Outcome `json:"outcome,omitzero"`
	// ErrorCode says why the job failed. Null on success, documented as optional; recorded.
	ErrorCode ErrorCode `json:"error_code,omitzero"`
	// ErrorType is the class of ErrorCode. Null on success, documented as optional; recorded.
	ErrorType ErrorType `json:"error_type,omitzero"`
	// LinkTokenID is the Link token that started the job. Monitoring refreshes have none, or one that was never issued to the
	// host: null, absent and unknown ids are all legal. Recorded.
	LinkTokenID string `json:"link_token_id,omitzero"`
	// EndUserID is the host's own id of the user, as it was given to the Link token. Null or absent when none was given;
	// recorded.
	EndUserID string `json:"end_user_id,omitzero"`
	// CustomerID stands in webhooks of banking platforms only. Documented, not recorded.
	CustomerID string `json:"customer_id,omitzero"`
	// Tags are the tags of the Link token. Unconfirmed: the REST schema has them on accounts only.
	Tags map[string]string `json:"tags,omitzero"`
	// ResellerCustomerID stands in webhooks of resellers only. Unconfirmed, as Tags.
	ResellerCustomerID string `json:"reseller_customer_id,omitzero"`
}

// Advice says what to do about a job that failed, [AdviceNone] for one that did not.
func (j Job) Advice() Advice {
	if !j.Outcome.Failed() {
		return AdviceNone
	}
	return Advise(j.ErrorType, j.ErrorCode)
}

// NoParams is the params of a job that has none: an empty object in recorded traffic, absent in documentation samples.
type NoParams struct{}
