package pinwheelapi

import (
	"context"
	"iter"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/internal/rest"
	"github.com/linkhook/linkhook/events/pinwheel"
)

// The base URLs of Pinwheel's environments. An API secret belongs to one of them.
const (
	Production  = "https://api.getpinwheel.com/v1"         // for real users
	Sandbox     = "https://sandbox.getpinwheel.com/v1"     // for made-up users: user_good with pass_good and the like
	Development = "https://development.getpinwheel.com/v1" // for integrations that are not live yet
)

// Options are settings of [New]. Nil means the defaults.
type Options struct {
	// BaseURL is [Production], [Sandbox], [Development], or a server of a test. Defaults to Production.
	BaseURL string
	// Version is sent as Pinwheel-Version, which the API requires. Defaults to [pinwheel.Version].
	Version string
	// HTTP sends the requests. Defaults to a client with a timeout of 30 seconds a try.
	HTTP *http.Client
	// Patience is how long one call may take with all its tries. Defaults to one minute.
	Patience time.Duration
}

// Client calls the API with one secret. It is safe for concurrent use.
type Client struct {
	rest    rest.Client
	version string
}

// New makes a client. It panics, at start-up and with a sentence, when secret is empty or has white space around it.
func New(secret string, opts *Options) *Client {
	if secret == "" || strings.TrimSpace(secret) != secret {
		panic("pinwheelapi: the API secret is empty or has white space around it")
	}
	o := Options{}
	if opts != nil {
		o = *opts
	}
	if o.BaseURL == "" {
		o.BaseURL = Production
	}
	if o.Version == "" {
		o.Version = pinwheel.Version
	}
	return &Client{version: o.Version, rest: rest.Client{
		Name: "pinwheelapi", Base: strings.TrimSuffix(o.BaseURL, "/"), HTTP: o.HTTP, Patience: o.Patience,
		RequestID: "X-Pinwheel-Request-Id", Describe: describe,
		Authorize: func(r *http.Request) {
			r.Header.Set("X-Api-Secret", secret)
			r.Header.Set("Pinwheel-Version", o.Version)
		},
	}}
}

// describe reads Pinwheel's error body; its type and code are stable, its messages are not.
func describe(body []byte, e *events.APIError) {
	var answer struct {
		Error struct {
			Type    string `json:"type"`
			Code    string `json:"code"`
			Message string `json:"message"`
			Fields  []struct {
				Name    string `json:"name"`
				Message string `json:"message"`
			} `json:"fields"`
		} `json:"error"`
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		return // a proxy answered; the status says it all
	}
	e.Type, e.Code, e.Message = answer.Error.Type, answer.Error.Code, answer.Error.Message
	for _, f := range answer.Error.Fields {
		if e.Fields == nil {
			e.Fields = map[string]string{}
		}
		e.Fields[f.Name] = f.Message
	}
}

// envelope is what every answer is wrapped in.
type envelope[T any] struct {
	Data T    `json:"data"`
	Meta meta `json:"meta"`
}

type meta struct {
	NextCursor  string             `json:"next_cursor"`
	RefreshedAt pinwheel.Timestamp `json:"refreshed_at"`
}

// call sends one request and returns what its data member holds.
func call[T any](ctx context.Context, c *Client, method, path string, body any) (T, meta, error) {
	var out envelope[T]
	err := c.rest.Do(ctx, rest.Request{Method: method, Path: path, Body: body, Out: &out})
	return out.Data, out.Meta, err
}

func get[T any](ctx context.Context, c *Client, path string) (T, meta, error) {
	return call[T](ctx, c, http.MethodGet, path, nil)
}

// pageSize is the most that the API gives per page.
const pageSize = "100"

// list yields the items of all pages. After an error it ends.
func list[T any](ctx context.Context, c *Client, path string, query url.Values, each func(*T, meta)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		q := url.Values{"limit": {pageSize}}
		maps.Copy(q, query)
		for {
			var page envelope[[]T]
			if err := c.rest.Do(ctx, rest.Request{Method: http.MethodGet, Path: path, Query: q, Out: &page}); err != nil {
				var none T
				yield(none, err)
				return
			}
			for i := range page.Data {
				if each != nil {
					each(&page.Data[i], page.Meta)
				}
				if !yield(page.Data[i], nil) {
					return
				}
			}
			if page.Meta.NextCursor == "" || page.Meta.NextCursor == q.Get("cursor") {
				return
			}
			q.Set("cursor", page.Meta.NextCursor)
		}
	}
}

// of returns the path of a resource of an account, or of a subscription.
func of(collection, id string, rest ...string) string {
	parts := []string{collection, url.PathEscape(id)}
	for _, part := range rest {
		parts = append(parts, url.PathEscape(part))
	}
	return strings.Join(parts, "/")
}
