package argyleapi

import (
	"github.com/go-json-experiment/json/jsontext"

	"github.com/linkhook/linkhook/events/argyle"
)

// Paystub is one payment of an employer. Amounts are in the currency's main unit; members are empty where they were null.
type Paystub struct {
	ID                 string                    `json:"id"`                    // as in updated_paystubs
	Account            string                    `json:"account"`               // id of the account
	PayrollDocument    string                    `json:"payroll_document"`      // id of the document it was read from
	Status             string                    `json:"status"`                // completed, scheduled, cancelled, excluded; open
	PaystubDate        argyle.Timestamp          `json:"paystub_date"`          // when it was paid
	PaystubPeriod      Period                    `json:"paystub_period"`        // what it pays for
	Currency           string                    `json:"currency"`              // code of ISO 4217
	GrossPay           Decimal                   `json:"gross_pay"`             // before anything is taken off
	GrossPayYTD        Decimal                   `json:"gross_pay_ytd"`         // the same since the year began
	NetPay             Decimal                   `json:"net_pay"`               // what was paid out
	NetPayYTD          Decimal                   `json:"net_pay_ytd"`           // the same since the year began
	Deductions         Decimal                   `json:"deductions"`            // sum of DeductionList
	DeductionsYTD      Decimal                   `json:"deductions_ytd"`        // the same since the year began
	Taxes              Decimal                   `json:"taxes"`                 // sum of TaxList
	TaxesYTD           Decimal                   `json:"taxes_ytd"`             // the same since the year began
	Reimbursements     Decimal                   `json:"reimbursements"`        // paid back, not earned
	Fees               Decimal                   `json:"fees"`                  // of the platform; gig work
	Hours              Decimal                   `json:"hours"`                 // worked in the period
	HoursYTD           Decimal                   `json:"hours_ytd"`             // the same since the year began
	Employer           string                    `json:"employer"`              // name, not id
	Employment         string                    `json:"employment"`            // id of the employment
	EmployerAddress    *Address                  `json:"employer_address"`      // nil where it was null
	GrossPayList       []GrossPay                `json:"gross_pay_list"`        // what GrossPay consists of
	GrossPayListTotals GrossPayTotals            `json:"gross_pay_list_totals"` // the same summed by type
	DeductionList      []Deduction               `json:"deduction_list"`        // what Deductions consists of
	TaxList            []Tax                     `json:"tax_list"`              // what Taxes consists of
	FilingStatus       []FilingStatus            `json:"filing_status"`         // by which taxes were computed
	Destinations       []PayDestination          `json:"destinations"`          // where NetPay went
	CreatedAt          argyle.Timestamp          `json:"created_at"`            // when Argyle first had it
	UpdatedAt          argyle.Timestamp          `json:"updated_at"`            // when it last changed
	Metadata           map[string]jsontext.Value `json:"metadata"`              // what the platform has besides
}

// Period is from when to when.
type Period struct {
	StartDate argyle.Timestamp `json:"start_date"` // the first day
	EndDate   argyle.Timestamp `json:"end_date"`   // the last day
}

// GrossPay is one part of the pay of a paystub.
type GrossPay struct {
	Name      string           `json:"name"`       // as on the paystub
	Type      string           `json:"type"`       // base, pto, overtime, commission, bonus, tips …; open
	StartDate argyle.Timestamp `json:"start_date"` // a mere date in recorded answers
	EndDate   argyle.Timestamp `json:"end_date"`   // a mere date likewise
	Rate      Decimal          `json:"rate"`       // an hour; four decimals in recorded answers
	Hours     Decimal          `json:"hours"`      // four decimals likewise
	HoursYTD  Decimal          `json:"hours_ytd"`  // since the year began
	Amount    Decimal          `json:"amount"`     // empty for a part that was paid earlier in the year only
	AmountYTD Decimal          `json:"amount_ytd"` // since the year began
}

// GrossPayTotals sums a paystub's pay by type; nil for what there is none of.
type GrossPayTotals struct {
	Base       *GrossPayTotal `json:"base"`       // pay for regular hours
	Overtime   *GrossPayTotal `json:"overtime"`   // beyond regular hours
	Commission *GrossPayTotal `json:"commission"` // share of what was sold
	Bonus      *GrossPayTotal `json:"bonus"`      // pay for something special
	Other      *GrossPayTotal `json:"other"`      // all that is none of these
}

// GrossPayTotal is the pay of one type.
type GrossPayTotal struct {
	Amount         Decimal `json:"amount"`           // of this paystub
	AmountYTD      Decimal `json:"amount_ytd"`       // since the year began
	Hours          Decimal `json:"hours"`            // of this paystub
	HoursYTD       Decimal `json:"hours_ytd"`        // since the year began
	RateImplied    Decimal `json:"rate_implied"`     // Amount by Hours, as Argyle rounds it
	RateImpliedYTD Decimal `json:"rate_implied_ytd"` // AmountYTD by HoursYTD
}

// Deduction is something other than a tax that was taken off.
type Deduction struct {
	Name              string  `json:"name"`               // as on the paystub
	TaxClassification string  `json:"tax_classification"` // pre_tax or post_tax; empty where it was null
	Amount            Decimal `json:"amount"`             // of this paystub
	AmountYTD         Decimal `json:"amount_ytd"`         // since the year began
}

// Tax is a tax that was taken off.
type Tax struct {
	Name      string  `json:"name"`       // as on the paystub
	Type      string  `json:"type"`       // federal, state, local, fica, other; open
	Amount    Decimal `json:"amount"`     // of this paystub
	AmountYTD Decimal `json:"amount_ytd"` // since the year began
}

// FilingStatus is by what status a tax was computed.
type FilingStatus struct {
	Type     string `json:"type"`     // federal, state or local; open
	Location string `json:"location"` // of state and local ones
	Status   string `json:"status"`   // in the platform's own words
}

// PayDestination is where a part of a payment went.
type PayDestination struct {
	Reference string                 `json:"reference"`           // of the payment
	Method    string                 `json:"method"`              // how it was paid
	Amount    Decimal                `json:"amount"`              // how much of it
	Bank      *PayDestinationAccount `json:"ach_deposit_account"` // nil where it did not go to a bank account
	Card      *PayDestinationCard    `json:"card"`                // nil where it did not go to a card
}

// PayDestinationAccount is a bank account, as a paystub names it.
type PayDestinationAccount struct {
	BankName      string `json:"bank_name"`      // as on the paystub
	RoutingNumber string `json:"routing_number"` // masked more often than not
	AccountNumber string `json:"account_number"` // masked more often than not
}

// PayDestinationCard is a card, as a paystub names it.
type PayDestinationCard struct {
	Name   string `json:"name"`   // as on the paystub
	Number string `json:"number"` // masked more often than not
}
