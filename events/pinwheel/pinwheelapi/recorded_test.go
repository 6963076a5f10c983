package pinwheelapi_test

import (
	"os"
	"path"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events/pinwheel"
	"github.com/linkhook/linkhook/events/pinwheel/pinwheelapi"
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

// TestTypesHaveEveryRecordedMember decodes what Pinwheel really sent: a member that no type has is data that nobody gets.
func TestTypesHaveEveryRecordedMember(t *testing.T) {
	t.Parallel()
	types := map[string]func() any{
		"link_tokens": func() any { return new(pinwheelapi.LinkToken) },
		"identity":    func() any { return new(pinwheelapi.Identity) },
		"employment":  func() any { return new(pinwheelapi.Employment) },
		"income":      func() any { return new(pinwheelapi.Income) },
		"paystubs":    func() any { return new([]pinwheelapi.Paystub) },
		"shifts":      func() any { return new([]pinwheelapi.Shift) },
	}
	for _, r := range recordings(t) {
		p, _, _ := strings.Cut(r.Path, "?")
		target := func() any { return new(pinwheelapi.Account) }
		if f, ok := types[path.Base(p)]; ok {
			target = f
		}
		var out struct {
			Data jsontext.Value `json:"data"`
		}
		require.NoError(t, json.Unmarshal(r.Answer, &out))
		require.NoError(t, json.Unmarshal(out.Data, target(), json.RejectUnknownMembers(true)), r.Path)
	}
}

func TestClientReadsWhatWasRecorded(t *testing.T) {
	t.Parallel()
	routes := map[string]string{}
	for _, r := range recordings(t) {
		p, _, _ := strings.Cut(r.Path, "?")
		routes[r.Method+" "+p] = string(r.Answer)
	}
	s, c := serve(t, routes)
	const account = "934f6406-c332-4c05-a3e8-6a90765c842d"
	token, err := c.CreateLinkToken(t.Context(), pinwheelapi.LinkTokenRequest{
		OrgName: "Report My Income", RequiredJobs: []pinwheel.JobName{pinwheel.JobPaystubs},
		EndUserID: "6a927ef1-6c91-43c9-abbe-6728dc8ef877", SkipIntroScreen: true, Language: "en",
		EmployerID: "5a8cfb92-3373-4e65-b41b-54e821e79671",
	})
	require.NoError(t, err)
	require.JSONEq(t, string(recordings(t)[0].Request), s.bodies[0])
	require.Equal(t, "sandbox", token.Mode)
	require.Empty(t, token.SmartBranchURL, "null")

	a, err := c.Account(t.Context(), account)
	require.NoError(t, err)
	require.Equal(t, pinwheel.MonitoringActive, a.MonitoringStatus)
	require.NotEmpty(t, a.DataUpdatedAt["paystubs"])
	identity, err := c.Identity(t.Context(), account)
	require.NoError(t, err)
	require.Empty(t, identity.Data.PhoneNumbers[0].Type, "null")
	employment, err := c.Employment(t.Context(), account)
	require.NoError(t, err)
	require.Equal(t, "+16126597057", employment.Data.EmployerPhoneNumber.Value)
	income, err := c.Income(t.Context(), account)
	require.NoError(t, err)
	require.Equal(t, "bi-weekly", income.Data.PayFrequency)
	stubs := collect(t, c.PaystubsBetween(t.Context(), account, "2025-03-26", "2025-06-24"))
	require.Equal(t, int64(50000), *stubs[0].GrossPayAmount)
	require.Equal(t, time.Date(2025, 6, 24, 22, 4, 38, 805798000, time.UTC), stubs[0].RefreshedAt.Time())
	shifts := collect(t, c.Shifts(t.Context(), account))
	require.Equal(t, time.Date(2025, 6, 24, 13, 0, 0, 0, time.UTC), shifts[0].Timestamps[0].From.Time())
}
