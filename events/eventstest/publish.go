package eventstest

import (
	"crypto/rand"
	"testing"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/linkhook/linkhook/events"
)

// Publish publishes an event of kind k with that payload, as [Envelope] makes it, and stops the test when a handler fails or
// the event is not taken. To see a handler fail, publish an [Envelope] and look at the error.
func Publish[T any](t testing.TB, p events.Publisher, k events.Kind[T], data T, meta ...func(*events.Meta)) {
	t.Helper()
	if err := p.Publish(t.Context(), Envelope(t, k, data, meta...)); err != nil {
		t.Fatalf("eventstest: publishing %s: %v", k, err)
	}
}

// Envelope makes an envelope of kind k with that payload, as if it had just come in: with an id of its own, verified when k
// is a webhook and claimed when it is a Link event. The subject and the outcome are read from the payload where they stand
// under the providers' names. Each meta may change what it likes, last.
func Envelope[T any](t testing.TB, k events.Kind[T], data T, meta ...func(*events.Meta)) events.Envelope {
	t.Helper()
	raw, err := k.Encode(data)
	if err != nil {
		t.Fatalf("eventstest: %v", err)
	}
	now := time.Now()
	env := events.Envelope{Raw: raw, Meta: events.Meta{
		ID: rand.Text(), Kind: k.ID(), Endpoint: k.ID().Provider, Source: events.SourceWebhook, Trust: events.Verified,
		OccurredAt: now, ReceivedAt: now,
	}}
	if k.ID().Stream == events.StreamLink {
		env.Source, env.Trust = events.SourceLink, events.Claimed
		env.Session, env.Seq = "session-of-"+env.ID, 1
	}
	subject(&env.Meta, raw)
	for _, change := range meta {
		change(&env.Meta)
	}
	return env
}

// subject reads what both providers' payloads say about whose event it is. A payload that says nothing is as good.
func subject(m *events.Meta, payload []byte) {
	var p struct {
		AccountID   any `json:"account_id"`    // Pinwheel's webhooks
		EndUserID   any `json:"end_user_id"`   // Pinwheel's webhooks
		LinkTokenID any `json:"link_token_id"` // Pinwheel's webhooks
		JobID       any `json:"id"`            // Pinwheel's webhooks
		Outcome     any `json:"outcome"`       // Pinwheel's webhooks
		LinkAccount any `json:"accountId"`     // both providers' Link events
		LinkUser    any `json:"userId"`        // Argyle's Link events
		Account     any `json:"account"`       // Argyle's webhooks
		User        any `json:"user"`          // Argyle's webhooks
	}
	if json.Unmarshal(payload, &p) != nil {
		return
	}
	m.AccountID = first(p.AccountID, p.LinkAccount, p.Account)
	m.EndUserID = first(p.EndUserID, p.LinkUser, p.User)
	m.LinkTokenID = first(p.LinkTokenID)
	m.Outcome = first(p.Outcome)
	if m.Outcome != "" {
		m.JobID = first(p.JobID)
	}
}

// first returns the first value that is a string with something in it.
func first(values ...any) string {
	for _, v := range values {
		if s, ok := v.(string); ok && s != "" {
			return s
		}
	}
	return ""
}
