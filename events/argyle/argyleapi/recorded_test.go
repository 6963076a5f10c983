package argyleapi_test

import (
	"os"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events/argyle"
	"github.com/linkhook/linkhook/events/argyle/argyleapi"
)

// recording is one recorded request and its answer.
type recording struct {
	Method  string         `json:"method"`
	Path    string         `json:"path"`
	Status  int            `json:"status"`
	Request jsontext.Value `json:"request"`
	Answer  jsontext.Value `json:"answer"`
}

func recordings(t *testing.T) []recording {
	t.Helper()
	b, err := os.ReadFile("testdata/recorded.json")
	require.NoError(t, err)
	var all []recording
	require.NoError(t, json.Unmarshal(b, &all))
	require.NotEmpty(t, all)
	return all
}

// results is a list's page, with no member to spare.
type results[T any] struct {
	Results  []T     `json:"results"`
	Next     *string `json:"next"`
	Previous *string `json:"previous"`
}

// TestTypesHaveEveryRecordedMember decodes what Argyle really sent: a member that no type has is data that nobody gets.
func TestTypesHaveEveryRecordedMember(t *testing.T) {
	t.Parallel()
	strictly := func(t *testing.T, where string, body []byte, target any) {
		t.Helper()
		require.NoError(t, json.Unmarshal(body, target, json.RejectUnknownMembers(true)), where)
	}
	for _, r := range recordings(t) {
		collection, _, _ := strings.Cut(strings.TrimPrefix(r.Path, "/v2/"), "?")
		collection, _, _ = strings.Cut(collection, "/")
		target, ok := map[string]any{
			"users":      new(argyleapi.NewUser),
			"accounts":   new(argyle.Account),
			"identities": new(results[argyleapi.Identity]),
			"paystubs":   new(results[argyleapi.Paystub]),
			"gigs":       new(results[argyleapi.Gig]),
		}[collection]
		require.True(t, ok, collection)
		strictly(t, r.Path, r.Answer, target)
	}
	for name, target := range map[string]any{
		"account": new(argyle.Account), "user": new(argyleapi.User), "identities": new(results[argyleapi.Identity]),
		"employments": new(results[argyleapi.Employment]), "paystubs": new(results[argyleapi.Paystub]),
		"gigs": new(results[argyleapi.Gig]), "webhooks": new(results[argyleapi.Subscription]),
	} {
		strictly(t, name, []byte(recorded(t, name)), target)
	}
}

func TestClientReadsWhatWasRecorded(t *testing.T) {
	t.Parallel()
	routes := map[string]string{}
	for _, r := range recordings(t) {
		p, _, _ := strings.Cut(r.Path, "?")
		if _, again := routes[r.Method+" "+p]; !again {
			routes[r.Method+" "+p] = string(r.Answer)
		}
	}
	s, c := serve(t, routes)
	user, err := c.CreateUser(t.Context(), argyleapi.UserRequest{ExternalID: "44be3f9d-5281-4da6-8478-f931e4f94c6e"})
	require.NoError(t, err)
	require.JSONEq(t, string(recordings(t)[0].Request), s.asked[0].body)
	const account = "019c0b39-0b68-fb0c-9282-57302afa2ed2"
	a, err := c.Account(t.Context(), account)
	require.NoError(t, err)
	require.Equal(t, user.ID, a.User)
	require.Equal(t, 2026, a.CreatedAt.Time().Year(), "with milliseconds")
	require.Len(t, collect(t, c.Identities(t.Context(), account)), 1)
	for _, stub := range collect(t, c.Paystubs(t.Context(), account)) {
		cents, ok := stub.GrossPay.Cents()
		require.True(t, ok)
		require.Positive(t, cents)
	}
	require.Empty(t, collect(t, c.Gigs(t.Context(), account)))
}
