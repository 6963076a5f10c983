package argyleapi_test

import (
	"encoding/json"
	"math/big"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events/argyle"
	"github.com/linkhook/linkhook/events/argyle/argyleapi"
)

func TestUserIsMadeWithItsFirstToken(t *testing.T) {
	t.Parallel()
	s, c := serve(t, map[string]string{
		"POST /v2/users":       `{"user_token":"jwt-1","id":"019795df-86d1-be83-1338-314da2cfe660"}`, // answered 201, as recorded
		"POST /v2/user-tokens": `{"user_token":"jwt-2"}`,
		"GET /v2/users":        `{"results":[` + recorded(t, "user") + `],"next":null}`,
		"GET /v2/users/u1":     recorded(t, "user"),
		"PATCH /v2/users/u1":   recorded(t, "user"),
		"DELETE /v2/users/u1":  ``,
	})
	user, err := c.CreateUser(t.Context(), argyleapi.UserRequest{
		ExternalID: "ours", ExternalMetadata: map[string]jsontext.Value{"tier": jsontext.Value(`1`)},
		BirthDate: &argyleapi.BirthDate{Year: 1980, Month: 10, Day: 10},
	})
	require.NoError(t, err)
	require.Equal(t, argyleapi.NewUser{ID: "019795df-86d1-be83-1338-314da2cfe660", UserToken: "jwt-1"}, user)
	require.JSONEq(t, `{"external_id":"ours","external_metadata":{"tier":1},"birth_date":{"year":1980,"month":10,"day":10}}`, s.asked[0].body)
	token, err := c.CreateUserToken(t.Context(), user.ID)
	require.NoError(t, err)
	require.Equal(t, "jwt-2", token)
	require.JSONEq(t, `{"user":"019795df-86d1-be83-1338-314da2cfe660"}`, s.asked[1].body)
	found := collect(t, c.UsersByExternalID(t.Context(), "our s"))
	require.Empty(t, found[0].ExternalID, "null")
	require.Equal(t, "GET /v2/users?external_id=our+s&limit=200", s.asked[2].line)
	require.Len(t, collect(t, c.Users(t.Context())), 1)
	one, err := c.User(t.Context(), "u1")
	require.NoError(t, err)
	require.Equal(t, []string{"Conagra Brands"}, one.EmployersConnected)
	_, err = c.UpdateUser(t.Context(), "u1", argyleapi.UserRequest{Email: "a@example.com"})
	require.NoError(t, err)
	require.NoError(t, c.DeleteUser(t.Context(), "u1"))
}

func TestAccountTellsWhereEverythingStands(t *testing.T) {
	t.Parallel()
	s, c := serve(t, map[string]string{
		"GET /v2/accounts/acc":                          recorded(t, "account"),
		"GET /v2/accounts":                              `{"results":[` + recorded(t, "account") + `]}`,
		"DELETE /v2/accounts/acc":                       ``,
		"POST /v2/accounts/acc/disable-ongoing-refresh": ``,
	})
	account, err := c.Account(t.Context(), "acc")
	require.NoError(t, err)
	require.Equal(t, argyle.StatusConnected, account.Connection.Status)
	require.EqualValues(t, 16, *account.Availability[argyle.DatasetPaystubs].AvailableCount)
	require.Nil(t, account.Availability[argyle.DatasetUserForms])
	state, err := c.DepositSwitch(t.Context(), "acc")
	require.NoError(t, err)
	require.Equal(t, argyle.SwitchStatusIdle, state.Status)
	require.Len(t, collect(t, c.Accounts(t.Context(), argyleapi.AccountFilter{User: "u1", Item: "i1", Refresh: argyle.RefreshEnabled})), 1)
	require.Equal(t, "GET /v2/accounts?item=i1&limit=200&ongoing_refresh_status=enabled&user=u1", s.asked[2].line)
	require.NoError(t, c.DisableOngoingRefresh(t.Context(), "acc"))
	require.NoError(t, c.DeleteAccount(t.Context(), "acc"))
}

func TestThinEventToDataIsOneCall(t *testing.T) {
	t.Parallel()
	s, c := serve(t, map[string]string{
		"GET /v2/identities":             recorded(t, "identities"),
		"GET /v2/identities/i1":          `{"id":"i1"}`,
		"GET /v2/employments":            recorded(t, "employments"),
		"GET /v2/paystubs":               recorded(t, "paystubs"),
		"GET /v2/paystubs/p1":            `{"id":"p1"}`,
		"GET /v2/gigs":                   recorded(t, "gigs"),
		"GET /v2/gigs/g1":                `{"id":"g1"}`,
		"GET /v2/shifts":                 `{"results":[{"id":"s1","hours":"7.50","location":null,"all_datetimes":{"breaks":[{"break_start":"2025-03-05T12:00:00Z"}]}}]}`,
		"GET /v2/shifts/s1":              `{"id":"s1"}`,
		"GET /v2/deposit-destinations":   `{"results":[{"id":"d1","destination_type":"ach_deposit_account","allocation_type":"percent","allocation_value":"50.00","ach_deposit_account":{"bank_name":"First"},"card":null}]}`,
		"GET /v2/deposit-destinations/d": `{"id":"d"}`,
		"GET /v2/reports":                `{"results":[{"id":"r"}]}`,
		"GET /v2/reports/r":              `{"id":"r","type":"voie"}`,
		"GET /v2/verifications/v":        `{"id":"v","status":{"state":"PAUSED"}}`,
		"GET /v2/payroll-documents":      `{"results":[{"id":"pd","ocr_data":null}]}`,
		"GET /v2/payroll-documents/pd":   `{"id":"pd","ocr_data":{"form_type":"W-2"}}`,
		"GET /v2/vehicles/ve":            `{"id":"ve","year":"2019"}`,
		"GET /v2/ratings/ra":             `{"id":"ra","rating":"4.93","rewards":[{"points":"12"}]}`,
		"GET /v2/user-forms/uf":          `{"id":"uf"}`,
		"GET /v2/user-uploads/uu":        `{"id":"uu"}`,
		"GET /v2/items/item_1":           `{"id":"item_1"}`,
	})
	ctx := t.Context()
	identity := collect(t, c.Identities(ctx, "acc"))[0]
	require.Equal(t, argyleapi.Decimal("1829.19"), identity.BasePay.Amount)
	require.Empty(t, identity.TerminationDate)
	require.Equal(t, argyleapi.EmploymentTerminated, collect(t, c.Employments(ctx, "acc"))[0].Status)
	stub := collect(t, c.Paystubs(ctx, "acc"))[0]
	require.Equal(t, argyleapi.Decimal("9.0494"), stub.GrossPayList[0].Rate, "all four decimals")
	require.Empty(t, stub.Fees, "null")
	require.Nil(t, stub.GrossPayListTotals.Commission)
	require.Equal(t, time.Date(2025, 3, 3, 0, 0, 0, 0, time.UTC), stub.GrossPayList[0].StartDate.Time(), "a mere date")
	gigs := collect(t, c.Gigs(ctx, "acc"))
	require.Nil(t, gigs[0].Duration)
	require.Empty(t, gigs[0].IncomeRates.Hour)
	require.Equal(t, argyleapi.Decimal("21.55"), gigs[1].Income.Total)
	require.EqualValues(t, 340, *gigs[1].Duration)
	require.Equal(t, argyleapi.Decimal("7.50"), collect(t, c.Shifts(ctx, "acc"))[0].Hours)
	destination := collect(t, c.DepositDestinations(ctx, "acc"))[0]
	require.Equal(t, argyle.DestinationACH, destination.Type)
	require.Nil(t, destination.Card)
	require.Len(t, collect(t, c.Reports(ctx, "u")), 1)
	require.Len(t, collect(t, c.PayrollDocuments(ctx, "acc")), 1)

	one := func(id string, err error) string {
		require.NoError(t, err)
		return id
	}
	i, err := c.Identity(ctx, "i1")
	require.Equal(t, "i1", one(i.ID, err))
	p, err := c.Paystub(ctx, "p1")
	require.Equal(t, "p1", one(p.ID, err))
	g, err := c.Gig(ctx, "g1")
	require.Equal(t, "g1", one(g.ID, err))
	sh, err := c.Shift(ctx, "s1")
	require.Equal(t, "s1", one(sh.ID, err))
	d, err := c.DepositDestination(ctx, "d")
	require.Equal(t, "d", one(d.ID, err))
	r, err := c.Report(ctx, "r")
	require.Equal(t, "r", one(r.ID, err))
	v, err := c.Verification(ctx, "v")
	require.Equal(t, "v", one(v.ID, err))
	require.Equal(t, argyle.VerificationPaused, v.Status.State)
	pd, err := c.PayrollDocument(ctx, "pd")
	require.JSONEq(t, `{"form_type":"W-2"}`, one(string(pd.OCRData), err))
	ve, err := c.Vehicle(ctx, "ve")
	require.Equal(t, "2019", one(ve.Year, err))
	ra, err := c.Rating(ctx, "ra")
	require.Equal(t, "4.93", one(string(ra.Rating), err))
	for path, call := range map[string]func() (jsontext.Value, error){
		"uf":     func() (jsontext.Value, error) { return c.UserForm(ctx, "uf") },
		"uu":     func() (jsontext.Value, error) { return c.UserUpload(ctx, "uu") },
		"item_1": func() (jsontext.Value, error) { return c.Item(ctx, "item_1") },
	} {
		raw, err := call()
		require.JSONEq(t, `{"id":"`+path+`"}`, one(string(raw), err))
	}
	require.Equal(t, "GET /v2/identities?account=acc&limit=200", s.asked[0].line)
}

func TestBoundsHaveTheNamesOfEachList(t *testing.T) {
	t.Parallel()
	s, c := serve(t, map[string]string{"GET /v2/paystubs": `{"results":[]}`, "GET /v2/gigs": `{"results":[]}`, "GET /v2/shifts": `{"results":[]}`})
	zone := time.FixedZone("east", 3600)
	f := argyleapi.DataFilter{
		User: "u", Employment: "e", From: time.Date(2025, 3, 24, 0, 30, 0, 0, zone), To: time.Date(2025, 6, 22, 0, 30, 0, 0, zone),
	}
	collect(t, c.PaystubsOf(t.Context(), f))
	collect(t, c.GigsOf(t.Context(), f))
	collect(t, c.ShiftsOf(t.Context(), f))
	require.Equal(t, "GET /v2/paystubs?employment=e&from_start_date=2025-03-24&limit=200&to_start_date=2025-06-22&user=u", s.asked[0].line, "the day in the caller's zone")
	require.Equal(t, "GET /v2/gigs?employment=e&from_start_datetime=2025-03-23T23%3A30%3A00Z&limit=200&to_start_datetime=2025-06-21T23%3A30%3A00Z&user=u", s.asked[1].line)
	require.Contains(t, s.asked[2].line, "GET /v2/shifts?employment=e&from_start_datetime=")
}

func TestListsFollowTheAbsoluteNextURL(t *testing.T) {
	t.Parallel()
	s, c := serve(t, map[string]string{
		"GET /v2/paystubs?account=acc&limit=200": `{"results":[{"id":"p1"}],"next":"$HOST/v2/paystubs?account=acc&cursor=cD0y&limit=200","previous":null}`,
		"GET /v2/paystubs?account=acc&cursor=cD0y&limit=200": `{"results":[{"id":"p2"},{"id":"p3"}],"next":null,
			"previous":"$HOST/v2/paystubs?account=acc&limit=200"}`,
	})
	stubs := collect(t, c.Paystubs(t.Context(), "acc"))
	require.Len(t, stubs, 3)
	for _, err := range c.Paystubs(t.Context(), "acc") {
		require.NoError(t, err)
		break // leaving early asks for no further page
	}
	require.Len(t, s.asked, 3)
}

func TestListsEnd(t *testing.T) {
	t.Parallel()
	t.Run("at a page on another host, which never gets the key", func(t *testing.T) {
		t.Parallel()
		stranger := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("a stranger was asked") }))
		t.Cleanup(stranger.Close)
		_, c := serve(t, map[string]string{"GET /v2/gigs": `{"results":[],"next":"` + stranger.URL + `/v2/gigs?cursor=x"}`})
		for _, err := range c.Gigs(t.Context(), "acc") {
			require.ErrorContains(t, err, "another host")
		}
	})
	t.Run("at a page that names itself", func(t *testing.T) {
		t.Parallel()
		s, c := serve(t, map[string]string{"GET /v2/gigs": `{"results":[{"id":"g"}],"next":"$HOST/v2/gigs?cursor=x"}`})
		require.Len(t, collect(t, c.Gigs(t.Context(), "acc")), 2)
		require.Len(t, s.asked, 2)
	})
}

func TestIDsAreEscaped(t *testing.T) {
	t.Parallel()
	s, c := serve(t, map[string]string{"GET /v2/accounts/..%2Fusers": `{"id":"x"}`})
	_, err := c.Account(t.Context(), "../users")
	require.NoError(t, err)
	require.Equal(t, "GET /v2/accounts/..%2Fusers", s.asked[0].line)
}

func TestAmountsAreExact(t *testing.T) {
	t.Parallel()
	for text, cents := range map[string]int64{
		"1829.19": 182919, "-0.05": -5, "0.1": 10, "12": 1200, "9007199254740993.07": 900719925474099307, "3.5000": 350,
	} {
		got, ok := argyleapi.Decimal(text).Cents()
		require.True(t, ok, text)
		require.Equal(t, cents, got, text)
	}
	for _, text := range []string{"", "9.0494", "1e9", "1/2", "0x10", "1_0", ".", "1.", ".5", "--1", "+1", " 1", "N/A", "99999999999999999999"} {
		_, ok := argyleapi.Decimal(text).Cents()
		require.False(t, ok, text)
	}
	rate, ok := argyleapi.Decimal("9.0494").Rat()
	require.True(t, ok)
	require.Zero(t, rate.Cmp(big.NewRat(90494, 10000)))
}

func TestDecimalKeepsItsTextInBothDirections(t *testing.T) {
	t.Parallel()
	_, c := serve(t, map[string]string{
		"GET /v2/paystubs/p1": `{"gross_pay":"299.710","net_pay":224.80,"fees":null,"hours":"hidden"}`,
		"GET /v2/paystubs/p2": `{"gross_pay":{}}`,
	})
	stub, err := c.Paystub(t.Context(), "p1")
	require.NoError(t, err)
	require.Equal(t, argyleapi.Decimal("299.710"), stub.GrossPay)
	require.Equal(t, argyleapi.Decimal("224.80"), stub.NetPay, "a number keeps its digits, too")
	require.Equal(t, argyleapi.Decimal("hidden"), stub.Hours, "a surprise costs no record")
	_, err = c.Paystub(t.Context(), "p2")
	require.ErrorContains(t, err, "/gross_pay")
	b, err := json.Marshal(stub.PaystubPeriod)
	require.NoError(t, err)
	require.JSONEq(t, `{"start_date":null,"end_date":null}`, string(b))
}
