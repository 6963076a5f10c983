package pinwheel

// CompanyData is the payload of company_connect.census.added, .employments.added and .incomes.added: company-wide data is
// there, or the job ended otherwise. A guide spells the events company_connection.*; the subscription enum and the
// reference have the spelling used here. census is documented, the other two from its first rows.
//
// Unlike in the events of accounts the lists hold plain strings, and there is neither account nor user.
type CompanyData struct {
	// CompanyConnectionID is the connection. Documented.
	CompanyConnectionID string `json:"company_connection_id,omitzero"`
	// CompanyName is the host's name for it. Documented.
	CompanyName string `json:"company_name,omitzero"`
	// Outcome says how the job ended. Documented.
	Outcome Outcome `json:"outcome,omitzero"`
	// ErrorCode says why it failed. Optional; documented.
	ErrorCode ErrorCode `json:"error_code,omitzero"`
	// ErrorType is the class of ErrorCode. Optional; documented.
	ErrorType ErrorType `json:"error_type,omitzero"`
	// Added are the ids of new employees. Documented.
	Added []string `json:"added"`
	// Updated are the ids of employees whose data changed. Documented.
	Updated []string `json:"updated"`
	// Deleted are the ids of employees who are gone. Documented.
	Deleted []string `json:"deleted"`
}

// Advice says what to do about a job that failed, [AdviceNone] for one that did not.
func (c CompanyData) Advice() Advice {
	if !c.Outcome.Failed() {
		return AdviceNone
	}
	return Advise(c.ErrorType, c.ErrorCode)
}

// CompanyStatusUpdate is the payload of company_connect.status.updated. Low confidence: the payload is undocumented; the
// values of Status are those of the REST schema.
type CompanyStatusUpdate struct {
	// CompanyConnectionID is the connection. Inferred.
	CompanyConnectionID string `json:"company_connection_id,omitzero"`
	// CompanyName is the host's name for it. Inferred.
	CompanyName string `json:"company_name,omitzero"`
	// Status is the connection's state. The member's name is inferred.
	Status CompanyStatus `json:"status,omitzero"`
}
