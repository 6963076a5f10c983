package router_test

import (
	"bufio"
	"context"
	"encoding/hex"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/router"
)

// pipes is a listener of in-memory connections, whose deadlines keep the time of a synctest bubble.
type pipes struct {
	conns  chan net.Conn
	closed chan struct{}
}

func (p pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p pipes) Close() error   { close(p.closed); return nil }
func (p pipes) Addr() net.Addr { return &net.TCPAddr{} }

// client is the sender's end of one connection.
type client struct {
	net.Conn
	t  *testing.T
	in *bufio.Reader
}

// dial serves h by a real http.Server, without any timeout of its own, and opens one connection to it.
func dial(t *testing.T, h http.Handler) client {
	t.Helper()
	p := pipes{conns: make(chan net.Conn), closed: make(chan struct{})}
	srv := &http.Server{Handler: h}
	done := make(chan error)
	go func() { done <- srv.Serve(p) }()
	near, far := net.Pipe()
	p.conns <- far
	t.Cleanup(func() {
		near.Close()
		require.NoError(t, srv.Close())
		require.ErrorIs(t, <-done, http.ErrServerClosed)
	})
	return client{Conn: near, t: t, in: bufio.NewReader(near)}
}

// send writes raw bytes.
func (c client) send(parts ...string) {
	c.t.Helper()
	_, err := io.WriteString(c, strings.Join(parts, ""))
	require.NoError(c.t, err)
}

// head is the head of a signed delivery, without the empty line.
func head(body string, more ...string) string {
	sum := newAcme().keys.Sign(nil, events.HMACSHA256, time.Now(), []byte(body))
	lines := append([]string{
		"POST /hooks/acme HTTP/1.1", "Host: x", "content-type: application/json",
		"x-acme-signature: " + hex.EncodeToString(sum), "Content-Length: " + strconv.Itoa(len(body)),
	}, more...)
	return strings.Join(lines, "\r\n") + "\r\n"
}

// answer reads one answer and its body.
func (c client) answer() *http.Response {
	c.t.Helper()
	res, err := http.ReadResponse(c.in, nil)
	require.NoError(c.t, err)
	_, err = io.Copy(io.Discard, res.Body)
	require.NoError(c.t, err)
	return res
}

// requireClosed waits until the server ends the connection.
func (c client) requireClosed() {
	c.t.Helper()
	_, err := c.in.ReadByte()
	require.ErrorIs(c.t, err, io.EOF)
}

func TestServerKeepAliveAfterEveryAnswerThatReadTheBody(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		pub := &publisher{}
		c := dial(t, router.New(pub, newAcme(), quiet()))
		forged := strings.Replace(head(widgetBody), "x-acme-signature: ", "x-acme-signature: 00", 1)
		for _, want := range []int{200, 401, 200, 401, 200} {
			h := head(widgetBody)
			if want == 401 {
				h = forged
			}
			c.send(h, "\r\n", widgetBody)
			res := c.answer()
			require.Equal(t, want, res.StatusCode)
			require.False(t, res.Close)
		}
		require.Len(t, pub.taken(), 3)
	})
}

func TestServerHangsUpAfter413(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := router.New(&publisher{}, newAcme(), &router.Options{MaxBody: 100, Logger: discard})
		c := dial(t, h)
		c.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 30000000\r\n\r\n")
		res := c.answer()
		require.Equal(t, http.StatusRequestEntityTooLarge, res.StatusCode)
		require.True(t, res.Close)
		c.requireClosed()

		c = dial(t, h)
		c.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n")
		c.send("3e8\r\n", strings.Repeat(" ", 1000), "\r\n")
		require.Equal(t, http.StatusRequestEntityTooLarge, c.answer().StatusCode)
		c.requireClosed()
	})
}

func TestServerAnswers408ToAStalledBody(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := dial(t, router.New(&publisher{}, newAcme(), quiet()))
		c.send(head(widgetBody), "\r\n", widgetBody[:10])
		start := time.Now()
		res := c.answer()
		require.Equal(t, http.StatusRequestTimeout, res.StatusCode)
		require.Equal(t, 10*time.Second, time.Since(start), "by the handler's own deadline: the server has none")
		require.True(t, res.Close)
		c.requireClosed()
	})
}

func TestServerLetsNobodyStallAfterARefusal(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := dial(t, router.New(&publisher{}, newAcme(), quiet()))
		start := time.Now()
		c.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: 100\r\n\r\n")
		require.Equal(t, http.StatusUnsupportedMediaType, c.answer().StatusCode)
		c.requireClosed()
		require.LessOrEqual(t, time.Since(start), 11*time.Second)
	})
}

func TestServerTakesTheReadDeadlineOffAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		bus := events.New()
		events.On(bus, widgetMade, func(ctx context.Context, _ events.Event[widget]) error {
			<-time.After(12 * time.Second)
			return ctx.Err()
		})
		c := dial(t, router.New(bus, newAcme(), quiet()))
		for range 2 {
			c.send(head(widgetBody), "\r\n", widgetBody)
			require.Equal(t, http.StatusOK, c.answer().StatusCode)
			time.Sleep(time.Minute)
		}
	})
}

func TestServerAnswersExpectContinue(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		pub := &publisher{}
		h := router.New(pub, newAcme(), quiet())
		c := dial(t, h)
		c.send(head(widgetBody, "Expect: 100-continue"), "\r\n")
		require.Equal(t, http.StatusContinue, c.answer().StatusCode)
		c.send(widgetBody)
		require.Equal(t, http.StatusOK, c.answer().StatusCode)

		c = dial(t, h)
		c.send(strings.Replace(head(widgetBody, "Expect: 100-continue"), "application/json", "text/xml", 1), "\r\n")
		require.Equal(t, http.StatusUnsupportedMediaType, c.answer().StatusCode, "without asking for the body")
		require.Len(t, pub.taken(), 1)
	})
}

func TestServerSpeaksHTTP10(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		pub := &publisher{}
		c := dial(t, router.New(pub, newAcme(), quiet()))
		c.send(strings.Replace(head(widgetBody), "HTTP/1.1", "HTTP/1.0", 1), "\r\n", widgetBody)
		require.Equal(t, http.StatusOK, c.answer().StatusCode)
		c.requireClosed()
		require.Len(t, pub.taken(), 1)
	})
}

func TestServerTakesChunkedBodiesSplitWithinARune(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const body = `{"id":"w🎉","type":"widget.made","data":{"name":"Zoë"}}`
		pub := &publisher{}
		c := dial(t, router.New(pub, newAcme(), quiet()))
		length := "Content-Length: " + strconv.Itoa(len(body))
		c.send(strings.Replace(head(body), length, "Transfer-Encoding: chunked", 1), "\r\n")
		for i := range len(body) {
			c.send("1\r\n", body[i:i+1], "\r\n")
		}
		c.send("0\r\n\r\n")
		require.Equal(t, http.StatusOK, c.answer().StatusCode)
		require.Equal(t, body, string(pub.taken()[0].Raw))
		require.Equal(t, "w🎉", pub.taken()[0].ID)
	})
}

func TestServerReadsNoSignatureFromATrailer(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		pub := &publisher{}
		c := dial(t, router.New(pub, newAcme(), quiet()))
		_, after, _ := strings.Cut(head(widgetBody), "x-acme-signature")
		signature, _, _ := strings.Cut(after, "\r\n")
		c.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\nTrailer: X-Acme-Signature\r\n\r\n")
		c.send(strconv.FormatInt(int64(len(widgetBody)), 16), "\r\n", widgetBody, "\r\n0\r\nX-Acme-Signature", signature, "\r\n\r\n")
		require.Equal(t, http.StatusUnauthorized, c.answer().StatusCode)
		require.Empty(t, pub.taken())
	})
}

func TestServerFinishesWhatAClientNoLongerWaitsFor(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		type traceKey struct{}
		bus := events.New()
		begun, done := make(chan struct{}), make(chan error, 1)
		events.On(bus, widgetMade, func(ctx context.Context, _ events.Event[widget]) error {
			close(begun)
			<-time.After(5 * time.Second)
			if ctx.Value(traceKey{}) != "trace-1" {
				return errors.New("the request's values are gone")
			}
			done <- ctx.Err()
			return nil
		})
		inner := router.New(bus, newAcme(), quiet())
		gone := make(chan struct{})
		c := dial(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			context.AfterFunc(r.Context(), func() { close(gone) })
			inner.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), traceKey{}, "trace-1")))
		}))
		c.send(head(widgetBody), "\r\n", widgetBody)
		<-begun
		require.NoError(t, c.Close())
		<-gone
		require.NoError(t, <-done, "the request is cancelled, the event is not")
	})
}

func TestServerAnswers400WhenTheBodyBreaksOff(t *testing.T) {
	t.Parallel()
	pub := &publisher{}
	r := signed(t, widgetBody)
	r.Body = io.NopCloser(io.MultiReader(strings.NewReader(widgetBody[:9]), broken{io.ErrUnexpectedEOF}))
	requireRefused(t, serve(router.New(pub, newAcme(), quiet()), r), pub, http.StatusBadRequest)

	// Any other error may come from a reader that the host put around the body: the provider is to try again.
	r = signed(t, widgetBody)
	r.Body = io.NopCloser(broken{errors.New("spool full")})
	w := serve(router.New(pub, newAcme(), quiet()), r)
	requireRefused(t, w, pub, http.StatusServiceUnavailable)
	require.NotEmpty(t, w.Header().Get("Retry-After"))
}

type broken struct{ err error }

func (b broken) Read([]byte) (int, error) { return 0, b.err }

func TestServerOverHTTP2(t *testing.T) {
	t.Parallel()
	pub := &publisher{}
	srv := httptest.NewUnstartedServer(router.New(pub, newAcme(), &router.Options{MaxBody: 100, Logger: discard}))
	srv.EnableHTTP2 = true
	srv.StartTLS()
	defer srv.Close()
	post := func(body, contentType string) int {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, srv.URL, strings.NewReader(body))
		require.NoError(t, err)
		r.Header.Set("Content-Type", contentType)
		newAcme().Sign(r.Header, []byte(body))
		res, err := srv.Client().Do(r)
		require.NoError(t, err)
		defer res.Body.Close()
		_, err = io.Copy(io.Discard, res.Body)
		require.NoError(t, err)
		require.Equal(t, 2, res.ProtoMajor)
		require.Empty(t, res.Header.Get("Connection"))
		return res.StatusCode
	}
	for range 2 {
		require.Equal(t, 200, post(widgetBody, "application/json"))
		require.Equal(t, 413, post(widgetBody+strings.Repeat(" ", 200_000), "application/json"))
		require.Equal(t, 415, post(widgetBody, ""))
		require.Equal(t, 400, post("{}x", "application/json"))
	}
	require.Len(t, pub.taken(), 2)
}
