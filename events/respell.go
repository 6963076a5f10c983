package events

import (
	"bytes"
	"iter"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// spacings are the ways in which common encoders put white space into JSON.
var spacings = [...]struct {
	how  string
	opts []jsontext.Options
}{
	{"written compactly", nil},
	{"written as Python's json.dumps does", []jsontext.Options{jsontext.SpaceAfterColon(true), jsontext.SpaceAfterComma(true)}},
	{"indented by two spaces", []jsontext.Options{jsontext.WithIndent("  ")}},
	{"indented by four spaces", []jsontext.Options{jsontext.WithIndent("    ")}},
	{"indented by tabs", []jsontext.Options{jsontext.WithIndent("\t")}},
}

// spellings are the ways in which common encoders write the strings within.
var spellings = [...]struct {
	how   string
	opts  []jsontext.Options
	after func([]byte) []byte
}{
	{"", []jsontext.Options{jsontext.PreserveRawStrings(true)}, nil},
	{" with plain UTF-8", nil, nil},
	{" with ASCII escapes", nil, escapeASCII},
	{" with HTML escapes", []jsontext.Options{jsontext.EscapeForHTML(true), jsontext.EscapeForJS(true)}, nil},
	{" with escaped slashes", nil, func(b []byte) []byte { return bytes.ReplaceAll(b, []byte("/"), []byte(`\/`)) }},
	{" with sorted keys", []jsontext.Options{jsontext.PreserveRawStrings(true), jsontext.ReorderRawObjects(true)}, nil},
}

// respellings yields body as other programs would have written it, and a word on how.
func respellings(body []byte) iter.Seq2[string, []byte] {
	return func(yield func(string, []byte) bool) {
		if !edges(body, yield) {
			return
		}
		for _, space := range spacings {
			for _, spell := range spellings {
				opts := append([]jsontext.Options{jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)}, space.opts...)
				b, err := jsontext.AppendFormat(nil, trimBOM(body), append(opts, spell.opts...)...)
				if err != nil {
					return // not JSON: there is nothing to respell
				}
				if spell.after != nil {
					b = spell.after(b)
				}
				how := space.how + spell.how
				if !yield(how, b) || !yield(how+" and a line end", append(b, '\n')) {
					return
				}
			}
		}
	}
}

// edges yields body with another beginning or end.
func edges(body []byte, yield func(string, []byte) bool) bool {
	lf := bytes.ReplaceAll(body, []byte("\r\n"), []byte("\n"))
	return yield("without the white space at its ends", bytes.TrimSpace(body)) &&
		yield("with a line end after it", append(bytes.Clone(body), '\n')) &&
		yield("with line ends of LF", lf) &&
		yield("with line ends of CRLF", bytes.ReplaceAll(lf, []byte("\n"), []byte("\r\n"))) &&
		yield("without the byte order mark", trimBOM(body)) &&
		yield("with a byte order mark", append(bytes.Clone(bom), body...))
}

// escapeASCII writes every rune outside of ASCII as \u and four hex digits, as encoders with ASCII output do.
func escapeASCII(b []byte) []byte {
	const digits = "0123456789abcdef"
	out := make([]byte, 0, len(b))
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		if r < utf8.RuneSelf {
			out = append(out, b[:n]...)
			b = b[n:]
			continue
		}
		for _, u := range utf16.AppendRune(nil, r) {
			out = append(out, '\\', 'u', digits[u>>12], digits[u>>8&15], digits[u>>4&15], digits[u&15])
		}
		b = b[n:]
	}
	return out
}
