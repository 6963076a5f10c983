package events

import (
	"reflect"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// string reads from behind the opening quote.
func (r *reader) string(v reflect.Value, pos int) int {
	end := pos + uuidLen
	if at(r.text, end) != '"' || !plainUUID(r.text, pos) {
		end = plainEnd(r.text, pos)
	}
	if at(r.text, end) == '"' {
		v.SetString(r.arena.put(r.text[pos:end], len(r.text)-pos))
		return end + 1
	}
	if end = rest(r.text, end); end == 0 {
		return 0
	}
	text, ok := AppendString(nil, r.text[pos-1:end])
	if !ok {
		return 0
	}
	v.SetString(string(text))
	return end
}

// integer reads up to 18 digits, which fit into a word. Everything else that is a number is left to the library: nothing reads
// on at a point or an exponent.
func (r *reader) integer(l *layout, v reflect.Value, pos int) int {
	negative := r.text[pos] == '-'
	if negative {
		pos++
	}
	first, n := pos, int64(0)
	for ; pos < len(r.text) && r.text[pos]-'0' <= 9; pos++ {
		n = n*10 + int64(r.text[pos]-'0')
	}
	if digits := pos - first; digits == 0 || digits > 18 || digits > 1 && r.text[first] == '0' {
		return 0
	}
	if l.form == formUint {
		if negative || v.OverflowUint(uint64(n)) {
			return 0
		}
		v.SetUint(uint64(n))
		return pos
	}
	if negative {
		n = -n
	}
	if v.OverflowInt(n) {
		return 0
	}
	v.SetInt(n)
	return pos
}

func (r *reader) bool(v reflect.Value, pos int) int {
	if r.text[pos] == 't' {
		v.SetBool(true)
		return literal(r.text, pos, "true")
	}
	return literal(r.text, pos, "false")
}

// foreign has the value at pos read by its type's own method or by the library.
func (r *reader) foreign(l *layout, v reflect.Value, pos int) int {
	if l.form == formLibrary {
		end := r.end(pos)
		if end == 0 || json.Unmarshal(r.text[pos:end:end], v.Addr().Interface()) != nil {
			return 0
		}
		return end
	}
	end := r.valid(pos)
	method, ok := reflect.TypeAssert[json.Unmarshaler](v.Addr())
	if end == 0 || !ok || method.UnmarshalJSON(r.text[pos:end:end]) != nil {
		return 0
	}
	return end
}

// valid reads over a value of any kind.
func (r *reader) valid(pos int) int {
	end := r.end(pos)
	if c := r.text[pos]; end != 0 && (c == '{' || c == '[') && !jsontext.Value(r.text[pos:end]).IsValid() {
		return 0
	}
	return end
}

// end returns where the value at pos ends. Of objects and arrays only strings and brackets are looked at: no other end can be
// that of a valid value, but whether it is one is for somebody else to see.
func (r *reader) end(pos int) int {
	text := r.text
	if c := text[pos]; c != '{' && c != '[' {
		if c != '"' {
			return scalar(text, pos)
		}
		end, _ := str(text, pos+1)
		return end
	}
	for depth := 0; pos < len(text); pos++ {
		switch text[pos] {
		case '"':
			if pos, _ = str(text, pos+1); pos == 0 {
				return 0
			}
			pos-- // the loop goes on behind it
		case '{', '[':
			if depth++; depth > maxNesting {
				return 0
			}
		case '}', ']':
			if depth--; depth == 0 {
				return pos + 1
			}
		}
	}
	return 0
}
