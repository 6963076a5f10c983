package linkbridge_test

import (
	"bytes"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/linkbridge"
	"github.com/linkhook/linkhook/linkbridge/linkbridgetest"
)

// need returns the path of the first of names that is installed. Without any of them the test is skipped, or fails where
// LINKHOOK_CI=1.
func need(tb testing.TB, env string, names ...string) string {
	tb.Helper()
	for _, name := range append([]string{os.Getenv(env)}, names...) {
		if name == "" {
			continue
		}
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	missing(tb, "none of "+strings.Join(names, ", ")+" is installed (or set "+env+")")
	return ""
}

func missing(tb testing.TB, what string) {
	tb.Helper()
	if os.Getenv("LINKHOOK_CI") == "1" {
		tb.Fatal(what)
	}
	tb.Skip(what)
}

// python runs a program of testdata with Debian's Python, which has to have the module.
func python(t *testing.T, module, program string, args ...string) string {
	t.Helper()
	bin := need(t, "LINKHOOK_PYTHON", "/usr/bin/python3", "python3")
	if exec.CommandContext(t.Context(), bin, "-c", "import "+module).Run() != nil {
		missing(t, "Python has no module "+module+": install python3-"+module)
	}
	return output(t, bin, append([]string{"-B", filepath.Join("testdata", program)}, args...)...)
}

// output runs a program and returns what it printed.
func output(t *testing.T, bin string, args ...string) string {
	t.Helper()
	var out, errs bytes.Buffer
	cmd := exec.CommandContext(t.Context(), bin, args...)
	cmd.Stdout, cmd.Stderr = &out, &errs
	require.NoError(t, cmd.Run(), errs.String())
	return out.String()
}

// conversation is what a client says that knows nothing of gorilla, and hears: it greets, sends an event in three
// fragments, pings, and shows a ticket that is none.
const conversation = "subprotocol linkbridge.v1\nwelcome\nack 1\npong\nbye 4401 true\nclosed 4401\n"

// converse starts a bridge and returns the arguments of a client: URL, origin, hello and event.
func converse(t *testing.T) (s *sink, args []string) {
	t.Helper()
	s = &sink{}
	b := start(t, s, nil)
	srv := serve(t, b)
	hello, err := jsonOf(helloFrame(ticket(t, b, user)))
	require.NoError(t, err)
	event, err := jsonOf(eventFrame(1, "login", object{"accountId": "ä"}))
	require.NoError(t, err)
	return s, []string{"ws" + srv.URL[4:], srv.URL, hello, event}
}

func TestPythonWebsocketsSpeaksToTheBridge(t *testing.T) {
	t.Parallel()
	s, args := converse(t)
	require.Equal(t, conversation, python(t, "websockets", "websockets_client.py", args...))
	require.JSONEq(t, `{"accountId":"ä"}`, string(s.all()[0].Raw))
}

func TestNpmWsSpeaksToTheBridge(t *testing.T) {
	t.Parallel()
	bin := node(t, "ws")
	s, args := converse(t)
	require.Equal(t, conversation, output(t, bin, append([]string{filepath.Join("testdata", "ws_client.mjs")}, args...)...))
	require.JSONEq(t, `{"accountId":"ä"}`, string(s.all()[0].Raw))
}

func TestBrokenFramesOfAutobahnGetTheirCloseCode(t *testing.T) {
	t.Parallel()
	origins := []string{"http://page.test"}
	b := start(t, &sink{}, &linkbridge.Options{Origins: origins, Limits: linkbridge.Limits{ConnsPerPrincipal: 100}})
	hasty := start(t, &sink{}, &linkbridge.Options{Origins: origins, Limits: linkbridge.Limits{HelloTimeout: 50 * time.Millisecond}})
	srv := serve(t, b)
	text, err := jsonOf(helloFrame(ticket(t, b, user))) // every connection is the same page again
	require.NoError(t, err)
	out := python(t, "autobahn", "autobahn_frames.py", "ws"+srv.URL[4:], origins[0], text, "ws"+serve(t, hasty).URL[4:])
	require.Equal(t, strings.TrimLeft(`
no-hello 4408
binary 1003
binary-hello 1003
oversize 1009
oversize-in-fragments 1009
invalid-utf8 1007
no-json 4500
no-object 4500
second-hello 4500
event-first 4500
other-version 4501
no-ticket 4401
unknown-type nack 0 invalid
reserved-bit 1002
reserved-opcode 1002
`, "\n"), out)
}

func TestBrokenFramesGetTheirCloseCode(t *testing.T) {
	t.Parallel()
	b := start(t, &sink{}, &linkbridge.Options{Limits: linkbridge.Limits{ConnsPerPrincipal: 100}})
	srv := serve(t, b)
	host, port, err := net.SplitHostPort(strings.TrimPrefix(srv.URL, "http://"))
	require.NoError(t, err)
	hello := helloFrame(ticket(t, b, user)) // every connection is the same page again
	text, err := jsonOf(hello)
	require.NoError(t, err)
	out := python(t, "struct", "raw_frames.py", host, port, text)
	require.Equal(t, strings.TrimLeft(`
unmasked 1002
reserved-bit 1002
reserved-opcode 1002
continuation-first 1002
fragmented-ping 1002
long-ping 1002
text-in-fragments 1002
announced-60-MiB 1009
frame-of-65537 1009
fragments-over-the-limit 1009
binary 1003
invalid-utf8 1007
no-json 4500
close-of-the-client 1001
bad-close-code 1002
`, "\n"), out)
}

// nginx serves the bridge behind a reverse proxy with those lines in its location, and returns the proxy's URL.
func nginx(t *testing.T, upstream, lines string) string {
	t.Helper()
	bin := need(t, "LINKHOOK_NGINX", "nginx", "/usr/sbin/nginx")
	dir := t.TempDir()
	socket := filepath.Join(dir, "s")
	conf := fmt.Sprintf(`daemon off; master_process off; pid %[1]s/pid; error_log stderr crit;
events {}
http {
  access_log off; client_body_temp_path %[1]s/b; proxy_temp_path %[1]s/p; fastcgi_temp_path %[1]s/f; uwsgi_temp_path %[1]s/u; scgi_temp_path %[1]s/g;
  server { listen unix:%[2]s; location / { proxy_pass %[3]s; proxy_http_version 1.1; proxy_set_header Host $http_host; %[4]s } }
}`, dir, socket, upstream, lines)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "conf"), []byte(conf), 0o600))
	cmd := exec.Command(bin, "-p", dir, "-c", filepath.Join(dir, "conf"))
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Stderr = os.Stderr
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		_ = cmd.Wait()
	})
	require.Eventually(t, func() bool {
		c, err := net.Dial("unix", socket)
		if err == nil {
			_ = c.Close()
		}
		return err == nil
	}, testWait, testTick)
	return forward(t, socket)
}

// forward listens on a port and passes everything on to a unix socket: nginx cannot be told to pick a free port.
func forward(t *testing.T, socket string) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	done := make(chan struct{})
	t.Cleanup(func() {
		_ = l.Close()
		<-done
	})
	go func() {
		defer close(done)
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			u, err := net.Dial("unix", socket)
			if err != nil {
				_ = c.Close()
				continue
			}
			t.Cleanup(func() { _, _ = c.Close(), u.Close() })
			go pump(u, c)
			go pump(c, u)
		}
	}()
	return "http://" + l.Addr().String()
}

func pump(dst, src net.Conn) {
	buf := make([]byte, 4096)
	for {
		n, err := src.Read(buf)
		if n > 0 {
			_, _ = dst.Write(buf[:n])
		}
		if err != nil {
			_, _ = dst.Close(), src.Close()
			return
		}
	}
}

const upgradeLines = `proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade"; proxy_read_timeout 2s;`

// TestPingsKeepAPageConnectedThroughNginx waits for pings through a proxy that cuts what is silent for two seconds. When the
// machine itself stands still for almost as long it is tried again.
func TestPingsKeepAPageConnectedThroughNginx(t *testing.T) {
	t.Parallel()
	b := start(t, &sink{}, &linkbridge.Options{Limits: linkbridge.Limits{Ping: 300 * time.Millisecond}})
	url := nginx(t, serve(t, b).URL, upgradeLines)
	for range 5 {
		silence, err := pinged(t, url, ticket(t, b, user), 10)
		if err == nil {
			return
		}
		require.Greater(t, silence, 1500*time.Millisecond, err)
	}
	t.Fatal("the pings do not come through")
}

// pinged waits for that many pings, answers them, and returns the longest time between two of them.
func pinged(t *testing.T, url, ticket string, n int) (silence time.Duration, err error) {
	t.Helper()
	d := websocket.Dialer{Subprotocols: []string{"linkbridge.v1"}}
	ws, _, err := d.Dial("ws"+strings.TrimPrefix(url, "http"), http.Header{"Origin": {url}})
	require.NoError(t, err)
	defer ws.Close()
	frame := any(helloFrame(ticket))
	for last := time.Now(); n >= 0; n-- {
		if err = ws.WriteJSON(frame); err == nil {
			_, _, err = ws.ReadMessage()
		}
		silence = max(silence, time.Since(last))
		if err != nil {
			return silence, err
		}
		frame, last = object{"type": "pong"}, time.Now()
	}
	return silence, nil
}

func TestPostWorksThroughAProxyThatStripsUpgrades(t *testing.T) {
	t.Parallel()
	s := &sink{}
	b := start(t, s, nil)
	url := nginx(t, serve(t, b).URL, "")
	page := linkbridgetest.New(t, url, ticket(t, b, user), nil)
	require.Equal(t, http.StatusUpgradeRequired, page.TryConnect())
	page.Track("pinwheel", "a", nil)
	require.Equal(t, http.StatusOK, page.Leave())
	require.Len(t, s.all(), 1)
}
