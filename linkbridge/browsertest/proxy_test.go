package browsertest_test

import (
	"net"
	"sync"
	"testing"
	"time"
)

// proxy forwards TCP connections, and cuts them when it is told to.
type proxy struct {
	listener net.Listener

	mu     sync.Mutex
	target string // host:port or the path of a socket; empty refuses
	conns  map[net.Conn]bool
	cut    chan struct{} // closed when the armed cut has happened
	delay  time.Duration // of what the server says after its first words
	over   bool
}

func newProxy(t testing.TB) *proxy {
	t.Helper()
	listener := listen(t)
	p := &proxy{listener: listener, conns: map[net.Conn]bool{}}
	var running sync.WaitGroup
	running.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			running.Go(func() { p.serve(conn) })
		}
	})
	t.Cleanup(func() {
		_ = listener.Close()
		p.mu.Lock()
		p.over = true
		for conn := range p.conns {
			_ = conn.Close()
		}
		p.mu.Unlock()
		running.Wait()
	})
	return p
}

func (p *proxy) url() string { return "http://" + p.listener.Addr().String() }

// to sends connections to that address from now on.
func (p *proxy) to(target string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.target = target
}

// cutNext breaks the connection on which the next bytes of a client come, after half of them. The channel that it returns
// is closed then.
func (p *proxy) cutNext() <-chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cut = make(chan struct{})
	return p.cut
}

// keep notes a connection, unless the proxy is at its end.
func (p *proxy) keep(conn net.Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.over {
		_ = conn.Close()
		return false
	}
	p.conns[conn] = true
	return true
}

func (p *proxy) drop(conn net.Conn) {
	_ = conn.Close()
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.conns, conn)
}

func (p *proxy) serve(client net.Conn) {
	if !p.keep(client) {
		return
	}
	defer p.drop(client)
	p.mu.Lock()
	target := p.target
	p.mu.Unlock()
	network := "tcp"
	if target != "" && target[0] == '/' {
		network = "unix"
	}
	server, err := net.Dial(network, target)
	if err != nil || !p.keep(server) {
		reset(client)
		return
	}
	defer p.drop(server)
	var both sync.WaitGroup
	both.Go(func() { p.pipe(client, server, true) })
	both.Go(func() { p.pipe(server, client, false) })
	both.Wait()
}

// pipe copies one direction and ends both when it ends.
func (p *proxy) pipe(from, to net.Conn, up bool) {
	defer from.Close()
	defer to.Close()
	buffer := make([]byte, 32<<10)
	for words := 1; ; words++ {
		n, err := from.Read(buffer)
		if err != nil {
			return
		}
		if up && n > 1 && p.cuts() {
			_, _ = to.Write(buffer[:n/2])
			reset(from)
			reset(to)
			return
		}
		if !up && words > firstWords {
			p.linger()
		}
		if _, err := to.Write(buffer[:n]); err != nil {
			return
		}
	}
}

// firstWords are the answer to a handshake and the welcome. A browser opens one websocket to an address after the other,
// so that slow handshakes would add up.
const firstWords = 2

// slow makes the clients hear that much later what the server says on a connection after its first words.
func (p *proxy) slow(delay time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.delay = delay
}

func (p *proxy) linger() {
	p.mu.Lock()
	delay := p.delay
	p.mu.Unlock()
	time.Sleep(delay) // a slow network, not a wait for something
}

// cuts takes the armed cut, if there is one.
func (p *proxy) cuts() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.cut == nil {
		return false
	}
	close(p.cut)
	p.cut = nil
	return true
}

// reset ends a connection without a goodbye.
func reset(conn net.Conn) {
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = conn.Close()
}
