package events_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"testing"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
)

// printed returns v in every form that a log line, an error text or a debug page could use.
func printed(t *testing.T, v any) string {
	t.Helper()
	var out bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d", "%10.3v"} {
		fmt.Fprintf(&out, verb+"\n", v)
	}
	fmt.Fprintln(&out, v, []any{v}, map[string]any{"k": v}, struct{ V any }{v})
	for _, h := range []slog.Handler{slog.NewTextHandler(&out, nil), slog.NewJSONHandler(&out, nil)} {
		log := slog.New(h)
		log.Info("m", "v", v, slog.Group("g", "v", v))
		log.Info("m", "list", []any{v}, "map", map[string]any{"k": v})
	}
	for _, marshal := range []func(any) ([]byte, error){
		json.Marshal,
		func(v any) ([]byte, error) { return jsonv2.Marshal(v) },
	} {
		b, err := marshal(v) // a type may refuse, but not by quoting what it holds
		fmt.Fprintln(&out, string(b), err)
	}
	return out.String()
}

func TestPayloadsStayOutOfLogs(t *testing.T) {
	t.Parallel()
	env := genuine()
	var seen []events.Envelope
	var reached events.Event[paystubs]
	bus := events.New()
	bus.OnAny(func(_ context.Context, env events.Envelope) error { seen = append(seen, env); return nil })
	events.On(bus, paystubsAdded, func(_ context.Context, ev events.Event[paystubs]) error { reached = ev; return nil })
	require.NoError(t, bus.Publish(t.Context(), env))
	require.Contains(t, string(reached.Raw), canary, "the payload is there")
	require.Equal(t, canary, reached.Data.Secret)

	for name, v := range map[string]any{
		"event": reached, "pointer to event": &reached, "events": []events.Event[paystubs]{reached},
		"envelope": env, "pointer to envelope": &env, "envelope in handler": seen[0],
		"key":         events.Key{ID: "k1", Secret: canary},
		"key pointer": &events.Key{ID: "k1", Secret: canary},
		"keyring":     events.Keys(canary),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.NotContains(t, printed(t, v), canary)
			require.NotContains(t, printed(t, v), fmt.Sprintf("%x", canary))
		})
	}
}

func TestErrorsStayFreeOfValues(t *testing.T) {
	t.Parallel()
	bus := events.New()
	events.On(bus.Named("ledger"), paystubsAdded, func(context.Context, events.Event[paystubs]) error { panic(canary) })
	err := bus.Publish(t.Context(), genuine())
	var panicked *events.PanicError
	require.ErrorAs(t, err, &panicked)
	require.Equal(t, canary, panicked.Value, "the value is there for a debugger")

	_, undecodable := paystubsAdded.Decode(of(paystubsAdded.ID(), `{"account_id":["`+canary+`"]}`))
	_, secret := paystubsAdded.Decode(of(paystubsAdded.ID(), canary))
	for _, err := range []error{
		err, panicked, undecodable, secret,
		(&events.Keyring{}).Replace(events.Key{ID: "k1", Secret: canary + "\r\n"}),
		(&events.Keyring{}).Replace(events.Key{ID: "k1", Secret: canary}, events.Key{ID: "k1", Secret: canary}),
	} {
		require.Error(t, err)
		for _, verb := range []string{"%v", "%+v", "%s", "%q", "%#v"} {
			require.NotContains(t, fmt.Sprintf(verb, err), canary, verb)
		}
		for e := err; e != nil; e = errors.Unwrap(e) {
			require.NotContains(t, e.Error(), canary)
		}
	}
}

func TestMetadataIsWhatIsPrinted(t *testing.T) {
	t.Parallel()
	env := genuine()
	env.Subject = events.Subject{AccountID: "acc_1", EndUserID: "user_1", LinkTokenID: "lt_1", Session: "s_1"}
	env.Outcome, env.KeyID, env.Handler, env.Attempt = "success", "k1", "ledger", 2
	require.Equal(t, "acme/webhook/paystubs.added id=ev_1", fmt.Sprint(env))
	var out bytes.Buffer
	slog.New(slog.NewJSONHandler(&out, nil)).Info("m", "event", env)
	var line struct {
		Event map[string]any `json:"event"`
	}
	require.NoError(t, json.Unmarshal(out.Bytes(), &line))
	require.Equal(t, map[string]any{
		"kind": "acme/webhook/paystubs.added", "id": "ev_1", "account_id": "acc_1", "end_user_id": "user_1", "link_token_id": "lt_1",
		"session": "s_1", "outcome": "success", "key_id": "k1", "handler": "ledger", "source": "webhook", "trust": "verified", "attempt": 2.0,
	}, line.Event)
}

func TestKeyIsPrintedByItsID(t *testing.T) {
	t.Parallel()
	k := events.Key{ID: "2026 \"autumn\"\x01", Secret: canary}
	require.Equal(t, "key "+k.ID, fmt.Sprint(k))
	b, err := json.Marshal(k)
	require.NoError(t, err)
	require.JSONEq(t, `"2026 \"autumn\"\u0001"`, string(b))
	_, err = json.Marshal(events.Key{ID: "\xff", Secret: canary})
	require.ErrorContains(t, err, "not valid UTF-8")
}
