package browsertest_test

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/linkbridge"
)

// nginxConfig has two servers before the same bridge: one that gives up a silent connection after two seconds, and one
// whose administrator has not heard of websockets.
const nginxConfig = `daemon off;
master_process off;
pid %[1]s/pid;
error_log stderr warn;
events {}
http {
	access_log off;
	client_body_temp_path %[1]s/body;
	proxy_temp_path %[1]s/proxy;
	fastcgi_temp_path %[1]s/fastcgi;
	uwsgi_temp_path %[1]s/uwsgi;
	scgi_temp_path %[1]s/scgi;
	server {
		listen unix:%[1]s/idle;
		location / {
			proxy_pass http://%[2]s;
			proxy_http_version 1.1;
			proxy_set_header Upgrade $http_upgrade;
			proxy_set_header Connection "upgrade";
			proxy_read_timeout 2s;
		}
	}
	server {
		listen unix:%[1]s/plain;
		location / { proxy_pass http://%[2]s; }
	}
}
`

// nginx starts one before the address and returns the folder of its sockets.
func nginx(t *testing.T, address string) string {
	t.Helper()
	path := need(t, "LINKHOOK_NGINX", "nginx", "/usr/sbin/nginx")
	dir, err := os.MkdirTemp("", "nginx") //nolint:usetesting // with a test's name in it a socket's path is too long
	require.NoError(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	config := filepath.Join(dir, "nginx.conf")
	require.NoError(t, os.WriteFile(config, fmt.Appendf(nil, nginxConfig, dir, address), 0o600))
	cmd := command(path, "-e", "stderr", "-c", config, "-p", dir)
	var said strings.Builder
	cmd.Stderr = &said
	require.NoError(t, cmd.Start())
	t.Cleanup(func() { kill(cmd) })
	require.Eventually(t, func() bool {
		conn, err := net.Dial("unix", filepath.Join(dir, "plain"))
		if err == nil {
			_ = conn.Close()
		}
		return err == nil
	}, patience, 10*time.Millisecond, "nginx does not listen")
	return dir
}

// behind serves a page of a bridge through nginx and returns the page's tab.
func behind(t *testing.T, e *engine, socket string, limits linkbridge.Limits) (*site, *tab) {
	t.Helper()
	front := newProxy(t)
	s := newSite(t, &linkbridge.Options{Origins: []string{front.url()}, Limits: limits})
	front.to(filepath.Join(nginx(t, s.address), socket))
	address := s.page(t, "page", page{})
	return s, e.tab(t).load(front.url() + address[len(s.url):])
}

func TestBehindNginxPingsKeepASilentConnection(t *testing.T) {
	t.Parallel()
	for _, e := range engines() {
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			// Ten pings in the time after which nginx gives up: a busy machine can be late with some.
			s, p := behind(t, e, "idle", linkbridge.Limits{Ping: 200 * time.Millisecond})
			p.run("await reached('open'); walk(1, 3)")
			s.await(t, 3)
			// Time is the matter of this test: more than twice what nginx takes for dead.
			p.run("await new Promise((resolve) => setTimeout(resolve, 5000)); walk(4, 6)")
			requireEachOnce(t, s.await(t, 6), 6)
			var states [][]any
			p.get("return states", &states)
			require.Equal(t, []any{"open", nil}, states[len(states)-1])
			require.Equal(t, uint64(1), s.bridge.Stats().Opened, "one connection carried it all")
		})
	}
}

func TestBehindNginxAConnectionThatWasCutIsOpenedAgain(t *testing.T) {
	t.Parallel()
	for _, e := range engines() {
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			s, p := behind(t, e, "idle", linkbridge.Limits{})
			p.run("const n = await reached('open'); walk(1, 3); await reached('waiting', n); walk(4, 6)")
			requireEachOnce(t, s.await(t, 6), 6)
			require.GreaterOrEqual(t, s.bridge.Stats().Opened, uint64(2))
		})
	}
}

// delivered is what a bridge has put on the bus, as far as the transport could change it.
func delivered(t *testing.T, s *site, n int) []string {
	t.Helper()
	var list []string
	for _, env := range s.await(t, n) {
		list = append(list, fmt.Sprint(env.Kind, env.Seq, env.Source, env.Trust, string(env.Raw)))
	}
	return list
}

func TestWhereWebsocketsAreBlockedTheSameEventsComeByPost(t *testing.T) {
	t.Parallel()
	for _, e := range engines() {
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t, nil)
			p := e.tab(t).load(s.page(t, "page", page{}))
			p.run("walk(1, 60); await reached('open')")
			want := delivered(t, s, 60)

			t.Run("by a proxy that strips the upgrade", func(t *testing.T) {
				t.Parallel()
				s, p := behind(t, e, "plain", linkbridge.Limits{})
				p.run("walk(1, 60); await reached('http')")
				require.Equal(t, want, delivered(t, s, 60))
			})
			t.Run("by policy", func(t *testing.T) {
				t.Parallel()
				s := newSite(t, nil)
				p := e.tab(t).load(s.page(t, "page", page{policy: "default-src 'none'; script-src 'self'; connect-src " + s.url + "/hooks/link"}))
				p.run("walk(1, 60); await reached('http')")
				require.Equal(t, want, delivered(t, s, 60))
			})
			t.Run("by silence, until they are not", func(t *testing.T) {
				t.Parallel()
				s := newSite(t, nil)
				var silent atomic.Bool
				silent.Store(true)
				s.mux.HandleFunc("/silent", func(w http.ResponseWriter, r *http.Request) {
					if r.Method == http.MethodGet && silent.Load() {
						<-r.Context().Done()
						return
					}
					s.bridge.ServeHTTP(w, r)
				})
				p := e.tab(t).load(s.page(t, "page", page{options: object{"url": "/silent", "want": []string{"account.added"}}}))
				p.run("walk(1, 60); await reached('http')")
				require.Equal(t, want, delivered(t, s, 60))
				require.Zero(t, s.bridge.Stats().Opened)
				silent.Store(false)
				p.run("oversleep(150_000); await reached('open'); walk(61, 65)")
				requireEachOnce(t, s.await(t, 65), 65)
				require.Equal(t, uint64(1), s.bridge.Stats().Opened)
			})
		})
	}
}
