package pinwheel

import (
	"bytes"
	"strconv"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Decimal is a number kept as its JSON text, so that no digit is lost: an allocation's value is an integer in the schema, has
// a fraction in an example, and is a float in the iOS SDK. The empty Decimal stands for null and for absent; write a literal
// as pinwheel.Decimal("120.50").
type Decimal string

// UnmarshalJSONFrom reads a number, a number in quotes, or null.
func (d *Decimal) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	value, err := dec.ReadValue()
	if err != nil {
		return err
	}
	text := []byte(value)
	switch value.Kind() {
	case 'n':
		*d = ""
		return nil
	case '"':
		if text, err = jsontext.AppendUnquote(nil, value); err != nil {
			return err
		}
	}
	if !isNumber(text) {
		return &json.SemanticError{JSONKind: value.Kind()}
	}
	*d = Decimal(text)
	return nil
}

// MarshalJSONTo writes the number with the digits that it was read with; the empty Decimal is null.
func (d Decimal) MarshalJSONTo(enc *jsontext.Encoder) error {
	if d == "" {
		return enc.WriteToken(jsontext.Null)
	}
	if !isNumber([]byte(d)) {
		return &json.SemanticError{JSONKind: '"'}
	}
	return enc.WriteValue(jsontext.Value(d))
}

// Int64 returns the number when it is written as an integer and fits.
func (d Decimal) Int64() (int64, bool) {
	n, err := strconv.ParseInt(string(d), 10, 64)
	return n, err == nil
}

// Float64 returns the nearest float, which is good for showing and not for money.
func (d Decimal) Float64() (float64, bool) {
	f, err := strconv.ParseFloat(string(d), 64)
	return f, err == nil
}

// isNumber reports whether text is one JSON number and nothing else.
func isNumber(text []byte) bool {
	v := jsontext.Value(text)
	return len(bytes.TrimSpace(text)) == len(text) && v.Kind() == '0' && v.IsValid()
}
