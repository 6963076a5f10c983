package router_test

import (
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/router"
)

func TestAnswers413OverTheCapCountedWhileReading(t *testing.T) {
	t.Parallel()
	const limit = len(widgetBody)
	for _, announced := range []bool{true, false} {
		for _, extra := range []int{-1, 0, 1, 9000, 100_000} {
			t.Run(strconv.FormatBool(announced)+strconv.Itoa(extra), func(t *testing.T) {
				t.Parallel()
				pub := &publisher{}
				body := widgetBody
				if extra > 0 {
					body += strings.Repeat(" ", extra)
				}
				r := signed(t, body)
				if !announced {
					r.ContentLength = -1
					r.Body = io.NopCloser(iotest.OneByteReader(r.Body))
				}
				w := serve(router.New(pub, newAcme(), &router.Options{MaxBody: limit - min(extra, 0), Logger: discard}), r)
				if extra <= 0 {
					require.Equal(t, http.StatusOK, w.Code)
					require.Equal(t, body, string(pub.taken()[0].Raw))
					return
				}
				requireRefused(t, w, pub, http.StatusRequestEntityTooLarge)
				require.Equal(t, "close", w.Header().Get("Connection"))
			})
		}
	}
}

func TestAnswers413InsideMaxBytesHandler(t *testing.T) {
	t.Parallel()
	pub := &publisher{}
	h := http.MaxBytesHandler(router.New(pub, newAcme(), quiet()), int64(len(widgetBody)-1))
	r := signed(t, widgetBody)
	r.ContentLength = -1
	requireRefused(t, serve(h, r), pub, http.StatusRequestEntityTooLarge)
}

func TestCapDefaultsToOneMiB(t *testing.T) {
	t.Parallel()
	h := router.New(&publisher{}, newAcme(), quiet())
	body := func(size int) string {
		const head, tail = `{"id":"w1","type":"widget.made","data":"`, `"}`
		return head + strings.Repeat("x", size-len(head)-len(tail)) + tail
	}
	require.Equal(t, http.StatusOK, serve(h, signed(t, body(1<<20))).Code)
	require.Equal(t, http.StatusRequestEntityTooLarge, serve(h, signed(t, body(1<<20+1))).Code)
}

func TestAnswers408WhenTheBodyDrips(t *testing.T) {
	t.Parallel()
	// The recorder's connection takes no deadline, so this is the check between reads; TestServerStalledBody has the other.
	synctest.Test(t, func(t *testing.T) {
		pub := &publisher{}
		r := signed(t, widgetBody)
		r.Body = io.NopCloser(dripping{strings.NewReader(widgetBody)})
		requireRefused(t, serve(router.New(pub, newAcme(), quiet()), r), pub, http.StatusRequestTimeout)

		r = signed(t, widgetBody)
		r.Body = io.NopCloser(dripping{strings.NewReader(widgetBody)})
		h := router.New(pub, newAcme(), &router.Options{ReadTimeout: -1, Logger: discard})
		require.Equal(t, http.StatusOK, serve(h, r).Code)
	})
}

// dripping gives one byte a second.
type dripping struct{ r io.Reader }

func (d dripping) Read(p []byte) (int, error) {
	<-time.After(time.Second)
	return d.r.Read(p[:1])
}
