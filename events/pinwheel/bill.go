package pinwheel

// Bill is the payload of bill.added, bill.updated, bill.removed and bill.reminder: a recurring bill of the user. It is no job
// event: there is no outcome, no account and no Link token. bill.added is documented; that the other three look the same is
// inferred.
type Bill struct {
	// ID is the bill, not a job. Documented.
	ID string `json:"id,omitzero"`
	// EndUserID is the host's own id of the user. Documented.
	EndUserID string `json:"end_user_id,omitzero"`
	// PlatformID is the merchant. Documented.
	PlatformID string `json:"platform_id,omitzero"`
	// PlatformName is the merchant's name, "Other (merchant)" for an untracked one. Documented.
	PlatformName string `json:"platform_name,omitzero"`
	// ReportedPlatformName is an untracked merchant's name as it was reported. Optional; documented.
	ReportedPlatformName string `json:"reported_platform_name,omitzero"`
	// ReservedPlatformID is the id reserved for an untracked merchant. Optional; documented.
	ReservedPlatformID string `json:"reserved_platform_id,omitzero"`
	// DetectionMethod says how the bill was found. Documented.
	DetectionMethod DetectionMethod `json:"detection_method,omitzero"`
	// Frequency is how often it is due. Documented.
	Frequency Frequency `json:"frequency,omitzero"`
	// NextPaymentAmountCents is the next amount in cents, 0 for a bill that the user added by hand. Documented.
	NextPaymentAmountCents int64 `json:"next_payment_amount_cents"`
	// NextPaymentDate is when it is due next. Optional; documented.
	NextPaymentDate Timestamp `json:"next_payment_date,omitzero"`
	// LastPaymentDate is when it was paid last. Optional; documented.
	LastPaymentDate Timestamp `json:"last_payment_date,omitzero"`
	// FirstSeenAt is when it was found. Documented.
	FirstSeenAt Timestamp `json:"first_seen_at,omitzero"`
	// Payment is how it is paid. Optional; its members are inferred from bill_switch.added.
	Payment *BillPayment `json:"payment,omitzero"`
}

// BillSwitch is the payload of bill_switch.added: the payment method at a merchant was switched, or the attempt failed.
type BillSwitch struct {
	// Job is what all job events share.
	Job
	// AccountID is the account. Never null; documented.
	AccountID string `json:"account_id" validate:"required"`
	// PlatformID is the merchant. Only in the newest documentation.
	PlatformID string `json:"platform_id,omitzero"`
	// PlatformName is the merchant's name. Only in the newest documentation.
	PlatformName string `json:"platform_name,omitzero"`
	// Params says what was switched. Documented.
	Params BillSwitchParams `json:"params"`
}

// BillParams is what switches and cancellations say about the bill.
type BillParams struct {
	// BillID is the bill: the ID of a [Bill]. REST schema.
	BillID string `json:"bill_id,omitzero"`
	// DetectionMethod says how the bill was found. REST schema.
	DetectionMethod DetectionMethod `json:"detection_method,omitzero"`
	// Frequency is how often it is due. REST schema.
	Frequency Frequency `json:"frequency,omitzero"`
	// NextPaymentDate is when it is due next, if known. REST schema.
	NextPaymentDate Timestamp `json:"next_payment_date,omitzero"`
	// NextPaymentAmountCents is the next amount in cents, nil when the member is absent. REST schema.
	NextPaymentAmountCents *int64 `json:"next_payment_amount_cents,omitzero"`
	// ReportedPlatformName is an untracked merchant's name as it was reported. Optional; REST schema.
	ReportedPlatformName string `json:"reported_platform_name,omitzero"`
	// ReservedPlatformID is the id reserved for an untracked merchant. Optional; REST schema.
	ReservedPlatformID string `json:"reserved_platform_id,omitzero"`
}

// BillSwitchParams says what a bill switch did.
type BillSwitchParams struct {
	// BillParams is the bill.
	BillParams
	// IsIntegratedSwitch is true where Pinwheel did the switch, false where it guided the user through it, nil when the
	// member is absent. Documented.
	IsIntegratedSwitch *bool `json:"is_integrated_switch,omitzero"`
	// Type is the new payment method's sort; integrated switches only. Documented.
	Type PaymentType `json:"type,omitzero"`
	// Payment is the new payment method. May be absent where the user was guided; documented.
	Payment *BillPayment `json:"payment,omitzero"`
}

// BillCancellation is the payload of bill_switch.cancelled, whose job is called bill_cancellation: a subscription was
// cancelled, or the attempt failed. Medium to high confidence.
type BillCancellation struct {
	// Job is what all job events share.
	Job
	// AccountID is the account. Never null; documented.
	AccountID string `json:"account_id" validate:"required"`
	// PlatformID is the merchant. Only in the newest documentation.
	PlatformID string `json:"platform_id,omitzero"`
	// PlatformName is the merchant's name. Only in the newest documentation.
	PlatformName string `json:"platform_name,omitzero"`
	// Params says what was cancelled. REST schema.
	Params BillCancellationParams `json:"params"`
}

// BillCancellationParams says what a cancellation did.
type BillCancellationParams struct {
	// BillParams is the bill.
	BillParams
	// IsIntegratedCancellation is true where Pinwheel cancelled, false where it guided the user, nil when the member is
	// absent. REST schema.
	IsIntegratedCancellation *bool `json:"is_integrated_cancellation,omitzero"`
}

// BillPayment is a payment method. A card has the first two members, a bank account the other three. REST schema.
type BillPayment struct {
	// CardName is the host's name for the card. REST schema.
	CardName string `json:"card_name,omitzero"`
	// LastFourCardNumber is the end of the card's number. REST schema.
	LastFourCardNumber string `json:"last_four_card_number,omitzero"`
	// AccountName is the host's name for the account. REST schema.
	AccountName string `json:"account_name,omitzero"`
	// AccountType is the sort of account. REST schema.
	AccountType AccountType `json:"account_type,omitzero"`
	// LastFourAccountNumber is the end of the account's number. REST schema.
	LastFourAccountNumber string `json:"last_four_account_number,omitzero"`
}
