package argyle

import (
	"crypto/sha512"
	"net/http"
)

// signatureHeader holds the HMAC-SHA512 of the body and nothing else, in the spelling of [http.Header]. Third parties have
// written that it is SHA-256: the documentation and recorded traffic say otherwise.
const signatureHeader = "X-Argyle-Signature"

// readSignature decodes the one signature. Argyle writes exactly 128 lower-case hex digits without a prefix; everything else,
// such as upper case, a list or a second header, comes from somebody else.
func readSignature(header http.Header) (sig [sha512.Size]byte, err error) {
	values := header[signatureHeader]
	switch {
	case len(values) == 0:
		return sig, ErrNoSignature
	case len(values) > 1, len(values[0]) != 2*len(sig):
		return sig, ErrMalformedSignature
	}
	for i := range sig {
		high, low := nibble(values[0][2*i]), nibble(values[0][2*i+1])
		if high > 15 || low > 15 {
			return [sha512.Size]byte{}, ErrMalformedSignature
		}
		sig[i] = high<<4 | low
	}
	return sig, nil
}

// nibble returns the value of a lower-case hex digit, more than 15 for anything else.
func nibble(c byte) byte {
	switch {
	case c >= '0' && c <= '9':
		return c - '0'
	case c >= 'a' && c <= 'f':
		return c - 'a' + 10
	default:
		return 0xff
	}
}
