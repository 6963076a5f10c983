package linkbridge

import (
	"context"
	"time"

	"github.com/linkhook/linkhook/events"
)

// Push is what a page is told of a signed webhook. It has no room for the webhook's body, on purpose: the page asks the
// host's own API for data.
type Push struct {
	Name     string    // what the page waits for: the webhook's bare name, "paystubs.fully_synced"
	Provider string    // the webhook's provider
	Account  string    // the account id
	Outcome  string    // the outcome, as the provider spells it
	At       time.Time // when it happened
}

// SafePush returns a function for Options.Push that tells pages of these kinds and of nothing else: the name, the provider,
// the account, the outcome and the time. It panics on a kind that is no webhook.
func SafePush(kinds ...events.AnyKind) func(events.Envelope) (Push, bool) {
	allowed := make(map[events.KindID]bool, len(kinds))
	for _, k := range kinds {
		if k.ID().Stream != events.StreamWebhook {
			panic("linkbridge: SafePush takes webhook kinds, not " + k.String())
		}
		allowed[k.ID()] = true
	}
	return func(env events.Envelope) (Push, bool) {
		if !allowed[env.Kind] {
			return Push{}, false
		}
		at := env.OccurredAt
		if at.IsZero() {
			at = env.ReceivedAt
		}
		return Push{Name: env.Kind.Name, Provider: env.Kind.Provider, Account: env.AccountID, Outcome: env.Outcome, At: at}, true
	}
}

// Watch makes the bridge tell pages of the webhooks that bus delivers, as Options.Push decides. Behind an inbox the telling
// is retried like any handler. Cancel ends it.
func (b *Bridge) Watch(bus *events.Bus) (cancel func()) {
	return bus.Named("linkbridge.push").OnAny(b.Deliver)
}

// Deliver tells the pages of one webhook, as Options.Push decides; [Bridge.Watch] calls it for a whole bus. An envelope that
// is no verified webhook, or that belongs to nobody, is passed over. It fails only where Options.Fanout does.
func (b *Bridge) Deliver(ctx context.Context, env events.Envelope) error {
	if b.options.Push == nil || env.Kind.Stream != events.StreamWebhook || env.Trust != events.Verified ||
		env.Source == events.SourceReplay {
		return nil
	}
	keys := keysOf(&env.Meta)
	if len(keys) == 0 {
		return nil
	}
	push, ok := b.options.Push(env)
	if !ok || push.Name == "" {
		return nil
	}
	p := newPushed(&env, &push)
	for _, key := range keys {
		if b.options.Fanout != nil {
			if err := b.append(ctx, key, p); err != nil {
				return err
			}
			continue
		}
		b.pushes.add(key, p)
	}
	return nil
}

// grant returns the names in want that the host allows. The host's function says so when it is asked with an envelope that
// holds nothing but the kind.
func (b *Bridge) grant(p *Principal, want []string) []string {
	subs := make([]string, 0, len(want))
	if b.options.Push == nil {
		return subs
	}
	for _, name := range want {
		if name != "" && len(name) <= maxName && b.allowed(p, name) {
			subs = append(subs, name)
		}
	}
	return subs
}

func (b *Bridge) allowed(p *Principal, name string) bool {
	base := family(p.Provider)
	for _, provider := range [...]string{base, base + "-v1"} {
		env := events.Envelope{Meta: events.Meta{
			Kind:   events.KindID{Provider: provider, Stream: events.StreamWebhook, Name: name},
			Source: events.SourceWebhook,
			Trust:  events.Verified,
		}}
		if _, ok := b.options.Push(env); ok {
			return true
		}
	}
	return false
}

// topicKey names the ring of a principal's pushes: its Link token, or its user where there is none.
func topicKey(p *Principal) string {
	if p.LinkTokenID != "" {
		return family(p.Provider) + "/t/" + p.LinkTokenID
	}
	return family(p.Provider) + "/u/" + p.EndUserID
}

// pushed is one push in a ring, or in the log between nodes.
type pushed struct {
	Event    string `json:"e"` // kind and id of the webhook, so that a redelivery is not told twice
	Name     string `json:"n"`
	Provider string `json:"p"`
	Account  string `json:"a,omitzero"`
	Outcome  string `json:"o,omitzero"`
	At       int64  `json:"t"` // milliseconds

	seq  uint64
	kept time.Time
}

func newPushed(env *events.Envelope, p *Push) pushed {
	return pushed{Event: env.Kind.String() + " " + env.ID, Name: p.Name, Provider: p.Provider, Account: p.Account,
		Outcome: p.Outcome, At: p.At.UnixMilli()}
}

// pushFrame is a push on the wire.
type pushFrame struct {
	Type     string   `json:"type"`
	PSeq     uint64   `json:"pseq"`
	Epoch    string   `json:"epoch,omitzero"` // once a refresh has moved the page to another topic than its welcome's
	Name     string   `json:"name"`
	Provider string   `json:"provider"`
	Data     pushData `json:"data"`
	At       int64    `json:"at"`
}

type pushData struct {
	Account string `json:"account,omitzero"`
	Outcome string `json:"outcome,omitzero"`
}

func (p *pushed) frame() pushFrame {
	return pushFrame{Type: "push", PSeq: p.seq, Name: p.Name, Provider: p.Provider,
		Data: pushData{Account: p.Account, Outcome: p.Outcome}, At: p.At}
}
