package events

import (
	"errors"
	"math/bits"
	"strings"
)

// What [Shape.Scan] returns for a text that it refuses. None of them holds any of the text.
var (
	// ErrSyntax means that the bytes are not exactly one valid JSON text in valid UTF-8.
	ErrSyntax = errors.New("events: not one valid JSON text")
	// ErrNotObject means that the text is valid JSON so far, but not an object.
	ErrNotObject = errors.New("events: not a JSON object")
	// ErrTooDeep means that objects and arrays are nested deeper than 1,000 levels.
	ErrTooDeep = errors.New("events: JSON nested too deeply")
	// ErrAmbiguous means that a member the caller steers by stands there twice, in another letter case, or spelt with
	// escapes, so that two readers could see two different events in the same signed bytes.
	ErrAmbiguous = errors.New("events: a routing member is ambiguous")
)

// Span bounds a part of a text. The zero Span is no part.
type Span struct {
	// Start is the place of its first byte.
	Start int
	// End is the place behind its last byte, 0 for no part.
	End int
	// Plain says that it is a string whose text stands between the quotes as it is: without escapes, and all of ASCII.
	Plain bool
}

// Of returns that part of text, nil for the zero Span.
func (s Span) Of(text []byte) []byte {
	if s.End == 0 {
		return nil
	}
	return text[s.Start:s.End]
}

// Found reports whether s is a part at all.
func (s Span) Found() bool { return s.End != 0 }

// Shape names the members by which a provider's bodies are routed. It finds all of them in one strict pass over a body, in
// place of decoding it twice. It is safe for concurrent use.
type Shape struct {
	fields  []shapeField
	buckets [bucketCount]uint64 // by length and first letter of a name: the fields that can be meant, one bit each
	memory  *memory             // nil: it does not learn
}

// bucketCount is a power of two; maxFields is what fits into a bucket.
const (
	bucketCount = 64
	maxFields   = 64
)

// shapeField is a member of the object (parent < 0) or of the object in another member.
type shapeField struct {
	name   string
	parent int
}

// NewShape makes a shape of member names: "event" for a member of the body, "payload.account_id" for a member of the object
// in the member "payload", which has to be named before. It panics on a name that is empty, named twice, or in no member
// that was named before, and on more than 64 names.
func NewShape(names ...string) *Shape {
	if len(names) > maxFields {
		panic("events: a shape has at most 64 names")
	}
	s := &Shape{fields: make([]shapeField, 0, len(names))}
	for _, full := range names {
		f := shapeField{name: full, parent: -1}
		if outer, inner, ok := strings.Cut(full, "."); ok {
			f = shapeField{name: inner, parent: s.index(shapeField{name: outer, parent: -1})}
			if f.parent < 0 {
				panic("events: a shape names " + full + " before " + outer)
			}
		}
		if f.name == "" || s.index(f) >= 0 {
			panic("events: a shape names a member twice, or without a name")
		}
		*s.bucket([]byte(f.name)) |= 1 << len(s.fields)
		s.fields = append(s.fields, f)
	}
	return s
}

// bucket returns the place of the fields that a name without escapes can mean, in whichever letter case.
func (s *Shape) bucket(name []byte) *uint64 {
	return &s.buckets[(uint(name[0]|0x20)+7*uint(len(name)))%bucketCount]
}

// wants reports whether a name without escapes can be meant for a field.
func (s *Shape) wants(name []byte) bool { return len(name) > 0 && *s.bucket(name) != 0 }

// index returns the place of f in the shape, -1 when it is not there.
func (s *Shape) index(f shapeField) int {
	for i, g := range s.fields {
		if g == f {
			return i
		}
	}
	return -1
}

// Scan checks that text is one JSON object and nothing else, and sets spans[i] to the value of the i-th member of the shape,
// or to the zero Span where there is none. The spans of strings include the quotes; read them with [AppendString]. spans
// must have room for every member.
//
// It refuses what a decoder of another make might read otherwise: invalid UTF-8 and lone surrogates, more than one value, a
// byte order mark, NUL, numbers and literals that JSON does not have, and members of the shape that are ambiguous
// ([ErrAmbiguous]). Letter case counts as ambiguous only for members of the body itself. It allocates nothing, but for what it
// learns, takes time in proportion to the text, and uses the same small stack however deep the text is nested. After an error
// the spans hold what was found so far.
func (s *Shape) Scan(text []byte, spans []Span) error {
	spans = spans[:len(s.fields)]
	clear(spans)
	if s.memory != nil && s.memory.recall(text, spans) {
		return nil
	}
	sc := scanner{text: text, shape: s, spans: spans}
	err := sc.run()
	if err == nil && s.memory != nil {
		s.memory.learn(text, spans)
	}
	return err
}

// match returns the field that a name stands for below the parent, or -1 when it is none of the shape. A plain name has
// neither escapes nor anything beyond ASCII.
func (s *Shape) match(parent int, name []byte, plain bool) (int, error) {
	candidates := ^uint64(0) >> (maxFields - len(s.fields))
	if plain {
		candidates = *s.bucket(name)
	}
	for ; candidates != 0; candidates &= candidates - 1 {
		i := bits.TrailingZeros64(candidates)
		f := &s.fields[i]
		if f.parent != parent {
			continue
		}
		if plain && string(name) == f.name {
			return i, nil
		}
		if f.resembles(name, plain) {
			return -1, ErrAmbiguous
		}
	}
	return -1, nil
}

// resembles reports whether another reader could take name, which is not spelt like f, for f.
func (f *shapeField) resembles(name []byte, plain bool) bool {
	if plain {
		return f.parent < 0 && len(name) == len(f.name) && strings.EqualFold(string(name), f.name)
	}
	text, ok := unescape(nil, name)
	if !ok {
		return false
	}
	if f.parent < 0 {
		return strings.EqualFold(string(text), f.name)
	}
	return string(text) == f.name
}
