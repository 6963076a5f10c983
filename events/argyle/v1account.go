package argyle

import "github.com/go-json-experiment/json"

// V1Account is an account as it stands in the resource of v1 webhooks. Its timestamps often have no zone. It differs from
// [Account] in its pay distribution; fields that neither the legacy guides nor the API description name are left out.
type V1Account struct {
	ID              string                 `json:"id,omitzero"`               // its own id
	User            string                 `json:"user,omitzero"`             // id of the user
	Employers       []string               `json:"employers,omitzero"`        // short names such as northwind
	Item            string                 `json:"item,omitzero"`             // id of the Item
	Source          string                 `json:"source,omitzero"`           // the payroll platform
	CreatedAt       Timestamp              `json:"created_at,omitzero"`       // when it was created
	UpdatedAt       Timestamp              `json:"updated_at,omitzero"`       // when it last changed
	ScannedAt       Timestamp              `json:"scanned_at,omitzero"`       // last scan; null before the first
	Connection      Connection             `json:"connection,omitzero"`       // Status error with auth_required tells of expiry
	PayDistribution V1PayDistributionState `json:"pay_distribution,omitzero"` // the latest update of it
	// Availability has the v1 names of the data sets: activities, payouts and so on.
	Availability map[Dataset]*Availability `json:"availability,omitzero"`
}

// V1PayDistributionState is where the latest update of the account's pay distribution stands.
type V1PayDistributionState struct {
	Status       SwitchStatus    `json:"status"`                  // where it stands; null, here empty, where unknown
	ErrorCode    SwitchErrorCode `json:"error_code" also:"error"` // null, here empty, unless Status is error
	ErrorMessage Nullable        `json:"error_message"`           // free text, for people
	UpdatedAt    Timestamp       `json:"updated_at"`              // when Status last changed
}

// UnmarshalJSON reads the code as error_code, which is what the legacy text calls it, or as error, as the legacy example does.
func (s *V1PayDistributionState) UnmarshalJSON(b []byte) error {
	type plain V1PayDistributionState
	both := struct {
		*plain
		Error SwitchErrorCode `json:"error"`
	}{plain: (*plain)(s)}
	*s = V1PayDistributionState{}
	if err := json.Unmarshal(b, &both); err != nil {
		return err //nolint:wrapcheck // the events package reduces it to a place and a type
	}
	if s.ErrorCode == "" {
		s.ErrorCode = both.Error
	}
	return nil
}
