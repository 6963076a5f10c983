package events

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"
	"unicode"

	"github.com/go-json-experiment/json/jsontext"
)

// Key is one shared secret of a provider.
type Key struct {
	// ID names the key in logs, metrics and stored events. It must not be derived from the secret. Empty means its place
	// in the list, counted from 1.
	ID string
	// Secret is used byte for byte: the constructor refuses surrounding white space rather than trimming it.
	Secret string
	// NotBefore and NotAfter bound when the key may verify; zero means no bound.
	NotBefore, NotAfter time.Time
}

// LogValue prints the id and never the secret.
func (k Key) LogValue() slog.Value { return slog.StringValue("key " + k.ID) }

// Format prints the id and never the secret, whatever the verb.
func (k Key) Format(f fmt.State, _ rune) {
	_, _ = fmt.Fprintf(f, "key %s", k.ID)
}

// MarshalJSON writes the id and never the secret.
func (k Key) MarshalJSON() ([]byte, error) {
	b, err := jsontext.AppendQuote(nil, k.ID)
	if err != nil {
		return nil, errors.New("events: the id of a key is not valid UTF-8")
	}
	return b, nil
}

// check says what is wrong with the key, in a sentence that never holds the secret.
func (k Key) check() error {
	switch {
	case strings.TrimSpace(k.Secret) == "":
		return fmt.Errorf("events: the secret of key %q is empty: set it before the endpoint is mounted", k.ID)
	case strings.TrimSpace(k.Secret) != k.Secret:
		return fmt.Errorf("events: the secret of key %q has white space around it: copy it again without the line end", k.ID)
	case strings.ContainsFunc(k.Secret, invisible):
		return fmt.Errorf("events: the secret of key %q has an invisible character in it: copy it again as plain text", k.ID)
	case !k.NotAfter.IsZero() && k.NotAfter.Before(k.NotBefore):
		return fmt.Errorf("events: key %q ends before it begins", k.ID)
	}
	return nil
}

// invisible finds what editors and terminals slip into a copied secret: control characters, line ends, zero-width
// characters and byte order marks.
func invisible(r rune) bool { return unicode.Is(unicode.C, r) || r == unicode.ReplacementChar }

// valid reports whether the key may verify at now. Both bounds belong to the window.
func (k Key) valid(now time.Time) bool {
	return (k.NotBefore.IsZero() || !now.Before(k.NotBefore)) && (k.NotAfter.IsZero() || !now.After(k.NotAfter))
}
