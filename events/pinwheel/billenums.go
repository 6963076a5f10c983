package pinwheel

// DetectionMethod says how a bill was found. The documentation also writes the values with hyphens in its text. Open.
type DetectionMethod string

// The detection methods.
const (
	DetectionManual        DetectionMethod = "manual"         // the user added it
	DetectionExternalPlaid DetectionMethod = "external_plaid" // in bank transactions from Plaid
	DetectionFirstParty    DetectionMethod = "first_party"    // in the host's own transactions
)

// Known reports whether m is one of the constants.
func (m DetectionMethod) Known() bool {
	return oneOf(m, DetectionManual, DetectionExternalPlaid, DetectionFirstParty)
}

// Frequency is how often a bill is due. Open.
type Frequency string

// The frequencies.
const (
	FrequencyWeekly     Frequency = "weekly"      // every seven days
	FrequencyBiWeekly   Frequency = "bi-weekly"   // every two weeks
	FrequencyMonthly    Frequency = "monthly"     // once a month
	FrequencyBiMonthly  Frequency = "bi-monthly"  // every two months, or twice a month: no source says
	FrequencyQuarterly  Frequency = "quarterly"   // every three months
	FrequencySemiYearly Frequency = "semi-yearly" // every six months
	FrequencyYearly     Frequency = "yearly"      // once a year
	FrequencyOther      Frequency = "other"       // Link has no next payment date then
)

// Known reports whether f is one of the constants.
func (f Frequency) Known() bool {
	return oneOf(f, FrequencyWeekly, FrequencyBiWeekly, FrequencyMonthly, FrequencyBiMonthly, FrequencyQuarterly,
		FrequencySemiYearly, FrequencyYearly, FrequencyOther)
}

// PaymentType is the sort of a payment method. Open.
type PaymentType string

// The payment types.
const (
	PaymentACH  PaymentType = "ach"  // from a bank account
	PaymentCard PaymentType = "card" // with a card
)

// Known reports whether t is one of the constants.
func (t PaymentType) Known() bool { return oneOf(t, PaymentACH, PaymentCard) }
