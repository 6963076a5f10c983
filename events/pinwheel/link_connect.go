package pinwheel

import (
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// OpenClaim is the payload of open: the modal was shown. Empty; recorded.
type OpenClaim struct{}

// SelectEmployerClaim is the payload of select_employer. It does not come for On-Demand Updates. Documented.
type SelectEmployerClaim struct {
	// SelectedEmployerID is the employer. Documented.
	SelectedEmployerID string `json:"selectedEmployerId"`
	// SelectedEmployerName is its name: user data. Documented.
	SelectedEmployerName string `json:"selectedEmployerName"`
}

// SelectPlatformClaim is the payload of select_platform. It does not come for On-Demand Updates. Documented.
type SelectPlatformClaim struct {
	// SelectedPlatformID is the payroll platform. Documented.
	SelectedPlatformID string `json:"selectedPlatformId"`
	// SelectedPlatformName is its name. Documented.
	SelectedPlatformName string `json:"selectedPlatformName"`
}

// IncorrectPlatformGivenClaim is the payload of incorrect_platform_given: the user says that the proposed platform is the
// wrong one. Empty; SDK types only.
type IncorrectPlatformGivenClaim struct{}

// LoginAttemptClaim is the payload of login_attempt: the user sent credentials. Recorded.
type LoginAttemptClaim struct {
	// PlatformID is the payroll platform. Recorded.
	PlatformID string `json:"platformId"`
}

// LoginClaim is the payload of login: the browser says that an account was connected; account.added proves it. Recorded.
type LoginClaim struct {
	// AccountID is the account. Recorded.
	AccountID string `json:"accountId"`
	// PlatformID is the payroll platform. Recorded; optional in the Flutter SDK.
	PlatformID string `json:"platformId,omitzero"`
}

// MerchantLoginSuccessClaim is the payload of merchant_login_success: an account at a merchant was connected. From SDK v3.3.
// Documented.
type MerchantLoginSuccessClaim struct {
	// AccountID is the account. Documented.
	AccountID string `json:"accountId"`
	// PlatformID is the merchant. Documented.
	PlatformID string `json:"platformId"`
}

// ExternalAccountConnectedClaim is the payload of external_account_connected: a bank account was connected in order to find
// bills. From SDK v3.3. Documented.
type ExternalAccountConnectedClaim struct {
	// InstitutionName is the bank: user data. Documented.
	InstitutionName string `json:"institutionName"`
	// AccountName is the account's name: user data. Documented.
	AccountName string `json:"accountName"`
}

// ScreenTransitionClaim is the payload of screen_transition. The wire says screenName; the guide and the types of
// react-modal 3.0.0 say screen_name, which is read as well and never written.
type ScreenTransitionClaim struct {
	// ScreenName is the screen that is shown now. Recorded.
	ScreenName Screen `json:"screenName" also:"screen_name"`
	// SelectedEmployerID is the employer chosen so far. Optional; recorded.
	SelectedEmployerID string `json:"selectedEmployerId,omitzero"`
	// SelectedEmployerName is its name: user data. Optional; recorded.
	SelectedEmployerName string `json:"selectedEmployerName,omitzero"`
	// SelectedPlatformID is the platform chosen so far. Optional; recorded.
	SelectedPlatformID string `json:"selectedPlatformId,omitzero"`
	// SelectedPlatformName is its name. Optional; recorded.
	SelectedPlatformName string `json:"selectedPlatformName,omitzero"`
}

// screenTransition has the fields of ScreenTransitionClaim without its decoder, and the documented name of the screen.
type screenTransition struct {
	*plainTransition
	Documented Screen `json:"screen_name"`
}

type plainTransition ScreenTransitionClaim

// UnmarshalJSONFrom reads both names of the screen; screenName wins.
func (c *ScreenTransitionClaim) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	*c = ScreenTransitionClaim{}
	wire := screenTransition{plainTransition: (*plainTransition)(c)}
	if err := json.UnmarshalDecode(dec, &wire); err != nil {
		return err
	}
	if c.ScreenName == "" {
		c.ScreenName = wire.Documented
	}
	return nil
}

// OtherEventClaim is the payload of other_event: internal events of the modal, undocumented and without promise. Recorded.
type OtherEventClaim struct {
	// Name is the internal event's name. Recorded: screen_transition_expanded, input_submit.
	Name string `json:"name"`
	// Payload are its members in their order. Keys repeat: input_submit has input_type once per field. Recorded.
	Payload []OtherField `json:"payload"`
}

// OtherField is one member of an internal event.
type OtherField struct {
	// Key is the member's name. Recorded.
	Key string `json:"key"`
	// Value is always text on the wire, the word null included. Input fields give their names, not their contents. Recorded.
	Value string `json:"value"`
	// Type says how the text is meant: string, number or boolean. Recorded: string.
	Type string `json:"type,omitzero"`
}
