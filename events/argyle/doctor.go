package argyle

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
	if why := events.DiagnoseHeader(header, signatureHeader); why != "" {
		return why
	}
	sum, accident := decodeLoosely(header.Get(signatureHeader))
	if sum == nil {
		return "the header " + signatureHeader + " is not a hex number: another sender's scheme, or a placeholder"
	}
	why := w.keys.Diagnose(events.HMACSHA512, w.clock(), sum, body)
	switch {
	case accident == "":
		return why
	case why != "" && !errors.Is(err, ErrMalformedSignature):
		return why
	case why == "":
		return "the signature is right, but " + accident + ": Argyle writes 128 lower-case hex digits and nothing else"
	default:
		return accident + ", and " + why
	}
}

// decodeLoosely decodes a signature that is not quite as Argyle writes it, and says what is wrong with its form.
func decodeLoosely(text string) (sum []byte, accident string) {
	if _, rest, ok := strings.Cut(text, "="); ok && rest != "" && rest != "=" {
		text, accident = rest, "it has a prefix"
	}
	if b, err := hex.DecodeString(text); err == nil {
		if accident == "" && text != strings.ToLower(text) {
			accident = "it is written in upper case"
		}
		return b, accident
	}
	for _, enc := range []*base64.Encoding{base64.StdEncoding, base64.URLEncoding, base64.RawStdEncoding, base64.RawURLEncoding} {
		if b, err := enc.DecodeString(text); err == nil && len(b) == events.HMACSHA512.Size() {
			return b, "it is written in base64"
		}
	}
	return nil, ""
}
