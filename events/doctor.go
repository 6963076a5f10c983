package events

import (
	"bytes"
	"crypto/hmac"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// maxRespell bounds the bodies whose other spellings are tried: above it an examination would cost milliseconds.
const maxRespell = 64 << 10

// Diagnose says why [Keyring.Verify] failed for the same arguments, in a sentence for the server's log: never for the
// answer, because it tells a forger how close he came. It is empty when a present key did sign the message, so that the
// reason lies elsewhere, in a timestamp for instance. The sentence names keys by their id and holds no secret, no MAC and
// nothing of the body. It tries every key, also those out of their validity, with the usual accidents: another spelling of
// the JSON, a line end, a missing head, quotes or another encoding of the secret. That costs some forty MACs of the body,
// so call it after the answer is sent, and not without bound.
func (r *Keyring) Diagnose(m MAC, now time.Time, sum, body []byte, head ...string) string {
	if len(sum) != m.Size() {
		return r.diagnoseLength(m, sum, body, head)
	}
	set := *r.set.Load()
	for _, k := range set {
		if !hmacEqual(m, k.Secret, sum, body, head) {
			continue
		}
		switch {
		case k.valid(now):
			return ""
		case !k.NotAfter.IsZero() && now.After(k.NotAfter):
			return fmt.Sprintf("it was made with key %q, which ended at %s: the sender still uses an old secret, or the key was ended too early",
				k.ID, k.NotAfter.UTC().Format(time.RFC3339))
		default:
			return fmt.Sprintf("it was made with key %q, which begins at %s: the sender rotated its secret early, or this clock is behind",
				k.ID, k.NotBefore.UTC().Format(time.RFC3339))
		}
	}
	if len(body) == 0 {
		return "the body is empty: the sender sent none, or something in front of this handler has read it already"
	}
	for _, k := range set {
		if why := k.diagnose(m, sum, body, head); why != "" {
			return why
		}
	}
	why := "no key fits (tried: " + strings.Join(r.IDs(), ", ") +
		"): the secret belongs to another endpoint or environment, or the message was changed on its way"
	if len(body) > maxRespell {
		why += "; other spellings of the body were not tried, because it is larger than " + strconv.Itoa(maxRespell>>10) + " KiB"
	}
	return why
}

// diagnoseLength explains a sum that cannot come from m at all.
func (r *Keyring) diagnoseLength(m MAC, sum, body []byte, head []string) string {
	other := HMACSHA512
	if m == HMACSHA512 {
		other = HMACSHA256
	}
	why := fmt.Sprintf("it has %d bytes where %d are expected", len(sum), m.Size())
	if len(sum) != other.Size() {
		return why + ": it was cut or padded, or made with another algorithm"
	}
	for _, k := range *r.set.Load() {
		if hmacEqual(other, k.Secret, sum, body, head) || hmacEqual(other, k.Secret, sum, body, nil) {
			return why + fmt.Sprintf(": it was made with key %q and the hash of another provider", k.ID)
		}
	}
	return why + ": that is the length of another provider's signature"
}

// diagnose tries one key with the usual accidents.
func (k *ringKey) diagnose(m MAC, sum, body []byte, head []string) string {
	for _, s := range secretVariants(k.Secret) {
		if hmacEqual(m, s.secret, sum, body, head) {
			return fmt.Sprintf("it fits key %q %s: correct the secret in this process's configuration", k.ID, s.accident)
		}
	}
	if len(head) > 0 && hmacEqual(m, k.Secret, sum, body, nil) {
		return fmt.Sprintf("it was made with key %q over the body alone: the sender left out what stands in front of it, as another provider's scheme does", k.ID)
	}
	if len(body) > maxRespell {
		return ""
	}
	for how, other := range respellings(body) {
		if hmacEqual(m, k.Secret, sum, other, head) {
			return fmt.Sprintf("it was made with key %q over this body %s: something between the sender and this handler re-encoded it; pass the bytes on unchanged", k.ID, how)
		}
	}
	return ""
}

func hmacEqual(m MAC, secret string, sum, body []byte, head []string) bool {
	st := &macState{hash: hmac.New(m.new(), []byte(secret))}
	return hmac.Equal(st.mac(body, head), sum)
}

// secretVariant is what a secret turns into when it is copied carelessly.
type secretVariant struct{ secret, accident string }

func secretVariants(secret string) []secretVariant {
	list := []secretVariant{
		{secret + "\n", "with a line end after it"},
		{secret + "\r\n", "with a line end (CRLF) after it"},
		{secret + " ", "with a space after it"},
		{" " + secret, "with a space before it"},
		{`"` + secret + `"`, "with quotation marks around it"},
		{strings.Trim(secret, `"'`), "without the quotation marks around it"},
		{strings.ToLower(secret), "in lower case"},
		{strings.ToUpper(secret), "in upper case"},
	}
	if b, err := hex.DecodeString(secret); err == nil {
		list = append(list, secretVariant{string(b), "decoded from hex"})
	}
	if b, err := base64.StdEncoding.DecodeString(secret); err == nil {
		list = append(list, secretVariant{string(b), "decoded from base64"})
	}
	if _, rest, ok := strings.Cut(secret, "="); ok {
		list = append(list, secretVariant{rest, "without the name and the equals sign in front of it"})
	}
	return list
}

// signatureHeaders are the headers in which the known providers, and some that are mixed up with them, sign.
var signatureHeaders = [...]struct{ header, sender string }{
	{"X-Pinwheel-Signature", "Pinwheel"},
	{"X-Argyle-Signature", "Argyle"},
	{"Plaid-Verification", "Plaid"},
	{"X-Hub-Signature-256", "GitHub"},
	{"Stripe-Signature", "Stripe"},
	{"Svix-Signature", "Svix"},
	{"Webhook-Signature", "a Standard Webhooks sender"},
	{"X-Truv-Signature", "Truv"},
}

// DiagnoseHeader says what is wrong with the presence of a header that a signature needs: missing, empty, sent twice,
// joined by a proxy, quoted. It is empty when exactly one plain value is there. Name is in canonical form
// ("X-Pinwheel-Signature"), header is an http.Header. The sentence never holds the value.
func DiagnoseHeader(header map[string][]string, name string) string {
	values := header[name]
	switch {
	case len(values) > 1:
		return fmt.Sprintf("the header %s was sent %d times: a proxy in front of this handler adds one of its own", name, len(values))
	case len(values) == 1:
		return diagnoseValue(name, values[0])
	}
	for _, s := range signatureHeaders {
		if s.header != name && len(header[s.header]) > 0 {
			return fmt.Sprintf("the header %s is missing and %s is there: this is a delivery of %s, sent to the wrong path", name, s.header, s.sender)
		}
	}
	return "the header " + name + " is missing: the sender does not sign, or a proxy drops the header"
}

func diagnoseValue(name, value string) string {
	switch {
	case strings.TrimSpace(value) == "":
		return "the header " + name + " is empty"
	case strings.Contains(value, ","):
		return "the header " + name + " holds several values joined by a comma: a proxy merged them, or another sender's scheme was used"
	case strings.ContainsAny(value, "\"'"):
		return "the header " + name + " has quotation marks around its value"
	case strings.TrimSpace(value) != value:
		return "the header " + name + " has white space around its value"
	}
	return ""
}

// DiagnoseTimestamp says what is wrong with a Unix timestamp in seconds that must lie within window of now on either side.
// It is empty when nothing is. The sentence holds the difference, not the value.
func DiagnoseTimestamp(now time.Time, text string, window time.Duration) string {
	sec, err := strconv.ParseInt(text, 10, 64)
	if err != nil || strconv.FormatInt(sec, 10) != text {
		return "the timestamp is not a plain decimal number of seconds"
	}
	const year3000, century = 32_503_680_000, 36_525 * 24 * 3600
	if sec > year3000 {
		return "the timestamp lies after the year 3000: it is given in milliseconds or finer, not in seconds"
	}
	if sec < 0 {
		return "the timestamp is negative"
	}
	skew := time.Duration(max(min(sec-now.Unix(), century), -century)) * time.Second // 400 years overflow a Duration
	switch {
	case skew > window:
		return fmt.Sprintf("the timestamp is %s ahead of this machine's clock (%s is allowed): one of the two clocks is wrong", skew, window)
	case -skew > window:
		return fmt.Sprintf("the timestamp is %s behind this machine's clock (%s is allowed): "+
			"the delivery was held back or replayed, or one of the two clocks is wrong", -skew, window)
	}
	return ""
}

// bom is the byte order mark that some programs put in front of UTF-8.
var bom = []byte("\xef\xbb\xbf")

func trimBOM(b []byte) []byte { return bytes.TrimPrefix(b, bom) }
