package argyleapi_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/argyle"
	"github.com/linkhook/linkhook/events/argyle/argyleapi"
)

// workspace keeps subscriptions as the API does: it lists them in pages of two and refuses options that an event does not take.
type workspace struct {
	mu   sync.Mutex
	subs map[string][]map[string]any // by path
	url  string
}

func newWorkspace(t *testing.T) (*workspace, *argyleapi.Client) {
	t.Helper()
	w := &workspace{subs: map[string][]map[string]any{}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{version}/webhooks", w.list)
	mux.HandleFunc("POST /{version}/webhooks", w.create)
	srv := httptest.NewServer(mux)
	t.Cleanup(srv.Close)
	w.url = srv.URL
	return w, client(srv.URL)
}

func (w *workspace) list(rw http.ResponseWriter, r *http.Request) {
	w.mu.Lock()
	defer w.mu.Unlock()
	from := 0
	_, _ = fmt.Sscan(r.FormValue("cursor"), &from)
	all := w.subs[r.PathValue("version")]
	to := min(from+2, len(all))
	page := map[string]any{"results": all[from:to], "next": nil, "previous": nil}
	if to < len(all) {
		page["next"] = fmt.Sprintf("%s/%s/webhooks?cursor=%d", w.url, r.PathValue("version"), to)
	}
	_ = json.NewEncoder(rw).Encode(page)
}

func (w *workspace) create(rw http.ResponseWriter, r *http.Request) {
	var sub map[string]any
	_ = json.NewDecoder(r.Body).Decode(&sub)
	config, _ := sub["config"].(map[string]any)
	for _, name := range sub["events"].([]any) {
		for option := range config {
			if takes(r.PathValue("version"), name.(string)) != option {
				rw.WriteHeader(http.StatusBadRequest)
				fmt.Fprintf(rw, `{"config": ["%s is not allowed for %s"]}`, option, name)
				return
			}
		}
		if name == "deposit_destinations.removed" {
			rw.WriteHeader(http.StatusBadRequest)
			fmt.Fprint(rw, `{"events": ["\"deposit_destinations.removed\" is not a valid choice."]}`)
			return
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	version := r.PathValue("version")
	sub["id"] = fmt.Sprintf("%s-%d", version, len(w.subs[version])+1)
	w.subs[version] = append(w.subs[version], sub)
	rw.WriteHeader(http.StatusCreated)
	_ = json.NewEncoder(rw).Encode(sub)
}

func takes(version, name string) string {
	provider := argyle.Provider
	if version == "v1" {
		provider = argyle.ProviderV1
	}
	info, _ := argyle.Describe(events.KindID{Provider: provider, Stream: events.StreamWebhook, Name: name})
	return info.Config
}

func (w *workspace) add(version string, sub map[string]any) {
	sub["id"] = fmt.Sprintf("%s-%d", version, len(w.subs[version])+1)
	w.subs[version] = append(w.subs[version], sub)
}

func nothing[T any](context.Context, events.Event[T]) error { return nil }

func handlers() *events.Bus {
	bus := events.New()
	events.On(bus, argyle.AccountsUpdated, nothing[argyle.AccountChange])
	events.On(bus, argyle.UsersFullySynced, nothing[argyle.UserSync])
	events.On(bus, argyle.PaystubsPartiallySynced, nothing[argyle.PartialSync])
	events.On(bus, argyle.LinkAccountConnected, nothing[argyle.AccountClaim]) // needs no subscription
	return bus
}

func TestAuditComparesHandlersWithSubscriptions(t *testing.T) {
	t.Parallel()
	w, c := newWorkspace(t)
	w.add("v2", map[string]any{"url": hookURL, "events": []string{"accounts.updated", "gigs.added"}, "secret": "s"})
	w.add("v2", map[string]any{"url": "https://other.example", "events": []string{"*"}, "secret": "s"})
	w.add("v2", map[string]any{"url": hookURL, "events": []string{"users.fully_synced", "brand.new", "payouts.added"}, "secret": nil})
	audit, err := c.Audit(t.Context(), handlers(), hookURL)
	require.NoError(t, err)
	require.Equal(t, []string{"paystubs.partially_synced"}, audit.NotSubscribed)
	require.Equal(t, []string{"brand.new", "gigs.added", "payouts.added"}, audit.Unhandled)
	require.Equal(t, []string{"brand.new", "payouts.added"}, audit.Unknown)
	require.Equal(t, []string{
		"subscription v2-3 has no secret: its deliveries cannot be verified and are refused",
		"payouts.added is an event of argyle-v1, which needs a URL of its own",
	}, audit.Problems)
	require.False(t, audit.OK())
	require.Len(t, w.subs["v2"], 3, "an audit changes nothing")
}

func TestWildcardCoversAllButItems(t *testing.T) {
	t.Parallel()
	w, c := newWorkspace(t)
	w.add("v2", map[string]any{"url": hookURL, "events": []string{"*"}, "secret": "s", "config": map[string]any{}})
	bus := handlers()
	events.On(bus, argyle.ItemsUpdated, nothing[argyle.ItemUpdate])
	audit, err := c.Audit(t.Context(), bus, hookURL)
	require.NoError(t, err)
	require.Equal(t, []string{"items.updated"}, audit.NotSubscribed)
	require.Empty(t, audit.Unhandled)
	require.Empty(t, audit.Problems)
}

func TestEventsThatComeTwiceAreProblems(t *testing.T) {
	t.Parallel()
	w, c := newWorkspace(t)
	all := []string{"users.fully_synced", "paystubs.partially_synced"}
	w.add("v2", map[string]any{"url": hookURL, "events": []string{"*"}, "secret": "s"})
	w.add("v2", map[string]any{"url": hookURL, "events": all, "secret": "s", "config": map[string]any{"days_synced": 90}})
	w.add("v2", map[string]any{"url": hookURL, "events": []string{"items.removed"}, "secret": "s", "config": map[string]any{"items": []string{"a", "b"}}})
	w.add("v2", map[string]any{"url": hookURL, "events": []string{"items.removed"}, "secret": "s", "config": map[string]any{"items": []string{"c"}}})
	w.add("v2", map[string]any{"url": hookURL, "events": []string{"items.removed"}, "secret": "s", "config": map[string]any{"items": []string{"b"}}})
	audit, err := c.Audit(t.Context(), handlers(), hookURL)
	require.NoError(t, err)
	require.Equal(t, []string{
		"items.removed comes twice, by subscriptions v2-3 and v2-5",
		"users.fully_synced comes twice, by subscriptions v2-1 and v2-2",
	}, audit.Problems, "other days and other Items are other deliveries")
}

func TestSyncMakesOneSubscriptionForEachSetOfOptions(t *testing.T) {
	t.Parallel()
	w, c := newWorkspace(t)
	bus := handlers()
	events.On(bus, argyle.ItemsUpdated, nothing[argyle.ItemUpdate])
	opts := argyleapi.SyncOptions{Secret: "s", IncludeResource: true, DaysSynced: []int{90, 182}, Items: make([]string, 31)}
	for i := range opts.Items {
		opts.Items[i] = fmt.Sprintf("item_%d", i)
	}
	audit, err := c.Sync(t.Context(), bus, hookURL, opts)
	require.NoError(t, err)
	require.Len(t, audit.NotSubscribed, 4, "what was found before")
	var got []string
	for _, sub := range w.subs["v2"] {
		config, _ := sub["config"].(map[string]any)
		delete(config, "items")
		got = append(got, fmt.Sprintf("%v %v %v %v %t", sub["name"], sub["events"], config, sub["secret"], sub["url"] == hookURL))
	}
	require.Equal(t, []string{
		"linkhook [users.fully_synced] map[] s true",
		"linkhook with resource [accounts.updated] map[include_resource:true] s true",
		"linkhook 90 days [paystubs.partially_synced] map[days_synced:90] s true",
		"linkhook 182 days [paystubs.partially_synced] map[days_synced:182] s true",
		"linkhook items [items.updated] map[] s true",
		"linkhook items [items.updated] map[] s true",
	}, got)
	before := len(w.subs["v2"])
	audit, err = c.Sync(t.Context(), bus, hookURL, opts)
	require.NoError(t, err)
	require.Empty(t, audit.NotSubscribed)
	require.Len(t, w.subs["v2"], before, "a second run makes nothing")
}

func TestSyncAddsAndNeverTakesAway(t *testing.T) {
	t.Parallel()
	w, c := newWorkspace(t)
	w.add("v2", map[string]any{"url": hookURL, "events": []string{"accounts.updated", "gigs.added"}, "secret": "older"})
	audit, err := c.Sync(t.Context(), handlers(), hookURL, argyleapi.SyncOptions{Secret: "newer", Name: "prod", IncludeResource: true})
	require.NoError(t, err)
	require.Equal(t, []string{
		"subscription v2-1 signs with another secret than the one given",
		"subscription v2-1 sends accounts without their resource: delete it first",
	}, audit.Problems)
	require.Len(t, w.subs["v2"], 2)
	require.Equal(t, []any{"paystubs.partially_synced", "users.fully_synced"}, w.subs["v2"][1]["events"])
	require.NotContains(t, w.subs["v2"][1], "config")
}

func TestARefusedEventConcernsItAlone(t *testing.T) {
	t.Parallel()
	w, c := newWorkspace(t)
	bus := handlers()
	events.On(bus, argyle.DepositDestinationsRemoved, nothing[argyle.DepositDestinationChange])
	audit, err := c.Sync(t.Context(), bus, hookURL, argyleapi.SyncOptions{Secret: "s"})
	var e *events.APIError
	require.ErrorAs(t, err, &e)
	require.Contains(t, e.Fields["events"], "deposit_destinations.removed")
	require.Len(t, audit.NotSubscribed, 4)
	require.Len(t, w.subs["v2"], 1, "the others were made")
}

func TestItemsNeedTheirIDs(t *testing.T) {
	t.Parallel()
	w, c := newWorkspace(t)
	bus := events.New()
	events.On(bus, argyle.ItemsUpdated, nothing[argyle.ItemUpdate])
	audit, err := c.Sync(t.Context(), bus, hookURL, argyleapi.SyncOptions{Secret: "s"})
	require.NoError(t, err)
	require.Equal(t, []string{"items.updated needs SyncOptions.Items: nothing was made for it"}, audit.Problems)
	require.Empty(t, w.subs["v2"])
}

func TestGenerationsAreSyncedApart(t *testing.T) {
	t.Parallel()
	w, c := newWorkspace(t)
	bus := handlers()
	events.On(bus, argyle.V1AccountsUpdated, nothing[argyle.V1AccountChange])
	events.On(bus, argyle.V1PayoutsPartiallySynced, nothing[argyle.PartialSync])
	const v1URL = hookURL + "/v1"
	_, err := c.V1().Sync(t.Context(), bus, v1URL, argyleapi.SyncOptions{Secret: "s", IncludeResource: true, DaysSynced: []int{60}})
	require.NoError(t, err)
	require.Len(t, w.subs["v1"], 2)
	require.Empty(t, w.subs["v2"])
	audit, err := c.V1().Audit(t.Context(), bus, v1URL)
	require.NoError(t, err)
	require.True(t, audit.OK())
	require.Equal(t, argyle.ProviderV1, audit.Provider)
}

func TestSyncWithoutASecretAsksNobody(t *testing.T) {
	t.Parallel()
	c := client("http://127.0.0.1:1")
	for _, secret := range []argyleapi.Secret{"", " s", "s\n"} {
		_, err := c.Sync(t.Context(), handlers(), hookURL, argyleapi.SyncOptions{Secret: secret})
		require.ErrorIs(t, err, argyleapi.ErrNoSecret)
	}
}

func TestAuditOfAListThatCannotBeRead(t *testing.T) {
	t.Parallel()
	c, _ := answering(http.StatusUnauthorized, `{"detail": "Invalid environment."}`)
	_, err := c.Audit(t.Context(), handlers(), hookURL)
	var e *events.APIError
	require.ErrorAs(t, err, &e)
	_, err = c.Sync(t.Context(), handlers(), hookURL, argyleapi.SyncOptions{Secret: "s"})
	require.ErrorAs(t, err, &e)
}
