package pinwheel

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
	"net/http"
	"strings"

	"github.com/linkhook/linkhook/events"
)

// Diagnose says why [Webhooks.Verify] returned err for this delivery, in a sentence for the server's log: never for the
// answer, because it tells a forger how close he came. It holds no secret, no MAC and nothing of the body, and is empty when
// there is nothing to say. It costs some forty MACs of the body, so call it after the answer is sent, and not without bound.
func (w *Webhooks) Diagnose(header http.Header, body []byte, err error) string {
	if err == nil {
		return ""
	}
	if why := w.diagnoseHeaders(header); why != "" {
		return why
	}
	text := header.Get(signatureHeader)
	sum, accident := decodeLoosely(text)
	if sum == nil {
		return "the header " + signatureHeader + " is not " + signaturePrefix + " and a hex number: another sender's scheme, or a placeholder"
	}
	now, stamp := w.clock(), header.Get(timestampHeader)
	why := w.keys.Diagnose(events.HMACSHA256, now, sum, body, version, stamp, ":")
	switch {
	case why != "" && accident != "":
		return accident + ", and " + why
	case why != "":
		return why
	case accident != "":
		return "the signature is right, but " + accident + ": Pinwheel writes " + signaturePrefix + " and 64 lower-case hex digits"
	case errors.Is(err, ErrTimestampTooNew):
		return "the signature is right, but " + events.DiagnoseTimestamp(now, stamp, w.ahead)
	default:
		return "the signature is right, but " + events.DiagnoseTimestamp(now, stamp, w.maxAge)
	}
}

// diagnoseHeaders says whether a header is missing, sent twice or joined, or the timestamp is no number.
func (w *Webhooks) diagnoseHeaders(header http.Header) string {
	if why := events.DiagnoseHeader(header, signatureHeader); why != "" {
		return why
	}
	if why := events.DiagnoseHeader(header, timestampHeader); why != "" {
		return why
	}
	if _, _, err := readTimestamp(header); err == nil {
		return ""
	}
	// The window is checked after the signature; any will do to learn what is wrong with the form.
	return events.DiagnoseTimestamp(w.clock(), header.Get(timestampHeader), w.maxAge)
}

// decodeLoosely decodes a signature that is not quite as Pinwheel writes it, and says what is wrong with its form.
func decodeLoosely(text string) (sum []byte, accident string) {
	digits, found := strings.CutPrefix(text, signaturePrefix)
	if !found {
		accident = "the prefix " + signaturePrefix + " is missing"
		if before, after, ok := strings.Cut(text, "="); ok && len(before) < len(after) {
			digits, accident = after, "it has another prefix than "+signaturePrefix
		}
	}
	if b, err := hex.DecodeString(digits); err == nil && digits != "" {
		if accident == "" && digits != strings.ToLower(digits) {
			accident = "it is written in upper case"
		}
		return b, accident
	}
	for _, enc := range []*base64.Encoding{base64.StdEncoding, base64.URLEncoding, base64.RawStdEncoding, base64.RawURLEncoding} {
		if b, err := enc.DecodeString(digits); err == nil && len(b) >= 20 {
			return b, "it is written in base64"
		}
	}
	return nil, ""
}
