package argyleapi_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"testing"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events/argyle/argyleapi"
)

const subscriptionSecret = "canary-subscription-secret"

func TestSubscriptionsOfBothGenerations(t *testing.T) {
	t.Parallel()
	s, c := serve(t, map[string]string{
		"GET /v2/webhooks":       recorded(t, "webhooks"),
		"GET /v2/webhooks/w1":    `{"id":"w1","events":["*"],"config":null}`,
		"POST /v2/webhooks":      `{"id":"w2"}`,
		"DELETE /v2/webhooks/w1": ``,
		"GET /v1/webhooks":       `{"results":[{"id":"v1","events":"*"}]}`,
		"GET /v1/webhooks/w1":    `{"id":"w1","events":null}`,
		"POST /v1/webhooks":      `{"id":"w2"}`,
		"DELETE /v1/webhooks/w1": ``,
	})
	subs := collect(t, c.Subscriptions(t.Context()))
	require.Len(t, subs, 3)
	require.True(t, subs[0].Config.IncludeResource)
	require.Equal(t, argyleapi.SubscriptionConfig{}, subs[2].Config, "null")
	require.Equal(t, subscriptionSecret, string(subs[0].Secret))
	require.Empty(t, subs[2].Secret)
	require.Empty(t, subs[2].LastSentAt)
	one, err := c.Subscription(t.Context(), "w1")
	require.NoError(t, err)
	require.Equal(t, argyleapi.EventNames{argyleapi.Everything}, one.Events)
	_, err = c.CreateSubscription(t.Context(), argyleapi.SubscriptionRequest{
		Name: "n", Events: []string{"items.updated"}, URL: "https://host.example/hooks?a=1&b=<2>", Secret: subscriptionSecret,
		Config: argyleapi.SubscriptionConfig{Items: []string{"item_1"}},
	})
	require.NoError(t, err)
	require.Equal(t, `{"events":["items.updated"],"name":"n","url":"https://host.example/hooks?a=1&b=<2>","secret":"canary-subscription-secret","config":{"items":["item_1"]}}`,
		s.asked[2].body, "the URL is sent as it is")
	require.NoError(t, c.DeleteSubscription(t.Context(), "w1"))

	v1 := c.V1()
	require.Equal(t, argyleapi.EventNames{"*"}, collect(t, v1.Subscriptions(t.Context()))[0].Events, "v1 takes a text")
	one, err = v1.Subscription(t.Context(), "w1")
	require.NoError(t, err)
	require.Empty(t, one.Events)
	_, err = v1.CreateSubscription(t.Context(), argyleapi.SubscriptionRequest{Name: "n", Events: []string{"*"}, URL: hookURL})
	require.NoError(t, err)
	require.JSONEq(t, `{"events":["*"],"name":"n","url":"`+hookURL+`"}`, s.asked[6].body)
	require.NoError(t, v1.DeleteSubscription(t.Context(), "w1"))
}

func TestSecretOfASubscriptionIsNotPrinted(t *testing.T) {
	t.Parallel()
	sub := argyleapi.Subscription{ID: "w1", Secret: subscriptionSecret}
	req := argyleapi.SubscriptionRequest{Name: "n", Secret: subscriptionSecret}
	opts := argyleapi.SyncOptions{Secret: subscriptionSecret}
	var out bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d", "%t"} {
		for _, v := range []any{sub, &sub, req, &req, opts, sub.Secret, []argyleapi.Subscription{sub}, map[string]argyleapi.Secret{"a": sub.Secret}} {
			fmt.Fprintf(&out, verb+"\n", v)
		}
	}
	for _, h := range []slog.Handler{slog.NewTextHandler(&out, nil), slog.NewJSONHandler(&out, nil)} {
		slog.New(h).Info("x", "sub", sub, "req", req, "opts", opts, "secret", sub.Secret)
	}
	for _, v := range []any{sub, req, opts, sub.Secret} {
		b, err := json.Marshal(v)
		require.NoError(t, err)
		out.Write(b)
		b, err = jsonv2.Marshal(v)
		require.NoError(t, err)
		out.Write(b)
	}
	require.NotContains(t, out.String(), subscriptionSecret)
	require.NotContains(t, out.String(), fmt.Sprintf("%x", subscriptionSecret))
	require.Contains(t, out.String(), "[secret]")
	require.Empty(t, fmt.Sprint(argyleapi.Secret("")), "that there is none may be seen")
}
