package eventstest_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/linkhook/linkhook/events"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const canary = "canary-4711-do-not-show"

type booking struct {
	AccountID string `json:"account_id"`
	Outcome   string `json:"outcome,omitempty"`
	Count     int    `json:"count"`
	Secret    string `json:"secret,omitempty"`
}

type login struct {
	AccountID string `json:"accountId"`
	UserID    string `json:"userId"`
}

var (
	booked      = events.Webhook[booking]("acme", "paystubs.booked")
	bookedLink  = events.Link[booking]("acme", "paystubs.booked")
	bookedOther = events.Webhook[booking]("other", "paystubs.booked")
	cooked      = events.Webhook[booking]("acme", "paystubs.cooked")
	unlike      = events.Webhook[booking]("acme", "x")
	loggedIn    = events.Link[login]("acme", "login")
)

// fakeTB stands in for the test of a host, so that failing can be tested.
type fakeTB struct {
	testing.TB // the real one, for everything but failing

	message string
	failed  bool
}

func (f *fakeTB) Helper() {}

func (f *fakeTB) Fatal(args ...any) {
	f.failed, f.message = true, strings.TrimSuffix(fmt.Sprintln(args...), "\n")
	runtime.Goexit()
}

func (f *fakeTB) Fatalf(format string, args ...any) { f.Fatal(fmt.Sprintf(format, args...)) }

// failure returns the message with which body stops its test, and fails this test when it does not.
func failure(t *testing.T, body func(tb testing.TB)) string {
	t.Helper()
	fake := &fakeTB{TB: t}
	done := make(chan struct{})
	go func() {
		defer close(done)
		body(fake)
	}()
	<-done
	if !fake.failed {
		t.Fatal("it did not fail")
	}
	if strings.Contains(fake.message, canary) {
		t.Fatal("the message shows a payload")
	}
	return fake.message
}
