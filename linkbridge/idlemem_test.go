package linkbridge_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/linkbridge"
)

// idleServer names the variable that makes the test binary a server, so that its memory is counted without the clients'.
const idleServer = "LINKBRIDGE_IDLE_SERVER"

// How many connections are held open.
const (
	idleConns = 9000
	heapConns = 2000
)

func TestMain(m *testing.M) {
	if kind := os.Getenv(idleServer); kind != "" {
		serveIdle(kind)
		return
	}
	goleak.VerifyTestMain(m)
}

// serveIdle serves a bridge, or gorilla as its documentation shows it, and tells its memory at /rss, and its
// heap with its stacks at /heap, until stdin ends.
func serveIdle(kind string) {
	mux := http.NewServeMux()
	mux.HandleFunc("/rss", func(w http.ResponseWriter, _ *http.Request) {
		debug.FreeOSMemory()
		statm, err := os.ReadFile("/proc/self/statm")
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		pages, _ := strconv.Atoi(strings.Fields(string(statm))[1])
		_, _ = fmt.Fprint(w, pages*os.Getpagesize())
	})
	mux.HandleFunc("/heap", func(w http.ResponseWriter, _ *http.Request) {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		_, _ = fmt.Fprint(w, m.HeapAlloc+m.StackInuse)
	})
	mux.Handle("/", idleHandler(kind))
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	fmt.Println(l.Addr())
	go func() { _ = http.Serve(l, mux) }()
	_, _ = io.Copy(io.Discard, os.Stdin)
}

func idleHandler(kind string) http.Handler {
	if kind == "bridge" {
		return linkbridge.New(&sink{}, linkbridge.Keys(secret), &linkbridge.Options{Push: linkbridge.SafePush(accountAdded)})
	}
	upgrader := websocket.Upgrader{Subprotocols: []string{"linkbridge.v1"}}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ws, err := upgrader.Upgrade(w, r, nil)
		if err != nil {
			return
		}
		defer ws.Close()
		var v map[string]any
		for ws.ReadJSON(&v) == nil {
			if ws.WriteJSON(map[string]string{"type": "welcome"}) != nil {
				return
			}
		}
	})
}

// measureIdle holds n connections open, each after its hello, and returns the server's memory for one, as it tells it at path.
func measureIdle(b *testing.B, kind string, n int, path string) float64 {
	b.Helper()
	self, err := os.Executable()
	require.NoError(b, err)
	cmd := exec.CommandContext(context.Background(), self)
	cmd.Env = append(os.Environ(), idleServer+"="+kind)
	stdin, err := cmd.StdinPipe()
	require.NoError(b, err)
	stdout, err := cmd.StdoutPipe()
	require.NoError(b, err)
	require.NoError(b, cmd.Start())
	b.Cleanup(func() {
		_ = stdin.Close()
		require.NoError(b, cmd.Wait())
	})
	addr, err := bufio.NewReader(stdout).ReadString('\n')
	require.NoError(b, err)
	addr = strings.TrimSpace(addr)
	warm := connectIdle(b, addr, -1)
	before := memory(b, addr, path)
	conns := make([]net.Conn, n)
	for i := range conns {
		conns[i] = connectIdle(b, addr, i)
	}
	after := memory(b, addr, path)
	_ = warm.Close()
	for _, c := range conns {
		_ = c.Close()
	}
	return (after - before) / float64(n)
}

func memory(b *testing.B, addr, path string) float64 {
	b.Helper()
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Get("http://" + addr + path)
	require.NoError(b, err)
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	require.NoError(b, err)
	n, err := strconv.ParseFloat(string(text), 64)
	require.NoError(b, err)
	return n
}

// tickets signs for the server in the other process, which has the same key.
var tickets = linkbridge.New(events.New(), linkbridge.Keys(secret), nil)

// connectIdle opens one connection, says hello and waits for the welcome.
func connectIdle(b *testing.B, addr string, i int) net.Conn {
	b.Helper()
	c, err := (&net.Dialer{}).DialContext(context.Background(), "tcp", addr)
	require.NoError(b, err)
	h := helloFrame(ticket(b, tickets, linkbridge.Principal{Provider: "pinwheel", EndUserID: fmt.Sprint("user-", i), LinkTokenID: fmt.Sprint("lt-", i)}))
	h["want"] = []string{"account.added"}
	hello, err := json.Marshal(h)
	require.NoError(b, err)
	_, err = fmt.Fprintf(c, "GET / HTTP/1.1\r\nHost: %s\r\nOrigin: http://%s\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"+
		"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: linkbridge.v1\r\n\r\n", addr, addr)
	require.NoError(b, err)
	r := bufio.NewReader(c)
	resp, err := http.ReadResponse(r, nil)
	require.NoError(b, err)
	require.Equal(b, http.StatusSwitchingProtocols, resp.StatusCode)
	_, err = c.Write(masked(string(hello)))
	require.NoError(b, err)
	require.NoError(b, c.SetReadDeadline(time.Now().Add(testWait)))
	head, err := r.Peek(21) // as long as the shorter of the two welcomes
	require.NoError(b, err)
	require.Contains(b, string(head), "welcome")
	return c
}

// BenchmarkIdleConnection measures the resident memory of a server for one welcomed page that says nothing, its link session
// and its subscription included, at 9,000 pages.
func BenchmarkIdleConnection(b *testing.B) {
	var bytes float64
	for b.Loop() {
		bytes = measureIdle(b, "bridge", idleConns, "/rss")
	}
	b.ReportMetric(bytes, "RSS-B/conn")
}

// BenchmarkIdleHeap measures what the garbage collector sees of such a page, its goroutine's stack included, at 2,000 pages.
func BenchmarkIdleHeap(b *testing.B) {
	var bytes float64
	for b.Loop() {
		bytes = measureIdle(b, "bridge", heapConns, "/heap")
	}
	b.ReportMetric(bytes, "heap-B/conn")
}

// BenchmarkIdleGorilla is the same for gorilla as its documentation shows it, without any session.
func BenchmarkIdleGorilla(b *testing.B) {
	var bytes float64
	for b.Loop() {
		bytes = measureIdle(b, "gorilla", idleConns, "/rss")
	}
	b.ReportMetric(bytes, "RSS-B/conn")
}
