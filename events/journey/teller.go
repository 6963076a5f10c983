package journey

import (
	"strconv"
	"time"

	"github.com/linkhook/linkhook/events"
)

// teller puts the sessions together.
type teller struct {
	byID  map[string]*Session
	order []*Session
	seen  map[string]bool // events already told, by session and id
}

// link adds one Link event to its session.
func (t *teller) link(env *events.Envelope) {
	if t.repeated(env) {
		return
	}
	s := t.session(env)
	s.Events++
	if env.ReceivedAt.After(s.LastAt) {
		s.LastAt = env.ReceivedAt
	}
	c := readClaim(env.Payload())
	s.note(&c)
	when := env.OccurredAt
	if when.IsZero() {
		when = env.ReceivedAt
	}
	s.reach(Opened, when) // whatever comes first shows that the modal is open
	f := linkFact(env.Kind.Name, &c)
	if f.failed {
		s.Problems = append(s.Problems, Problem{At: when, Step: s.Furthest, Type: c.kind(), Code: c.code()})
	}
	if f.left && s.LeftAt.IsZero() {
		s.LeftAt = when
	}
	if f.reached {
		s.step(f.step, when, &c)
	}
}

func (t *teller) repeated(env *events.Envelope) bool {
	key := env.Session + "/" + env.ID
	if env.ID == "" {
		key = env.Session + "#" + strconv.FormatUint(env.Seq, 10)
	}
	if t.seen[key] {
		return true
	}
	t.seen[key] = true
	return false
}

func (t *teller) session(env *events.Envelope) *Session {
	id := env.Kind.Provider + "/" + env.Session
	s := t.byID[id]
	if s == nil {
		s = &Session{ID: env.Session, Provider: env.Kind.Provider, Subject: env.Subject, Jobs: map[string]time.Time{}}
		t.byID[id] = s
		t.order = append(t.order, s)
	}
	return s
}

// note keeps the ids that the browser named.
func (s *Session) note(c *claim) {
	if c.AccountID != "" {
		s.ClaimedAccountID = string(c.AccountID)
	}
	if p := c.platform(); p != "" {
		s.PlatformID = p
	}
}

// step books a step of the modal.
func (s *Session) step(step Step, when time.Time, c *claim) {
	if step == Attempted {
		s.Attempts++
	}
	if step == Done && c.Job != "" {
		if _, ok := s.Jobs[string(c.Job)]; !ok {
			s.Jobs[string(c.Job)] = when
		}
	}
	if s.reach(step, when) || step == Attempted {
		for i := range s.Problems {
			s.Problems[i].Recovered = s.Problems[i].Recovered || step > s.Problems[i].Step
		}
	}
}

// reach books the first time of a step and reports whether it was the first.
func (s *Session) reach(step Step, when time.Time) bool {
	if !s.Steps[step].IsZero() {
		return false
	}
	s.Steps[step] = when
	s.Furthest = max(s.Furthest, step)
	return true
}

// webhook adds what a signed event proves to the session that it belongs to.
func (t *teller) webhook(env *events.Envelope) {
	if env.Kind.Stream != events.StreamWebhook || env.Trust != events.Verified || env.Outcome == "error" || env.Outcome == "pending" {
		return
	}
	s := t.match(env)
	if s == nil {
		return
	}
	if syncing[env.Kind.Name] && s.SyncedAt.IsZero() {
		s.SyncedAt = env.ReceivedAt
	}
	refreshed := env.JobID != "" && s.Steps[Selected].IsZero() && !s.Steps[LoggedIn].IsZero()
	if !confirming[env.Kind.Name] && !refreshed {
		return
	}
	if s.Subject.AccountID == "" {
		s.Subject.AccountID = env.AccountID
	}
	s.reach(Confirmed, env.ReceivedAt)
}

// match finds the session that a webhook belongs to: by Link token, else the latest session of the same account or of the
// same user that was open before the webhook came.
func (t *teller) match(env *events.Envelope) *Session {
	var found *Session
	for _, s := range t.order {
		if s.Provider != env.Kind.Provider {
			continue
		}
		if env.LinkTokenID != "" && s.Subject.LinkTokenID != "" {
			if s.Subject.LinkTokenID == env.LinkTokenID {
				found = s
			}
			continue
		}
		sameAccount := env.AccountID != "" && (s.ClaimedAccountID == env.AccountID || s.Subject.AccountID == env.AccountID)
		sameUser := env.EndUserID != "" && s.Subject.EndUserID == env.EndUserID
		if (sameAccount || sameUser) && !s.LastAt.After(env.ReceivedAt.Add(latestClaim)) {
			found = s
		}
	}
	return found
}

// latestClaim is how much later than its webhook a session's last event may come and still belong to it: the modal stays
// open for a while after the login.
const latestClaim = 15 * time.Minute
