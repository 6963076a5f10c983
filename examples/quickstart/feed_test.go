package main

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/argyle"
	"github.com/linkhook/linkhook/events/eventstest"
)

const accountAdded = `{"event_id": "ev-1", "event": "account.added", "payload": {"account_id": "acc-1", "end_user_id": "user-1", ` +
	`"link_token_id": "lt-1", "platform_id": "p-1", "connected": true, "created_at": "2025-06-24T22:04:33.547314+00:00"}}`

func TestASignedDeliveryIsOneLine(t *testing.T) {
	t.Parallel()
	h := start(t, nil)
	require.Equal(t, http.StatusOK, h.post(t, "/hooks/pinwheel", byPinwheel(), accountAdded))
	rows := h.out.rows(t)
	require.Len(t, rows, 1)
	took, ok := rows[0]["duration_us"].(float64)
	require.True(t, ok)
	require.GreaterOrEqual(t, took, 0.0)
	delete(rows[0], "duration_us")
	require.Equal(t, map[string]any{
		"kind": "pinwheel/webhook/account.added", "id": "ev-1", "source": "webhook", "trust": "verified", "account_id": "acc-1",
		"end_user_id": "user-1", "link_token_id": "lt-1", "handler": "ledger",
	}, rows[0])
}

func TestWhatIsAbsentIsNull(t *testing.T) {
	t.Parallel()
	h := start(t, nil)
	by := argyle.NewWebhooks(events.Keys(argyleSecret), nil)
	body := "{\n  \"event\": \"users.fully_synced\",\n  \"name\": \"all\",\n  \"data\": {\n    \"user\": \"user-1\",\n    \"resource\": {\"id\": \"user-1\"}\n  }\n}"
	require.Equal(t, http.StatusOK, h.post(t, "/hooks/argyle", by, body))
	sum := sha256.Sum256([]byte(body))
	line := h.out.lines(t)[0]
	require.True(t, strings.HasPrefix(line, `{"kind":"argyle/webhook/users.fully_synced","id":"`+hex.EncodeToString(sum[:16])+
		`","source":"webhook","trust":"verified","account_id":null,"end_user_id":"user-1","link_token_id":null,"handler":"ledger","duration_us":`), line)
}

func TestUnknownKindsArePrintedAsUnhandled(t *testing.T) {
	t.Parallel()
	h := start(t, nil)
	for _, body := range []string{
		`{"event_id": "ev-1", "event": "brand.new", "payload": {"account_id": "acc-1", "anything": [1]}}`,
		`{"event_id": "ev-2", "event": "bill.added", "payload": {"id": "bill-1", "end_user_id": "user-1"}}`, // known, without a handler
	} {
		require.Equal(t, http.StatusOK, h.post(t, "/hooks/pinwheel", byPinwheel(), body))
	}
	rows := h.out.rows(t)
	require.Len(t, rows, 2)
	require.Equal(t, []any{"pinwheel/webhook/brand.new", "unhandled"}, []any{rows[0]["kind"], rows[0]["handler"]})
	require.Equal(t, []any{"pinwheel/webhook/bill.added", "unhandled"}, []any{rows[1]["kind"], rows[1]["handler"]})
}

func TestWhatNobodyHandledPrintsNothing(t *testing.T) {
	t.Parallel()
	h := start(t, nil)
	wrong := argyle.NewWebhooks(events.Keys("another secret"), nil)
	require.Equal(t, http.StatusUnauthorized, h.post(t, "/hooks/argyle", wrong, `{"event": "accounts.added", "data": {}}`))
	require.Equal(t, http.StatusUnauthorized, h.post(t, "/hooks/pinwheel", wrong, accountAdded))
	unfitting := strings.Replace(accountAdded, `"acc-1"`, `["acc-1"]`, 1)
	require.Equal(t, http.StatusOK, h.post(t, "/hooks/pinwheel", byPinwheel(), unfitting))
	require.Empty(t, h.out.lines(t))
}

func TestALineThatCannotBeWrittenFailsTheEvent(t *testing.T) {
	t.Parallel()
	h := start(t, nil)
	h.out.broken = errors.New("the pipe is closed")
	require.Equal(t, http.StatusInternalServerError, h.post(t, "/hooks/pinwheel", byPinwheel(), accountAdded))
}

func TestEveryFixtureIsOneLine(t *testing.T) {
	t.Parallel()
	h := start(t, nil)
	argyleKeys := events.Keys(argyleSecret)
	endpoints := map[string]struct {
		path string
		by   signer
	}{
		"pinwheel":  {"/hooks/pinwheel", byPinwheel()},
		"argyle":    {"/hooks/argyle", argyle.NewWebhooks(argyleKeys, nil)},
		"argyle-v1": {"/hooks/argyle/v1", argyle.NewWebhooksV1(argyleKeys, nil)},
	}
	var want []any
	for _, id := range eventstest.FixtureIDs() {
		if id.Stream != events.StreamWebhook {
			continue
		}
		body, _ := eventstest.Fixture(id)
		to := endpoints[id.Provider]
		require.Equal(t, http.StatusOK, h.post(t, to.path, to.by, string(body)), id)
		want = append(want, id.String())
	}
	var got []any
	handled := map[any]int{}
	for _, row := range h.out.rows(t) {
		got = append(got, row["kind"])
		handled[row["handler"]]++
	}
	require.Equal(t, want, got)
	require.Greater(t, handled["ledger"], 20)
	require.Len(t, handled, 2, "ledger and unhandled")
}

func TestTextIsForPeople(t *testing.T) {
	t.Parallel()
	h := start(t, func(c *config) { c.format = formatText })
	require.Equal(t, http.StatusOK, h.post(t, "/hooks/pinwheel", byPinwheel(), accountAdded))
	for _, body := range []string{
		`{"event_id": "ev-2", "event": "brand.new", "payload": {"end_user_id": "user-1"}}`,
		`{"event_id": "ev-3", "event": "brand.new", "payload": {"link_token_id": "lt-1"}}`,
		`{"event_id": "ev-4", "event": "brand.new", "payload": {}}`,
		`{"event_id": "ev-5", "event": "brand.new", "payload": {"account_id": "265f604c-6d04-4adb-ab51-e320037c1917"}}`,
		`{"event_id": "ev-6", "event": "brand.new", "payload": {"end_user_id": "ünïcode-is-cut-at-a-letter"}}`,
	} {
		require.Equal(t, http.StatusOK, h.post(t, "/hooks/pinwheel", byPinwheel(), body))
	}
	lines := h.out.lines(t)
	require.Len(t, lines, 6)
	require.Regexp(t, `^\d\d:\d\d:\d\d  webhook   verified  pinwheel/webhook/account.added +account acc-1 +\S+  ledger\n$`, lines[0])
	require.Regexp(t, ` user user-1 +0s  unhandled\n$`, lines[1])
	require.Regexp(t, ` token lt-1 `, lines[2])
	require.Regexp(t, ` - `, lines[3])
	require.Regexp(t, ` account 265f604c +0s`, lines[4])
	require.Regexp(t, ` user ünïcode-is-cut-a… +0s`, lines[5])
}

func TestLiveShowsWhatCameBeforeAndWhatComes(t *testing.T) {
	t.Parallel()
	h := start(t, nil)
	require.Equal(t, http.StatusOK, h.post(t, "/hooks/pinwheel", byPinwheel(), accountAdded))
	lines, end := h.listen(t, "")
	require.Equal(t, "id: 0", <-lines)
	require.Contains(t, <-lines, `data: {"kind":"pinwheel/webhook/account.added"`)
	require.Empty(t, <-lines)
	require.Equal(t, http.StatusOK, h.post(t, "/hooks/pinwheel", byPinwheel(), strings.Replace(accountAdded, "ev-1", "ev-2", 1)))
	require.Equal(t, "id: 1", <-lines)
	require.Contains(t, <-lines, `"id":"ev-2"`)
	end()

	lines, end = h.listen(t, "0")
	require.Equal(t, "id: 1", <-lines, "a browser that comes back gets what it missed")
	end()
}

func TestLiveForgetsTheOldest(t *testing.T) {
	t.Parallel()
	f := newFeed(newOutput(), formatJSONL)
	for range keep + 10 {
		require.NoError(t, f.add(events.Meta{}, "h", 0))
	}
	rows, next, _ := f.after(0)
	require.Len(t, rows, keep)
	require.Equal(t, keep+10, next)
	rows, _, _ = f.after(keep + 5)
	require.Len(t, rows, 5)
	rows, _, _ = f.after(keep + 1000)
	require.Empty(t, rows, "a browser of an earlier run starts at the end")
}

// listen opens the page's stream and returns its lines.
func (h *host) listen(t *testing.T, last string) (lines <-chan string, end func()) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, h.url+"/live", nil)
	require.NoError(t, err)
	if last != "" {
		req.Header.Set("Last-Event-ID", last)
	}
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	require.Equal(t, "text/event-stream", resp.Header.Get("Content-Type"))
	out := make(chan string, 100)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for s := bufio.NewScanner(resp.Body); s.Scan(); {
			out <- s.Text()
		}
	}()
	return out, func() {
		require.NoError(t, resp.Body.Close())
		<-done
	}
}

func TestRowHasTheFieldsOfTheContract(t *testing.T) {
	t.Parallel()
	b, err := json.Marshal(row{})
	require.NoError(t, err)
	require.JSONEq(t, `{"kind":"","id":"","source":"","trust":"","account_id":null,"end_user_id":null,"link_token_id":null,"handler":"","duration_us":0}`, string(b))
}
