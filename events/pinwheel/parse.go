package pinwheel

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/linkhook/linkhook/events"
)

// The members that are read before anything is decoded, by their place in shape.
const (
	inEventID = iota
	inEvent
	inPayload
	inAccountID
	inEndUserID
	inLinkTokenID
	inID
	inOutcome
	inTimestamp
	inCreatedAt
	members
)

// texts bounds the members whose text is taken: those before it, but for the payload.
const texts = inTimestamp

var shape = events.NewShape("event_id", "event", "payload", "payload.account_id", "payload.end_user_id",
	"payload.link_token_id", "payload.id", "payload.outcome", "payload.timestamp", "payload.created_at").Learn("event")

// maxID is the longest id or event name that is taken for one, in bytes of JSON: an end_user_id has at most 255 characters.
const maxID = 2048

// Parse reads the envelope in one strict pass and without decoding the payload. Of the payload it takes the ids, the outcome
// and the time into the Meta, where they have the type that they should have; OccurredAt is payload.timestamp, else
// payload.created_at; JobID is payload.id where an outcome stands beside it, since a bill's id is no job's. Unknown event
// names are no error. A body without event_id gets the first 32 hex digits of its SHA-256 for an id.
//
// The body keeps its bytes and is shared, not copied. An error means that the event cannot be told, and is one of
// [ErrNoEvent], [ErrMalformedID], [ErrNoPayload] or the errors of [events.Shape.Scan]; the envelope then has what could be
// read.
func (w *Webhooks) Parse(_ http.Header, body []byte) (env events.Envelope, err error) {
	var spans [members]events.Span
	env.Raw = body
	env.Kind.Provider, env.Kind.Stream = Provider, events.StreamWebhook
	env.Endpoint, env.Source, env.Trust = w.name, events.SourceWebhook, events.Verified
	if err := shape.Scan(body, spans[:]); err != nil {
		env.ID = digest(body)
		return env, fmt.Errorf("pinwheel: %w", err)
	}
	if err = fill(&env.Meta, body, &spans); err == nil && !spans[inPayload].Found() {
		err = ErrNoPayload
	}
	env.Start, env.End = spans[inPayload].Start, spans[inPayload].End
	return env, err
}

// fill reads what was found into the Meta. All texts that are no constants of this package share one allocation.
func fill(meta *events.Meta, body []byte, spans *[members]events.Span) (err error) {
	var ids idTexts
	event, outcome := known(inner(body, spans[inEvent])), knownOutcome(inner(body, spans[inOutcome]))
	ids.read(body, spans, event != "", outcome != "")
	if event == "" {
		event = ids.get(inEvent)
	}
	if outcome == "" {
		outcome = ids.get(inOutcome)
	}
	meta.ID, meta.Kind.Name, meta.Outcome = ids.get(inEventID), event, outcome
	meta.AccountID = ids.get(inAccountID)
	meta.EndUserID = trimmed(ids.get(inEndUserID))
	meta.LinkTokenID = ids.get(inLinkTokenID)
	if outcome != "" && !strings.HasPrefix(event, "bill.") {
		meta.JobID = ids.get(inID)
	}
	if meta.OccurredAt = timeAt(body, spans[inTimestamp]); meta.OccurredAt.IsZero() {
		meta.OccurredAt = timeAt(body, spans[inCreatedAt])
	}

	if event == "" {
		err = ErrNoEvent
	}
	if meta.ID == "" {
		meta.ID = digest(body)
		if v := spans[inEventID].Of(body); v != nil && string(v) != "null" && string(v) != `""` {
			err = ErrMalformedID
		}
	}
	return err
}

// trimmed returns the id without white space around it, at once where there is none.
func trimmed(id string) string {
	if id != "" && id[0]-'!' < utf8.RuneSelf-'!' && id[len(id)-1]-'!' < utf8.RuneSelf-'!' {
		return id
	}
	return strings.TrimSpace(id)
}

// inner returns what stands between the quotes of a string, escapes as they are; of another value something that is no name.
func inner(body []byte, span events.Span) []byte {
	if span.End-span.Start < 2 {
		return nil
	}
	return body[span.Start+1 : span.End-1]
}

// timeAt reads a time, zero when there is none.
func timeAt(body []byte, span events.Span) time.Time {
	if at, ok := recordedTime(inner(body, span)); ok {
		return at
	}
	if span.End-span.Start > maxID {
		return time.Time{}
	}
	text, _ := events.AppendString(nil, span.Of(body))
	return Timestamp(text).Time()
}

// idTexts are the texts of the members, cut from one string.
type idTexts struct {
	all string
	end [texts + 1]int // the text of member i ends at end[i+1]
}

// read collects the texts; what is no string, or too long for an id, has none. The event's name and the outcome are left out
// when they are known already.
func (t *idTexts) read(body []byte, spans *[members]events.Span, event, outcome bool) {
	var room [256]byte // a recorded delivery needs 180
	text := room[:0]
	for i := range t.end[1:] {
		span := &spans[i]
		switch {
		case i == inPayload || i == inEvent && event || i == inOutcome && outcome || span.End-span.Start > maxID:
		case span.Plain:
			text = append(text, body[span.Start+1:span.End-1]...)
		case span.Found():
			text, _ = events.AppendString(text, span.Of(body))
		}
		t.end[i+1] = len(text)
	}
	t.all = string(text)
}

func (t *idTexts) get(member int) string { return t.all[t.end[member]:t.end[member+1]] }

// digest identifies a body that has no id of its own.
func digest(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:16])
}
