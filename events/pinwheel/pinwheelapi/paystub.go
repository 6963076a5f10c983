package pinwheelapi

import (
	"github.com/go-json-experiment/json/jsontext"

	"github.com/linkhook/linkhook/events/pinwheel"
)

// Paystub is one payment of an employer. All amounts are in cents; nil where they were null.
type Paystub struct {
	ID                  string             `json:"id"`                   // as in the added list of paystubs.added
	AccountID           string             `json:"account_id"`           // of the payroll account
	PayDate             pinwheel.Date      `json:"pay_date"`             // when it was paid
	PayPeriodStart      pinwheel.Date      `json:"pay_period_start"`     // first day that it pays for
	PayPeriodEnd        pinwheel.Date      `json:"pay_period_end"`       // last day that it pays for
	Currency            string             `json:"currency"`             // seen in upper and in lower case
	GrossPayAmount      *int64             `json:"gross_pay_amount"`     // before anything is taken off
	NetPayAmount        *int64             `json:"net_pay_amount"`       // what was paid out
	CheckAmount         *int64             `json:"check_amount"`         // what the check is over
	GrossPayYTD         *int64             `json:"gross_pay_ytd"`        // gross pay since the year began
	NetPayYTD           *int64             `json:"net_pay_ytd"`          // net pay since the year began
	TotalTaxes          *int64             `json:"total_taxes"`          // sum of Taxes
	TotalDeductions     *int64             `json:"total_deductions"`     // sum of Deductions
	TotalReimbursements *int64             `json:"total_reimbursements"` // paid back, not earned
	ExternalPaystubID   string             `json:"external_paystub_id"`  // the platform's own id; empty where it was null
	EmployerName        string             `json:"employer_name"`        // empty where it was null
	Taxes               []PaystubLine      `json:"taxes"`                // what was withheld; nil where it was null
	Deductions          []PaystubLine      `json:"deductions"`           // nil where it was null
	Earnings            []Earning          `json:"earnings"`             // what the gross pay consists of; nil where it was null
	TimeOff             []TimeOff          `json:"time_off"`             // leave earned and taken; nil where it was null
	Document            *Document          `json:"document"`             // the paystub as a file; nil where there is none
	CreatedAt           pinwheel.Timestamp `json:"created_at"`           // when Pinwheel first had it
	UpdatedAt           pinwheel.Timestamp `json:"updated_at"`           // when it last changed
	RefreshedAt         pinwheel.Timestamp `json:"-"`                    // when the platform was last asked; from the page that had the paystub
}

// PaystubLine is a tax or a deduction.
type PaystubLine struct {
	Name     string `json:"name"`     // as on the paystub
	Category string `json:"category"` // federal_income, state, medical_insurance, retirement …; open
	Amount   *int64 `json:"amount"`   // in cents; nil where it was null
	Type     string `json:"type"`     // deductions: pre_tax, post_tax …; open
}

// TimeOff is the leave of one sort, as a paystub states it.
type TimeOff struct {
	Name           string           `json:"name"`            // as on the paystub
	Category       string           `json:"category"`        // pto, sick …; open
	AvailableHours pinwheel.Decimal `json:"available_hours"` // left to take
	EarnedHours    pinwheel.Decimal `json:"earned_hours"`    // earned in the pay period
	UsedHours      pinwheel.Decimal `json:"used_hours"`      // taken in the pay period
}

// Document is a file that Pinwheel keeps.
type Document struct {
	ID string `json:"id"` // its own id
	// DownloadURL is signed: whoever has it can read the file until DownloadURLExpiration. Neither log nor store it.
	DownloadURL           string             `json:"download_url"`
	DownloadURLExpiration pinwheel.Timestamp `json:"download_url_expiration"` // 15 minutes later, as recorded
}

// Earning is a part of the pay of a paystub or of a shift.
type Earning struct {
	Name     string           `json:"name"`     // as on the paystub
	Category string           `json:"category"` // salary, hourly, overtime …; open
	Amount   *int64           `json:"amount"`   // in cents; nil where it was null
	Rate     pinwheel.Decimal `json:"rate"`     // cents per hour; empty where it was null
	Hours    pinwheel.Decimal `json:"hours"`    // with a fraction; empty where it was null
}

// Shift is a stretch of work.
type Shift struct {
	ID          string             `json:"id"`         // as in the added list of shifts.added
	AccountID   string             `json:"account_id"` // of the payroll account
	StartDate   pinwheel.Date      `json:"start_date"` // first day of it
	EndDate     pinwheel.Date      `json:"end_date"`   // last day of it
	Type        string             `json:"type"`       // shift, rideshare, delivery, other; open
	Timezone    string             `json:"timezone"`   // name in the IANA database
	Timestamps  []Span             `json:"timestamps"` // from when to when, one for each stretch
	Earnings    []Earning          `json:"earnings"`   // what it paid; nil where it was null
	Currency    string             `json:"currency"`   // seen in upper and in lower case
	CreatedAt   pinwheel.Timestamp `json:"created_at"` // seen with a space instead of the T
	UpdatedAt   pinwheel.Timestamp `json:"updated_at"` // when it last changed
	RefreshedAt pinwheel.Timestamp `json:"-"`          // when the platform was last asked; from the page that had the shift
}

// Span is from when to when somebody worked.
type Span struct {
	From pinwheel.Timestamp `json:"from"` // when it began
	To   pinwheel.Timestamp `json:"to"`   // when it ended; empty where it was null
}

// TaxForm is a tax form and, where it was asked for, what was read from it.
type TaxForm struct {
	ID          string             `json:"id"`           // as in the added list of tax_forms.added
	AccountID   string             `json:"account_id"`   // of the payroll account
	Year        int                `json:"year"`         // the tax year
	Type        string             `json:"type"`         // w2, 1099 …; open
	ParsedData  jsontext.Value     `json:"parsed_data"`  // per form; its shape is not documented
	DocumentURL string             `json:"document_url"` // a link that lasts a while
	CreatedAt   pinwheel.Timestamp `json:"created_at"`   // when Pinwheel first had it
	UpdatedAt   pinwheel.Timestamp `json:"updated_at"`   // when it last changed
	RefreshedAt pinwheel.Timestamp `json:"-"`            // when the platform was last asked; from the page that had the form
}
