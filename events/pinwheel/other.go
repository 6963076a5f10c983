package pinwheel

// PaycheckViewer is the payload of paycheck_viewer.added. Low confidence: only its names are known, the members are those
// of every job, and nothing is required.
type PaycheckViewer struct {
	// Job is what all job events share.
	Job
	// AccountID is the account. Inferred.
	AccountID string `json:"account_id,omitzero"`
	// Params is unknown; see the event's Raw. Inferred.
	Params NoParams `json:"params"`
}

// CardSwitch is the payload of card_switch.added, a legacy event: a payout card was switched, or the attempt failed. It is
// not in the subscription enum of 2025-07-08.
type CardSwitch struct {
	// Job is what all job events share.
	Job
	// AccountID is the account. Documented.
	AccountID string `json:"account_id,omitzero"`
	// Params names the card. Documented.
	Params CardSwitchParams `json:"params"`
}

// CardSwitchParams names the card of a switch.
type CardSwitchParams struct {
	// CardName is the host's name for the card. Optional; documented.
	CardName string `json:"card_name,omitzero"`
}

// PayoutCards is the payload of payout_cards.added, a legacy event: payout cards are there, or the job ended otherwise. It
// is not in the subscription enum of 2025-07-08.
type PayoutCards struct {
	// Job is what all job events share.
	Job
	// AccountID is the account. Documented.
	AccountID string `json:"account_id,omitzero"`
	// Params is empty as far as is known. Inferred.
	Params NoParams `json:"params"`
}

// DirectDepositPayment is the payload of direct_deposit_payment.added, a legacy event: the payment of a loan linked to the
// paycheck ended. Low confidence: only its names are known, and nothing is required.
type DirectDepositPayment struct {
	// Job is what all job events share.
	Job
	// AccountID is the account. Inferred.
	AccountID string `json:"account_id,omitzero"`
	// Params is unknown; see the event's Raw. Inferred.
	Params NoParams `json:"params"`
}
