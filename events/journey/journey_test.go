package journey_test

import (
	"encoding/json"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/journey"
)

var start = time.Date(2026, 1, 29, 19, 26, 50, 0, time.UTC)

// feed builds envelopes one second apart.
type feed struct {
	provider, session string
	subject           events.Subject
	envs              []events.Envelope
}

func (f *feed) now() time.Time { return start.Add(time.Duration(len(f.envs)) * time.Second) }

func (f *feed) link(name, payload string) *feed {
	seq := uint64(len(f.envs) + 1)
	subject := f.subject
	subject.Session = f.session
	f.envs = append(f.envs, events.Envelope{
		Meta: events.Meta{
			ID: f.session + strconv.FormatUint(seq, 10), Seq: seq, Subject: subject, Source: events.SourceLink,
			Kind:       events.KindID{Provider: f.provider, Stream: events.StreamLink, Name: name},
			OccurredAt: f.now(), ReceivedAt: f.now(),
		},
		Raw: []byte(payload),
	})
	return f
}

func (f *feed) webhook(name string, subject events.Subject, outcome string) *feed {
	f.envs = append(f.envs, events.Envelope{Meta: events.Meta{
		ID: "hook" + strconv.Itoa(len(f.envs)), Subject: subject, Source: events.SourceWebhook, Trust: events.Verified,
		Kind:    events.KindID{Provider: f.provider, Stream: events.StreamWebhook, Name: name},
		Outcome: outcome, ReceivedAt: f.now(),
	}})
	return f
}

// recorded plays a recorded callback sequence.
func (f *feed) recorded(t *testing.T, file string) *feed {
	t.Helper()
	raw, err := os.ReadFile(file)
	require.NoError(t, err)
	var rec struct{ Events [][2]json.RawMessage }
	require.NoError(t, json.Unmarshal(raw, &rec))
	for _, e := range rec.Events {
		var name string
		require.NoError(t, json.Unmarshal(e[0], &name))
		f.link(name, string(e[1]))
	}
	return f
}

func tell(t *testing.T, f *feed) journey.Session {
	t.Helper()
	sessions := journey.Sessions(f.envs, f.now(), nil)
	require.Len(t, sessions, 1)
	return sessions[0]
}

// offsets lists the steps that were seen, with the second at which each was.
func offsets(s *journey.Session) map[string]int {
	seen := map[string]int{}
	for step, when := range s.Steps {
		if !when.IsZero() {
			seen[journey.Step(step).String()] = int(when.Sub(start).Seconds())
		}
	}
	return seen
}

func TestRecordedPinwheelSession(t *testing.T) {
	t.Parallel()
	f := &feed{provider: "pinwheel", session: "s1", subject: events.Subject{LinkTokenID: "a63c75ef-3e91-4fff-8147-78cf7efeddd2"}}
	f.recorded(t, "testdata/pinwheel_link.json")
	claimed := tell(t, f)
	require.Equal(t, map[string]int{"opened": 0, "login shown": 2, "attempted": 3, "logged in": 5, "done": 6}, offsets(&claimed))
	require.Equal(t, journey.Completed, claimed.Ending)
	require.True(t, claimed.Direct, "the modal opened at the login of a chosen employer")
	require.Contains(t, claimed.Jobs, "login")
	require.Empty(t, claimed.Subject.AccountID, "a claim proves no account")

	f.webhook("account.added", events.Subject{LinkTokenID: f.subject.LinkTokenID, AccountID: "acc"}, "")
	f.webhook("paystubs.fully_synced", events.Subject{LinkTokenID: f.subject.LinkTokenID, AccountID: "acc"}, "success")
	proven := tell(t, f)
	require.Equal(t, journey.Confirmed, proven.Furthest)
	require.Equal(t, "acc", proven.Subject.AccountID)
	require.Equal(t, start.Add(10*time.Second), proven.SyncedAt)
}

func TestRecordedArgyleSession(t *testing.T) {
	t.Parallel()
	user := "019c0b39-021f-1499-2601-4988ca1a95bb"
	f := &feed{provider: "argyle", session: "s1", subject: events.Subject{EndUserID: user}}
	f.recorded(t, "testdata/argyle_link.json")
	claimed := tell(t, f)
	require.Equal(t, map[string]int{"opened": 0, "login shown": 0, "attempted": 1, "challenged": 3, "logged in": 4}, offsets(&claimed))
	require.Equal(t, journey.Left, claimed.Ending)
	require.Equal(t, "item_000029932", claimed.PlatformID)

	f.webhook("accounts.connected", events.Subject{EndUserID: user, AccountID: "acc"}, "")
	proven := tell(t, f)
	require.Equal(t, journey.Completed, proven.Ending, "a signed webhook completes what the closing left open")
	require.Equal(t, 6, offsets(&proven)["confirmed"])
}

func TestOrderAndRepetitionDoNotMatter(t *testing.T) {
	t.Parallel()
	f := &feed{provider: "pinwheel", session: "s1"}
	f.recorded(t, "testdata/pinwheel_link.json")
	want := tell(t, f)
	mixed := &feed{envs: append([]events.Envelope{}, f.envs...)}
	for i, j := 0, len(mixed.envs)-1; i < j; i, j = i+1, j-1 {
		mixed.envs[i], mixed.envs[j] = mixed.envs[j], mixed.envs[i]
	}
	mixed.envs = append(mixed.envs, f.envs...)
	sessions := journey.Sessions(mixed.envs, f.now(), nil)
	require.Equal(t, []journey.Session{want}, sessions)
}

func TestErrorsAreNotTheEnd(t *testing.T) {
	t.Parallel()
	f := &feed{provider: "pinwheel", session: "s1"}
	f.link("open", `{}`).link("screen_transition", `{"screen_name":"LOGIN"}`).link("login_attempt", `{}`)
	f.link("error", `{"type":"userActionRequired","code":"invalidCredentials","message":"secret text","pendingRetry":false}`)
	require.False(t, tell(t, f).Problems[0].Recovered)
	f.link("login_attempt", `{}`)
	require.False(t, tell(t, f).Problems[0].Recovered, "another try is no success")
	f.link("login", `{"accountId":"acc","platformId":"p"}`)
	s := tell(t, f)
	require.True(t, s.Problems[0].Recovered)
	require.Equal(t, "userActionRequired", s.Problems[0].Type)
	require.Equal(t, "invalidCredentials", s.Problems[0].Code)
	require.Equal(t, 2, s.Attempts)
	funnel := journey.Measure([]journey.Session{s})
	require.Equal(t, []journey.ErrorFigures{{Type: "userActionRequired", Code: "invalidCredentials", Sessions: 1, Times: 1, Recovered: 1}}, funnel.Errors)
}

func TestArgyleLoginErrorIsNoLoginShown(t *testing.T) {
	t.Parallel()
	f := &feed{provider: "argyle", session: "s1"}
	f.link("search - opened", `{}`).link("search - term updated", `{"term":"x"}`).link("search - link item selected", `{"itemId":"i"}`)
	f.link("login - opened", `{"errorCode":"invalid_credentials","errorMessage":"text"}`)
	s := tell(t, f)
	require.True(t, s.Steps[journey.LoginShown].IsZero())
	require.Equal(t, "invalid_credentials", s.Problems[0].Code)
	require.False(t, s.Direct)
}

func TestSkippedSelectIsNoDropOff(t *testing.T) {
	t.Parallel()
	update := &feed{provider: "pinwheel", session: "update", subject: events.Subject{LinkTokenID: "t1"}}
	update.link("open", `{}`).link("screen_transition", `{"screenName":"LOGIN"}`).link("login_attempt", `{}`).
		link("login", `{"accountId":"acc"}`)
	update.webhook("paystubs.added", events.Subject{LinkTokenID: "t1", AccountID: "acc"}, "success")
	update.envs[len(update.envs)-1].JobID = "job"
	leaver := &feed{provider: "pinwheel", session: "leaver"}
	leaver.link("open", `{}`).link("screen_transition", `{"screenName":"SEARCH_RESULTS"}`).link("exit", `{}`)
	sessions := journey.Sessions(append(update.envs, leaver.envs...), start.Add(time.Minute), nil)
	funnel := journey.Measure(sessions)
	require.Equal(t, 2, funnel.Sessions)
	require.Equal(t, 1, funnel.Direct)
	require.Equal(t, 1, funnel.Steps[journey.Selected].Reached)
	require.Zero(t, funnel.Steps[journey.Selected].Seen)
	require.Equal(t, 1, funnel.Steps[journey.Searched].Dropped)
	require.Zero(t, funnel.Steps[journey.LoggedIn].Dropped)
	require.InDelta(t, 0.5, funnel.Conversion(journey.Confirmed), 0)
	require.Equal(t, 1, funnel.Endings[journey.Completed])
	require.Equal(t, 1, funnel.Endings[journey.Left])
}

func TestAbandonment(t *testing.T) {
	t.Parallel()
	f := &feed{provider: "pinwheel", session: "s1"}
	f.link("open", `{}`).link("select_employer", `{"selectedEmployerId":"e"}`)
	last := start.Add(time.Second)
	ending := func(now time.Time, opts *journey.Options) journey.Ending {
		return journey.Sessions(f.envs, now, opts)[0].Ending
	}
	require.Equal(t, journey.Open, ending(last.Add(14*time.Minute), nil))
	require.Equal(t, journey.Abandoned, ending(last.Add(15*time.Minute), nil))
	down := &journey.Options{Closed: func(string) (time.Time, bool) { return last, true }}
	require.Equal(t, journey.Open, ending(last.Add(time.Minute), down))
	require.Equal(t, journey.Abandoned, ending(last.Add(2*time.Minute), down))
}

func TestHostilePayloadsAreTolerated(t *testing.T) {
	t.Parallel()
	for _, payload := range []string{`null`, `[]`, `"x"`, `{"screenName":7,"accountId":{"a":[1]}}`, `{`, ``, "\xff"} {
		f := &feed{provider: "pinwheel", session: "s1"}
		f.link("screen_transition", payload)
		s := tell(t, f)
		require.Equal(t, map[string]int{"opened": 0}, offsets(&s))
	}
}

func TestUnverifiedWebhooksConfirmNothing(t *testing.T) {
	t.Parallel()
	f := &feed{provider: "pinwheel", session: "s1", subject: events.Subject{LinkTokenID: "t1"}}
	f.link("open", `{}`)
	f.webhook("account.added", events.Subject{LinkTokenID: "t1"}, "")
	f.envs[1].Trust = events.Claimed
	require.Equal(t, journey.Opened, tell(t, f).Furthest)
	f.envs[1].Trust = events.Verified
	f.envs[1].Outcome = "error"
	require.Equal(t, journey.Opened, tell(t, f).Furthest)
}

func TestMeasureQuantiles(t *testing.T) {
	t.Parallel()
	var envs []events.Envelope
	for i := 1; i <= 10; i++ {
		f := &feed{provider: "pinwheel", session: "s" + strconv.Itoa(i)}
		f.link("open", `{}`).link("login", `{}`)
		f.envs[1].OccurredAt = start.Add(time.Duration(i) * time.Second)
		envs = append(envs, f.envs...)
	}
	funnel := journey.Measure(journey.Sessions(envs, start, nil))
	require.Equal(t, journey.Spread{Median: 5 * time.Second, P90: 9 * time.Second}, funnel.Steps[journey.LoggedIn].Delay)
	none := journey.Measure(nil)
	require.Zero(t, none.Conversion(journey.Done))
}
