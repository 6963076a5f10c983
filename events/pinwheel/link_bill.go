package pinwheel

// BillClaim is the payload of bill_added, bill_edited and bill_marked_inactive, from SDK v4, and the part of the other bill
// events that describes the bill. SDK types.
type BillClaim struct {
	// PlatformID is the merchant. SDK types.
	PlatformID string `json:"platformId"`
	// PlatformName is the merchant's name: user data. SDK types.
	PlatformName string `json:"platformName"`
	// Frequency is how often the bill is due. SDK types.
	Frequency Frequency `json:"frequency,omitzero"`
	// NextPaymentDate is when it is due next, empty where Frequency is other. SDK types.
	NextPaymentDate Date `json:"nextPaymentDate"`
	// AmountCents is the amount in cents. SDK types.
	AmountCents int64 `json:"amountCents"`
}

// BillSwitchClaim is the payload of bill_switch_success and bill_removed, from SDK v3.3, and of bill_switch_failure,
// bill_cancel_success and bill_cancel_failure, from v4. bill_removed has lost the flags in v4.
type BillSwitchClaim struct {
	// BillClaim is the bill.
	BillClaim
	// IsIntegratedSwitch is what SDK v3.4 and later send. Nil when absent; see [BillSwitchClaim.Integrated]. SDK types.
	IsIntegratedSwitch *bool `json:"isIntegratedSwitch,omitzero"`
	// IsGuidedSwitch is what SDK v3.3 sends and the guide documents: the opposite of IsIntegratedSwitch. Nil when absent.
	IsGuidedSwitch *bool `json:"isGuidedSwitch,omitzero"`
	// AccountID is the account at the merchant. Optional; SDK types.
	AccountID string `json:"accountId,omitzero"`
}

// Integrated reports whether Pinwheel did the switch itself, rather than guiding the user through it, whichever of the two
// opposite flags the SDK sent. known is false where it sent none; the newer flag wins where it sent both.
func (c BillSwitchClaim) Integrated() (integrated, known bool) {
	switch {
	case c.IsIntegratedSwitch != nil:
		return *c.IsIntegratedSwitch, true
	case c.IsGuidedSwitch != nil:
		return !*c.IsGuidedSwitch, true
	default:
		return false, false
	}
}

// PlatformsClaim is the payload of bill_switch_platforms_added and bill_switch_platforms_removed. SDK v4.
type PlatformsClaim struct {
	// Platforms are the merchants that the user chose or dropped. SDK types.
	Platforms []PlatformClaim `json:"platforms"`
}

// PlatformClaim is one merchant.
type PlatformClaim struct {
	// ID is the merchant. SDK types.
	ID string `json:"id"`
	// Name is its name: user data. SDK types.
	Name string `json:"name"`
}

// CalendarSyncClaim is the payload of calendar_sync: the user put the bills into a calendar. SDK v4.
type CalendarSyncClaim struct {
	// CalendarType is the calendar. SDK types.
	CalendarType CalendarType `json:"calendarType"`
}
