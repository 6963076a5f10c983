package crashtest

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/pinwheel"
)

const (
	secret       = "crash_test_secret" //nolint:gosec // it guards nothing
	accounts     = 50
	postTime     = 15 * time.Second // what Pinwheel waits
	resendPause  = 2 * time.Millisecond
	twiceEvery   = 10 // one delivery of so many is sent twice at once, one more again after its answer
	ordinaryRows = 3
)

// Webhooks returns the endpoint that the feed signs for.
func Webhooks() *pinwheel.Webhooks { return pinwheel.NewWebhooks(events.Keys(secret), nil) }

// Feed plays the provider: it delivers signed events and sends each again until it is answered 200, as Pinwheel does, with
// more patience. Some are sent twice at once and some again after they were acknowledged. Safe for concurrent use.
type Feed struct {
	url    func() string
	rows   func() int
	hooks  *pinwheel.Webhooks
	client *http.Client
	next   atomic.Int64

	mu     sync.Mutex
	acked  map[string]struct{}
	others map[int]int
}

// NewFeed makes a feed that posts to what url returns at the time, which may be empty while nobody listens. Rows gives the
// number of paystubs in a delivery, some 120 bytes each; nil means a few.
func NewFeed(url func() string, rows func() int) *Feed {
	if rows == nil {
		rows = func() int { return 1 + rand.N(ordinaryRows) } //nolint:gosec // sizes need no secrecy
	}
	return &Feed{
		url: url, rows: rows, hooks: Webhooks(), acked: map[string]struct{}{}, others: map[int]int{},
		client: &http.Client{Timeout: postTime, Transport: &http.Transport{MaxIdleConnsPerHost: 64, IdleConnTimeout: time.Second}},
	}
}

// Run delivers with that many senders until more is done. Then it waits until what was begun is acknowledged, or patience is
// done too.
func (f *Feed) Run(more, patience context.Context, senders int) {
	var wg sync.WaitGroup
	for range senders {
		wg.Go(func() {
			for more.Err() == nil {
				f.Deliver(patience, f.NewID())
			}
		})
	}
	wg.Wait()
	f.client.CloseIdleConnections()
}

// NewID returns the id of a new event.
func (f *Feed) NewID() string { return "evt_" + strconv.FormatInt(f.next.Add(1), 10) }

// Deliver sends an event until it is acknowledged or patience is done.
func (f *Feed) Deliver(patience context.Context, id string) {
	body := f.compose(id)
	if rand.N(twiceEvery) == 0 { //nolint:gosec // chance needs no secrecy
		var twin sync.WaitGroup
		defer twin.Wait()
		twin.Go(func() { f.note(id, f.post(patience, body)) })
	}
	for patience.Err() == nil {
		if f.note(id, f.post(patience, body)) {
			break
		}
		pause(patience, resendPause)
	}
	if rand.N(twiceEvery) == 0 { //nolint:gosec // chance needs no secrecy
		f.note(id, f.post(patience, body))
	}
}

// Post sends a new event once and returns the status, 0 when there was no answer.
func (f *Feed) Post(ctx context.Context) int {
	id := f.NewID()
	status := f.post(ctx, f.compose(id))
	f.note(id, status)
	return status
}

// note remembers an answer and reports whether it was an acknowledgement.
func (f *Feed) note(id string, status int) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	switch status {
	case http.StatusOK:
		f.acked[id] = struct{}{}
		return true
	case 0, http.StatusServiceUnavailable:
	default:
		f.others[status]++
	}
	return false
}

// Acked returns the ids of the events that were answered 200.
func (f *Feed) Acked() map[string]struct{} {
	f.mu.Lock()
	defer f.mu.Unlock()
	return maps.Clone(f.acked)
}

// Unexpected names answers that are neither 200 nor 503; it is empty when there were none.
func (f *Feed) Unexpected() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	var list []string
	for _, status := range slices.Sorted(maps.Keys(f.others)) {
		list = append(list, fmt.Sprintf("%d×%d", f.others[status], status))
	}
	return strings.Join(list, " ")
}

// post returns the status, or 0 when there was no answer.
func (f *Feed) post(ctx context.Context, body []byte) int {
	url := f.url()
	if url == "" {
		return 0
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url+HookPath, bytes.NewReader(body))
	if err != nil {
		return 0
	}
	f.hooks.Sign(req.Header, body)
	res, err := f.client.Do(req)
	if err != nil {
		return 0
	}
	defer res.Body.Close() //nolint:errcheck // read to its end or not worth it
	_, _ = io.Copy(io.Discard, res.Body)
	return res.StatusCode
}

// compose makes the body of an event. Everything in it follows from the id, so that [Intact] can tell what a handler got.
func (f *Feed) compose(id string) []byte {
	n, _ := strconv.Atoi(strings.TrimPrefix(id, "evt_"))
	var p bytes.Buffer
	rows := f.rows()
	p.WriteString(`{"added":[`)
	for i := range rows {
		if i > 0 {
			p.WriteByte(',')
		}
		fmt.Fprintf(&p, `{"id":%q,"document_type":null,"year":null,"pay_date":null}`, rowID(id, i))
	}
	fmt.Fprintf(&p, `],"deleted":[],"id":%q,"name":"paystubs","timestamp":"2026-01-02T03:04:05.678901+00:00","outcome":"success",`+
		`"error_code":null,"error_type":null,"link_token_id":"token_%d","params":{"count":%d,"from_pay_date":"2026-01-01",`+
		`"to_pay_date":"2026-01-01","sync_status":"in_progress"},"account_id":"acc_%d","end_user_id":"user_%d"}`,
		"job_"+id, n, rows, n%accounts, n%accounts)
	body, err := f.hooks.Compose(pinwheel.PaystubsAdded.ID(), events.Meta{ID: id}, p.Bytes())
	if err != nil {
		panic("crashtest: composing a delivery failed: " + err.Error())
	}
	return body
}

func rowID(id string, i int) string {
	return fmt.Sprintf("stub_%s_%08d_0123456789abcdef0123456789abcdef", id, i)
}

// Intact reports whether an event is as the feed made it.
func Intact(ev *events.Event[pinwheel.Paystubs]) bool {
	if ev.Data.ID != "job_"+ev.ID || ev.Data.AccountID != ev.AccountID || int64(len(ev.Data.Added)) != ev.Data.Params.Count {
		return false
	}
	for i, item := range ev.Data.Added {
		if item.ID != rowID(ev.ID, i) {
			return false
		}
	}
	return true
}

// pause waits for d or until ctx is done.
func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
