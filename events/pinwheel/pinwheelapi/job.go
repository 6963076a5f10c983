package pinwheelapi

import (
	"context"
	"iter"
	"net/url"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/linkhook/linkhook/events/pinwheel"
)

// Job is one job that Link started. It has no event id, no end user and none of the added and deleted lists of webhooks;
// refresh jobs of monitoring are not listed at all.
type Job struct {
	ID          string             `json:"id"`            // payload.id of the job's webhooks
	Name        pinwheel.JobName   `json:"name"`          // which job it is
	Timestamp   pinwheel.Timestamp `json:"timestamp"`     // when it ended
	Outcome     pinwheel.Outcome   `json:"outcome"`       // also pending, although the list is called that of completed jobs
	LinkTokenID string             `json:"link_token_id"` // of the Link session that started it
	AccountID   string             `json:"account_id"`    // empty for jobs without an account
	ErrorCode   pinwheel.ErrorCode `json:"error_code"`    // empty unless the outcome is error
	ErrorType   pinwheel.ErrorType `json:"error_type"`    // empty unless the outcome is error
	Params      jsontext.Value     `json:"params"`        // per job, as in the webhooks
}

// JobFilter selects jobs; empty members select all.
type JobFilter struct {
	LinkTokenID string             // jobs of one Link session
	AccountID   string             // jobs of one account
	Names       []pinwheel.JobName // any of these jobs
	Outcome     pinwheel.Outcome   // jobs that ended so
	From, To    time.Time          // bounds of the jobs' Timestamp; the zero time is no bound
}

func (f *JobFilter) query() url.Values {
	q := url.Values{}
	set(q, "link_token_id", f.LinkTokenID)
	set(q, "account_id", f.AccountID)
	set(q, "outcome", string(f.Outcome))
	for _, n := range f.Names {
		q.Add("job_types", string(n))
	}
	if !f.From.IsZero() {
		q.Set("from_timestamp", f.From.UTC().Format(time.RFC3339Nano))
	}
	if !f.To.IsZero() {
		q.Set("to_timestamp", f.To.UTC().Format(time.RFC3339Nano))
	}
	return q
}

func set(q url.Values, name, value string) {
	if value != "" {
		q.Set(name, value)
	}
}

// Jobs yields the jobs that filter selects. It is how webhooks that never came are found.
func (c *Client) Jobs(ctx context.Context, filter JobFilter) iter.Seq2[Job, error] {
	return list[Job](ctx, c, "/jobs", filter.query(), nil)
}
