package argyle

// FullSync is the payload of the fully_synced events of both generations: the initial retrieval of a data set is complete.
type FullSync struct {
	Account        string    `json:"account" validate:"required"` // id of the account
	User           string    `json:"user" validate:"required"`    // id of the user
	AvailableFrom  Timestamp `json:"available_from"`              // oldest record; null when there is none
	AvailableTo    Timestamp `json:"available_to"`                // newest record; null when there is none
	AvailableCount Count     `json:"available_count"`             // how many records there are now
}

// PartialSync is the payload of the partially_synced events of both generations: the initial retrieval has reached the number
// of days that the subscription asks for. It is sent even when there is not a single record.
type PartialSync struct {
	Account        string    `json:"account" validate:"required"` // id of the account
	User           string    `json:"user" validate:"required"`    // id of the user
	ItemID         string    `json:"item_id,omitzero"`            // recorded in gigs.partially_synced, documented nowhere
	AvailableFrom  Timestamp `json:"available_from"`              // oldest record; null when there is none
	AvailableTo    Timestamp `json:"available_to"`                // newest record; null when there is none
	AvailableCount Count     `json:"available_count"`             // how many records there are now
	// DaysSynced is the span really retrieved: at least what was asked for, often more (140 was recorded for 90).
	DaysSynced Count `json:"days_synced"`
}

// Covers reports whether at least that many days have been retrieved. Comparing DaysSynced for equality misses events.
func (p PartialSync) Covers(days int) bool { return p.DaysSynced >= Count(days) }

// Additions is the payload of the added events of paystubs, gigs, shifts and, in v1, activities and payouts: a refresh after
// the initial retrieval has found new records.
type Additions struct {
	Account        string    `json:"account" validate:"required"` // id of the account
	User           string    `json:"user" validate:"required"`    // id of the user
	AvailableFrom  Timestamp `json:"available_from"`              // oldest record; null when there is none
	AvailableTo    Timestamp `json:"available_to"`                // newest record; null when there is none
	AvailableCount Count     `json:"available_count"`             // how many records there are now
	AddedCount     Count     `json:"added_count"`                 // how many are new
	AddedFrom      Timestamp `json:"added_from"`                  // oldest new record
	AddedTo        Timestamp `json:"added_to"`                    // newest new record
}

// PaystubUpdates is the payload of [PaystubsUpdated]: a refresh has changed records.
type PaystubUpdates struct {
	Account         string    `json:"account" validate:"required"` // id of the account
	User            string    `json:"user" validate:"required"`    // id of the user
	AvailableFrom   Timestamp `json:"available_from"`              // oldest record; null when there is none
	AvailableTo     Timestamp `json:"available_to"`                // newest record; null when there is none
	AvailableCount  Count     `json:"available_count"`             // how many records there are now
	UpdatedCount    Count     `json:"updated_count"`               // how many have changed
	UpdatedFrom     Timestamp `json:"updated_from"`                // oldest changed record
	UpdatedTo       Timestamp `json:"updated_to"`                  // newest changed record
	UpdatedPaystubs []string  `json:"updated_paystubs,omitzero"`   // ids of the paystubs
}

// GigUpdates is the payload of [GigsUpdated]: a refresh has changed records.
type GigUpdates struct {
	Account        string    `json:"account" validate:"required"` // id of the account
	User           string    `json:"user" validate:"required"`    // id of the user
	AvailableFrom  Timestamp `json:"available_from"`              // oldest record; null when there is none
	AvailableTo    Timestamp `json:"available_to"`                // newest record; null when there is none
	AvailableCount Count     `json:"available_count"`             // how many records there are now
	UpdatedCount   Count     `json:"updated_count"`               // how many have changed
	UpdatedFrom    Timestamp `json:"updated_from"`                // oldest changed record
	UpdatedTo      Timestamp `json:"updated_to"`                  // newest changed record
	UpdatedGigs    []string  `json:"updated_gigs,omitzero"`       // ids of the gigs
}

// ShiftUpdates is the payload of [ShiftsUpdated]: a refresh has changed records.
type ShiftUpdates struct {
	Account        string    `json:"account" validate:"required"` // id of the account
	User           string    `json:"user" validate:"required"`    // id of the user
	AvailableFrom  Timestamp `json:"available_from"`              // oldest record; null when there is none
	AvailableTo    Timestamp `json:"available_to"`                // newest record; null when there is none
	AvailableCount Count     `json:"available_count"`             // how many records there are now
	UpdatedCount   Count     `json:"updated_count"`               // how many have changed
	UpdatedFrom    Timestamp `json:"updated_from"`                // oldest changed record
	UpdatedTo      Timestamp `json:"updated_to"`                  // newest changed record
	UpdatedShifts  []string  `json:"updated_shifts,omitzero"`     // ids of the shifts
}

// GigRemovals is the payload of [GigsRemoved]: a refresh no longer found records.
type GigRemovals struct {
	Account        string    `json:"account" validate:"required"` // id of the account
	User           string    `json:"user" validate:"required"`    // id of the user
	AvailableFrom  Timestamp `json:"available_from"`              // oldest record; null when there is none
	AvailableTo    Timestamp `json:"available_to"`                // newest record; null when there is none
	AvailableCount Count     `json:"available_count"`             // how many records there are now
	RemovedCount   Count     `json:"removed_count"`               // how many are gone
	RemovedFrom    Timestamp `json:"removed_from"`                // oldest removed record
	RemovedTo      Timestamp `json:"removed_to"`                  // newest removed record
	RemovedGigs    []string  `json:"removed_gigs,omitzero"`       // ids of the gigs
}

// ShiftRemovals is the payload of [ShiftsRemoved]: a refresh no longer found records.
type ShiftRemovals struct {
	Account        string    `json:"account" validate:"required"` // id of the account
	User           string    `json:"user" validate:"required"`    // id of the user
	AvailableFrom  Timestamp `json:"available_from"`              // oldest record; null when there is none
	AvailableTo    Timestamp `json:"available_to"`                // newest record; null when there is none
	AvailableCount Count     `json:"available_count"`             // how many records there are now
	RemovedCount   Count     `json:"removed_count"`               // how many are gone
	RemovedFrom    Timestamp `json:"removed_from"`                // oldest removed record
	RemovedTo      Timestamp `json:"removed_to"`                  // newest removed record
	RemovedShifts  []string  `json:"removed_shifts,omitzero"`     // ids of the shifts
}
