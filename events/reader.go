package events

import "reflect"

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
	case formStruct, formMap:
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
	switch l.form {
	case formSlice:
		pos = r.slice(l, v, pos)
	case formMap:
		pos = r.mapping(l, v, pos)
	default:
		pos = r.object(l.object, v, pos)
	}
	r.depth--
	return pos
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
