package pinwheel_test

import (
	"io/fs"
	"net/http"
	"os"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/pinwheel"
)

const testSecret = "a secret for tests only"

// clock is the second of the first recorded delivery.
var clock = time.Unix(1750802674, 0)

func webhooks() *pinwheel.Webhooks {
	return pinwheel.NewWebhooks(events.Keys(testSecret), &pinwheel.Options{Now: func() time.Time { return clock }})
}

// signed returns the headers that go with body.
func signed(w *pinwheel.Webhooks, body []byte) http.Header {
	h := http.Header{}
	w.Sign(h, body)
	return h
}

func readJSON(tb testing.TB, name string, v any) {
	tb.Helper()
	b, err := fs.ReadFile(os.DirFS("testdata"), name)
	require.NoError(tb, err)
	require.NoError(tb, json.Unmarshal(b, v))
}

type delivery struct {
	Headers map[string]string `json:"headers"`
	Body    string            `json:"body"`
}

func deliveries(tb testing.TB) []delivery {
	tb.Helper()
	var file struct {
		Deliveries []delivery `json:"deliveries"`
	}
	readJSON(tb, "deliveries.json", &file)
	require.Len(tb, file.Deliveries, 12)
	return file.Deliveries
}
