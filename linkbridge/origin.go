package linkbridge

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// origins is the allow-list of pages. Empty, it allows the page's own origin.
type origins struct {
	exact     []string
	wild      []wildOrigin
	allowNone bool
}

// wildOrigin allows every sub-domain: https://*.example.com:8443.
type wildOrigin struct {
	scheme string
	suffix string // ".example.com"
	port   string
}

// newOrigins checks the allow-list. It panics on an entry that is no origin, because one that never matches, or matches
// too much, would be found by users or by attackers first.
func newOrigins(list []string, allowNone bool) *origins {
	o := &origins{allowNone: allowNone}
	for _, entry := range list {
		bare, wild := strings.Replace(entry, "://*.", "://", 1), strings.Contains(entry, "://*.")
		u, ok := parseOrigin(bare)
		if !ok || wild && !strings.Contains(u.Hostname(), ".") {
			panic("linkbridge: Origins wants scheme://host[:port] or https://*.example.com, not " + entry)
		}
		if wild {
			o.wild = append(o.wild, wildOrigin{scheme: u.Scheme, suffix: "." + u.Hostname(), port: u.Port()})
			continue
		}
		o.exact = append(o.exact, u.Scheme+"://"+u.Host)
	}
	return o
}

// parseOrigin reads an origin in its one canonical form: lower case, no path, no default port.
func parseOrigin(s string) (*url.URL, bool) {
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil {
		return nil, false
	}
	if u.Path != "" || u.RawQuery != "" || u.ForceQuery || u.Fragment != "" || strings.ContainsAny(u.Host, "*%_ ") {
		return nil, false
	}
	u.Host = canonicalHost(u.Scheme, u.Host)
	if u.Hostname() == "" || strings.HasPrefix(u.Hostname(), ".") || strings.HasSuffix(u.Host, ":") {
		return nil, false
	}
	return u, true
}

// canonicalHost lowers the case and drops the scheme's own port.
func canonicalHost(scheme, host string) string {
	host = strings.ToLower(host)
	if scheme == "https" {
		return strings.TrimSuffix(host, ":443")
	}
	return strings.TrimSuffix(host, ":80")
}

// allow reports whether the page that sent r may speak to the bridge.
func (o *origins) allow(r *http.Request) bool {
	values := r.Header.Values("Origin")
	if len(values) == 0 {
		return o.allowNone
	}
	if len(values) > 1 {
		return false
	}
	u, ok := parseOrigin(values[0])
	if !ok {
		return false
	}
	if len(o.exact) == 0 && len(o.wild) == 0 {
		return sameOrigin(u, r)
	}
	if slices.Contains(o.exact, u.Scheme+"://"+u.Host) {
		return true
	}
	return slices.ContainsFunc(o.wild, func(w wildOrigin) bool {
		return u.Scheme == w.scheme && u.Port() == w.port && strings.HasSuffix(u.Hostname(), w.suffix)
	})
}

// sameOrigin compares the page with the host that the request was sent to. A secure page may speak to a plain server, since
// TLS usually ends at a proxy; a plain page may not speak to a secure one.
func sameOrigin(u *url.URL, r *http.Request) bool {
	if r.TLS != nil && u.Scheme != "https" {
		return false
	}
	return u.Host == canonicalHost(u.Scheme, r.Host)
}
