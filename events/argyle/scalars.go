package argyle

import (
	"bytes"
	"errors"
	"math"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"
)

// Nullable is a string that Argyle sends as null when there is none; in Go it is empty then, and empty encodes as null.
// Convert it with string(x).
type Nullable string

// MarshalJSON writes a string, or null for the empty one.
func (s Nullable) MarshalJSON() ([]byte, error) { return quoteOrNull(s) }

// Count is a number of records or days. Older descriptions of the API type counts as strings, newer ones and all recorded
// traffic as integers; both are read, and null as zero. It is always written as an integer.
type Count int64

// What the scalar types answer to a value of another kind. Neither holds the value.
var (
	errNotCount  = errors.New("argyle: not a whole number")
	errNotString = errors.New("argyle: not a string")
)

// UnmarshalJSON reads 58, "58", 58.0 and null. Anything that is no whole number in the range of an int64 is an error.
func (c *Count) UnmarshalJSON(b []byte) error {
	*c = 0
	if len(b) > 0 && b[0] == '"' {
		text, err := stringOf(b)
		if err != nil || text == "" {
			return err
		}
		b = []byte(text)
	} else if bytes.Equal(b, []byte("null")) {
		return nil
	}
	if n, err := strconv.ParseInt(string(b), 10, 64); err == nil {
		*c = Count(n)
		return nil
	}
	const exact = 1 << 53 // beyond it a float no longer tells neighbours apart
	f, err := strconv.ParseFloat(string(b), 64)
	if err != nil || f != math.Trunc(f) || math.Abs(f) > exact {
		return errNotCount
	}
	*c = Count(f)
	return nil
}

// stringOf returns the text of a JSON string.
func stringOf(b []byte) (string, error) {
	text, err := jsontext.AppendUnquote(nil, b)
	if err != nil {
		return "", errNotString
	}
	return string(text), nil
}

// quoteOrNull returns the JSON string of text, null for the empty one.
func quoteOrNull[S ~string](text S) ([]byte, error) {
	if text == "" {
		return []byte("null"), nil
	}
	b, err := jsontext.AppendQuote(nil, string(text))
	if err != nil {
		return nil, errNotString
	}
	return b, nil
}
