// Package rest is what the providers' REST clients share: one request with retry, a typed error and nothing secret in it.
package rest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/cenkalti/backoff/v4"
	"github.com/go-json-experiment/json"

	"github.com/linkhook/linkhook/events"
)

// maxAnswer bounds what is read of one answer; the largest lists seen are a few hundred kilobytes.
const maxAnswer = 32 << 20

// Client sends requests to one provider. It is safe for concurrent use once its fields are set.
type Client struct {
	// Name starts every error text: the name of the provider's client package.
	Name string
	// Base is the URL that paths are appended to, without a slash at the end.
	Base string
	// HTTP sends the requests. Nil means a client with a timeout of 30 seconds a try.
	HTTP *http.Client
	// Authorize adds the credentials and fixed headers to a request.
	Authorize func(*http.Request)
	// RequestID names the answer's header that holds the provider's id of the request.
	RequestID string
	// Describe reads the provider's error body; it fills Type, Code, Message and Fields.
	Describe func(body []byte, e *events.APIError)
	// Patience is how long one call may take with all its tries. Defaults to one minute.
	Patience time.Duration
}

// Request is one call.
type Request struct {
	Method string     // such as GET
	Path   string     // appended to the client's Base
	URL    string     // used instead of Base and Path when not empty; its host must be Base's
	Query  url.Values // added to the URL
	Body   any        // sent as JSON unless nil
	Out    any        // receives the JSON of a 2xx answer unless nil
	// Repeatable says that sending twice does no harm. GET, PUT and DELETE are repeatable anyway. What is not is sent again
	// only when the provider surely has not acted: it answered 429, or no connection was made.
	Repeatable bool
}

var defaultHTTP = &http.Client{Timeout: 30 * time.Second}

// Do sends req, trying again with exponential backoff and jitter on 429, 5xx and network errors, and waits at least as long as
// Retry-After asks. The error is an [events.APIError] when the provider answered.
func (c *Client) Do(ctx context.Context, req Request) error {
	target, err := c.target(&req)
	if err != nil {
		return err
	}
	var body []byte
	if req.Body != nil {
		if body, err = json.Marshal(req.Body); err != nil {
			return fmt.Errorf("%s: the request of %s %s cannot be encoded", c.Name, req.Method, req.Path)
		}
	}
	wait := &patient{ExponentialBackOff: c.backoff()}
	try := func() error {
		err := c.once(ctx, &req, target, body)
		var answer *events.APIError
		switch {
		case err == nil:
			return nil
		case errors.As(err, &answer):
			wait.atLeast = answer.RetryAfter
			if answer.Status == http.StatusTooManyRequests || answer.Status >= 500 && repeatable(&req) {
				return err
			}
		case ctx.Err() == nil && (repeatable(&req) || notSent(err)):
			return err
		}
		return backoff.Permanent(err)
	}
	return backoff.Retry(try, backoff.WithContext(wait, ctx)) //nolint:wrapcheck // once has wrapped it
}

func (c *Client) backoff() *backoff.ExponentialBackOff {
	patience := c.Patience
	if patience <= 0 {
		patience = time.Minute
	}
	return backoff.NewExponentialBackOff(backoff.WithInitialInterval(250*time.Millisecond), backoff.WithMultiplier(2),
		backoff.WithMaxInterval(15*time.Second), backoff.WithMaxElapsedTime(patience))
}

func (c *Client) target(req *Request) (string, error) {
	target := c.Base + req.Path
	if req.URL != "" {
		target = req.URL
		base, err := url.Parse(c.Base)
		if err != nil {
			return "", fmt.Errorf("%s: the base URL cannot be parsed", c.Name)
		}
		if u, err := url.Parse(target); err != nil || u.Host != base.Host || u.Scheme != base.Scheme {
			return "", fmt.Errorf("%s: the provider named a page on another host", c.Name)
		}
	}
	if len(req.Query) > 0 {
		sep := "?"
		if strings.Contains(target, "?") {
			sep = "&"
		}
		target += sep + req.Query.Encode()
	}
	return target, nil
}

// once is one try.
func (c *Client) once(ctx context.Context, req *Request, target string, body []byte) error {
	var reader io.Reader
	if body != nil {
		reader = bytes.NewReader(body)
	}
	r, err := http.NewRequestWithContext(ctx, req.Method, target, reader)
	if err != nil {
		return fmt.Errorf("%s: %s %s: the URL cannot be used", c.Name, req.Method, req.Path)
	}
	r.Header.Set("Accept", "application/json")
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	c.Authorize(r)
	client := c.HTTP
	if client == nil {
		client = defaultHTTP
	}
	res, err := client.Do(r)
	if err != nil {
		return c.networkError(req, err)
	}
	defer func() { _ = res.Body.Close() }()
	answer, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer+1))
	if err != nil {
		return c.networkError(req, err)
	}
	if len(answer) > maxAnswer {
		return fmt.Errorf("%s: %s %s: the answer is larger than %d bytes", c.Name, req.Method, req.Path, maxAnswer)
	}
	if res.StatusCode < 200 || res.StatusCode > 299 {
		return c.failure(req, res, answer)
	}
	if req.Out == nil || len(bytes.TrimSpace(answer)) == 0 {
		return nil
	}
	if err := json.Unmarshal(answer, req.Out); err != nil {
		return c.unreadable(req, res, err)
	}
	return nil
}

func (c *Client) networkError(req *Request, err error) error {
	if ue, ok := errors.AsType[*url.Error](err); ok {
		err = ue.Err // its text without the URL, whose query can hold ids
	}
	return fmt.Errorf("%s: %s %s: %w", c.Name, req.Method, req.Path, err)
}

func (c *Client) failure(req *Request, res *http.Response, body []byte) error {
	e := &events.APIError{Client: c.Name, Method: req.Method, Path: req.Path, Status: res.StatusCode}
	if c.RequestID != "" {
		e.RequestID = res.Header.Get(c.RequestID)
	}
	e.RetryAfter = retryAfter(res.Header.Get("Retry-After"), time.Now())
	if c.Describe != nil {
		c.Describe(body, e)
	}
	return e
}

func (c *Client) unreadable(req *Request, res *http.Response, err error) error {
	where := "the answer is not the JSON that was expected"
	if sem, ok := errors.AsType[*json.SemanticError](err); ok {
		where = "the answer's " + string(sem.JSONPointer) + " does not fit its type"
	}
	return &events.APIError{
		Client: c.Name, Method: req.Method, Path: req.Path, Status: res.StatusCode,
		RequestID: res.Header.Get(c.RequestID), Message: where, Undecodable: true,
	}
}

func repeatable(req *Request) bool { return req.Repeatable || req.Method != http.MethodPost }
