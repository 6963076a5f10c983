package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/cenkalti/backoff/v4"
	"golang.org/x/sync/errgroup"
)

// delivery is one webhook to post.
type delivery struct {
	event string
	body  []byte
}

// asPinwheel tries again as Pinwheel does: up to five more times within 15 minutes, at growing intervals with jitter.
func asPinwheel() backoff.BackOff {
	return backoff.WithMaxRetries(backoff.NewExponentialBackOff(
		backoff.WithInitialInterval(time.Second),
		backoff.WithMultiplier(3),
		backoff.WithMaxInterval(5*time.Minute),
		backoff.WithMaxElapsedTime(15*time.Minute),
	), 5)
}

// play posts the deliveries in order and at the provider's pace. One that has to be tried again does not hold up the rest.
func (p *provider) play(ctx context.Context, script []delivery) {
	var group errgroup.Group
	for _, d := range script {
		select {
		case <-ctx.Done():
		case <-time.After(p.pace):
			group.Go(func() error {
				if err := p.deliver(ctx, d); err != nil && ctx.Err() == nil {
					p.log.WarnContext(ctx, "the simulated provider gave a delivery up", "event", d.event, "error", err)
				}
				return nil
			})
		}
	}
	_ = group.Wait() // deliveries that fail are logged
}

// deliver posts one webhook until it is answered 200, signed anew each time.
func (p *provider) deliver(ctx context.Context, d delivery) error {
	return backoff.Retry(func() error { return p.post(ctx, d) }, backoff.WithContext(p.retry(), ctx))
}

// post sends the webhook once. Pinwheel tries again on 5xx and on network problems only: every other error is permanent.
func (p *provider) post(ctx context.Context, d delivery) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, p.target, bytes.NewReader(d.body))
	if err != nil {
		return backoff.Permanent(fmt.Errorf("making the request: %w", err))
	}
	p.hooks.Sign(req.Header, d.body)
	resp, err := p.client.Do(req)
	if err != nil {
		return errors.New("the endpoint did not answer")
	}
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, 4<<10)) // only so that the connection is used again
	if err := resp.Body.Close(); err != nil {
		return fmt.Errorf("closing the answer: %w", err)
	}
	switch {
	case resp.StatusCode == http.StatusOK:
		return nil
	case resp.StatusCode >= http.StatusInternalServerError:
		return fmt.Errorf("the endpoint answered %d", resp.StatusCode)
	default:
		return backoff.Permanent(fmt.Errorf("the endpoint answered %d, which is not tried again", resp.StatusCode))
	}
}
