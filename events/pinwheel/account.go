package pinwheel

// Account is the payload of account.added: a user logged in and an account came into being. It is no job event: it has
// neither id nor outcome.
type Account struct {
	// AccountID is the account, the id to keep. Never null; recorded.
	AccountID string `json:"account_id" validate:"required"`
	// EndUserID is the host's own id of the user. Null or absent when none was given; recorded.
	EndUserID string `json:"end_user_id,omitzero"`
	// LinkTokenID is the Link token that the user logged in with. Documented as nullable; recorded.
	LinkTokenID string `json:"link_token_id,omitzero"`
	// PlatformID is the payroll platform. Never null; recorded.
	PlatformID string `json:"platform_id"`
	// PlatformName is the platform's display name, "Other (merchant)" for an untracked merchant. Absent in the oldest sample;
	// recorded.
	PlatformName string `json:"platform_name,omitzero"`
	// PlatformType is the sort of platform. Only in the newest documentation.
	PlatformType PlatformType `json:"platform_type,omitzero"`
	// ReportedPlatformName is an untracked merchant's name as it was reported. Optional; newest documentation.
	ReportedPlatformName string `json:"reported_platform_name,omitzero"`
	// ReservedPlatformID is the id reserved for an untracked merchant. Optional; newest documentation.
	ReservedPlatformID string `json:"reserved_platform_id,omitzero"`
	// CreatedAt is when the account came into being. Never null; recorded.
	CreatedAt Timestamp `json:"created_at,omitzero"`
	// Connected says that new data can be had at all, by hand or by monitoring. Never null; recorded.
	Connected bool `json:"connected"`
	// MonitoringStatus says whether Pinwheel refreshes the account by itself. Absent in the oldest sample; recorded.
	MonitoringStatus MonitoringStatus `json:"monitoring_status,omitzero"`
	// CustomerID stands in webhooks of banking platforms only. Documented, not recorded.
	CustomerID string `json:"customer_id,omitzero"`
	// Tags are the tags of the Link token. Unconfirmed: the REST schema has them.
	Tags map[string]string `json:"tags,omitzero"`
	// ResellerCustomerID stands in webhooks of resellers only. Unconfirmed, as Tags.
	ResellerCustomerID string `json:"reseller_customer_id,omitzero"`
}

// AccountMonitoring is the payload of account.monitoring_status.updated. Low confidence: a guide names the current status
// and nothing else, so that everything decodes leniently; the event's Raw has what else may come.
type AccountMonitoring struct {
	// AccountID is the account. Inferred.
	AccountID string `json:"account_id,omitzero"`
	// EndUserID is the host's own id of the user. Inferred.
	EndUserID string `json:"end_user_id,omitzero"`
	// CurrentMonitoringStatus is the new status. Documented.
	CurrentMonitoringStatus MonitoringStatus `json:"current_monitoring_status,omitzero"`
	// PreviousMonitoringStatus is the old status. Its name is unconfirmed.
	PreviousMonitoringStatus MonitoringStatus `json:"previous_monitoring_status,omitzero"`
	// CustomerID stands in webhooks of banking platforms only. Documented, not recorded.
	CustomerID string `json:"customer_id,omitzero"`
	// Tags are the tags of the Link token. Unconfirmed.
	Tags map[string]string `json:"tags,omitzero"`
	// ResellerCustomerID stands in webhooks of resellers only. Unconfirmed.
	ResellerCustomerID string `json:"reseller_customer_id,omitzero"`
}

// AdditionalConnections is the payload of account.additional_connections_recommended: another account of the user would
// complete the data. Medium to low confidence: the first rows of its table are documented.
type AdditionalConnections struct {
	// AccountID is the connected account. Documented.
	AccountID string `json:"account_id,omitzero"`
	// EndUserID is the host's own id of the user. Documented.
	EndUserID string `json:"end_user_id,omitzero"`
	// AdditionalConnections are the recommendations. Documented.
	AdditionalConnections []AdditionalConnection `json:"additional_connections,omitzero"`
}

// AdditionalConnection is one recommendation.
type AdditionalConnection struct {
	// PlatformType is the sort of platform to connect. Documented.
	PlatformType PlatformType `json:"platform_type,omitzero"`
	// Action is what to do about it. Its name is inferred from a guide's text.
	Action ConnectionAction `json:"action,omitzero"`
}

// LegacyAccount is the payload of account.disconnected and account.reconnected, which account.monitoring_status.updated
// replaced in January 2022. Low confidence: only the names of the events are known, the members are inferred.
type LegacyAccount struct {
	// AccountID is the account. Inferred.
	AccountID string `json:"account_id,omitzero"`
	// EndUserID is the host's own id of the user. Inferred.
	EndUserID string `json:"end_user_id,omitzero"`
	// LinkTokenID is the Link token. Inferred.
	LinkTokenID string `json:"link_token_id,omitzero"`
	// PlatformID is the platform. Inferred.
	PlatformID string `json:"platform_id,omitzero"`
	// Connected says that new data can be had. Inferred.
	Connected *bool `json:"connected,omitzero"`
}
