package inbox

import (
	"crypto/sha256"
	"encoding/binary"
	"strconv"

	"github.com/linkhook/linkhook/events"
)

// NewKey hashes the parts into a key. Each part is preceded by its length, so that no two lists of parts collide.
func NewKey(parts ...string) Key {
	buffer := make([]byte, 0, 256) // on the stack, and enough for what providers call an id
	for _, p := range parts {
		buffer = binary.BigEndian.AppendUint64(buffer, uint64(len(p)))
		buffer = append(buffer, p...)
	}
	sum := sha256.Sum256(buffer)
	return Key(sum[:len(Key{})])
}

// dedupKeys returns what makes two deliveries of env one event: for a Link event its number within the link session and its
// id within the sessions of one user, for anything else the endpoint, the kind and the id.
func dedupKeys(env *events.Envelope, digest [32]byte) []Key {
	if env.Kind.Stream == events.StreamLink {
		return linkKeys(&env.Meta)
	}
	id := env.ID
	if id == "" {
		id = "sha256:" + string(digest[:])
	}
	return []Key{NewKey("event", endpoint(&env.Meta), env.Kind.String(), id)}
}

func linkKeys(m *events.Meta) []Key {
	if m.Session == "" {
		return nil
	}
	var keys []Key
	if m.Seq > 0 {
		keys = append(keys, NewKey("link seq", endpoint(m), m.Session, strconv.FormatUint(m.Seq, 10)))
	}
	if m.ID != "" {
		owner, name := linkOwner(m)
		keys = append(keys, NewKey("link id", endpoint(m), owner, name, m.ID))
	}
	return keys
}

// linkOwner returns whose Link event it is, which comes from the signed ticket: a tab that was copied goes on under a session
// of its own and sends what its twin may have sent, under the same ids and for the same user.
func linkOwner(m *events.Meta) (kind, name string) {
	switch {
	case m.EndUserID != "":
		return "user", m.EndUserID
	case m.LinkTokenID != "":
		return "link token", m.LinkTokenID
	default:
		return "session", m.Session
	}
}

// correlationKey is what a webhook and the event that the reconciler makes in its place have in common. The outcome is part
// of it because a job is reported when it is pending and again when it ends; the event's name because an .added event and
// its .fully_synced share the job.
func correlationKey(m *events.Meta) Key {
	switch {
	case m.Kind.Stream != events.StreamWebhook:
		return Key{}
	case m.JobID != "":
		return NewKey("job", m.Kind.Provider, m.Kind.Name, m.JobID, m.Outcome)
	case m.AccountID != "" && oncePerAccount(m.Kind.Name):
		return NewKey("account", m.Kind.Provider, m.Kind.Name, m.AccountID)
	default:
		return Key{}
	}
}

// oncePerAccount reports whether a webhook without a job comes once in an account's life, so that the account pairs it with
// the event that the reconciler makes in its place. The names are Pinwheel's and Argyle's.
func oncePerAccount(name string) bool {
	switch name {
	case "account.added", "accounts.added", "paystubs.fully_synced", "gigs.fully_synced", "shifts.fully_synced":
		return true
	default:
		return false
	}
}

// endpoint returns the endpoint's name, which defaults to the provider's.
func endpoint(m *events.Meta) string {
	if m.Endpoint != "" {
		return m.Endpoint
	}
	return m.Kind.Provider
}

// newEvent makes what is stored of env, Body and Entry aside.
func (b *Inbox) newEvent(env *events.Envelope) Arrival {
	n := Arrival{
		Meta:      env.Meta,
		OrderKey:  b.opts.OrderKey(&env.Meta),
		DedupFor:  env.DedupFor,
		Synthetic: env.Source == events.SourceReconcile,
		Rerun:     b.opts.RerunConfirmed,
	}
	digest := sha256.Sum256(env.Raw)
	n.Keys = dedupKeys(env, digest)
	n.Correlation = correlationKey(&env.Meta)
	if !n.Synthetic {
		// Two answers of an API about one job may differ; two deliveries of one event may not.
		n.Digest = digest
		if len(n.Keys) > 0 {
			n.ConflictKey = NewKey("conflict", string(n.Keys[0][:]), string(digest[:]))
		}
	}
	return n
}

// newLetter makes what is stored of an envelope that nothing can parse.
func (b *Inbox) newLetter(env *events.Envelope, reason string) Arrival {
	digest := sha256.Sum256(env.Raw)
	return Arrival{
		Meta:       env.Meta,
		OrderKey:   b.opts.OrderKey(&env.Meta),
		Keys:       []Key{NewKey("kept", endpoint(&env.Meta), string(digest[:]))},
		Digest:     digest,
		DedupFor:   env.DedupFor,
		DeadReason: reason,
	}
}
