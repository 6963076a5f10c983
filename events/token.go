package events

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// The functions of this file read one token: they take the place where it begins and return the place behind it, 0 when there
// is none. They keep nothing, so that all of it stays in registers.

// skip returns the place of the first byte from pos on that is no white space, or the end. No space and one space, which is
// nearly all there ever is, cost no call.
func skip(text []byte, pos int) int {
	if pos < len(text) && text[pos] == ' ' {
		pos++
	}
	if pos < len(text) && text[pos] > ' ' {
		return pos
	}
	return skipAll(text, pos)
}

func skipAll(text []byte, pos int) int {
	for pos < len(text) && (text[pos] == ' ' || text[pos] == '\n' || text[pos] == '\r' || text[pos] == '\t') {
		pos++
	}
	return pos
}

// notObject tells a text that begins with another value from one that begins with none.
func notObject(text []byte) error {
	switch c := at(text, 0); {
	case c == '[', c == '"', c == '-', c >= '0' && c <= '9', c == 't', c == 'f', c == 'n':
		return ErrNotObject
	default:
		return ErrSyntax
	}
}

// at returns the byte at pos, 0 behind the end: a NUL is no part of JSON, so the two need not be told apart.
func at(text []byte, pos int) byte {
	if pos < len(text) {
		return text[pos]
	}
	return 0
}

// scalar reads a literal or a number.
func scalar(text []byte, pos int) int {
	switch text[pos] {
	case 'n':
		return literal(text, pos, "null")
	case 't':
		return literal(text, pos, "true")
	case 'f':
		return literal(text, pos, "false")
	default:
		return number(text, pos)
	}
}

func literal(text []byte, pos int, word string) int {
	end := pos + len(word)
	if end > len(text) || string(text[pos:end]) != word {
		return 0
	}
	return end
}

// number reads a number. What may stand behind it is checked by who reads on.
func number(text []byte, pos int) int {
	if at(text, pos) == '-' {
		pos++
	}
	if at(text, pos) == '0' {
		pos++
	} else if pos = digits(text, pos); pos == 0 {
		return 0
	}
	if at(text, pos) == '.' {
		if pos = digits(text, pos+1); pos == 0 {
			return 0
		}
	}
	if at(text, pos)|0x20 != 'e' {
		return pos
	}
	if c := at(text, pos+1); c == '+' || c == '-' {
		pos++
	}
	return digits(text, pos+1)
}

// digits reads at least one digit.
func digits(text []byte, pos int) int {
	start := pos
	for pos < len(text) && text[pos]-'0' <= 9 {
		pos++
	}
	if pos == start {
		return 0
	}
	return pos
}

// str reads on in a string, from its first byte that is not plain or from within its last eight, to behind its closing quote;
// plain says that it has neither escapes nor anything beyond ASCII.
func str(text []byte, pos int) (end int, plain bool) {
	if pos = plainEnd(text, pos); pos < len(text) && text[pos] == '"' {
		return pos + 1, true
	}
	return rest(text, pos), false
}

// rest reads the rest of a string from its first byte that is not plain.
func rest(text []byte, pos int) int {
	for pos < len(text) {
		switch c := text[pos]; {
		case c == '"':
			return pos + 1
		case c == '\\':
			pos = escape(text, pos)
		case c >= utf8.RuneSelf:
			pos = wide(text, pos)
		default: // a control character, NUL included
			return 0
		}
		if pos == 0 {
			return 0
		}
		pos = plainEnd(text, pos)
	}
	return 0
}

// stops marks, by its high bit, each of eight bytes that is a quote, a backslash, a control character or beyond ASCII. The
// lowest mark is never a false one, since only a true one can borrow from its neighbour. Quotes are looked for together with
// control characters: with its second bit turned over, a quote is the byte behind the last of them.
func stops(x uint64) uint64 {
	const (
		ones   = 0x0101010101010101
		high   = 0x80 * ones
		turn   = ('"' ^ ' ') * ones
		escape = '\\' * ones
	)
	return (x | ((x ^ turn) - (' '+1)*ones) | ((x ^ escape) - ones)) & high
}

// load returns the eight bytes at pos, of which there must be as many. Cut with a length that is a constant, the text costs no
// mask on the way to its bytes.
func load(text []byte, pos int) uint64 { return binary.LittleEndian.Uint64(text[pos : pos+8]) }

// uuidLen is the length of what most strings of a delivery are.
const uuidLen = 36

// plainUUID reports whether nothing stops a string within as many bytes from pos on, of which there must be as many.
func plainUUID(text []byte, pos int) bool {
	return stops(load(text, pos))|stops(load(text, pos+8))|stops(load(text, pos+16))|stops(load(text, pos+24))|
		stops(load(text, pos+uuidLen-8)) == 0
}

// plainEnd returns the place of the first such byte from pos on, or the end.
func plainEnd(text []byte, pos int) int {
	for ; len(text)-pos >= 8; pos += 8 {
		if hit := stops(load(text, pos)); hit != 0 {
			return pos + bits.TrailingZeros64(hit)>>3
		}
	}
	for ; pos < len(text); pos++ {
		if c := text[pos]; c < ' ' || c == '"' || c == '\\' || c >= utf8.RuneSelf {
			break
		}
	}
	return pos
}

// wide reads one rune beyond ASCII.
func wide(text []byte, pos int) int {
	r, size := utf8.DecodeRune(text[pos:])
	if r == utf8.RuneError && size <= 1 {
		return 0
	}
	return pos + size
}

// escape reads one escape, or the two of a surrogate pair. A lone surrogate is refused: it has no UTF-8.
func escape(text []byte, pos int) int {
	switch at(text, pos+1) {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return pos + 2
	case 'u':
		return codePoint(text, pos)
	default:
		return 0
	}
}

// codePoint reads \uXXXX, and the second half of a surrogate pair.
func codePoint(text []byte, pos int) int {
	high, ok := hex4(text[pos+2:])
	if !ok {
		return 0
	}
	pos += 6
	if high < 0xd800 || high > 0xdfff {
		return pos
	}
	if high >= 0xdc00 || at(text, pos) != '\\' || at(text, pos+1) != 'u' {
		return 0
	}
	low, ok := hex4(text[pos+2:])
	if !ok || low < 0xdc00 || low > 0xdfff {
		return 0
	}
	return pos + 6
}

// hex4 reads four hexadecimal digits.
func hex4(b []byte) (v uint16, ok bool) {
	if len(b) < 4 {
		return 0, false
	}
	for _, c := range b[:4] {
		switch {
		case c-'0' <= 9:
			c -= '0'
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			c = c | 0x20 - 'a' + 10
		default:
			return 0, false
		}
		v = v<<4 | uint16(c)
	}
	return v, true
}

// AppendString appends the text of a JSON string, as [Shape.Scan] found and checked it, to dst. It reports false and appends nothing when
// value is no string: null, a number, nothing at all. It allocates nothing when dst has room.
func AppendString(dst, value []byte) ([]byte, bool) {
	if len(value) < 2 || value[0] != '"' {
		return dst, false
	}
	inner := value[1 : len(value)-1]
	if bytes.IndexByte(inner, '\\') < 0 {
		return append(dst, inner...), true
	}
	return unescape(dst, inner)
}

// unescape appends the text of what stands between the quotes of a JSON string.
func unescape(dst, inner []byte) ([]byte, bool) {
	quoted := make([]byte, 0, len(inner)+2)
	quoted = append(append(append(quoted, '"'), inner...), '"')
	n := len(dst)
	dst, err := jsontext.AppendUnquote(dst, quoted)
	if err != nil {
		return dst[:n], false
	}
	return dst, true
}
