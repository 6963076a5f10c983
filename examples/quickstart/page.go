package main

import (
	"bytes"
	"embed"
	"net/http"
	"strings"
	"time"
)

//go:embed static
var static embed.FS

// policy lets the page load and call its own server and nothing else, and keeps markup out of its scripts.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; " +
	"form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"

// The real script of Pinwheel, third major version, and the policy that it works under: it comes from Pinwheel's host and opens
// a frame of it, styles what it adds to the page, and knows nothing of trusted types.
const (
	liveScript = "https://cdn.getpinwheel.com/pinwheel-v3.0.js"
	livePolicy = "default-src 'none'; script-src 'self' https://cdn.getpinwheel.com; frame-src https://cdn.getpinwheel.com; " +
		"style-src 'self' 'unsafe-inline'; img-src 'self' https://cdn.getpinwheel.com; connect-src 'self' https://cdn.getpinwheel.com; " +
		"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

// livePage is the page with the real script in place of the simulated one.
func livePage(simulated string) string {
	return strings.NewReplacer(
		`src="/static/simlink.js"`, `src="`+liveScript+`"`,
		"the simulated modal", "Pinwheel's modal",
		"what the simulated\n      provider then signs and posts", "what Pinwheel\n      then signs and posts",
	).Replace(simulated)
}

// page serves the page that hosts Link, with what it loads: the simulated script, or the real one.
func page(live bool) http.Handler {
	files := http.FileServerFS(static)
	html, err := static.ReadFile("static/page.html")
	if err != nil {
		panic("quickstart: the page is not in the binary")
	}
	policy := policy
	if live {
		html, policy = []byte(livePage(string(html))), livePolicy
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cache-Control", "no-cache")
		switch {
		case r.URL.Path == "/":
			http.ServeContent(w, r, "page.html", time.Time{}, bytes.NewReader(html))
		case strings.HasSuffix(r.URL.Path, "/"):
			http.NotFound(w, r) // no listing of folders
		default:
			files.ServeHTTP(w, r)
		}
	})
}
