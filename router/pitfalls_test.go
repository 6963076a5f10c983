package router_test

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/router"
)

// The pitfalls that need more than one request. The others are in the hostile corpus, and those of HTTP in server_test.go.

func TestF16RotationUnderLoadDropsNoRequest(t *testing.T) {
	t.Parallel()
	provider := newAcme()
	older := events.Key{ID: "older", Secret: "test_secret_older"}
	blue := events.Key{ID: "blue", Secret: acmeSecret}
	pub := &publisher{}
	h := router.New(pub, provider, quiet())
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 50 {
				r := signed(t, widgetBody)
				if code := serve(h, r).Code; code != http.StatusOK {
					t.Errorf("answered %d", code)
				}
			}
		})
	}
	for range 50 {
		require.NoError(t, provider.keys.Replace(older, blue))
		require.NoError(t, provider.keys.Replace(blue))
	}
	wg.Wait()
	require.Len(t, pub.taken(), 200)
	require.EqualValues(t, 200, provider.keys.Used("blue"))
	require.Zero(t, provider.keys.Used("older"), "a key that verifies nothing any more can be taken away")
}

func TestF19AFailedHandlerRunsAgainWhenTheProviderRetries(t *testing.T) {
	t.Parallel()
	for name, fail := range map[string]func() error{
		"error": func() error { return errors.New("ledger down") },
		"panic": func() error { panic("ledger down") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			bus := events.New()
			runs := 0
			events.On(bus, widgetMade, func(context.Context, events.Event[widget]) error {
				if runs++; runs == 1 {
					return fail()
				}
				return nil
			})
			h := router.New(bus, newAcme(), quiet())
			require.Equal(t, http.StatusInternalServerError, serve(h, signed(t, widgetBody)).Code)
			require.Equal(t, http.StatusOK, serve(h, signed(t, widgetBody)).Code)
			require.Equal(t, 2, runs)
		})
	}
}

func TestF21AHandlerMayKeepTheBody(t *testing.T) {
	t.Parallel()
	pub := &publisher{}
	h := router.New(pub, newAcme(), quiet())
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for j := range 50 {
				id := strconv.Itoa(i*1000 + j)
				serve(h, signed(t, `{"id":"`+id+`","type":"widget.made","data":{"name":"`+strings.Repeat(id, j*10)+`"}}`))
			}
		})
	}
	wg.Wait()
	require.Len(t, pub.taken(), 400)
	for _, env := range pub.taken() { // buffers are pooled, events are not
		data, err := widgetMade.Decode(env)
		require.NoError(t, err)
		id, err := strconv.Atoi(env.ID)
		require.NoError(t, err)
		require.Equal(t, strings.Repeat(env.ID, id%1000*10), data.Name)
	}
}

func TestF25AFullQueueIsRefusedAndTakenLater(t *testing.T) {
	t.Parallel()
	full := true
	h := router.New(publishFunc(func(context.Context) error {
		if full {
			return events.ErrOverloaded
		}
		return nil
	}), newAcme(), quiet())
	w := serve(h, signed(t, widgetBody))
	require.Equal(t, http.StatusServiceUnavailable, w.Code)
	require.NotEmpty(t, w.Header().Get("Retry-After"))
	full = false
	require.Equal(t, http.StatusOK, serve(h, signed(t, widgetBody)).Code)
}

func TestChecklist6NothingIsLookedAtBeforeTheSignature(t *testing.T) {
	t.Parallel()
	parsed := false
	h := router.New(&publisher{}, noting{newAcme(), &parsed}, quiet())
	r := signed(t, widgetBody)
	setBody(r, widgetBody+" ")
	require.Equal(t, http.StatusUnauthorized, serve(h, r).Code)
	require.False(t, parsed)
	require.Equal(t, http.StatusOK, serve(h, signed(t, widgetBody)).Code)
	require.True(t, parsed)
}

// noting notes that a body was parsed.
type noting struct {
	acme
	parsed *bool
}

func (n noting) Parse(header http.Header, body []byte) (events.Envelope, error) {
	*n.parsed = true
	return n.acme.Parse(header, body)
}

func TestChecklist8EveryEventSaysWhichKeyVerifiedIt(t *testing.T) {
	t.Parallel()
	pub := &publisher{}
	provider := newAcme()
	require.NoError(t, provider.keys.Replace(
		events.Key{ID: "green", Secret: "test_secret_green"}, events.Key{ID: "blue", Secret: acmeSecret}))
	require.Equal(t, http.StatusOK, serve(router.New(pub, provider, quiet()), signed(t, widgetBody)).Code)
	require.Equal(t, "blue", pub.taken()[0].KeyID)
}

func TestProviderGivesNoTrustAwayAndNoKey(t *testing.T) {
	t.Parallel()
	pub := &publisher{}
	require.Equal(t, http.StatusOK, serve(router.New(pub, careless{newAcme()}, quiet()), signed(t, widgetBody)).Code)
	env := pub.taken()[0]
	require.Equal(t, events.SourceWebhook, env.Source)
	require.Equal(t, events.Verified, env.Trust)
	require.Equal(t, "blue", env.KeyID)
	require.Equal(t, "acme", env.Endpoint)
	require.Equal(t, widgetBody, string(env.Raw))
}

// careless returns an envelope that is nearly empty, with somebody else's words in it.
type careless struct{ acme }

func (careless) Parse(http.Header, []byte) (events.Envelope, error) {
	return events.Envelope{Meta: events.Meta{ID: "1", Source: events.SourceReplay, KeyID: "other"}}, nil
}
