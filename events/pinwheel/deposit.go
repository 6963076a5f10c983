package pinwheel

// DirectDepositAllocations is the payload of direct_deposit_allocations.added: the allocations are there or changed; white
// space and letter case alone are no change. Medium to high confidence. Fetch them with
// GET /v1/accounts/{id}/direct_deposit_allocations.
type DirectDepositAllocations struct {
	// Job is what all job events share.
	Job
	// AccountID is the account. Never null; documented.
	AccountID string `json:"account_id" validate:"required"`
	// Params is empty as far as is known. Inferred.
	Params NoParams `json:"params"`
}

// DirectDepositSwitch is the payload of direct_deposit_switch.added: a switch ended, or is pending. Its params are
// documented, what surrounds them is inferred from the other jobs.
type DirectDepositSwitch struct {
	// Job is what all job events share.
	Job
	// AccountID is the account. Never null; inferred.
	AccountID string `json:"account_id" validate:"required"`
	// Params says what was switched. Empty while pending and after an error; REST schema.
	Params SwitchParams `json:"params"`
}

// SwitchParams says what a direct-deposit switch did.
type SwitchParams struct {
	// Action says how much was switched. Nullable; REST schema.
	Action SwitchAction `json:"action,omitzero"`
	// Allocation is what was made or changed. Null or absent for a full switch; REST schema.
	Allocation *Allocation `json:"allocation,omitzero"`
	// Amount is what versions before 2023-11-22 send in place of the other two. Older documentation.
	Amount *Amount `json:"amount,omitzero"`
}

// Allocation is a part of the pay and where it goes.
type Allocation struct {
	// Type says how Value is meant. REST schema.
	Type AllocationType `json:"type,omitzero"`
	// Value is a sum of money in dollars or a percentage; empty for the remainder. An integer in the REST schema, with a fraction
	// in an example.
	Value Decimal `json:"value,omitzero"`
	// Target is the account that the money goes to. REST schema.
	Target *AllocationTarget `json:"target,omitzero"`
}

// AllocationTarget is the bank account that an allocation goes to.
type AllocationTarget struct {
	// AccountName is the host's name for the account. REST schema.
	AccountName string `json:"account_name,omitzero"`
	// AccountType is the sort of account. REST schema.
	AccountType AccountType `json:"account_type,omitzero"`
	// LastFourAccountNumber is the end of the account's number. Only in the schema of 2025-07-08.
	LastFourAccountNumber string `json:"last_four_account_number,omitzero"`
}

// Amount is a value with its unit: what a user of SDK v2 typed in.
type Amount struct {
	// Value is the number. Documented as an integer.
	Value Decimal `json:"value,omitzero"`
	// Unit is a currency sign or the percent sign. Documented.
	Unit AmountUnit `json:"unit,omitzero"`
}

// SwitchAction says how much of a direct deposit is switched. Open.
type SwitchAction string

// The switch actions. Link sends null where neither was chosen.
const (
	SwitchFull    SwitchAction = "full_switch"    // all of the pay
	SwitchPartial SwitchAction = "partial_switch" // a part of the pay; see the allocation
)

// Known reports whether a is one of the constants.
func (a SwitchAction) Known() bool { return oneOf(a, SwitchFull, SwitchPartial) }

// AllocationType says how an allocation's value is meant. Open.
type AllocationType string

// The allocation types.
const (
	AllocationAmount     AllocationType = "amount"     // a fixed sum of every pay
	AllocationPercentage AllocationType = "percentage" // a share of every pay
	AllocationRemainder  AllocationType = "remainder"  // what the other allocations leave
)

// Known reports whether t is one of the constants.
func (t AllocationType) Known() bool {
	return oneOf(t, AllocationAmount, AllocationPercentage, AllocationRemainder)
}

// AccountType is the sort of a bank account. Open.
type AccountType string

// The account types of switches.
const (
	AccountChecking AccountType = "checking" // a checking account
	AccountSavings  AccountType = "savings"  // a savings account
)

// Known reports whether t is one of the constants.
func (t AccountType) Known() bool { return oneOf(t, AccountChecking, AccountSavings) }

// AmountUnit is the unit of an [Amount]. Open.
type AmountUnit string

// The units.
const (
	UnitDollar  AmountUnit = "$" // a sum in dollars
	UnitPercent AmountUnit = "%" // a share in percent
)

// Known reports whether u is one of the constants.
func (u AmountUnit) Known() bool { return oneOf(u, UnitDollar, UnitPercent) }
