package router

import (
	"net/http"
	"sync"
	"time"
)

// Diagnoser is what a [Provider] can be besides: it says in a sentence why a verification failed. The sentence goes to the
// server's log and nowhere else. It must not hold a secret, a signature, or anything of the body; [events.Keyring.Diagnose],
// [events.DiagnoseHeader] and [events.DiagnoseTimestamp] make such sentences.
type Diagnoser interface {
	// Diagnose gets what Verify got and the error that it returned. It is called after the answer was sent, by one goroutine at
	// a time, and does not keep body.
	Diagnose(header http.Header, body []byte, err error) string
}

// How many failures are examined: an examination costs some milliseconds at most, and anybody can cause a failure.
const (
	examinations      = 20                     // at once
	examinationsEvery = 100 * time.Millisecond // one more
)

// doctor rations the examinations, so that a flood of forgeries costs less than one tenth of one core.
type doctor struct {
	diagnoser Diagnoser // nil when the provider is none

	mu   sync.Mutex // held while one examines
	full time.Time  // when all examinations will be free again
}

// examine says why verification failed. It sends the answer first: how long it takes tells the sender nothing.
func (d *doctor) examine(w http.ResponseWriter, r *http.Request, x *exchange) string {
	if d.diagnoser == nil {
		return "the provider has no doctor"
	}
	_ = http.NewResponseController(w).Flush()
	if !d.mu.TryLock() {
		return busy
	}
	defer d.mu.Unlock()
	now := time.Now()
	if d.full.Before(now) {
		d.full = now
	}
	if d.full.Sub(now) > (examinations-1)*examinationsEvery {
		return busy
	}
	d.full = d.full.Add(examinationsEvery)
	return d.diagnose(r.Header, x.body, x.err)
}

const busy = "not examined: many verifications fail at this time"

// diagnose keeps a panic of the provider's doctor from hurting a request that is answered already.
func (d *doctor) diagnose(header http.Header, body []byte, err error) (why string) {
	defer func() {
		if v := recover(); v != nil {
			why = "the doctor panicked"
		}
	}()
	why = d.diagnoser.Diagnose(header, body, err)
	if why == "" {
		why = "the doctor found nothing wrong"
	}
	return why
}
