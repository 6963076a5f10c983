package linkbridge

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"html/template"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/linkhook/linkhook/js"
)

// script is the browser script in the forms in which it is served.
type script struct {
	plain, zipped []byte
	hash          string // content hash: the ETag and the version in the URL
	integrity     string
}

func newScript() *script {
	plain := js.Script()
	sum := sha256.Sum256(plain)
	sri := sha512.Sum384(plain)
	var zipped bytes.Buffer
	zw, _ := gzip.NewWriterLevel(&zipped, gzip.BestCompression) // the level is a valid constant
	_, _ = zw.Write(plain)                                      // a buffer never fails
	_ = zw.Close()                                              // a buffer never fails
	return &script{plain: plain, zipped: zipped.Bytes(), hash: hex.EncodeToString(sum[:8]),
		integrity: "sha384-" + base64.StdEncoding.EncodeToString(sri[:])}
}

// Script serves the browser script, with a content hash as its ETag and compressed for clients that take gzip. Under the
// URL that [Bridge.ScriptTag] writes it is immutable; under the bare one clients ask again whether it has changed.
func (b *Bridge) Script() http.Handler { return http.HandlerFunc(b.script.serve) }

func (s *script) serve(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
		return
	}
	h := w.Header()
	body, tag := s.plain, `"`+s.hash+`"`
	if acceptsGzip(r.Header.Get("Accept-Encoding")) {
		body, tag = s.zipped, `"`+s.hash+`-gzip"`
		h.Set("Content-Encoding", "gzip")
	}
	h.Set("Content-Type", "text/javascript; charset=utf-8")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	h.Set("Access-Control-Allow-Origin", "*") // integrity needs it when the script comes from another origin
	h.Add("Vary", "Accept-Encoding")
	h.Set("ETag", tag)
	h.Set("Cache-Control", "no-cache")
	if r.URL.Query().Get("v") == s.hash {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	if matches(r.Header.Get("If-None-Match"), s.hash) {
		h.Del("Content-Encoding")
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if r.Method == http.MethodHead {
		return
	}
	_, _ = w.Write(body) // the client is gone
}

// acceptsGzip reads Accept-Encoding: gzip counts unless its weight is zero.
func acceptsGzip(header string) bool {
	for part := range strings.SplitSeq(header, ",") {
		name, params, _ := strings.Cut(strings.TrimSpace(part), ";")
		if !strings.EqualFold(strings.TrimSpace(name), "gzip") {
			continue
		}
		q, ok := strings.CutPrefix(strings.ReplaceAll(params, " ", ""), "q=")
		return !ok || strings.Trim(q, "0.") != ""
	}
	return false
}

// matches reads If-None-Match: either form of the script satisfies it.
func matches(header, hash string) bool {
	for part := range strings.SplitSeq(header, ",") {
		tag := strings.Trim(strings.TrimPrefix(strings.TrimSpace(part), "W/"), `"`)
		if tag == "*" || strings.TrimSuffix(tag, "-gzip") == hash {
			return true
		}
	}
	return false
}

// ScriptTag returns the element that loads the script from Options.ScriptURL: with its Subresource Integrity value, its
// content hash in the URL, and the nonce of the page's Content-Security-Policy unless that is empty.
func (b *Bridge) ScriptTag(nonce string) template.HTML {
	src := b.options.ScriptURL
	sep := "?"
	if u, err := url.Parse(src); err == nil && u.RawQuery != "" {
		sep = "&"
	}
	tag := `<script src="` + template.HTMLEscapeString(src+sep+"v="+b.script.hash) + `" integrity="` +
		template.HTMLEscapeString(b.script.integrity) + `" crossorigin="anonymous"`
	if nonce != "" {
		tag += ` nonce="` + template.HTMLEscapeString(nonce) + `"`
	}
	return template.HTML(tag + `></script>`) //nolint:gosec // every variable part is escaped above
}
