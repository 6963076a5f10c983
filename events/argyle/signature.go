package argyle

import (
	"crypto/sha512"
	"net/http"

	"github.com/linkhook/linkhook/events"
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
	if !events.DecodeMAC(sig[:], values[0]) {
		return [sha512.Size]byte{}, ErrMalformedSignature
	}
	return sig, nil
}
