package pinwheel

import (
	"net/http"
	"strings"
	"time"
)

// The headers of a delivery, in the spelling of [http.Header]. The id of the subscription, X-Pinwheel-Webhook-Id, is not
// signed and not used.
const (
	signatureHeader = "X-Pinwheel-Signature"
	timestampHeader = "X-Timestamp"
	versionHeader   = "Pinwheel-Version"
)

// version begins the signed message: v2:<timestamp>:<body>.
const version = "v2:"

// signaturePrefix begins the header; 64 lower-case hex digits follow.
const signaturePrefix = "v2="

// maxTimestampDigits keeps milliseconds out, which have 13 digits, and every time.Time in range.
const maxTimestampDigits = 11

// readSignature returns the digits of the one signature. Pinwheel writes exactly "v2=" and 64 lower-case digits; everything else,
// such as upper case, a list or a second header, comes from somebody else.
func readSignature(header http.Header) (digits string, err error) {
	text, err := one(header[signatureHeader], ErrNoSignature, ErrMalformedSignature)
	if err != nil {
		return "", err
	}
	digits, ok := strings.CutPrefix(text, signaturePrefix)
	if !ok {
		return "", ErrMalformedSignature
	}
	return digits, nil
}

// readTimestamp reads the one timestamp. The signature covers its text, so only the one way to write a number of seconds is
// taken: no sign, no leading zero, no fraction, no white space, no milliseconds.
func readTimestamp(header http.Header) (text string, at time.Time, err error) {
	text, err = one(header[timestampHeader], ErrNoTimestamp, ErrMalformedTimestamp)
	if err != nil {
		return "", time.Time{}, err
	}
	if text == "" || len(text) > maxTimestampDigits || (text[0] == '0' && len(text) > 1) {
		return "", time.Time{}, ErrMalformedTimestamp
	}
	var seconds int64
	for i := range len(text) {
		digit := text[i] - '0'
		if digit > 9 {
			return "", time.Time{}, ErrMalformedTimestamp
		}
		seconds = seconds*10 + int64(digit)
	}
	return text, time.Unix(seconds, 0), nil
}

// one returns the only value of a header.
func one(values []string, none, several error) (string, error) {
	switch len(values) {
	case 0:
		return "", none
	case 1:
		return values[0], nil
	default:
		return "", several
	}
}
