package linkbridge_test

import (
	"crypto/tls"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/require"
)

func TestAQuietConnectionWakesUp(t *testing.T) {
	t.Parallel()
	for name, serve := range map[string]func(http.Handler) *httptest.Server{"plain": httptest.NewServer, "TLS": httptest.NewTLSServer} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &sink{}
			b := start(t, s, nil)
			srv := serve(b)
			t.Cleanup(srv.Close)
			d := websocket.Dialer{Subprotocols: []string{"linkbridge.v1"}, TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}
			ws, _, err := d.Dial("ws"+strings.TrimPrefix(srv.URL, "http"), http.Header{"Origin": {srv.URL}})
			require.NoError(t, err)
			t.Cleanup(func() { _ = ws.Close() })
			r := &raw{t: t, ws: ws}
			r.send(helloFrame(ticket(t, b, user)))
			require.Equal(t, "welcome", r.next()["type"])
			for i := range 5 {
				r.send(object{"type": "pong"}) // now the connection rests
				r.send(`{"type": "pong"}`)
				frame, err := jsonOf(eventFrame(i+1, "a", strings.Repeat("x", i*3000)))
				require.NoError(t, err)
				bytes := masked(frame)
				for len(bytes) > 0 { // in small pieces, the first byte alone
					n := min(len(bytes), 1+i*700)
					_, err := ws.NetConn().Write(bytes[:n])
					require.NoError(t, err)
					bytes = bytes[n:]
				}
				require.EqualValues(t, i+1, r.await("ack")["ack"])
			}
			require.Len(t, s.all(), 5)
		})
	}
}

func TestEventsBehindTheHelloInOneSegmentAreRead(t *testing.T) {
	t.Parallel()
	s := &sink{}
	b := start(t, s, nil)
	r := dial(t, serve(t, b), nil)
	hello, err := jsonOf(helloFrame(ticket(t, b, user)))
	require.NoError(t, err)
	event, err := jsonOf(eventFrame(1, "a", nil))
	require.NoError(t, err)
	segment := append(masked(hello), masked(`{"type":"pong"}`)...)
	_, err = r.ws.NetConn().Write(append(segment, masked(event)...))
	require.NoError(t, err)
	require.EqualValues(t, 1, r.await("ack")["ack"])
}
