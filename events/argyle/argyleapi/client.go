package argyleapi

import (
	"context"
	"iter"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/linkhook/linkhook/events/internal/rest"
)

// The base URLs of Argyle's environments, without the version of the API. An API key belongs to one of them; the other one
// answers 401.
const (
	Production = "https://api.argyle.com"         // for real users
	Sandbox    = "https://api-sandbox.argyle.com" // made-up users: test_1 to test_3, password passgood
)

// Options are settings of [New]. Nil means the defaults.
type Options struct {
	// BaseURL is [Production], [Sandbox], or a server of a test. Defaults to Production.
	BaseURL string
	// HTTP sends the requests. Defaults to a client with a timeout of 30 seconds a try.
	HTTP *http.Client
	// Patience is how long one call may take with all its tries. Defaults to one minute.
	Patience time.Duration
}

// Client calls the API with one key. It is safe for concurrent use.
type Client struct {
	rest rest.Client
	subs subscriptions
}

// New makes a client from the two halves of an API key. It panics, at start-up and with a sentence, when one of them is empty
// or has white space around it.
func New(keyID, keySecret string, opts *Options) *Client {
	if keyID == "" || strings.TrimSpace(keyID) != keyID || strings.Contains(keyID, ":") {
		panic("argyleapi: the API key's id is empty, or has white space around it or a colon in it")
	}
	if keySecret == "" || strings.TrimSpace(keySecret) != keySecret {
		panic("argyleapi: the API key's secret is empty or has white space around it")
	}
	o := Options{}
	if opts != nil {
		o = *opts
	}
	if o.BaseURL == "" {
		o.BaseURL = Production
	}
	c := &Client{rest: rest.Client{
		Name: "argyleapi", Base: strings.TrimSuffix(o.BaseURL, "/"), HTTP: o.HTTP, Patience: o.Patience,
		RequestID: "X-Trace-Id", Describe: describe,
		Authorize: func(r *http.Request) { r.SetBasicAuth(keyID, keySecret) },
	}}
	c.subs = currentSubscriptions(c)
	return c
}

// call sends one request and returns its answer.
func call[T any](ctx context.Context, c *Client, method, path string, body any) (T, error) {
	var out T
	err := c.rest.Do(ctx, rest.Request{Method: method, Path: path, Body: body, Out: &out})
	return out, err
}

func get[T any](ctx context.Context, c *Client, path string) (T, error) {
	return call[T](ctx, c, http.MethodGet, path, nil)
}

// send sends a request whose answer holds nothing of use, and which does no harm when it is sent twice.
func (c *Client) send(ctx context.Context, method, path string) error {
	return c.rest.Do(ctx, rest.Request{Method: method, Path: path, Repeatable: true})
}

// page is one page of a list. Next is an absolute URL, and null or absent on the last page.
type page[T any] struct {
	Results []T    `json:"results"`
	Next    string `json:"next"`
}

// pageSize is the most that the API gives per page.
const pageSize = "200"

// list yields the items of all pages. After an error it ends.
func list[T any](ctx context.Context, c *Client, path string, query url.Values) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		q := url.Values{"limit": {pageSize}}
		maps.Copy(q, query)
		req := rest.Request{Method: http.MethodGet, Path: path, Query: q}
		for {
			var p page[T]
			req.Out = &p
			if err := c.rest.Do(ctx, req); err != nil {
				var none T
				yield(none, err)
				return
			}
			for _, item := range p.Results {
				if !yield(item, nil) {
					return
				}
			}
			if p.Next == "" || p.Next == req.URL {
				return
			}
			req.URL, req.Query = p.Next, nil // it has the whole query already
		}
	}
}

// of returns the path of one resource, or of something below it.
func of(collection, id string, rest ...string) string {
	return strings.Join(append([]string{collection, url.PathEscape(id)}, rest...), "/")
}

func set(q url.Values, name, value string) {
	if value != "" {
		q.Set(name, value)
	}
}
