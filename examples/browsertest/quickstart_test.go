package browsertest_test

import (
	"bufio"
	"encoding/json"
	"io"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// row is a line of -events jsonl.
type row struct {
	Kind        string
	ID          string
	Source      string
	Trust       string
	AccountID   *string `json:"account_id"`
	EndUserID   *string `json:"end_user_id"`
	LinkTokenID *string `json:"link_token_id"`
	Handler     string
}

// quickstart is a running example.
type quickstart struct {
	url string

	mu   sync.Mutex
	rows []row
}

// start builds the example and runs it as a newcomer would, with its events as JSON lines.
func start(t *testing.T) *quickstart {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "quickstart")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", binary, "./examples/quickstart")
	build.Dir = "../.."
	out, err := build.CombinedOutput()
	require.NoError(t, err, string(out))

	cmd := exec.Command(binary, "-addr", "127.0.0.1:0", "-events", "jsonl", "-store", filepath.Join(t.TempDir(), "events.db"))
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	stdout, err := cmd.StdoutPipe()
	require.NoError(t, err)
	stderr, err := cmd.StderrPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())

	q := &quickstart{}
	log := bufio.NewReader(stderr)
	line, err := log.ReadString('\n')
	require.NoError(t, err)
	q.url = line[strings.LastIndexByte(line, ' ')+1 : len(line)-1]
	var wg sync.WaitGroup
	wg.Go(func() { q.read(t, stdout) })
	var rest []byte
	wg.Go(func() { rest, _ = io.ReadAll(log) })
	t.Cleanup(func() {
		require.NoError(t, cmd.Process.Signal(syscall.SIGTERM))
		wg.Wait()
		require.NoError(t, cmd.Wait(), "it stops cleanly: %s", rest)
		require.Empty(t, string(rest), "nothing is amiss")
	})
	return q
}

// read keeps the lines of stdout; every one of them is an event.
func (q *quickstart) read(t *testing.T, stdout io.Reader) {
	t.Helper()
	for lines := bufio.NewScanner(stdout); lines.Scan(); {
		var r row
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			t.Errorf("stdout holds what is no event: %q", lines.Text())
		}
		q.mu.Lock()
		q.rows = append(q.rows, r)
		q.mu.Unlock()
	}
}

// seen returns the lines so far of that stream.
func (q *quickstart) seen(stream string) []row {
	q.mu.Lock()
	defer q.mu.Unlock()
	var rows []row
	for _, r := range q.rows {
		if strings.HasPrefix(r.Kind, "pinwheel/"+stream+"/") {
			rows = append(rows, r)
		}
	}
	return rows
}

// linkEvents is what the modal fires when the first password is wrong, in this order.
var linkEvents = []string{
	"open", "other_event", "screen_transition",
	"select_employer", "other_event", "screen_transition",
	"login_attempt", "other_event", "error",
	"login_attempt", "other_event", "login", "success", "other_event", "screen_transition",
	"input_allocation", "success", "other_event", "screen_transition",
	"exit",
}

// webhooks is how many of each the provider signs.
var webhooks = map[string]int{
	"account.added": 1, "identity.added": 1, "income.added": 1, "paystubs.added": 4, "paystubs.fully_synced": 1,
	"shifts.added": 3, "employment.added": 1, "direct_deposit_switch.added": 1,
}

// watchProven keeps what the page had shown when it first said that the paystubs are ready.
const watchProven = `new MutationObserver(() => {
	if (document.getElementById('proven').textContent !== 'paystubs ready' || window.shownBefore) return;
	window.shownBefore = [...document.querySelectorAll('#rows tr')].map((tr) => tr.dataset.kind);
}).observe(document.getElementById('proven'), { childList: true, characterData: true, subtree: true });`

func names(rows []row) []string {
	list := make([]string, len(rows))
	for i, r := range rows {
		list[i] = r.Kind[strings.LastIndexByte(r.Kind, '/')+1:]
	}
	return list
}

func TestWalkingTheModalBringsEveryEventToItsHandlerAndToThePage(t *testing.T) {
	t.Parallel()
	q := start(t)
	p := open(t)
	p.do(t,
		chromedp.Navigate(q.url),
		chromedp.Evaluate(watchProven, nil),
		chromedp.Click("#open", chromedp.NodeVisible),
		chromedp.Click("dialog li:first-child button", chromedp.NodeVisible),
		chromedp.SetValue("dialog input[name=password]", "pass_bad", chromedp.NodeVisible),
		chromedp.Click("dialog form button"),
		chromedp.WaitVisible("dialog .wrong:not(:empty)"),
		chromedp.WaitEnabled("dialog form button"),
		chromedp.SetValue("dialog input[name=password]", "pass_good"),
		chromedp.Click("dialog form button"),
		chromedp.WaitVisible("dialog input[name=amount]"),
		chromedp.Click("dialog form button"),
		chromedp.Click("//dialog//button[text()='Finish']", chromedp.NodeVisible, chromedp.BySearch),
		chromedp.WaitNotPresent("dialog"),
		chromedp.WaitEnabled("#open"),
	)

	total := len(linkEvents)
	for _, n := range webhooks {
		total += n
	}
	var badges []*cdp.Node
	p.do(t,
		chromedp.WaitVisible("#rows tr:nth-child("+strconv.Itoa(total)+")"),
		chromedp.Nodes("#rows .badge", &badges),
	)
	require.Len(t, badges, total)
	require.Empty(t, p.complaints(), "the page keeps its own policy")

	claims := q.seen("link")
	require.Equal(t, linkEvents, names(claims), "each once, in the order of the modal")
	ids := map[string]bool{}
	for _, r := range claims {
		require.Equal(t, []string{"link", "claimed", "funnel"}, []string{r.Source, r.Trust, r.Handler})
		ids[r.ID] = true
	}
	require.Len(t, ids, len(linkEvents))

	count := map[string]int{}
	proven := q.seen("webhook")
	for _, name := range names(proven) {
		count[name]++
	}
	require.Equal(t, webhooks, count)
	for _, r := range proven {
		require.Equal(t, []string{"webhook", "verified", "ledger"}, []string{r.Source, r.Trust, r.Handler})
		require.NotNil(t, r.AccountID)
		require.Equal(t, claims[0].EndUserID, r.EndUserID, "the ticket and the webhook agree on the user")
		require.Equal(t, claims[0].LinkTokenID, r.LinkTokenID)
	}

	var before []string
	p.do(t,
		chromedp.WaitVisible("//p[@id='proven'][text()='paystubs ready']", chromedp.BySearch),
		chromedp.Evaluate(`window.shownBefore`, &before),
	)
	require.Contains(t, before, "pinwheel/webhook/account.added", "the page says so when the signed webhook is here, not before")
	require.Contains(t, before, "pinwheel/webhook/paystubs.added")

	var shown []string
	p.do(t, chromedp.Evaluate(`[...document.querySelectorAll('#rows tr')].map((tr) => tr.dataset.kind).reverse()`, &shown))
	var printed []string
	q.mu.Lock()
	for _, r := range q.rows {
		printed = append(printed, r.Kind)
	}
	q.mu.Unlock()
	require.Equal(t, printed, shown, "the page shows what stdout says")
}
