package linkbridge

import (
	"time"

	"github.com/linkhook/linkhook/events"
)

// derivedProvider is the provider of the events that linkhook derives from others.
const derivedProvider = "linkhook"

// The kinds that a [Correlator] publishes. The first three are proven by a signed webhook and stand beside webhooks; a claim
// that nothing has proven stays on the stream of claims.
var (
	// ClaimConfirmed says that a webhook has proven what the browser claimed.
	ClaimConfirmed = events.Webhook[Confirmation](derivedProvider, "claim.confirmed")
	// ClaimContradicted says that the webhook of the same Link speaks of another account, or of a failure.
	ClaimContradicted = events.Webhook[Confirmation](derivedProvider, "claim.contradicted")
	// WebhookUnclaimed says that no browser claimed what a webhook says: the tab was closed, or Link ran in a native app.
	WebhookUnclaimed = events.Webhook[Confirmation](derivedProvider, "webhook.unclaimed")
	// LinkClaimUnconfirmed says that no webhook has proven the claim in time.
	LinkClaimUnconfirmed = events.Link[UnconfirmedClaim](derivedProvider, "claim.unconfirmed")
)

// Step is what is claimed and proven. It is an open set.
type Step string

// The steps that are correlated.
const (
	StepAccount       Step = "account"        // the user connected an account
	StepDirectDeposit Step = "direct_deposit" // the direct deposit was switched
)

// Confirmation is what a [Correlator] has found out about a webhook and the claim that belongs to it.
type Confirmation struct {
	// Step is what the webhook proves.
	Step Step `json:"step" validate:"required"`
	// AccountID is the account that the webhook speaks of.
	AccountID string `json:"account_id"`
	// Claim is nil when there was none.
	Claim *Reference `json:"claim,omitempty"`
	// Webhook is the signed delivery that decides.
	Webhook Reference `json:"webhook"`
	// Reason of a contradiction: "account" or "outcome".
	Reason string `json:"reason,omitempty"`
	// DelayMS is the time from the claim to the webhook in milliseconds; negative when the webhook was first, zero without
	// a claim.
	DelayMS int64 `json:"delay_ms"`
}

// UnconfirmedClaim is a claim that no webhook has proven in time.
type UnconfirmedClaim struct {
	Step  Step      `json:"step" validate:"required"` // what was claimed
	Claim Reference `json:"claim"`                    // the browser's event
}

// Reference names an event.
type Reference struct {
	Kind       string    `json:"kind"`                 // as events.KindID.String writes it
	ID         string    `json:"id"`                   // the event's id
	AccountID  string    `json:"account_id,omitempty"` // the account that it speaks of; of a claim: nothing but a claim
	ReceivedAt time.Time `json:"received_at"`          // when it was taken in
}

// confirmation describes a webhook and the claim, if any, that it decides.
func confirmation(claim, proof *fact, reason string) Confirmation {
	c := Confirmation{Step: proof.step, AccountID: proof.account, Webhook: proof.reference(), Reason: reason}
	if claim != nil {
		ref := claim.reference()
		c.Claim = &ref
		c.DelayMS = proof.meta.ReceivedAt.Sub(claim.meta.ReceivedAt).Milliseconds()
	}
	return c
}
