package journey

import (
	"cmp"
	"slices"
	"time"

	"github.com/linkhook/linkhook/events"
)

// Ending says how a link session ended, as far as it can be known.
type Ending uint8

// The endings. A session that is done or confirmed is completed, however the modal was closed.
const (
	Open      Ending = iota // still under way
	Completed               // Done or Confirmed was reached
	Left                    // the user closed the modal before
	Abandoned               // nothing more came, and no closing either: a closed tab, a dead phone
)

// String returns the ending in one word.
func (e Ending) String() string {
	return [...]string{"open", "completed", "left", "abandoned"}[min(e, Abandoned)]
}

// Problem is one error that Link showed.
type Problem struct {
	At   time.Time // when Link showed it
	Step Step      // the furthest step reached when it came
	Type string    // the provider's error type, empty when the event has none
	Code string    // the provider's error code, empty when the event has none
	// Recovered says that the session reached a new step afterwards: an error of Link is not an end.
	Recovered bool
}

// Session is the story of one link session.
type Session struct {
	ID       string         // the link session's id
	Provider string         // the provider whose Link it was
	Subject  events.Subject // of the ticket, completed by the confirming webhook
	// ClaimedAccountID is the account that the browser named. Only Subject.AccountID rests on a signature.
	ClaimedAccountID string
	PlatformID       string // what was chosen: Pinwheel's platform, Argyle's Item
	// Steps holds when each step was first reached, zero where it was not. Link steps carry the browser's clock where it
	// gave a time, Confirmed the time of receipt.
	Steps    [NumSteps]time.Time
	Furthest Step                 // the last step in their order that was reached
	Jobs     map[string]time.Time // Pinwheel's success events by job: login, direct_deposit_switch, card_switch
	Attempts int                  // how often a login was tried
	Problems []Problem            // the errors shown, in order of arrival
	// Direct says that the session went straight to the login, as an on-demand update of a known account and a Link token
	// with a chosen employer do: select events are not sent then,
	// and their absence is no drop-off.
	Direct   bool
	LeftAt   time.Time // when the modal reported its closing
	SyncedAt time.Time // receipt of the first webhook that says a data set is complete
	LastAt   time.Time // receipt of the last Link event
	Ending   Ending    // how it ended, as far as is known
	Events   int       // Link events seen
}

// Reached reports whether the session came as far as s, also when it skipped s on the way.
func (s *Session) Reached(step Step) bool { return s.Events > 0 && s.Furthest >= step }

// Options say when silence counts as abandonment. Nil means the defaults.
type Options struct {
	// Idle is how long a session may be silent before it is abandoned. Defaults to 15 minutes: people look for passwords.
	Idle time.Duration
	// Closed reports when the session's last connection went down, if it is down; with it, a session is abandoned 2 minutes
	// after its connection was lost, without waiting for Idle. Optional.
	Closed func(session string) (time.Time, bool)
}

const goneAfter = 2 * time.Minute

func (o *Options) idle() time.Duration {
	if o == nil || o.Idle <= 0 {
		return 15 * time.Minute
	}
	return o.Idle
}

// Sessions tells the story of every link session in envs, ordered by when they opened. The envelopes may come in any order
// and may repeat; webhooks join the session of the same Link token, else the latest one of the same account or user.
// Abandonment is judged as of now.
func Sessions(envs []events.Envelope, now time.Time, opts *Options) []Session {
	sorted := slices.Clone(envs)
	slices.SortStableFunc(sorted, func(a, b events.Envelope) int { return a.ReceivedAt.Compare(b.ReceivedAt) })
	t := teller{byID: map[string]*Session{}, seen: map[string]bool{}}
	for _, one := range bySession(sorted) {
		for _, env := range one {
			t.link(env)
		}
	}
	for i := range sorted {
		t.webhook(&sorted[i])
	}
	out := make([]Session, 0, len(t.order))
	for _, s := range t.order {
		s.finish(now, opts)
		out = append(out, *s)
	}
	slices.SortStableFunc(out, func(a, b Session) int { return a.Steps[Opened].Compare(b.Steps[Opened]) })
	return out
}

// bySession returns the Link events of each session in the order of their sequence numbers, the sessions in the order of
// their first event.
func bySession(envs []events.Envelope) [][]*events.Envelope {
	place := map[string]int{}
	var groups [][]*events.Envelope
	for i := range envs {
		env := &envs[i]
		if env.Kind.Stream != events.StreamLink || env.Session == "" {
			continue
		}
		key := env.Kind.Provider + "/" + env.Session
		n, ok := place[key]
		if !ok {
			n = len(groups)
			place[key] = n
			groups = append(groups, nil)
		}
		groups[n] = append(groups[n], env)
	}
	for _, g := range groups {
		slices.SortStableFunc(g, func(a, b *events.Envelope) int { return cmp.Compare(a.Seq, b.Seq) })
	}
	return groups
}

// finish draws the conclusions once all events are in.
func (s *Session) finish(now time.Time, opts *Options) {
	s.Direct = s.Steps[Selected].IsZero() && s.Steps[Searched].IsZero() &&
		(!s.Steps[LoginShown].IsZero() || !s.Steps[Attempted].IsZero())
	switch {
	case !s.Steps[Done].IsZero() || !s.Steps[Confirmed].IsZero():
		s.Ending = Completed
	case !s.LeftAt.IsZero():
		s.Ending = Left
	case s.silent(now, opts):
		s.Ending = Abandoned
	}
}

func (s *Session) silent(now time.Time, opts *Options) bool {
	if opts != nil && opts.Closed != nil {
		if down, ok := opts.Closed(s.ID); ok && now.Sub(down) >= goneAfter {
			return true
		}
	}
	return now.Sub(s.LastAt) >= opts.idle()
}
