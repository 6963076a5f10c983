package pinwheel_test

import (
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/pinwheel"
)

func TestOutcomeIsThreeWay(t *testing.T) {
	t.Parallel()
	for outcome, want := range map[pinwheel.Outcome][4]bool{
		pinwheel.OutcomeSuccess: {true, false, false, true},
		pinwheel.OutcomeError:   {false, true, false, true},
		pinwheel.OutcomePending: {false, false, true, true},
		"":                      {},
		"Success":               {},
		"postponed":             {},
	} {
		require.Equal(t, want, [4]bool{outcome.Succeeded(), outcome.Failed(), outcome.Pending(), outcome.Known()}, "%q", outcome)
	}
}

func TestAFullySyncedEventCanBeAnError(t *testing.T) {
	t.Parallel()
	var failed []pinwheel.PaystubsSync
	for _, e := range readExamples(t, "webhook_examples.json")["paystubs.fully_synced"] {
		env, err := webhooks().Parse(nil, e.Body)
		require.NoError(t, err)
		data, err := pinwheel.PaystubsFullySynced.Decode(env)
		require.NoError(t, err)
		require.Equal(t, env.Outcome, string(data.Outcome))
		if data.Outcome.Failed() {
			failed = append(failed, data)
		}
	}
	require.Len(t, failed, 1)
	require.Equal(t, pinwheel.ErrorCodeDataNotAvailable, failed[0].ErrorCode)
	require.Equal(t, pinwheel.AdviceGiveUp, failed[0].Advice(), "there is nothing to fetch, and nothing to retry")
	require.Zero(t, failed[0].Params)
}

func TestAdvicePrefersTheCode(t *testing.T) {
	t.Parallel()
	require.Equal(t, pinwheel.AdviceGiveUp, pinwheel.Advise(pinwheel.ErrorTypePlatform, pinwheel.ErrorCodeDataNotAvailable))
	require.Equal(t, pinwheel.AdviceRetry, pinwheel.Advise(pinwheel.ErrorTypePlatform, "somethingNew"))
	require.Equal(t, pinwheel.AdviceReopenLink, pinwheel.Advise("", pinwheel.ErrorCodeUsedLinkToken))
	require.Equal(t, pinwheel.AdviceAskUser, pinwheel.Advise(pinwheel.ErrorTypeUserActionRequired, ""))
	require.Equal(t, pinwheel.AdviceNone, pinwheel.Advise("new", "new"))
	require.Equal(t, pinwheel.AdviceNone, pinwheel.Job{Outcome: pinwheel.OutcomePending, ErrorCode: "systemError"}.Advice())
	require.Equal(t, pinwheel.AdviceRetry, pinwheel.Job{Outcome: pinwheel.OutcomeError, ErrorCode: "systemError"}.Advice())
	require.Equal(t, pinwheel.AdviceRetry,
		pinwheel.CompanyData{Outcome: pinwheel.OutcomeError, ErrorType: pinwheel.ErrorTypeSystem}.Advice())
	require.Equal(t, pinwheel.AdviceNone, pinwheel.CompanyData{}.Advice())
}

func TestDecimalKeepsEveryDigit(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]pinwheel.Decimal{
		`50`: "50", `50.0`: "50.0", `123.45`: "123.45", `9007199254740993`: "9007199254740993", `1e3`: "1e3", `-0.10`: "-0.10",
		`"12.50"`: "12.50", `null`: "", `123456789012345678901234567890`: "123456789012345678901234567890",
	} {
		var d pinwheel.Decimal
		require.NoError(t, json.Unmarshal([]byte(text), &d), text)
		require.Equal(t, want, d)
		again, err := json.Marshal(d)
		require.NoError(t, err)
		if want != "" {
			require.Equal(t, string(want), string(again))
		} else {
			require.Equal(t, "null", string(again))
		}
	}
	for _, text := range []string{`"12,50"`, `"x"`, `""`, `" 1"`, `"0x10"`, `true`, `{}`, `[1]`, `"NaN"`} {
		var d pinwheel.Decimal
		require.Error(t, json.Unmarshal([]byte(text), &d), text)
	}
	_, err := json.Marshal(pinwheel.Decimal("one"))
	require.Error(t, err)
	n, ok := pinwheel.Decimal("9007199254740993").Int64()
	require.True(t, ok)
	require.Equal(t, int64(9007199254740993), n)
	_, ok = pinwheel.Decimal("12.5").Int64()
	require.False(t, ok)
	f, ok := pinwheel.Decimal("12.5").Float64()
	require.True(t, ok)
	require.InDelta(t, 12.5, f, 0)
	_, ok = pinwheel.Decimal("1e999").Float64()
	require.False(t, ok)
}

func TestTimestampsAndDatesAreTolerant(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 1, 12, 9, 41, 17, 604118000, time.UTC)
	for text, want := range map[pinwheel.Timestamp]time.Time{
		"2026-01-12T09:41:17.604118+00:00":     at,
		"2026-01-12T10:41:17.604118+01:00":     at,
		"2026-01-12T09:41:17.604118Z":          at,
		"2026-01-12T09:41:17.604118":           at,
		"2026-01-12 09:41:17.604118+00:00":     at,
		"2026-01-12T09:41:17+00:00":            at.Truncate(time.Second),
		"2026-01-12 09:41:17":                  at.Truncate(time.Second),
		"2026-01-12":                           time.Date(2026, 1, 12, 0, 0, 0, 0, time.UTC),
		"":                                     {},
		"yesterday, about noon":                {},
		"2026-13-12T09:41:17Z":                 {},
		"2024-02-29T23:59:59.999999+00:00":     time.Date(2024, 2, 29, 23, 59, 59, 999999000, time.UTC),
		"0000-01-01T00:00:00.000001+00:00":     time.Date(0, 1, 1, 0, 0, 0, 1000, time.UTC),
		"2026-02-29T09:41:17.604118+00:00":     {},
		"2026-04-31T09:41:17.604118+00:00":     {},
		"2026-00-12T09:41:17.604118+00:00":     {},
		"2026-01-00T09:41:17.604118+00:00":     {},
		"2026-01-12T24:00:00.000000+00:00":     {},
		"2026-01-12T09:60:17.604118+00:00":     {},
		"2026-01-12T09:41:60.604118+00:00":     {},
		"2026-01-12T09:41:1\u0667.60411+00:00": {},
		"2026-01-12T09:41:17.60:118+00:00":     {},
		"2026-01-12T09:41:17.604118+00;00":     {},
	} {
		require.True(t, want.Equal(text.Time()), "%q", text)
	}
	require.Equal(t, pinwheel.Timestamp("2026-01-12T09:41:17.604118+00:00"), pinwheel.TimestampOf(at.In(time.FixedZone("", 3600))))
	require.Equal(t, pinwheel.Date("2026-01-12"), pinwheel.DateOf(at))
	for text, want := range map[pinwheel.Date]time.Time{
		"2026-01-12":           time.Date(2026, 1, 12, 0, 0, 0, 0, time.UTC),
		"2026-01-12T09:41:17Z": time.Date(2026, 1, 12, 0, 0, 0, 0, time.UTC),
		"":                     {},
		"12.01.2026":           {},
		"2026-02-30":           {},
	} {
		require.True(t, want.Equal(text.Time()), "%q", text)
	}
}

func TestListsOfCompaniesHoldStringsAndOfAccountsObjects(t *testing.T) {
	t.Parallel()
	company, err := pinwheel.CompanyConnectCensusAdded.Decode(events.Envelope{Raw: []byte(`{"added":["E-1"],"deleted":[]}`)})
	require.NoError(t, err)
	require.Equal(t, []string{"E-1"}, company.Added)
	forms, err := pinwheel.TaxFormsAdded.Decode(events.Envelope{
		Raw: []byte(`{"account_id":"a","added":[{"id":"f","year":2025,"document_type":"W-2"}]}`),
	})
	require.NoError(t, err)
	require.Equal(t, []pinwheel.Item{{ID: "f", Year: 2025, DocumentType: pinwheel.DocumentW2}}, forms.Added)
}

func TestAJobCanBeCalledOtherThanItsEvent(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]pinwheel.JobName{
		"bill_switch.cancelled": pinwheel.JobBillCancellation,
		"documents.added":       pinwheel.JobDocumentUploads,
		"paystubs.fully_synced": pinwheel.JobPaystubs,
	} {
		for _, e := range readExamples(t, "webhook_examples.json")[name] {
			var b struct {
				Payload struct {
					Name pinwheel.JobName `json:"name"`
				} `json:"payload"`
			}
			require.NoError(t, json.Unmarshal(e.Body, &b))
			require.Equal(t, want, b.Payload.Name)
			require.True(t, want.Known())
		}
	}
}
