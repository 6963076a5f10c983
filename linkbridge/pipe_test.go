package linkbridge_test

import (
	"bufio"
	"context"
	"io"
	"log"
	"net"
	"net/http"
	"testing"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/require"
)

// pipes is a server without sockets, so that time stands still under synctest while nothing happens.
type pipes struct {
	conns chan net.Conn
	done  chan struct{}
	srv   *http.Server
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.done:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error   { close(p.done); return nil }
func (p *pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipe", Net: "unix"} }

func servePipes(t testing.TB, h http.Handler) *pipes {
	t.Helper()
	p := &pipes{conns: make(chan net.Conn), done: make(chan struct{})}
	p.srv = &http.Server{Handler: h, ErrorLog: log.New(io.Discard, "", 0)}
	go func() { _ = p.srv.Serve(p) }()
	t.Cleanup(func() { _ = p.srv.Close() })
	return p
}

// connect opens a pipe to the server.
func (p *pipes) connect(ctx context.Context, _, _ string) (net.Conn, error) {
	client, server := net.Pipe()
	select {
	case p.conns <- server:
		return client, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// dial opens a websocket through a pipe.
func (p *pipes) dial(t testing.TB) *raw {
	t.Helper()
	d := websocket.Dialer{Subprotocols: []string{"linkbridge.v1"}, NetDialContext: p.connect}
	ws, _, err := d.Dial("ws://host.test/", http.Header{"Origin": {"http://host.test"}})
	require.NoError(t, err)
	t.Cleanup(func() { _ = ws.Close() })
	return &raw{t: t, ws: ws}
}

func (p *pipes) enter(t testing.TB, hello object) *raw {
	t.Helper()
	r := p.dial(t)
	r.send(hello)
	require.Equal(t, "welcome", r.next()["type"])
	return r
}

// slowly sends an HTTP request whose body never ends.
func (p *pipes) slowly(t testing.TB) *http.Response {
	t.Helper()
	client, server := net.Pipe()
	p.conns <- server
	_, err := io.WriteString(client, "POST / HTTP/1.1\r\nHost: host.test\r\nOrigin: http://host.test\r\nContent-Type: text/plain\r\nContent-Length: 100\r\n\r\n{")
	require.NoError(t, err)
	resp, err := http.ReadResponse(bufio.NewReader(client), nil)
	require.NoError(t, err)
	t.Cleanup(func() { _ = client.Close() })
	return resp
}
