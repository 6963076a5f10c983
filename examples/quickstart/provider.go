package main

import (
	"context"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/cenkalti/backoff/v4"
	"github.com/go-json-experiment/json"
	"golang.org/x/sync/errgroup"

	"github.com/linkhook/linkhook/events/pinwheel"
)

// provider stands in for Pinwheel: it gives out Link tokens, is told by the simulated modal what the user did, and posts the
// signed webhooks that follow to the program's own endpoint.
type provider struct {
	hooks  *pinwheel.Webhooks
	target string // the subscribed URL
	client *http.Client
	pace   time.Duration
	log    *slog.Logger

	retry func() backoff.BackOff // how failed deliveries are tried again

	scripts chan []delivery

	mu       sync.Mutex
	sessions map[string]connection // by Link token
}

// connection is one Link token and the account that came of it.
type connection struct {
	linkTokenID string
	endUserID   string
	accountID   string // once the user has logged in
	platformID  string
	platform    string
}

// maxSessions bounds the memory of a program that is left running; the oldest tokens have expired long before.
const maxSessions = 10_000

func newProvider(hooks *pinwheel.Webhooks, cfg config, log *slog.Logger) *provider {
	return &provider{
		hooks: hooks, target: cfg.url + "/hooks/pinwheel", pace: cfg.pace, log: log,
		client: &http.Client{Timeout: hooks.AckBudget()}, retry: asPinwheel,
		scripts: make(chan []delivery, 16), sessions: map[string]connection{},
	}
}

// linkToken makes a Link token for the user.
func (p *provider) linkToken(_ context.Context, endUserID string) (token, id string) {
	token, id = "link-token-"+randomHex(16), randomUUID()
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.sessions) >= maxSessions {
		clear(p.sessions)
	}
	p.sessions[token] = connection{linkTokenID: id, endUserID: endUserID}
	return token, id
}

// run posts what is due until ctx is done. Scripts run side by side, each in its own order.
func (p *provider) run(ctx context.Context) error {
	var group errgroup.Group
	group.SetLimit(32)
	for {
		select {
		case <-ctx.Done():
			return group.Wait()
		case script := <-p.scripts:
			group.Go(func() error {
				p.play(ctx, script)
				return nil
			})
		}
	}
}

// schedule hands a script to run, or refuses it.
func (p *provider) schedule(w http.ResponseWriter, script []delivery, err error) bool {
	if err != nil {
		p.log.Error("the simulated provider has nothing to send", "error", err)
		http.Error(w, "the provider is broken", http.StatusInternalServerError)
		return false
	}
	select {
	case p.scripts <- script:
		return true
	default:
		http.Error(w, "the provider is busy", http.StatusServiceUnavailable)
		return false
	}
}

// login is told by the modal that the user has logged in. The account exists from then on, and its jobs begin.
func (p *provider) login(w http.ResponseWriter, r *http.Request) {
	var req struct {
		LinkToken    string `json:"link_token"`
		PlatformID   string `json:"platform_id"`
		PlatformName string `json:"platform_name"`
	}
	c, ok := p.read(w, r, &req, &req.LinkToken)
	if !ok {
		return
	}
	c.accountID, c.platformID, c.platform = randomUUID(), req.PlatformID, req.PlatformName
	script, err := connected(p.hooks, c, time.Now())
	if !p.schedule(w, script, err) {
		return
	}
	p.mu.Lock()
	p.sessions[req.LinkToken] = c
	p.mu.Unlock()
	writeJSON(w, map[string]string{"account_id": c.accountID})
}

// allocate is told by the modal where the user wants the salary to go.
func (p *provider) allocate(w http.ResponseWriter, r *http.Request) {
	var req struct {
		LinkToken string                  `json:"link_token"`
		Action    pinwheel.SwitchAction   `json:"action"`
		Type      pinwheel.AllocationType `json:"type"`
		Value     pinwheel.Decimal        `json:"value"`
	}
	c, ok := p.read(w, r, &req, &req.LinkToken)
	if !ok {
		return
	}
	if c.accountID == "" {
		http.Error(w, "nobody has logged in", http.StatusConflict)
		return
	}
	script, err := switched(p.hooks, c, req.Action, pinwheel.Allocation{Type: req.Type, Value: req.Value}, time.Now())
	if p.schedule(w, script, err) {
		writeJSON(w, map[string]string{"account_id": c.accountID})
	}
}

// read decodes the modal's request and returns a copy of the connection of its Link token.
func (p *provider) read(w http.ResponseWriter, r *http.Request, req any, token *string) (connection, bool) {
	if err := json.UnmarshalRead(http.MaxBytesReader(w, r.Body, 4<<10), req); err != nil {
		http.Error(w, "the request is not readable", http.StatusBadRequest)
		return connection{}, false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	c, ok := p.sessions[*token]
	if !ok {
		http.Error(w, "the Link token is not known", http.StatusUnauthorized)
	}
	return c, ok
}
