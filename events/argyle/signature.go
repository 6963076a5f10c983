package argyle

import "net/http"

// signatureHeader holds the HMAC-SHA512 of the body and nothing else, in the spelling of [http.Header]. Third parties have
// written that it is SHA-256: the documentation and recorded traffic say otherwise.
const signatureHeader = "X-Argyle-Signature"

// readSignature returns the one signature. Argyle writes exactly 128 lower-case hex digits without a prefix; everything else, such
// as upper case, a list or a second header, comes from somebody else.
func readSignature(header http.Header) (digits string, err error) {
	values := header[signatureHeader]
	switch len(values) {
	case 0:
		return "", ErrNoSignature
	case 1:
		return values[0], nil
	default:
		return "", ErrMalformedSignature
	}
}
