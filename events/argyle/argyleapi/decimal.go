package argyleapi

import (
	"math/big"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Decimal is an amount, a rate or a number of hours, kept as the text that Argyle sent, such as "1829.19" or "9.0494", so that
// no digit is lost. Amounts are in the currency's main unit: dollars, not cents. The empty Decimal stands for null and for
// absent.
type Decimal string

// UnmarshalJSONFrom reads a string as it stands, a number with all its digits, or null.
func (d *Decimal) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	value, err := dec.ReadValue()
	if err != nil {
		return err
	}
	switch value.Kind() {
	case 'n':
		*d = ""
	case '"':
		*d = Decimal(text(value))
	case '0':
		*d = Decimal(value)
	default:
		return &json.SemanticError{JSONKind: value.Kind()}
	}
	return nil
}

// MarshalJSONTo writes the text as a string, as Argyle does; the empty Decimal is null.
func (d Decimal) MarshalJSONTo(enc *jsontext.Encoder) error {
	if d == "" {
		return enc.WriteToken(jsontext.Null)
	}
	return enc.WriteToken(jsontext.String(string(d)))
}

// Cents returns the amount in hundredths, exactly: false when the text is no plain decimal number, has a fraction of a
// hundredth, or does not fit.
func (d Decimal) Cents() (int64, bool) {
	r, ok := d.Rat()
	if !ok {
		return 0, false
	}
	r.Mul(r, big.NewRat(100, 1))
	if !r.IsInt() || !r.Num().IsInt64() {
		return 0, false
	}
	return r.Num().Int64(), true
}

// maxDigits bounds what is computed with; no amount of money is longer.
const maxDigits = 64

// Rat returns the exact number, for arithmetic: false when the text is no plain decimal number, such as "-12.50".
func (d Decimal) Rat() (*big.Rat, bool) {
	digits := strings.TrimPrefix(string(d), "-")
	whole, fraction, point := strings.Cut(digits, ".")
	if len(digits) > maxDigits || !plain(whole) || point && !plain(fraction) {
		return nil, false
	}
	return new(big.Rat).SetString(string(d))
}

func plain(digits string) bool {
	return digits != "" && strings.Trim(digits, "0123456789") == ""
}
