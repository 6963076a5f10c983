package events

import (
	"bytes"
	"reflect"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

const (
	// maxReading is how deep values may be nested here, far below what the JSON library refuses.
	maxReading = 100
	// maxUnknown is how many unknown names may stand here in an object and in those around it. Providers add one or two at a time.
	maxUnknown = 8
)

// reader fills in a value by its [layout]. It knows only what payloads are made of and gives up on everything else, on what is
// not valid JSON above all: then the JSON library reads the payload, and says what is wrong with it. What it does read, it
// reads as the library does. Its methods return the place behind what they have read, and 0 to give up.
type reader struct {
	text     []byte
	arena    arena
	depth    int
	unknown  [maxUnknown]Span // the names that no field has, in the objects that have begun
	unknowns int
}

// read fills in v, a zero value, and reports false when it gives up. v then holds anything.
func (l *layout) read(text []byte, v reflect.Value) bool {
	r := reader{text: text}
	pos := skip(text, 0)
	if pos == len(text) {
		return false
	}
	pos = r.value(l, v, pos)
	return pos != 0 && skipAll(text, pos) == len(text)
}

// value reads the value at pos into v, which is zero.
func (r *reader) value(l *layout, v reflect.Value, pos int) int {
	c := r.text[pos]
	if c == 'n' && l.leaves {
		return literal(r.text, pos, "null")
	}
	switch l.form {
	case formString:
		if c == '"' {
			return r.string(v, pos+1)
		}
	case formStruct:
		if c == '{' {
			return r.nested(l, v, pos+1)
		}
	case formSlice:
		if c == '[' {
			return r.nested(l, v, pos+1)
		}
	case formInt, formUint:
		return r.integer(l, v, pos)
	case formBool:
		return r.bool(v, pos)
	case formPointer:
		target := reflect.New(l.elem.typ)
		v.Set(target)
		return r.value(l.elem, target.Elem(), pos)
	case formMethod, formLibrary:
		return r.foreign(l, v, pos)
	}
	return 0
}

func (r *reader) nested(l *layout, v reflect.Value, pos int) int {
	if r.depth++; r.depth > maxReading {
		return 0
	}
	if l.form == formSlice {
		pos = r.slice(l, v, pos)
	} else {
		pos = r.object(l.object, v, pos)
	}
	r.depth--
	return pos
}

// object reads from behind the opening brace.
func (r *reader) object(m *members, v reflect.Value, pos int) int {
	text := r.text
	var (
		seen     uint64 // by place in m.list
		last     int    // the place behind that of the member before
		home     int    // whose fields owner holds
		owner    = v
		unknowns = r.unknowns // those of the objects around this one
	)
	if pos = skip(text, pos); at(text, pos) == '}' {
		return pos + 1
	}
	for {
		i, start := r.name(m, pos, last, unknowns)
		if pos = start; pos == 0 {
			return 0
		}
		switch {
		case i < 0:
			pos = r.valid(pos)
		case seen&(1<<i) != 0:
			return 0
		default:
			last, seen = i+1, seen|1<<i
			f := &m.list[i]
			if text[pos] == 'n' && f.of.leaves {
				pos = literal(text, pos, "null")
				break
			}
			if f.home != home {
				home, owner = f.home, m.owner(v, f.home)
			}
			pos = r.value(f.of, owner.Field(f.field), pos)
		}
		if pos > 0 && pos < len(text) && text[pos] == ',' {
			pos = skip(text, pos+1)
			continue
		}
		var goesOn bool
		if pos, goesOn = r.behind(pos, '}'); !goesOn {
			r.unknowns = unknowns
			return pos
		}
	}
}

// name reads a name and what stands between it and the value. It returns the place of the member in m.list, -1 for none. The
// place behind that of the member before, last, says which one is likely.
func (r *reader) name(m *members, pos, last, unknowns int) (i, value int) {
	text := r.text
	if pos >= len(text) || text[pos] != '"' {
		return -1, 0
	}
	pos++
	if i = int(m.after[last].Load()); i < len(m.list) && starts(text, pos, m.list[i].quoted) {
		pos += len(m.list[i].quoted)
	} else {
		end := plainEnd(text, pos)
		if at(text, end) != '"' {
			return -1, 0
		}
		if i = m.find(text[pos:end]); i < 0 && !r.note(unknowns, Span{Start: pos, End: end}) {
			return -1, 0
		}
		if i >= 0 {
			m.learn(last, i)
		}
		pos = end + 1
	}
	if at(text, pos) != ':' {
		if pos = skipAll(text, pos); at(text, pos) != ':' {
			return -1, 0
		}
	}
	if pos = skip(text, pos+1); pos >= len(text) {
		return -1, 0
	}
	return i, pos
}

// note keeps an unknown name. It reports whether there was room and the name is not among those from first on.
func (r *reader) note(first int, name Span) bool {
	if r.unknowns == maxUnknown {
		return false
	}
	for _, other := range r.unknown[first:r.unknowns] {
		if bytes.Equal(other.Of(r.text), name.Of(r.text)) {
			return false
		}
	}
	r.unknown[r.unknowns] = name
	r.unknowns++
	return true
}

func starts(text []byte, pos int, with string) bool {
	return len(text)-pos >= len(with) && string(text[pos:pos+len(with)]) == with
}

// slice reads from behind the opening bracket.
func (r *reader) slice(l *layout, v reflect.Value, pos int) int {
	if pos = skip(r.text, pos); at(r.text, pos) == ']' {
		v.Set(l.empty)
		return pos + 1
	}
	start := pos
	for n, room := 0, 0; pos < len(r.text); {
		if n == room {
			v.Grow(more(n, pos-start, len(r.text)-pos))
			room = v.Cap()
			v.SetLen(room)
		}
		pos = r.value(l.elem, v.Index(n), pos)
		n++
		var goesOn bool
		if pos, goesOn = r.behind(pos, ']'); !goesOn {
			v.SetLen(n)
			return pos
		}
	}
	return 0
}

// more returns how many elements to make room for behind n that took so many bytes: at most what the bytes that are left can
// hold if they are like those, and not many times as much as there has been.
func more(n, bytes, left int) int {
	if n == 0 {
		return 1
	}
	return min(left/(bytes/n)+1, 7*n)
}

// behind reads on behind a member or an element, unless reading that has failed. It reports whether another one follows.
func (r *reader) behind(pos int, closing byte) (next int, goesOn bool) {
	if pos == 0 {
		return 0, false
	}
	c := at(r.text, pos)
	if c <= ' ' {
		pos = skipAll(r.text, pos)
		c = at(r.text, pos)
	}
	switch c {
	case ',':
		return skip(r.text, pos+1), true
	case closing:
		return pos + 1, false
	default:
		return 0, false
	}
}

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

// integer reads up to 18 digits, which fit into a word. Everything else that is a number is left to the library.
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
	if c := at(r.text, pos); c == '.' || c|0x20 == 'e' {
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
