package argyle_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/argyle"
)

// exceptions are the keys that decoding and encoding an example may lose or change, and why.
var exceptions = map[string]string{
	"/resource/...":                    "the documentation's placeholder for the rest of the account, not a field",
	"onUserCreated/userToken":          "a credential: there is no field for it",
	"reports.ready/accounts/- (value)": "the oldest shape has a mere id, which becomes an object",
}

func TestEveryWebhookExampleDecodesValidatesAndKeepsItsKeys(t *testing.T) {
	t.Parallel()
	all := webhookExamples(t)
	for _, gen := range []struct {
		webhooks *argyle.Webhooks
		catalog  *events.Catalog
		examples map[string][]example
	}{
		{newV2(nil), argyle.Catalog(), all.V2},
		{newV1(nil), argyle.V1Catalog(), all.V1},
	} {
		for name, list := range gen.examples {
			for _, x := range list {
				t.Run(gen.webhooks.Provider()+"/"+name+"/"+x.Source, func(t *testing.T) {
					t.Parallel()
					env, err := gen.webhooks.Parse(nil, x.Body)
					require.NoError(t, err)
					require.Equal(t, name, env.Kind.Name)
					for _, path := range reencoded(t, lookup(t, gen.catalog, env.Kind), env.Payload()) {
						if exceptions[path] == "" && exceptions[name+path] == "" {
							t.Errorf("%s is lost", path)
						}
					}
				})
			}
		}
	}
}

func TestEveryLinkExampleDecodesValidatesAndKeepsItsKeys(t *testing.T) {
	t.Parallel()
	all := linkExamplesOf(t)
	require.Len(t, all.V5, 27)
	require.Len(t, all.V4, 30)
	for _, gen := range []struct {
		provider string
		catalog  *events.Catalog
		examples map[string][]linkExample
	}{
		{argyle.Provider, argyle.Catalog(), all.V5},
		{argyle.ProviderV1, argyle.V1Catalog(), all.V4},
	} {
		for name, list := range gen.examples {
			kind := lookup(t, gen.catalog, events.KindID{Provider: gen.provider, Stream: events.StreamLink, Name: name})
			for _, x := range list {
				t.Run(gen.provider+"/"+name+"/"+x.Source, func(t *testing.T) {
					t.Parallel()
					for _, path := range reencoded(t, kind, x.Payload) {
						bare := path == " (value)" && x.Payload.Kind() != '{' // mere text, or [] for no arguments
						if !bare && exceptions[name+path] == "" {
							t.Errorf("%s is lost", path)
						}
					}
				})
			}
		}
	}
}

func TestEveryKindHasAnExample(t *testing.T) {
	t.Parallel()
	webhooks, link := webhookExamples(t), linkExamplesOf(t)
	for kind := range argyle.Catalog().All() {
		id := kind.ID()
		require.True(t, webhooks.V2[id.Name] != nil || link.V5[id.Name] != nil, kind)
	}
	for kind := range argyle.V1Catalog().All() {
		id := kind.ID()
		require.True(t, webhooks.V1[id.Name] != nil || link.V4[id.Name] != nil, kind)
	}
}
