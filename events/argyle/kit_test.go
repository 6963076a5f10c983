package argyle_test

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"net/http"
	"path"
	"reflect"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/argyle"
)

//go:embed testdata/*.json testdata/recorded
var testdata embed.FS

const secret = "a-secret-of-the-subscription"

func newV2(opts *argyle.Options) *argyle.Webhooks {
	return argyle.NewWebhooks(events.Keys(secret), opts)
}
func newV1(opts *argyle.Options) *argyle.Webhooks {
	return argyle.NewWebhooksV1(events.Keys(secret), opts)
}

// signed returns the headers of a genuine delivery.
func signed(w *argyle.Webhooks, body []byte) http.Header {
	header := http.Header{}
	w.Sign(header, body)
	return header
}

// recorded returns the bodies of real deliveries, by file name.
func recorded(t testing.TB) map[string][]byte {
	t.Helper()
	paths, err := fs.Glob(testdata, "testdata/recorded/*.json")
	require.NoError(t, err)
	require.Len(t, paths, 8)
	bodies := map[string][]byte{}
	for _, name := range paths {
		body, err := testdata.ReadFile(name)
		require.NoError(t, err)
		bodies[strings.TrimSuffix(path.Base(name), ".json")] = body
	}
	return bodies
}

type example struct {
	Source string         `json:"source"`
	Body   jsontext.Value `json:"body"`
}

type examples struct {
	V2 map[string][]example `json:"v2"`
	V1 map[string][]example `json:"v1"`
}

func webhookExamples(t testing.TB) examples {
	t.Helper()
	var all examples
	readJSON(t, "testdata/webhook_examples.json", &all)
	require.Len(t, all.V2, 45)
	require.Len(t, all.V1, 38)
	return all
}

type linkExample struct {
	Name    string         `json:"name"`
	Source  string         `json:"source"`
	Payload jsontext.Value `json:"payload"`
}

type linkExamples struct {
	V5        map[string][]linkExample `json:"v5"`
	V4        map[string][]linkExample `json:"v4"`
	Sequences map[string][]linkExample `json:"sequences"`
}

func linkExamplesOf(t testing.TB) linkExamples {
	t.Helper()
	var all linkExamples
	readJSON(t, "testdata/link_examples.json", &all)
	return all
}

func readJSON(t testing.TB, name string, v any) {
	t.Helper()
	b, err := testdata.ReadFile(name)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(b, v))
}

// decode reads a payload as the bus would: strictly, into the type of its kind, and validated. It returns a pointer.
func decode(kind events.AnyKind, payload []byte) (any, error) {
	v := reflect.New(kind.Type()).Interface()
	if err := json.Unmarshal(payload, v); err != nil {
		return nil, err
	}
	return v, events.Validate(v)
}

// lookup returns a kind of the catalogue.
func lookup(t testing.TB, c *events.Catalog, id events.KindID) events.AnyKind {
	t.Helper()
	kind, ok := c.Lookup(id)
	require.True(t, ok, id)
	return kind
}

// lost returns the paths of the keys of want that got does not have.
func lost(want, got any, path string) (paths []string) {
	switch want := want.(type) {
	case map[string]any:
		have, _ := got.(map[string]any)
		for key, value := range want {
			other, ok := have[key]
			if !ok {
				paths = append(paths, path+"/"+key)
				continue
			}
			paths = append(paths, lost(value, other, path+"/"+key)...)
		}
	case []any:
		have, _ := got.([]any)
		for i, value := range want {
			if i >= len(have) {
				paths = append(paths, path+"/-")
				continue
			}
			paths = append(paths, lost(value, have[i], path+"/-")...)
		}
	default:
		if !reflect.DeepEqual(want, got) {
			paths = append(paths, path+" (value)")
		}
	}
	return paths
}

// reencoded returns what decoding and encoding loses of a payload.
func reencoded(t testing.TB, kind events.AnyKind, payload []byte) []string {
	t.Helper()
	v, err := decode(kind, payload)
	require.NoError(t, err)
	again, err := json.Marshal(v)
	require.NoError(t, err)
	var want, got any
	require.NoError(t, json.Unmarshal(payload, &want))
	require.NoError(t, json.Unmarshal(again, &got))
	return lost(want, got, "")
}

// digest is what an event without an id is known by.
func digest(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:])[:32]
}
