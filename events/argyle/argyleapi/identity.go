package argyleapi

import (
	"github.com/go-json-experiment/json/jsontext"

	"github.com/linkhook/linkhook/events/argyle"
)

// EmploymentStatus says whether somebody works there. Open.
type EmploymentStatus string

// The known statuses.
const (
	EmploymentActive     EmploymentStatus = "active"     // they work there
	EmploymentInactive   EmploymentStatus = "inactive"   // on leave, or not working for now
	EmploymentTerminated EmploymentStatus = "terminated" // no longer works there
)

// Identity is who an account's holder is to one employer. It is personal data. Members are empty where they were null.
type Identity struct {
	ID                string                    `json:"id"`                 // its own id
	Account           string                    `json:"account"`            // id of the account
	Address           *Address                  `json:"address"`            // nil where it was null
	FirstName         string                    `json:"first_name"`         // the given name
	LastName          string                    `json:"last_name"`          // the family name
	FullName          string                    `json:"full_name"`          // as the platform writes it
	BirthDate         string                    `json:"birth_date"`         // as YYYY-MM-DD, often masked
	Email             string                    `json:"email"`              // as the platform has it
	PhoneNumber       string                    `json:"phone_number"`       // in international form
	PictureURL        string                    `json:"picture_url"`        // needs the API key to be read
	EmploymentStatus  EmploymentStatus          `json:"employment_status"`  // whether they work there
	EmploymentType    string                    `json:"employment_type"`    // full-time, part-time, contractor, seasonal …; open
	JobTitle          string                    `json:"job_title"`          // as the platform writes it
	SSN               string                    `json:"ssn"`                // social security number, often masked
	MaritalStatus     string                    `json:"marital_status"`     // in the platform's own words
	Gender            string                    `json:"gender"`             // in the platform's own words
	OriginalHireDate  string                    `json:"original_hire_date"` // YYYY-MM-DD, first time
	HireDate          string                    `json:"hire_date"`          // YYYY-MM-DD, latest time
	TerminationDate   string                    `json:"termination_date"`   // YYYY-MM-DD; empty for who works there
	TerminationReason string                    `json:"termination_reason"` // free text; empty likewise
	Employer          string                    `json:"employer"`           // name, not id
	Employment        string                    `json:"employment"`         // id of the employment
	BasePay           *BasePay                  `json:"base_pay"`           // nil where it was null
	PayCycle          string                    `json:"pay_cycle"`          // weekly, biweekly, semimonthly, monthly …; open
	PlatformIDs       PlatformIDs               `json:"platform_ids"`       // the platform's own ids
	CreatedAt         argyle.Timestamp          `json:"created_at"`         // when Argyle first had it
	UpdatedAt         argyle.Timestamp          `json:"updated_at"`         // when it last changed
	Metadata          map[string]jsontext.Value `json:"metadata"`           // what the platform has besides
}

// BasePay is what an employer pays.
type BasePay struct {
	Amount   Decimal `json:"amount"`   // in the currency's main unit
	Period   string  `json:"period"`   // hourly, weekly, annual, salary …; open
	Currency string  `json:"currency"` // code of ISO 4217
}

// PlatformIDs are the payroll platform's own ids of a person.
type PlatformIDs struct {
	EmployeeID     string `json:"employee_id"`      // of the employee
	PositionID     string `json:"position_id"`      // of the position
	PlatformUserID string `json:"platform_user_id"` // of the login
}

// Employment is one job of a user.
type Employment struct {
	ID        string           `json:"id"`                // as in an identity's Employment
	Account   string           `json:"account"`           // id of the account
	User      string           `json:"user"`              // id of the user
	Employer  string           `json:"employer"`          // name, not id
	Status    EmploymentStatus `json:"employment_status"` // whether they work there
	Origin    string           `json:"origin"`            // retrieved from the platform, or acquired otherwise; open
	CreatedAt argyle.Timestamp `json:"created_at"`        // when Argyle first had it
}
