package router_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/linkhook/linkhook/router"
)

// clientEnv tells a test process that it is the client of a benchmark: "address requests", the request on stdin.
const clientEnv = "LINKHOOK_BENCH_CLIENT"

// benchHTTP has a process of its own post body over 16 keep-alive connections of the loopback, and reports the CPU time of
// this one, the server's.
func benchHTTP(b *testing.B, h http.Handler, body []byte) {
	b.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(b, err)
	srv := &http.Server{Handler: h, ReadHeaderTimeout: time.Minute}
	done := make(chan error)
	go func() { done <- srv.Serve(ln) }()
	defer func() {
		require.NoError(b, srv.Close())
		require.ErrorIs(b, <-done, http.ErrServerClosed)
	}()
	head := http.Header{}
	benchWebhooks().Sign(head, body)
	var request bytes.Buffer
	request.WriteString("POST /hooks/pinwheel HTTP/1.1\r\nHost: x\r\nContent-Length: " + strconv.Itoa(len(body)) + "\r\n")
	require.NoError(b, head.Write(&request))
	request.WriteString("\r\n")
	request.Write(body)
	self, err := os.Executable()
	require.NoError(b, err)
	b.ReportAllocs()
	b.ResetTimer()
	start := cpu(b)
	client := exec.CommandContext(b.Context(), self)
	client.Env = append(os.Environ(), clientEnv+"="+ln.Addr().String()+" "+strconv.Itoa(b.N))
	client.Stdin, client.Stderr = &request, os.Stderr
	err = client.Run()
	b.ReportMetric(float64(cpu(b)-start)/float64(b.N), "cpu-ns/op")
	b.StopTimer()
	require.NoError(b, err)
}

// benchClient is the client's side, in a process of its own.
func benchClient(spec string) error {
	const conns = 16
	addr, count, _ := strings.Cut(spec, " ")
	n, err := strconv.Atoi(count)
	if err != nil {
		return err
	}
	request, err := io.ReadAll(os.Stdin)
	if err != nil {
		return err
	}
	var group errgroup.Group
	for i := range conns {
		share := n / conns
		if i < n%conns {
			share++
		}
		group.Go(func() error { return post(addr, request, share) })
	}
	return group.Wait()
}

// post sends the request n times over one connection.
func post(addr string, request []byte, n int) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	defer conn.Close()
	in := bufio.NewReader(conn)
	for range n {
		if _, err := conn.Write(request); err != nil {
			return err
		}
		line, err := in.ReadSlice('\n')
		if err != nil || !bytes.HasPrefix(line, []byte("HTTP/1.1 200")) {
			return fmt.Errorf("answered %q: %w", line, err)
		}
		for len(line) > 2 { // the rest of the head; the body is empty
			if line, err = in.ReadSlice('\n'); err != nil {
				return err
			}
		}
	}
	return nil
}

// cpu returns the CPU time that the process has used, in nanoseconds.
func cpu(b *testing.B) int64 {
	b.Helper()
	var use syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &use); err != nil {
		b.Fatal(err)
	}
	return use.Utime.Nano() + use.Stime.Nano()
}

// BenchmarkHTTPEmpty is the floor over HTTP: a handler that does nothing. The server skips the body itself.
func BenchmarkHTTPEmpty(b *testing.B) {
	benchHTTP(b, http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}), benchBody(1))
}

// BenchmarkHTTPRead is a handler that only reads the body.
func BenchmarkHTTPRead(b *testing.B) {
	benchHTTP(b, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { _, _ = io.Copy(io.Discard, r.Body) }), benchBody(1))
}

// BenchmarkHTTPAccept is the accept path over HTTP.
func BenchmarkHTTPAccept(b *testing.B) {
	for _, s := range benchItems {
		b.Run(s.size, func(b *testing.B) {
			benchHTTP(b, router.New(nowhere{}, benchWebhooks(), quiet()), benchBody(s.items))
		})
	}
}
