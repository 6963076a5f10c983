package reconcile

import (
	"fmt"
	"time"

	"github.com/linkhook/linkhook/events"
)

// Provider is the provider's id of events that linkhook itself finds out.
const Provider = "linkhook"

// overdueAfter is how long a job may be pending: Pinwheel says that it ends within 24 hours.
const overdueAfter = 24 * time.Hour

// JobOverdue comes once for a job that has been pending for more than 24 hours: somebody should ask the provider.
var JobOverdue = events.Webhook[Overdue](Provider, "job.overdue")

// Overdue is a job that has been pending for too long.
type Overdue struct {
	Provider string    `json:"provider"` // the provider's id
	Event    string    `json:"event"`    // the webhook that reported the job as pending, or should have
	JobID    string    `json:"job_id"`   // the job's id at the provider
	Since    time.Time `json:"since"`    // when the job went pending
}

func newOverdue(of *events.Envelope) (events.Envelope, error) {
	raw, err := JobOverdue.Encode(Overdue{
		Provider: of.Kind.Provider, Event: of.Kind.Name, JobID: of.JobID, Since: of.OccurredAt,
	})
	if err != nil {
		return events.Envelope{}, fmt.Errorf("reconcile: encoding: %w", err)
	}
	return events.Envelope{Meta: events.Meta{
		ID: "overdue/" + of.ID, Kind: JobOverdue.ID(), Endpoint: of.Endpoint, Source: events.SourceReconcile,
		Trust: events.Verified, Subject: of.Subject, OccurredAt: of.OccurredAt, ReceivedAt: of.ReceivedAt,
	}, Raw: raw}, nil
}
