package pinwheelapi_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events/pinwheel/pinwheelapi"
)

// foreign answers every request with the same foreign bytes.
type foreign struct {
	status int
	body   string
}

func (f foreign) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: f.status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(f.body)), Request: r}, nil
}

func FuzzAnswers(f *testing.F) {
	for _, body := range []string{
		`{"data":[{"id":"p1","gross_pay_amount":1,"earnings":[{"hours":7.25}]}],"meta":{"next_cursor":"c"}}`,
		`{"data":{"id":"p1","time_off":[{"used_hours":null}]}}`, `{"data":null}`, `[[[[`,
		`{"error":{"type":"T","code":"C","message":"m","fields":[{"name":"n","message":"m"}]}}`,
	} {
		f.Add(200, body)
		f.Add(400, body)
	}
	f.Fuzz(func(t *testing.T, status int, body string) {
		c := pinwheelapi.New(secret, &pinwheelapi.Options{HTTP: &http.Client{Transport: foreign{status, body}}, Patience: time.Nanosecond})
		n := 0
		for _, err := range c.Paystubs(t.Context(), "acc") {
			if err != nil {
				require.NotContains(t, err.Error(), secret)
			}
			if n++; n > 10_000 {
				break
			}
		}
		_, _ = c.Account(t.Context(), "acc")
	})
}
