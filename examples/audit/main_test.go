package main

import (
	"bytes"
	"context"
	"flag"
	"io"
	"net/http"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/argyle/argyleapi"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func none(string) string { return "" }

// Without secrets it audits a server of its own: a subscription was paused, one has no secret, and handlers were added since.
func Example() {
	_ = run(context.Background(), nil, none, os.Stdout, os.Stderr)
	// Output:
	// pinwheel → https://app.example.com/hooks/pinwheel
	//   handled but not subscribed, will never come: account.monitoring_status.updated
	//   handled but not subscribed, will never come: direct_deposit_switch.added
	//   problem: subscription w2 is paused: it sends nothing
	//   subscribed but unhandled: shifts.added
	// argyle → https://app.example.com/hooks/argyle
	//   handled but not subscribed, will never come: accounts.updated
	//   problem: subscription a1 has no secret: its deliveries cannot be verified and are refused
	// argyle-v1 → https://app.example.com/hooks/argyle/v1
	//   handled but not subscribed, will never come: accounts.pay_distribution_updated
}

// With -sync it makes what is missing. What is not its own, such as a paused subscription, stays as it is.
func Example_sync() {
	_ = run(context.Background(), []string{"-sync", "-url", "https://host.example"}, none, os.Stdout, os.Stderr)
	// Output:
	// pinwheel → https://host.example/hooks/pinwheel
	//   handled but not subscribed, will never come: account.monitoring_status.updated
	//   handled but not subscribed, will never come: direct_deposit_switch.added
	//   problem: subscription w2 is paused: it sends nothing
	//   subscribed but unhandled: shifts.added
	//   made what was missing; now:
	// pinwheel → https://host.example/hooks/pinwheel
	//   problem: subscription w2 is paused: it sends nothing
	//   subscribed but unhandled: shifts.added
	// argyle → https://host.example/hooks/argyle
	//   handled but not subscribed, will never come: accounts.updated
	//   problem: subscription a1 has no secret: its deliveries cannot be verified and are refused
	//   made what was missing; now:
	// argyle → https://host.example/hooks/argyle
	//   problem: subscription a1 has no secret: its deliveries cannot be verified and are refused
	// argyle-v1 → https://host.example/hooks/argyle/v1
	//   handled but not subscribed, will never come: accounts.pay_distribution_updated
	//   made what was missing; now:
	// argyle-v1 → https://host.example/hooks/argyle/v1
	//   everything that is handled is subscribed
}

// env returns the environment with these variables.
func env(vars map[string]string) func(string) string {
	return func(name string) string { return vars[name] }
}

func TestSecretsChooseTheProviders(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		vars map[string]string
		args []string
		demo bool
	}{
		"none":           {demo: true},
		"half a key":     {vars: map[string]string{"ARGYLE_API_KEY_ID": "id"}, demo: true},
		"pinwheel":       {vars: map[string]string{"PINWHEEL_API_SECRET": "s"}},
		"argyle":         {vars: map[string]string{"ARGYLE_API_KEY_ID": "id", "ARGYLE_API_KEY_SECRET": "s"}},
		"demo in spite":  {vars: map[string]string{"PINWHEEL_API_SECRET": "s"}, args: []string{"-demo"}, demo: true},
		"webhook secret": {vars: map[string]string{"ARGYLE_WEBHOOK_SECRET": "s"}, demo: true},
	} {
		s, err := configure(tc.args, env(tc.vars), io.Discard)
		require.NoError(t, err)
		require.Equal(t, tc.demo, s.demo, name)
	}
}

func TestSyncWithoutAWebhookSecretFailsBeforeAnythingIsAsked(t *testing.T) {
	t.Parallel()
	vars := env(map[string]string{"ARGYLE_API_KEY_ID": "id", "ARGYLE_API_KEY_SECRET": "canary"})
	ctx, cancel := context.WithCancel(t.Context())
	cancel() // so that nothing leaves this machine in any case
	var out bytes.Buffer
	err := run(ctx, []string{"-sync", "-sandbox"}, vars, &out, io.Discard)
	require.ErrorIs(t, err, argyleapi.ErrNoSecret)
	require.NotContains(t, err.Error(), "canary")
	require.Empty(t, out.String())
}

func TestAProviderThatCannotBeAskedIsAnErrorWithoutSecrets(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err := run(ctx, nil, env(map[string]string{"PINWHEEL_API_SECRET": "canary"}), io.Discard, io.Discard)
	require.ErrorIs(t, err, context.Canceled)
	require.NotContains(t, err.Error(), "canary")
}

func TestTheDemonstrationAsksForItsSecret(t *testing.T) {
	t.Parallel()
	d, err := startDemo(t.Context(), "https://host.example")
	require.NoError(t, err)
	api := argyleapi.New("demo", "another", &argyleapi.Options{BaseURL: d.url + "/argyle"})
	for _, err := range api.Subscriptions(t.Context()) {
		var e *events.APIError
		require.ErrorAs(t, err, &e)
		require.Equal(t, http.StatusUnauthorized, e.Status)
	}
	require.NoError(t, d.close())
}

func TestMisspeltFlagsAreErrors(t *testing.T) {
	t.Parallel()
	require.Error(t, run(t.Context(), []string{"-nosuch"}, none, io.Discard, io.Discard))
	require.ErrorIs(t, run(t.Context(), []string{"-h"}, none, io.Discard, io.Discard), flag.ErrHelp)
}
