package argyleapi_test

import (
	"io"
	"math/big"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events/argyle/argyleapi"
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
		`{"config": ["a"]}`, `{"detail":"x"}`, `{"results":[{"events":"*","secret":"canary"}],"next":"https://api.argyle.com/v2/webhooks?c"}`,
		`{"results":[{"events":["*"],"config":{"items":["a"]}}]}`, `[[[[`, `{"a":{"b":{"c":{"d":{"e":"f"}}}}}`,
	} {
		f.Add(200, body)
		f.Add(400, body)
	}
	f.Fuzz(func(t *testing.T, status int, body string) {
		c := argyleapi.New(keyID, keySecret, &argyleapi.Options{HTTP: &http.Client{Transport: foreign{status, body}}, Patience: time.Nanosecond})
		n := 0
		for _, err := range c.Subscriptions(t.Context()) {
			if err != nil {
				require.NotContains(t, err.Error(), keySecret)
			}
			if n++; n > 10_000 {
				break
			}
		}
		_, _ = c.Paystub(t.Context(), "p")
	})
}

func FuzzDecimal(f *testing.F) {
	for _, text := range []string{"1.5", "-0.01", "1e9999999", "99999999999999999999.999", "1/3"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d := argyleapi.Decimal(text)
		r, ok := d.Rat()
		cents, exact := d.Cents()
		if !ok {
			require.False(t, exact)
			return
		}
		if exact {
			require.Zero(t, r.Cmp(big.NewRat(cents, 100)), text)
		}
	})
}
