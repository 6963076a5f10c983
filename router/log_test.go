package router_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/router"
)

var discard = slog.New(slog.DiscardHandler)

// logbook keeps the lines of a logger.
type logbook struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *logbook) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *logbook) logger(level slog.Level) *slog.Logger {
	return slog.New(slog.NewJSONHandler(l, &slog.HandlerOptions{Level: level}))
}

// lines returns what was logged since the last call.
func (l *logbook) lines(t *testing.T) []map[string]any {
	t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	var list []map[string]any
	for line := range strings.Lines(l.buf.String()) {
		var m map[string]any
		require.NoError(t, json.Unmarshal([]byte(line), &m))
		list = append(list, m)
	}
	l.buf.Reset()
	return list
}

// only returns the one line that was logged.
func (l *logbook) only(t *testing.T) map[string]any {
	t.Helper()
	lines := l.lines(t)
	require.Len(t, lines, 1)
	return lines[0]
}

func TestLogHasIdsSizesAndDurationsAndNoPayload(t *testing.T) {
	t.Parallel()
	var book logbook
	h := router.New(&publisher{}, newAcme(), &router.Options{Logger: book.logger(slog.LevelDebug)})
	serve(h, signed(t, widgetBody))
	line := book.only(t)
	require.Equal(t, "DEBUG", line["level"])
	require.Equal(t, "acme", line["endpoint"])
	require.EqualValues(t, 200, line["status"])
	require.EqualValues(t, len(widgetBody), line["size"])
	require.Contains(t, line, "duration")
	require.NotContains(t, line, "reason")
	event, _ := line["event"].(map[string]any)
	require.Equal(t, "acme/webhook/widget.made", event["kind"])
	require.Equal(t, "w1", event["id"])
	require.Equal(t, "blue", event["key_id"])

	h = router.New(&publisher{}, newAcme(), &router.Options{Logger: book.logger(slog.LevelInfo)})
	serve(h, signed(t, widgetBody))
	require.Empty(t, book.lines(t), "what goes well is not logged above Debug")
}

func TestEveryRefusalIsLoggedAndObserved(t *testing.T) {
	t.Parallel()
	type request = func(r *http.Request)
	none := func(*http.Request) {}
	cases := map[string]struct {
		change request
		pub    events.Publisher
		status int
		level  string
		size   int
	}{
		router.ReasonMethod:       {func(r *http.Request) { r.Method = "GET" }, nil, 405, "WARN", 0},
		router.ReasonContentType:  {func(r *http.Request) { r.Header.Del("Content-Type") }, nil, 415, "WARN", 0},
		router.ReasonEncoding:     {func(r *http.Request) { r.Header.Set("Content-Encoding", "gzip") }, nil, 415, "WARN", 0},
		router.ReasonTooLarge:     {func(r *http.Request) { setBody(r, strings.Repeat(" ", 101)) }, nil, 413, "WARN", 0},
		router.ReasonSlowBody:     {func(r *http.Request) { r.Body = io.NopCloser(dripping{r.Body}) }, nil, 408, "WARN", 11},
		router.ReasonBodyBroken:   {func(r *http.Request) { r.Body = io.NopCloser(broken{io.ErrUnexpectedEOF}) }, nil, 400, "WARN", 0},
		router.ReasonBodyConsumed: {func(r *http.Request) { r.Body = http.NoBody }, nil, 500, "ERROR", 0},
		router.ReasonSignature:    {func(r *http.Request) { setBody(r, "{}") }, nil, 401, "WARN", 2},
		router.ReasonUnparseable:  {func(r *http.Request) { setBody(r, "{}x"); newAcme().Sign(r.Header, []byte("{}x")) }, nil, 400, "WARN", 3},
		router.ReasonUnavailable:  {none, &publisher{err: events.ErrOverloaded}, 503, "ERROR", len(widgetBody)},
		router.ReasonHandler:      {none, &publisher{err: &events.HandlerError{Handler: "ledger", Err: io.ErrClosedPipe}}, 500, "ERROR", len(widgetBody)},
	}
	for reason, c := range cases {
		t.Run(reason, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var book logbook
				var watch events.Watch
				var seen []events.Observation
				watch.Observe(func(o events.Observation) { seen = append(seen, o) })
				pub := c.pub
				if pub == nil {
					pub = &publisher{}
				}
				r := signed(t, widgetBody)
				c.change(r)
				w := serve(router.New(pub, newAcme(), &router.Options{MaxBody: 100, Logger: book.logger(slog.LevelInfo), Watch: &watch}), r)
				require.Equal(t, c.status, w.Code)
				line := book.only(t)
				require.Equal(t, c.level, line["level"])
				require.Equal(t, reason, line["reason"])
				require.EqualValues(t, c.status, line["status"])
				require.EqualValues(t, c.size, line["size"])
				require.Len(t, seen, 1)
				require.Equal(t, events.Refused, seen[0].What)
				require.Equal(t, reason, seen[0].Reason)
				require.Equal(t, c.size, seen[0].Size)
				require.Equal(t, "acme", seen[0].Meta.Endpoint)
			})
		})
	}
}

func TestObservesOnThePublishersWatch(t *testing.T) {
	t.Parallel()
	bus := events.New()
	var seen []events.What
	bus.Watch().Observe(func(o events.Observation) { seen = append(seen, o.What) })
	h := router.New(bus, newAcme(), quiet())
	serve(h, signed(t, widgetBody))
	r := signed(t, widgetBody)
	setBody(r, "{}")
	serve(h, r)
	require.Equal(t, []events.What{events.Received, events.Unhandled, events.Refused}, seen)
}

func TestNothingSecretAnywhere(t *testing.T) {
	t.Parallel()
	const payload = "canary-in-the-payload"
	body := `{"id":"w1","type":"widget.made","data":{"name":"` + payload + `"}}`
	provider := newAcme()
	panicking := newAcme()
	panicking.wait = -1
	cases := map[string]struct {
		pub    events.Publisher
		p      acme
		change func(r *http.Request)
	}{
		"taken":       {&publisher{}, provider, func(*http.Request) {}},
		"forged":      {&publisher{}, provider, func(r *http.Request) { setBody(r, body+"\n") }},
		"unparseable": {&publisher{}, provider, func(r *http.Request) { setBody(r, body+"x"); provider.Sign(r.Header, []byte(body+"x")) }},
		"unavailable": {&publisher{err: events.ErrOverloaded}, provider, func(*http.Request) {}},
		"panic":       {&publisher{}, panicking, func(*http.Request) {}},
		"unfitting":   {unfitting(), provider, func(*http.Request) {}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var book logbook
			var watch events.Watch
			watch.Observe(func(o events.Observation) { _ = json.MarshalWrite(&book, []any{o.Meta, o.Reason, errorText(o.Err)}) })
			r := signed(t, body)
			c.change(r)
			w := serve(router.New(c.pub, c.p, &router.Options{Logger: book.logger(slog.LevelDebug), Watch: &watch}), r)
			said := book.buf.String() + w.Body.String()
			require.NotContains(t, said, payload)
			require.NotContains(t, said, acmeSecret)
			require.NotContains(t, said, r.Header.Get("X-Acme-Signature")[:8])
			newAcme().Sign(r.Header, []byte(body))
			require.NotContains(t, said, r.Header.Get("X-Acme-Signature")[:8], "the expected signature")
		})
	}
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// unfitting is a bus whose type for the event does not hold it.
func unfitting() *events.Bus {
	bus := events.New()
	events.On(bus, events.Webhook[struct {
		Name int `json:"name"`
	}]("acme", "widget.made"), func(context.Context, events.Event[struct {
		Name int `json:"name"`
	}]) error {
		return errors.New("must not run")
	})
	return bus
}

func TestDoctorExplainsA401InTheLogOnly(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		change func(r *http.Request)
		want   string
	}{
		"no header": {func(r *http.Request) { r.Header.Del("X-Acme-Signature") }, "the header X-Acme-Signature is missing"},
		"other provider": {func(r *http.Request) {
			r.Header = http.Header{"Content-Type": {"application/json"}, "X-Argyle-Signature": {"00"}}
		}, "a delivery of Argyle"},
		"not hex":    {func(r *http.Request) { r.Header.Set("X-Acme-Signature", "zz") }, "not hexadecimal"},
		"other key":  {func(r *http.Request) { r.Header.Set("X-Acme-Signature", strings.Repeat("00", 32)) }, "no key fits (tried: blue)"},
		"re-encoded": {func(r *http.Request) { setBody(r, strings.ReplaceAll(widgetBody, ":", ": ")) }, "written compactly"},
		"empty body": {func(r *http.Request) { setBody(r, "") }, "the body is empty"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var book logbook
			r := signed(t, widgetBody)
			c.change(r)
			w := serve(router.New(&publisher{}, newAcme(), &router.Options{Logger: book.logger(slog.LevelInfo)}), r)
			require.Equal(t, "Unauthorized\n", w.Body.String())
			require.Contains(t, book.only(t)["diagnosis"], c.want)
		})
	}
}

// mute is a provider without a doctor.
type mute struct{ router.Provider }

// quack is a provider whose doctor panics, or finds nothing.
type quack struct {
	router.Provider
	panics bool
}

func (q quack) Diagnose(http.Header, []byte, error) string {
	if q.panics {
		panic(acmeSecret)
	}
	return ""
}

func TestDoctorNeverHurtsTheAnswer(t *testing.T) {
	t.Parallel()
	for want, p := range map[string]router.Provider{
		"the provider has no doctor":     mute{newAcme()},
		"the doctor panicked":            quack{newAcme(), true},
		"the doctor found nothing wrong": quack{newAcme(), false},
	} {
		var book logbook
		r := signed(t, widgetBody)
		setBody(r, "{}")
		w := serve(router.New(&publisher{}, p, &router.Options{Logger: book.logger(slog.LevelInfo)}), r)
		require.Equal(t, http.StatusUnauthorized, w.Code)
		require.Equal(t, want, book.only(t)["diagnosis"])
	}
}

func TestDoctorIsRationed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var book logbook
		h := router.New(&publisher{}, newAcme(), &router.Options{Logger: book.logger(slog.LevelInfo)})
		examined := func(failures int) (n int) {
			for range failures {
				r := signed(t, widgetBody)
				setBody(r, "{}")
				serve(h, r)
			}
			for _, line := range book.lines(t) {
				if line["diagnosis"] != "not examined: many verifications fail at this time" {
					n++
				}
			}
			return n
		}
		require.Equal(t, 20, examined(100))
		time.Sleep(time.Second)
		require.Equal(t, 10, examined(100))
		time.Sleep(time.Hour)
		require.Equal(t, 20, examined(100))
	})
}

func TestWithoutALoggerTheDefaultHearsOfARefusal(t *testing.T) {
	t.Parallel()
	r := signed(t, widgetBody)
	setBody(r, widgetBody+" ")
	require.Equal(t, http.StatusUnauthorized, serve(router.New(&publisher{}, newAcme(), nil), r).Code)
	lines := defaultLog.lines(t)
	require.NotEmpty(t, lines)
	require.Equal(t, router.ReasonSignature, lines[len(lines)-1]["reason"])
}

func TestDoctorAnswersFirst(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		slow := waiting{newAcme(), make(chan struct{})}
		var book logbook
		c := dial(t, router.New(&publisher{}, slow, &router.Options{Logger: book.logger(slog.LevelInfo)}))
		c.send(strings.Replace(head(widgetBody), "signature: ", "signature: 00", 1), "\r\n", widgetBody)
		require.Equal(t, http.StatusUnauthorized, c.answer().StatusCode)
		require.Empty(t, book.lines(t), "the doctor is still at it")
		close(slow.gate)
		synctest.Wait()
		require.Equal(t, "at last", book.only(t)["diagnosis"])
	})
}

// waiting is a provider whose doctor takes its time.
type waiting struct {
	acme
	gate chan struct{}
}

func (s waiting) Diagnose(http.Header, []byte, error) string {
	<-s.gate
	return "at last"
}
