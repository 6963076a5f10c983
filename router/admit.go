package router

import (
	"net/http"
	"strings"
)

// admit judges a request by its head alone.
func (x *exchange) admit(r *http.Request, maxBody int) bool {
	switch {
	case r.Method != http.MethodPost:
		return x.refuse(answer{status: http.StatusMethodNotAllowed, reason: ReasonMethod, hangUp: hasBody(r)})
	case !isJSON(r.Header["Content-Type"]):
		return x.refuse(answer{status: http.StatusUnsupportedMediaType, reason: ReasonContentType, hangUp: hasBody(r)})
	case !isIdentity(r.Header["Content-Encoding"]):
		return x.refuse(answer{status: http.StatusUnsupportedMediaType, reason: ReasonEncoding, hangUp: hasBody(r)})
	case r.ContentLength > int64(maxBody):
		return x.refuse(answer{status: http.StatusRequestEntityTooLarge, reason: ReasonTooLarge, hangUp: true})
	}
	return true
}

func hasBody(r *http.Request) bool { return r.Body != nil && r.Body != http.NoBody }

// isJSON reports whether there is one content type and it is application/json or ends in +json, whatever its case and
// parameters: the signature covers the bytes, so a parameter has nothing to say about them.
func isJSON(values []string) bool {
	if len(values) != 1 {
		return false
	}
	if values[0] == "application/json" { // as all providers write it
		return true
	}
	media, _, _ := strings.Cut(values[0], ";")
	media = strings.TrimSpace(media)
	if strings.EqualFold(media, "application/json") {
		return true
	}
	const suffix = "+json"
	slash, tail := strings.IndexByte(media, '/'), len(media)-len(suffix)
	return slash > 0 && tail > slash+1 && strings.EqualFold(media[tail:], suffix) && !strings.ContainsAny(media, " \t,")
}

// isIdentity reports whether the body is sent as it is: what a compressed body's signature covers, no provider says.
func isIdentity(values []string) bool {
	for _, v := range values {
		for coding := range strings.SplitSeq(v, ",") {
			coding = strings.TrimSpace(coding)
			if coding != "" && !strings.EqualFold(coding, "identity") {
				return false
			}
		}
	}
	return true
}
