package linkbridge

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/linkhook/linkhook/events"
)

// fact is a claim or a webhook, reduced to what can be compared.
type fact struct {
	meta    events.Meta
	step    Step
	account string
	webhook bool
	failed  bool // a webhook that reports failure
	keys    []string

	since     time.Time     // when it came in
	slack     time.Duration // how much later it is decided than by the node that it came in at
	due       time.Time     // when the next decision falls
	graced    bool          // the other side had its time
	stage     stage
	reporting bool // an event about it is being published
	stored    bool // the store has it
	index     int  // in the heap; -1 outside
}

// rule says what an event of one kind claims or proves.
type rule struct {
	step Step
	job  string // the payload's job, where one kind reports several
}

// link and webhook name kinds without importing the providers.
func link(provider, name string) events.KindID {
	return events.KindID{Provider: provider, Stream: events.StreamLink, Name: name}
}

func webhook(provider, name string) events.KindID {
	return events.KindID{Provider: provider, Stream: events.StreamWebhook, Name: name}
}

// rules lists the kinds that are correlated. Pinwheel's documentation ties account.added to the login of its Link.
var rules = map[events.KindID]rule{
	link("pinwheel", "login"):                                 {step: StepAccount},
	link("pinwheel", "success"):                               {step: StepDirectDeposit, job: "direct_deposit_switch"},
	link("argyle", "onAccountConnected"):                      {step: StepAccount},
	link("argyle", "onDDSSuccess"):                            {step: StepDirectDeposit},
	link("argyle-v1", "onAccountConnected"):                   {step: StepAccount},
	link("argyle-v1", "onPayDistributionSuccess"):             {step: StepDirectDeposit},
	webhook("pinwheel", "account.added"):                      {step: StepAccount},
	webhook("pinwheel", "direct_deposit_switch.added"):        {step: StepDirectDeposit},
	webhook("argyle", "accounts.connected"):                   {step: StepAccount},
	webhook("argyle", "direct_deposit_switches.completed"):    {step: StepDirectDeposit},
	webhook("argyle", "direct_deposit_switches.failed"):       {step: StepDirectDeposit},
	webhook("argyle-v1", "accounts.connected"):                {step: StepAccount},
	webhook("argyle-v1", "accounts.pay_distribution_updated"): {step: StepDirectDeposit},
	webhook("argyle-v1", "accounts.pay_distribution_failed"):  {step: StepDirectDeposit},
}

// failures are the kinds that say by their name that a step failed.
var failures = map[events.KindID]bool{
	webhook("argyle", "direct_deposit_switches.failed"):      true,
	webhook("argyle-v1", "accounts.pay_distribution_failed"): true,
}

// Outcomes of a Pinwheel job.
const (
	outcomePending = "pending"
	outcomeError   = "error"
)

// newFact reads what an envelope claims or proves. It reports false for everything else: other kinds, jobs that are not
// over, claims without an account, and events that belong to nobody.
func newFact(env *events.Envelope) (*fact, bool) {
	r, ok := rules[env.Kind]
	if !ok || env.Source == events.SourceReplay {
		return nil, false
	}
	f := &fact{meta: env.Meta, step: r.step, index: -1, webhook: env.Kind.Stream == events.StreamWebhook}
	if f.webhook {
		f.account = env.AccountID
		f.failed = failed(&env.Meta)
		ok = env.Trust == events.Verified && env.Outcome != outcomePending
	} else {
		f.account, ok = claimed(env.Payload(), r.job)
	}
	f.keys = keysOf(&env.Meta)
	return f, ok && f.account != "" && len(f.keys) > 0
}

// failed reports whether a webhook reports failure.
func failed(m *events.Meta) bool { return failures[m.Kind] || m.Outcome == outcomeError }

// keysOf names the Link token and the user that an event belongs to; the first one is the closer one.
func keysOf(m *events.Meta) []string {
	var keys []string
	base := family(m.Kind.Provider)
	if m.LinkTokenID != "" {
		keys = append(keys, base+"/t/"+m.LinkTokenID)
	}
	if m.EndUserID != "" {
		keys = append(keys, base+"/u/"+m.EndUserID)
	}
	return keys
}

// claimed reads the account, and nothing but the account, out of a claim.
func claimed(payload []byte, job string) (account string, ok bool) {
	var p struct {
		AccountID string `json:"accountId"`
		Job       string `json:"job"`
	}
	if json.Unmarshal(payload, &p) != nil || len(p.AccountID) > maxID {
		return "", false
	}
	return p.AccountID, job == "" || p.Job == job
}

// opposes reports whether f and o are a claim and a webhook of one step of one Link.
func (f *fact) opposes(o *fact) bool {
	return f.webhook != o.webhook && f.step == o.step && !o.reporting &&
		(f.meta.LinkTokenID == "" || o.meta.LinkTokenID == "" || f.meta.LinkTokenID == o.meta.LinkTokenID)
}

func (f *fact) same(o *fact) bool { return f.meta.Kind == o.meta.Kind && f.meta.ID == o.meta.ID }

func (f *fact) reference() Reference {
	return Reference{Kind: f.meta.Kind.String(), ID: f.meta.ID, AccountID: f.account, ReceivedAt: f.meta.ReceivedAt}
}

// derive makes the envelope of an event about claim and webhook, of which one can be nil. The id follows from theirs, so that
// publishing it twice is harmless.
func derive(kind events.KindID, claim, proof *fact, payload []byte) events.Envelope {
	deciding := proof
	if deciding == nil {
		deciding = claim
	}
	id := kind.String()
	meta := events.Meta{Kind: kind, Source: deciding.meta.Source, Trust: deciding.meta.Trust, Subject: deciding.meta.Subject,
		Outcome: deciding.meta.Outcome, OccurredAt: deciding.meta.OccurredAt, KeyID: deciding.meta.KeyID, ReceivedAt: time.Now()}
	for _, f := range [...]*fact{claim, proof} {
		if f == nil {
			continue
		}
		id = strings.Join([]string{id, f.meta.Kind.String(), f.meta.ID}, "\n")
		if f == claim {
			meta.Session = f.meta.Session
		}
	}
	sum := sha256.Sum256([]byte(id))
	meta.ID = hex.EncodeToString(sum[:16])
	return events.Envelope{Meta: meta, Raw: payload}
}
