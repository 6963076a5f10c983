package argyle

// V1ActivityUpdates is the payload of [V1ActivitiesUpdated]: a periodic scan has found changed activities.
type V1ActivityUpdates struct {
	Account           string    `json:"account" validate:"required"` // id of the account
	User              string    `json:"user" validate:"required"`    // id of the user
	AvailableFrom     Timestamp `json:"available_from"`              // oldest record; null when there is none
	AvailableTo       Timestamp `json:"available_to"`                // newest record; null when there is none
	AvailableCount    Count     `json:"available_count"`             // how many records there are now
	UpdatedCount      Count     `json:"updated_count"`               // how many have changed
	UpdatedFrom       Timestamp `json:"updated_from"`                // oldest changed record
	UpdatedTo         Timestamp `json:"updated_to"`                  // newest changed record
	UpdatedActivities []string  `json:"updated_activities,omitzero"` // ids; in the example, not in the newer field list
}

// V1ActivityRemovals is the payload of [V1ActivitiesRemoved]: a periodic scan no longer found activities.
type V1ActivityRemovals struct {
	Account           string    `json:"account" validate:"required"` // id of the account
	User              string    `json:"user" validate:"required"`    // id of the user
	AvailableFrom     Timestamp `json:"available_from"`              // oldest record; null when there is none
	AvailableTo       Timestamp `json:"available_to"`                // newest record; null when there is none
	AvailableCount    Count     `json:"available_count"`             // how many records there are now
	RemovedCount      Count     `json:"removed_count"`               // how many are gone
	RemovedFrom       Timestamp `json:"removed_from"`                // oldest removed record
	RemovedTo         Timestamp `json:"removed_to"`                  // newest removed record
	RemovedActivities []string  `json:"removed_activities,omitzero"` // ids of the activities
}

// V1PayoutUpdates is the payload of [V1PayoutsUpdated]: a periodic scan has found changed payouts.
type V1PayoutUpdates struct {
	Account        string    `json:"account" validate:"required"` // id of the account
	User           string    `json:"user" validate:"required"`    // id of the user
	AvailableFrom  Timestamp `json:"available_from"`              // oldest record; null when there is none
	AvailableTo    Timestamp `json:"available_to"`                // newest record; null when there is none
	AvailableCount Count     `json:"available_count"`             // how many records there are now
	UpdatedCount   Count     `json:"updated_count"`               // how many have changed
	UpdatedFrom    Timestamp `json:"updated_from"`                // oldest changed record
	UpdatedTo      Timestamp `json:"updated_to"`                  // newest changed record
	UpdatedPayouts []string  `json:"updated_payouts,omitzero"`    // ids of the payouts
}
