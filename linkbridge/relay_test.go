package linkbridge_test

import (
	"net"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// relay stands between pages and a server as a bad network does: it can hold back what the pages send, and deliver that
// after the page has long cut the connection and opened another one.
type relay struct {
	listener net.Listener
	upstream string
	group    sync.WaitGroup

	mu    sync.Mutex
	lines map[*line]struct{}
}

// line is one connection through a relay.
type line struct {
	page, server net.Conn

	mu   sync.Mutex
	held bool
	kept []byte // what the page sent while the line is held
	cut  bool   // the page is gone
}

func newRelay(t testing.TB, upstream string) *relay {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	r := &relay{listener: l, upstream: upstream, lines: map[*line]struct{}{}}
	r.group.Go(r.accept)
	return r
}

func (r *relay) url() string { return "http://" + r.listener.Addr().String() }

func (r *relay) accept() {
	for {
		page, err := r.listener.Accept()
		if err != nil {
			return
		}
		server, err := net.Dial("tcp", r.upstream)
		if err != nil {
			_ = page.Close()
			continue
		}
		l := &line{page: page, server: server}
		r.mu.Lock()
		r.lines[l] = struct{}{}
		r.mu.Unlock()
		r.group.Go(func() { l.up() })
		r.group.Go(func() {
			l.down()
			r.mu.Lock()
			delete(r.lines, l)
			r.mu.Unlock()
		})
	}
}

// up carries what the page sends. A line that is held outlives its page on the server's side.
func (l *line) up() {
	buf := make([]byte, 4096)
	for {
		n, err := l.page.Read(buf)
		l.mu.Lock()
		if l.held {
			l.kept = append(l.kept, buf[:n]...)
		} else if n > 0 {
			_, _ = l.server.Write(buf[:n])
		}
		l.cut = err != nil
		over := l.cut && !l.held
		l.mu.Unlock()
		if over {
			_ = l.server.Close()
		}
		if err != nil {
			return
		}
	}
}

// down carries what the server sends, and reads on when the page is gone.
func (l *line) down() {
	buf := make([]byte, 4096)
	for {
		n, err := l.server.Read(buf)
		if n > 0 {
			_, _ = l.page.Write(buf[:n])
		}
		if err != nil {
			_, _ = l.page.Close(), l.server.Close()
			return
		}
	}
}

// hold keeps back what is sent from now on over the lines that are there.
func (r *relay) hold() {
	for _, l := range r.all() {
		l.mu.Lock()
		l.held = true
		l.mu.Unlock()
	}
}

// release delivers what was kept back; a line whose page is gone ends with it.
func (r *relay) release() {
	for _, l := range r.all() {
		l.mu.Lock()
		if l.held {
			l.held = false
			_, _ = l.server.Write(l.kept)
			l.kept = nil
			if l.cut {
				_ = l.server.(*net.TCPConn).CloseWrite()
			}
		}
		l.mu.Unlock()
	}
}

func (r *relay) all() []*line {
	r.mu.Lock()
	defer r.mu.Unlock()
	lines := make([]*line, 0, len(r.lines))
	for l := range r.lines {
		lines = append(lines, l)
	}
	return lines
}

// stop cuts everything.
func (r *relay) stop() {
	_ = r.listener.Close()
	for _, l := range r.all() {
		_, _ = l.page.Close(), l.server.Close()
	}
	r.group.Wait()
}
