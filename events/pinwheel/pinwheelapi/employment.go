package pinwheelapi

import "github.com/linkhook/linkhook/events/pinwheel"

// EmploymentStatus says whether somebody works there. Open, and null in some answers.
type EmploymentStatus string

// The statuses.
const (
	Employed   EmploymentStatus = "employed"   // works there now
	Terminated EmploymentStatus = "terminated" // works there no longer
	Furloughed EmploymentStatus = "furloughed" // works there, but is sent home for now
)

// Employment is who employs the account's holder, as what.
type Employment struct {
	ID                  string             `json:"id"`                    // its own id
	AccountID           string             `json:"account_id"`            // of the payroll account
	Status              EmploymentStatus   `json:"status"`                // empty where it was null
	Title               string             `json:"title"`                 // what the job is called
	StartDate           pinwheel.Date      `json:"start_date"`            // empty where it was null
	TerminationDate     pinwheel.Date      `json:"termination_date"`      // empty for who works there
	EmployerName        string             `json:"employer_name"`         // as the platform writes it
	EmployerAddress     *Address           `json:"employer_address"`      // nil where it was null
	EmployerPhoneNumber *PhoneNumber       `json:"employer_phone_number"` // nil where it was null
	CreatedAt           pinwheel.Timestamp `json:"created_at"`            // when Pinwheel first had it
	UpdatedAt           pinwheel.Timestamp `json:"updated_at"`            // when it last changed
}

// Income is what an employer pays.
type Income struct {
	ID                 string             `json:"id"`                  // its own id
	AccountID          string             `json:"account_id"`          // of the payroll account
	CompensationAmount *int64             `json:"compensation_amount"` // cents; nil where it was null
	CompensationUnit   string             `json:"compensation_unit"`   // per what: hourly, daily, weekly, monthly, annually …; open
	PayFrequency       string             `json:"pay_frequency"`       // weekly, bi-weekly, monthly …; open
	Currency           string             `json:"currency"`            // seen in upper and in lower case
	CreatedAt          pinwheel.Timestamp `json:"created_at"`          // when Pinwheel first had it
	UpdatedAt          pinwheel.Timestamp `json:"updated_at"`          // when it last changed
}

// Identity is who the account's holder is. It is personal data.
type Identity struct {
	ID           string             `json:"id"`            // its own id
	AccountID    string             `json:"account_id"`    // of the payroll account
	FullName     string             `json:"full_name"`     // as the platform writes it
	DateOfBirth  pinwheel.Date      `json:"date_of_birth"` // empty where it was null
	LastFourSSN  string             `json:"last_four_ssn"` // of the social security number
	Emails       []string           `json:"emails"`        // nil where it was null
	Address      *Address           `json:"address"`       // nil where it was null
	PhoneNumbers []PhoneNumber      `json:"phone_numbers"` // nil where it was null
	CreatedAt    pinwheel.Timestamp `json:"created_at"`    // when Pinwheel first had it
	UpdatedAt    pinwheel.Timestamp `json:"updated_at"`    // when it last changed
}

// Address is a postal address, as one text and in parts.
type Address struct {
	Raw        string `json:"raw"`         // all of it in one text
	Line1      string `json:"line1"`       // street and number
	Line2      string `json:"line2"`       // what the street needs besides
	City       string `json:"city"`        // name of the town
	State      string `json:"state"`       // two letters in the United States
	PostalCode string `json:"postal_code"` // five or nine digits in the United States
	Country    string `json:"country"`     // two letters of ISO 3166
}

// PhoneNumber is a telephone number in international form.
type PhoneNumber struct {
	Value string `json:"value"` // with a plus and the country's number
	Type  string `json:"type"`  // mobile, home …; open
}

// DirectDepositAllocation is one part of where pay goes.
type DirectDepositAllocation struct {
	ID              string                  `json:"id"`                       // its own id
	AccountID       string                  `json:"account_id"`               // of the payroll account
	Type            pinwheel.AllocationType `json:"type"`                     // amount, percentage or remainder
	Value           pinwheel.Decimal        `json:"value"`                    // dollars or percent; empty for the remainder
	AccountName     string                  `json:"account_name"`             // of the bank account
	AccountType     pinwheel.AccountType    `json:"account_type"`             // checking, savings, debit_card, pay_card
	AccountNumber   string                  `json:"account_number"`           // masked more often than not
	LastFourAccount string                  `json:"last_four_account_number"` // the end of the account's number
	RoutingNumber   string                  `json:"routing_number"`           // of the bank
	CreatedAt       pinwheel.Timestamp      `json:"created_at"`               // when Pinwheel first had it
	UpdatedAt       pinwheel.Timestamp      `json:"updated_at"`               // when it last changed
}
