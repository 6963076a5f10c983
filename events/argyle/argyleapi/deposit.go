package argyleapi

import (
	"github.com/go-json-experiment/json/jsontext"

	"github.com/linkhook/linkhook/events/argyle"
)

// DepositDestination is one place that pay goes to. Members are empty where they were null.
type DepositDestination struct {
	ID              string                    `json:"id"`                  // as in deposit_destinations.added
	Account         string                    `json:"account"`             // id of the payroll account
	Employer        string                    `json:"employer"`            // name, not id
	Type            argyle.DestinationType    `json:"destination_type"`    // which of the three members below is set
	Status          string                    `json:"status"`              // active, inactive, pending; open
	AllocationType  string                    `json:"allocation_type"`     // percent or amount; open
	AllocationValue Decimal                   `json:"allocation_value"`    // percent, or the currency's main unit
	Currency        string                    `json:"currency"`            // code of ISO 4217
	Method          string                    `json:"method"`              // how it is paid
	Bank            *BankAccount              `json:"ach_deposit_account"` // nil for another type
	Card            *Card                     `json:"card"`                // nil for another type
	ACSS            *CanadianAccount          `json:"acss_debit"`          // nil for another type
	CreatedAt       argyle.Timestamp          `json:"created_at"`          // when Argyle first had it
	UpdatedAt       argyle.Timestamp          `json:"updated_at"`          // when it last changed
	Metadata        map[string]jsontext.Value `json:"metadata"`            // what the platform has besides
}

// BankAccount is a bank account in the United States.
type BankAccount struct {
	BankName      string `json:"bank_name"`      // as the platform writes it
	RoutingNumber string `json:"routing_number"` // of the bank
	AccountNumber string `json:"account_number"` // masked more often than not
	AccountType   string `json:"account_type"`   // checking or savings; open
}

// Card is a payment card.
type Card struct {
	Number     string `json:"card_number"`      // masked more often than not
	Name       string `json:"card_name"`        // as the platform writes it
	IsPlatform bool   `json:"is_platform_card"` // issued by the platform itself
}

// CanadianAccount is a bank account in Canada.
type CanadianAccount struct {
	InstitutionNumber string `json:"institution_number"` // of the bank
	TransitNumber     string `json:"transit_number"`     // of the branch
	AccountNumber     string `json:"account_number"`     // masked more often than not
	AccountType       string `json:"account_type"`       // the bank's own word; open
}
