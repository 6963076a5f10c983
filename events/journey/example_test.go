package journey_test

import (
	"fmt"
	"time"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/journey"
)

func ExampleMeasure() {
	opened := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	link := func(session, name string, after time.Duration) events.Envelope {
		return events.Envelope{Meta: events.Meta{
			ID:         session + name,
			Kind:       events.KindID{Provider: "pinwheel", Stream: events.StreamLink, Name: name},
			Subject:    events.Subject{Session: session},
			ReceivedAt: opened.Add(after),
		}, Raw: []byte(`{}`)}
	}
	funnel := journey.Measure(journey.Sessions([]events.Envelope{
		link("ann", "open", 0), link("ann", "login_attempt", 20*time.Second), link("ann", "login", 25*time.Second),
		link("ben", "open", 0), link("ben", "exit", 5*time.Second),
	}, opened.Add(time.Hour), nil))
	for _, s := range []journey.Step{journey.Opened, journey.Attempted, journey.LoggedIn} {
		fmt.Printf("%s: %d reached, %d ended there\n", s, funnel.Steps[s].Reached, funnel.Steps[s].Dropped)
	}
	// Output:
	// opened: 2 reached, 1 ended there
	// attempted: 1 reached, 0 ended there
	// logged in: 1 reached, 1 ended there
}
