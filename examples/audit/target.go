package main

import (
	"context"
	"fmt"
	"io"
	"net/http"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/argyle"
	"github.com/linkhook/linkhook/events/argyle/argyleapi"
	"github.com/linkhook/linkhook/events/pinwheel/pinwheelapi"
)

// call audits, or syncs, one endpoint.
type call func(context.Context) (*events.Audit, error)

// target is one endpoint at one provider.
type target struct {
	look call
	sync call
}

// audit writes what is found, makes what is missing when told to, and writes what is found then. It reports whether all that
// is handled will come.
func (t target) audit(ctx context.Context, sync bool, out io.Writer) (bool, error) {
	if sync {
		before, err := t.sync(ctx)
		if before != nil {
			if _, err := before.WriteTo(out); err != nil {
				return false, fmt.Errorf("writing: %w", err)
			}
			fmt.Fprintln(out, "  made what was missing; now:")
		}
		if err != nil {
			return false, fmt.Errorf("syncing: %w", err)
		}
	}
	found, err := t.look(ctx)
	if err != nil {
		return false, fmt.Errorf("auditing: %w", err)
	}
	if _, err := found.WriteTo(out); err != nil {
		return false, fmt.Errorf("writing: %w", err)
	}
	return found.OK(), nil
}

// endpoints returns what to audit, and how to end it.
func endpoints(ctx context.Context, s settings, bus *events.Bus) ([]target, func() error, error) {
	pinwheelURL, argyleURL := pinwheelapi.Production, argyleapi.Production
	if s.sandbox {
		pinwheelURL, argyleURL = pinwheelapi.Sandbox, argyleapi.Sandbox
	}
	end := func() error { return nil }
	client := &http.Client{Timeout: requestTimeout}
	if s.demo {
		d, err := startDemo(ctx, s.url)
		if err != nil {
			return nil, nil, err
		}
		s.pinwheelSecret, s.argyleKeyID, s.argyleSecret, s.webhookSecret = demoSecret, "demo", demoSecret, demoSecret
		pinwheelURL, argyleURL, end = d.url+"/v1", d.url+"/argyle", d.close
	}
	var targets []target
	if s.pinwheelSecret != "" {
		api := pinwheelapi.New(s.pinwheelSecret, &pinwheelapi.Options{BaseURL: pinwheelURL, HTTP: client})
		url := s.url + "/hooks/pinwheel"
		targets = append(targets, target{
			look: func(ctx context.Context) (*events.Audit, error) { return api.Audit(ctx, bus, url) },
			sync: func(ctx context.Context) (*events.Audit, error) { return api.Sync(ctx, bus, url) },
		})
	}
	if s.argyleKeyID != "" && s.argyleSecret != "" {
		api := argyleapi.New(s.argyleKeyID, s.argyleSecret, &argyleapi.Options{BaseURL: argyleURL, HTTP: client})
		targets = append(targets, argyleTargets(api, s, bus)...)
	}
	return targets, end, nil
}

// argyleTargets are the endpoints of both generations of Argyle's API; that of v1 only where it has handlers.
func argyleTargets(api *argyleapi.Client, s settings, bus *events.Bus) []target {
	opts := argyleapi.SyncOptions{Secret: argyleapi.Secret(s.webhookSecret), Name: "audit example", IncludeResource: true}
	url, v1 := s.url+"/hooks/argyle", api.V1()
	targets := []target{{
		look: func(ctx context.Context) (*events.Audit, error) { return api.Audit(ctx, bus, url) },
		sync: func(ctx context.Context) (*events.Audit, error) { return api.Sync(ctx, bus, url, opts) },
	}}
	if len(events.EnabledEvents(bus, argyle.ProviderV1)) > 0 {
		targets = append(targets, target{
			look: func(ctx context.Context) (*events.Audit, error) { return v1.Audit(ctx, bus, url+"/v1") },
			sync: func(ctx context.Context) (*events.Audit, error) { return v1.Sync(ctx, bus, url+"/v1", opts) },
		})
	}
	return targets
}
