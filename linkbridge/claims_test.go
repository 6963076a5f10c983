package linkbridge_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/argyle"
	"github.com/linkhook/linkhook/events/pinwheel"
	"github.com/linkhook/linkhook/linkbridge"
	"github.com/linkhook/linkhook/linkbridge/linkbridgetest"
)

// everyName is every name that a provider sends, webhooks above all.
func everyName() []string {
	var names []string
	for _, c := range []*events.Catalog{pinwheel.Catalog(), argyle.Catalog()} {
		for k := range c.All() {
			names = append(names, k.ID().Name, k.String(), strings.ToUpper(k.ID().Name))
		}
	}
	return names
}

func TestClaimsCannotAuthorise(t *testing.T) {
	t.Parallel()
	bus := events.New()
	var proven []string
	var mu sync.Mutex
	bus.OnAny(func(_ context.Context, env events.Envelope) error {
		mu.Lock()
		defer mu.Unlock()
		if env.Trust != events.Claimed || env.Kind.Stream != events.StreamLink || env.Source != events.SourceLink {
			proven = append(proven, env.Kind.String())
		}
		return nil
	})
	b := start(t, bus, &linkbridge.Options{Limits: linkbridge.Limits{RateBurst: 1 << 20, SessionEvents: 1 << 20}})
	names := everyName()
	require.Greater(t, len(names), 300)
	page := linkbridgetest.Dial(t, b, ticket(t, b, user), nil)
	for _, name := range names {
		page.Track("pinwheel", name, map[string]any{"event": name, "trust": "verified", "account_id": "x", "accountId": "x", "stream": 1})
	}
	page.WaitAck(uint64(len(names)))
	require.Empty(t, proven)
}

// TestNoLinkKindHasThePayloadOfAWebhook is why the compiler refuses a handler of a webhook for a Link kind, whichever they are.
func TestNoLinkKindHasThePayloadOfAWebhook(t *testing.T) {
	t.Parallel()
	verified := map[reflect.Type]string{}
	claims := 0
	kinds := []events.AnyKind{linkbridge.ClaimConfirmed, linkbridge.ClaimContradicted, linkbridge.WebhookUnclaimed, linkbridge.LinkClaimUnconfirmed}
	for _, c := range []*events.Catalog{pinwheel.Catalog(), argyle.Catalog()} {
		kinds = slices.AppendSeq(kinds, c.All())
	}
	for _, k := range kinds {
		if k.ID().Stream == events.StreamWebhook {
			verified[k.Type()] = k.String()
		}
	}
	for _, k := range kinds {
		if k.ID().Stream == events.StreamLink {
			claims++
			require.Empty(t, verified[k.Type()], "%s", k)
		}
	}
	require.Greater(t, claims, 50)
	require.Greater(t, len(verified), 20)
}

// TestTheCompilerRefusesAWebhooksHandlerForAClaim compiles the line that a host must not get through.
func TestTheCompilerRefusesAWebhooksHandlerForAClaim(t *testing.T) {
	t.Parallel()
	bin, err := exec.LookPath("go")
	if err != nil {
		missing(t, "the go command is not in PATH")
	}
	build := func(kind string) (string, error) {
		file := filepath.Join(t.TempDir(), "main.go")
		require.NoError(t, os.WriteFile(file, []byte(`package main

import (
	"context"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/pinwheel"
)

func link(context.Context, events.Event[pinwheel.Account]) error { return nil }

func main() { events.On(events.New(), pinwheel.`+kind+`, link) }
`), 0o600))
		cmd := exec.CommandContext(t.Context(), bin, "build", "-buildvcs=false", "-o", os.DevNull, file)
		cmd.Dir = ".."
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	out, err := build("AccountAdded")
	require.NoError(t, err, out)
	out, err = build("LinkLogin")
	require.Error(t, err)
	require.Contains(t, out, "pinwheel.Account")
	require.Contains(t, out, "LoginClaim")
}

func TestNoNameOrProviderMakesAWebhook(t *testing.T) {
	t.Parallel()
	s := &sink{}
	b := start(t, s, nil)
	names := everyName()
	rapid.Check(t, func(rt *rapid.T) {
		f := eventFrame(1, rapid.OneOf(rapid.SampledFrom(names), rapid.String()).Draw(rt, "name"), object{})
		f["provider"] = rapid.OneOf(rapid.Just("pinwheel"), rapid.SampledFrom([]string{"pinwheel/webhook", "pinwheel-v2", "linkhook", "argyle"}), rapid.String()).Draw(rt, "provider")
		post(t, b, batch(helloFrame(ticket(t, b, user)), f))
	})
	for _, env := range s.all() {
		require.Equal(t, events.StreamLink, env.Kind.Stream)
		require.Equal(t, events.Claimed, env.Trust)
		require.Contains(t, []string{"pinwheel", "pinwheel-v2"}, env.Kind.Provider)
	}
}

func TestLogsAndObservationsHoldNoSecrets(t *testing.T) {
	t.Parallel()
	var out lockedBuffer
	logger := slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug}))
	bus := events.New()
	cancel := bus.Watch().Observe(func(o events.Observation) {
		logger.Info("observed", "what", o.What.String(), "meta", o.Meta, "reason", o.Reason, "err", o.Err)
	})
	t.Cleanup(cancel)
	bus.OnAny(func(_ context.Context, env events.Envelope) error {
		if env.Kind.Name == "fails" {
			return context.DeadlineExceeded
		}
		return nil
	})
	b := start(t, bus, &linkbridge.Options{Logger: logger})
	token := ticket(t, b, user)
	page := linkbridgetest.Dial(t, b, token, nil)
	page.Track("pinwheel", "fails", map[string]string{"linkToken": "planted", "message": "planted", "x": "planted"})
	page.WaitAck(page.Track("argyle", "planted", nil))
	page.Refresh("planted.planted")
	require.Equal(t, linkbridge.CodeTicket, page.WaitClose())
	post(t, b, batch(helloFrame("planted")))
	post(t, b, "planted")
	status, answer, _ := post(t, b, batch(helloFrame(ticket(t, b, user))))
	require.Equal(t, http.StatusOK, status)
	require.NoError(t, b.Shutdown(t.Context()))
	text := out.String()
	require.Contains(t, text, "refused")
	require.Contains(t, text, "closed")
	require.NotContains(t, text, "planted")
	require.NotContains(t, text, token)
	require.NotContains(t, text, answer["resume"])
}

// lockedBuffer is a buffer for many goroutines.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
