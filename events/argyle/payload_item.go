package argyle

import "github.com/go-json-experiment/json/jsontext"

// ItemUpdate is the payload of [ItemsUpdated]. It belongs to no user and no account.
type ItemUpdate struct {
	Item             string        `json:"item" validate:"required"` // id, such as item_000029932: no UUID
	Name             string        `json:"name,omitzero"`            // name of the employer or platform
	Status           ItemStatus    `json:"status,omitzero"`          // healthy, issues or unavailable
	StatusDetails    Nullable      `json:"status_details"`           // free text, for people
	MappingStatus    MappingStatus `json:"mapping_status,omitzero"`  // verified, mapped or unmapped
	KnownLimitations Nullable      `json:"known_limitations"`        // free text, for people
	LogoURL          string        `json:"logo_url,omitzero"`        // address of its logo
	Features         ItemFeatures  `json:"features,omitzero"`        // what it can do
}

// ItemRemoval is the payload of [ItemsRemoved].
type ItemRemoval struct {
	Item string `json:"item" validate:"required"` // id of the Item
}

// ItemStatus is an open set.
type ItemStatus string

// The known states of an Item.
const (
	ItemHealthy     ItemStatus = "healthy"     // it works as usual
	ItemIssues      ItemStatus = "issues"      // it works with trouble
	ItemUnavailable ItemStatus = "unavailable" // it does not work
)

// MappingStatus says how sure Argyle is which payroll platform an Item uses. The set is open.
type MappingStatus string

// The known mapping states.
const (
	MappingVerified MappingStatus = "verified" // checked by Argyle
	MappingMapped   MappingStatus = "mapped"   // assumed by Argyle
	MappingUnmapped MappingStatus = "unmapped" // not known to Argyle
)

// ItemFeatures says what can be read from an Item and changed at it.
type ItemFeatures struct {
	// FieldCoverage has an object for each data set, with an entry for each of its fields; it is kept as JSON, because the
	// fields nest as the records do.
	FieldCoverage       map[Dataset]jsontext.Value `json:"field_coverage,omitzero"`
	DirectDepositSwitch ItemSwitchSupport          `json:"direct_deposit_switch,omitzero"` // what can be switched
}

// ItemSwitchSupport says which switches of direct deposit an Item supports.
type ItemSwitchSupport struct {
	Card           CardSupport           `json:"card,omitzero"`            // switches to cards
	DepositAccount DepositAccountSupport `json:"deposit_account,omitzero"` // switches to bank accounts
}

// CardSupport says whether pay can be sent to cards.
type CardSupport struct {
	Supported      bool  `json:"supported"`       // whether it is possible
	MaxAllocations Count `json:"max_allocations"` // how many cards can share the pay
}

// DepositAccountSupport says whether and how pay can be sent to bank accounts.
type DepositAccountSupport struct {
	Types             []DestinationType `json:"types,omitzero"`     // which sorts of account
	Supported         bool              `json:"supported"`          // whether it is possible
	MaxAllocations    Count             `json:"max_allocations"`    // how many accounts can share the pay
	AmountAllocation  bool              `json:"amount_allocation"`  // by a fixed sum
	PercentAllocation bool              `json:"percent_allocation"` // by a share
	AmountPrecision   Nullable          `json:"amount_precision"`   // a decimal, such as 0.01
	PercentPrecision  Nullable          `json:"percent_precision"`  // a decimal, such as 1
}
