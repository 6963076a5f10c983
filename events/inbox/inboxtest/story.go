package inboxtest

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/linkhook/linkhook/events"
)

// newStory makes up what is delivered.
func newStory(seed uint64) []*delivery {
	r := roll(seed, "story")
	var story []*delivery
	n := 4 + r.IntN(14)
	for i := range n {
		account := fmt.Sprintf("acc%d", r.IntN(4))
		story = append(story, tell(r, i, account)...)
	}
	return story
}

// tell makes up one event, with what else comes of it.
func tell(r *rand.Rand, i int, account string) []*delivery {
	switch r.IntN(10) {
	case 0:
		return []*delivery{deliver(r, webhook(simUnknown.ID(), i, account))}
	case 1:
		env := webhook(simChanged.ID(), i, account)
		env.Raw = []byte(`{"n":"this does not fit"}`)
		return []*delivery{deliver(r, env)}
	case 2: // the same id with another body
		first, second := webhook(simAdded.ID(), i, account), webhook(simAdded.ID(), i, account)
		second.Raw = fmt.Appendf(nil, `{"n":%d,"changed":true}`, i)
		return []*delivery{deliver(r, first), deliver(r, second)}
	case 3: // the reconciler stands in for a webhook that may come all the same
		made := webhook(simAdded.ID(), i, account)
		made.JobID, made.Outcome, made.Source = fmt.Sprintf("job%d", i), "success", events.SourceReconcile
		genuine := made
		made.ID = "made:" + made.JobID
		genuine.Source = events.SourceWebhook
		if r.IntN(3) == 0 {
			return []*delivery{deliver(r, made)}
		}
		return []*delivery{deliver(r, made), deliver(r, genuine)}
	case 4: // a browser
		env := webhook(simScreen.ID(), i, "")
		env.Source, env.Trust = events.SourceLink, events.Claimed
		env.Session, env.Seq = "session "+account, uint64(i+1) //nolint:gosec // small
		return []*delivery{deliver(r, env)}
	case 5:
		return []*delivery{deliver(r, webhook(simChanged.ID(), i, ""))} // nobody's: unordered
	default:
		kind := simAdded.ID()
		if r.IntN(2) == 0 {
			kind = simChanged.ID()
		}
		return []*delivery{deliver(r, webhook(kind, i, account))}
	}
}

func webhook(kind events.KindID, i int, account string) events.Envelope {
	return events.Envelope{
		Meta: events.Meta{
			ID: fmt.Sprintf("ev%d", i), Kind: kind, Source: events.SourceWebhook, Trust: events.Verified,
			Subject: events.Subject{AccountID: account},
		},
		Raw: fmt.Appendf(nil, `{"n":%d}`, i),
	}
}

// deliver makes up when, and how often.
func deliver(r *rand.Rand, env events.Envelope) *delivery {
	d := &delivery{env: env}
	for range 1 + r.IntN(3)*r.IntN(2) {
		d.at = append(d.at, time.Duration(r.IntN(60_000_000))*time.Microsecond)
	}
	slices.Sort(d.at)
	return d
}

// line notes an event in the order of storing.
func line(order, event string) string { return order + "\x00" + event }

func cutLine(l string) (order, event string, ok bool) { return strings.Cut(l, "\x00") }
