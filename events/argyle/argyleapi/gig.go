package argyleapi

import (
	"github.com/go-json-experiment/json/jsontext"

	"github.com/linkhook/linkhook/events/argyle"
)

// Gig is one piece of work of somebody who is paid by the piece: a ride, a delivery, or a mere adjustment of what was paid.
// Members are empty where they were null.
type Gig struct {
	ID            string                    `json:"id"`             // as in the removed list of gigs.removed
	Account       string                    `json:"account"`        // id of the account
	Employer      string                    `json:"employer"`       // name, not id
	Status        string                    `json:"status"`         // scheduled, in_progress, completed, cancelled; open
	Type          string                    `json:"type"`           // delivery, rideshare, hourly, services; open
	EarningType   string                    `json:"earning_type"`   // offer, work, incentive, adjustment, other; open
	TaskCount     *argyle.Count             `json:"task_count"`     // nil where it was null
	StartDatetime argyle.Timestamp          `json:"start_datetime"` // when it began
	EndDatetime   argyle.Timestamp          `json:"end_datetime"`   // when it ended; null for a cancelled one
	AllDatetimes  GigTimes                  `json:"all_datetimes"`  // the steps in between
	Duration      *argyle.Count             `json:"duration"`       // seconds; nil where it was null
	Timezone      string                    `json:"timezone"`       // name in the IANA database
	StartLocation *Place                    `json:"start_location"` // nil where it was null
	EndLocation   *Place                    `json:"end_location"`   // nil where it was null
	Distance      Decimal                   `json:"distance"`       // how far, in DistanceUnit
	DistanceUnit  string                    `json:"distance_unit"`  // miles or km
	Income        GigIncome                 `json:"income"`         // what it paid
	IncomeRates   GigRates                  `json:"income_rates"`   // the same by the hour and by the mile
	TaskDetails   jsontext.Value            `json:"task_details"`   // events and orders of deliveries, as they came
	Circumstances map[string]jsontext.Value `json:"circumstances"`  // is_pool, service_type and the like; open
	CreatedAt     argyle.Timestamp          `json:"created_at"`     // when Argyle first had it
	UpdatedAt     argyle.Timestamp          `json:"updated_at"`     // when it last changed
	Metadata      map[string]jsontext.Value `json:"metadata"`       // what the platform has besides
}

// GigTimes are the steps of a gig; null for what did not happen.
type GigTimes struct {
	RequestAt  argyle.Timestamp `json:"request_at"`  // somebody asked for it
	AcceptAt   argyle.Timestamp `json:"accept_at"`   // the worker accepted
	PickupAt   argyle.Timestamp `json:"pickup_at"`   // passenger or goods on board
	DropoffAt  argyle.Timestamp `json:"dropoff_at"`  // arrived at the destination
	CancelAt   argyle.Timestamp `json:"cancel_at"`   // it was called off
	ShiftStart argyle.Timestamp `json:"shift_start"` // of hourly work
	ShiftEnd   argyle.Timestamp `json:"shift_end"`   // of hourly work
	Breaks     []Break          `json:"breaks"`      // of hourly work
}

// Break is time off within a shift.
type Break struct {
	Start argyle.Timestamp `json:"break_start"` // when it began
	End   argyle.Timestamp `json:"break_end"`   // when it ended
}

// Place is a point on the map. It says where somebody was: personal data.
type Place struct {
	Lat     string `json:"lat"`               // degrees, as text
	Lng     string `json:"lng"`               // degrees, as text
	Address string `json:"formatted_address"` // in one line
}

// GigIncome is what a gig paid, in the currency's main unit.
type GigIncome struct {
	Currency      string  `json:"currency"`       // code of ISO 4217
	TotalCharge   Decimal `json:"total_charge"`   // what the customer was charged; deprecated by Argyle for CustomerPrice
	CustomerPrice Decimal `json:"customer_price"` // what the customer paid
	Fees          Decimal `json:"fees"`           // what the platform kept
	Total         Decimal `json:"total"`          // what the worker got: Pay, Tips, Bonus and Other
	Pay           Decimal `json:"pay"`            // for the work
	Tips          Decimal `json:"tips"`           // what customers gave
	Bonus         Decimal `json:"bonus"`          // from the platform
	Other         Decimal `json:"other"`          // all that is none of these
}

// GigRates is a gig's income by the hour and by the mile.
type GigRates struct {
	Hour Decimal `json:"hour"` // null for a cancelled gig
	Mile Decimal `json:"mile"` // by the mile; null likewise
}

// Shift is a stretch of hourly work.
type Shift struct {
	ID            string                    `json:"id"`             // as in the removed list of shifts.removed
	Account       string                    `json:"account"`        // id of the account
	Employer      string                    `json:"employer"`       // name, not id
	Status        string                    `json:"status"`         // scheduled, in_progress, completed, cancelled; open
	Type          string                    `json:"type"`           // hourly or services; open
	StartDatetime argyle.Timestamp          `json:"start_datetime"` // when it began
	EndDatetime   argyle.Timestamp          `json:"end_datetime"`   // when it ended
	AllDatetimes  ShiftTimes                `json:"all_datetimes"`  // the same with breaks
	Hours         Decimal                   `json:"hours"`          // how long, without breaks
	Timezone      string                    `json:"timezone"`       // name in the IANA database
	Location      jsontext.Value            `json:"location"`       // a text in the description of the API; as it came
	CreatedAt     argyle.Timestamp          `json:"created_at"`     // when Argyle first had it
	UpdatedAt     argyle.Timestamp          `json:"updated_at"`     // when it last changed
	Metadata      map[string]jsontext.Value `json:"metadata"`       // what the platform has besides
}

// ShiftTimes are the times of a shift.
type ShiftTimes struct {
	ShiftStart argyle.Timestamp `json:"shift_start"` // when somebody clocked in
	ShiftEnd   argyle.Timestamp `json:"shift_end"`   // when somebody clocked out
	Breaks     []Break          `json:"breaks"`      // time off in between
}
