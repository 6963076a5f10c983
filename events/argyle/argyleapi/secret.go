package argyleapi

import (
	"crypto/subtle"
	"fmt"
	"io"
	"log/slog"
)

// Secret signs the deliveries of a subscription. Argyle returns it in clear with every subscription, so that a listing that is
// logged gives away what proves a delivery: fmt, slog and JSON therefore see a placeholder. Convert it with string(s) to use it.
type Secret string

// hidden stands for a secret, and says no more than that there is one.
const hidden = "[secret]"

// Format writes a placeholder, whatever the verb; nothing for the empty Secret.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, s.placeholder()) }

// LogValue returns a placeholder.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.placeholder()) }

// MarshalText returns a placeholder: a secret is not passed on by encoding what holds it.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.placeholder()), nil }

func (s Secret) placeholder() string {
	if s == "" {
		return ""
	}
	return hidden
}

// equal compares two secrets in constant time.
func (s Secret) equal(other Secret) bool {
	return subtle.ConstantTimeCompare([]byte(s), []byte(other)) == 1
}
