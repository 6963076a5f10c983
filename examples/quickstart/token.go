package main

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/linkhook/linkhook/events/pinwheel"
	"github.com/linkhook/linkhook/events/pinwheel/pinwheelapi"
)

// linkTokens makes a Link token for a user; id is what webhooks call it.
type linkTokens func(ctx context.Context, endUserID string) (token, id string, err error)

// tokens returns what makes Link tokens: the simulated provider or, with -live, Pinwheel itself.
func (a *app) tokens() linkTokens {
	if a.cfg.live == "" {
		return func(ctx context.Context, endUserID string) (token, id string, err error) {
			token, id = a.provider.linkToken(ctx, endUserID)
			return token, id, nil
		}
	}
	api := pinwheelapi.New(a.cfg.pinwheelSecret, &pinwheelapi.Options{
		BaseURL: a.cfg.live, HTTP: &http.Client{Timeout: tokenTimeout}, Patience: tokenTimeout,
	})
	return func(ctx context.Context, endUserID string) (string, string, error) {
		t, err := api.CreateLinkToken(ctx, pinwheelapi.LinkTokenRequest{
			OrgName: "linkhook quickstart", EndUserID: endUserID, Solution: pinwheelapi.SolutionVerify,
			Features: []pinwheel.JobName{
				pinwheel.JobEmployment, pinwheel.JobIncome, pinwheel.JobIdentity, pinwheel.JobPaystubs, pinwheel.JobShifts,
			},
		})
		if err != nil {
			return "", "", fmt.Errorf("asking Pinwheel: %w", err)
		}
		return t.Token, t.ID, nil
	}
}

// tokenTimeout is how long a visitor waits for a token, with all tries.
const tokenTimeout = 15 * time.Second
