package events

import (
	"encoding/binary"
	"math/bits"
	"slices"
)

// maxNesting is how deep objects and arrays may be nested: far beyond any provider's payload, far below what hurts.
const maxNesting = 1000

// nextMember is what stands between nearly all members, the comma in the second byte.
const nextMember = ','<<8 | ' '<<16 | '"'<<24

// scanner walks one JSON text.
type scanner struct {
	text    []byte
	shape   *Shape
	spans   []Span
	pending [3]pendingMember // by level: the member whose value is an object or array that is being read
}

// pendingMember is a member whose value has begun at start. Its field is -1 when the shape does not want it.
type pendingMember struct{ field, start int }

// run reads the whole text. Everything that changes with a token stays in this function, and so in registers: a delivery is
// scanned while the provider waits. What nearly every token is, is read here; what is rare has a function in token.go.
func (s *scanner) run() error { //nolint:cyclop,funlen,gocognit,gocyclo,maintidx // one state machine, and quicker in one piece
	text := slices.Clip(s.text) // so that one comparison is enough for its length and its capacity
	pos := skip(text, 0)
	if pos == len(text) || text[pos] != '{' {
		return notObject(text[pos:])
	}
	var levels nesting
	depth, object := 0, false
	var field, start int // the member whose value is being read, -1 for one that nobody wants, and where that begins
	var plain bool       // that value is a string whose text stands there as it is
	for {                // once for every member and every element
		if object { //nolint:nestif // see above
			if pos >= len(text) || text[pos] != '"' {
				return ErrSyntax
			}
			pos++
			begin, simple := pos, true
			for pos+8 <= len(text) {
				hit := stops(load(text, pos))
				if hit != 0 {
					pos += bits.TrailingZeros64(hit) >> 3
					break
				}
				pos += 8
			}
			if pos >= len(text) {
				return ErrSyntax
			}
			if text[pos] == '"' {
				pos++
			} else if pos, simple = str(text, pos); pos == 0 {
				return ErrSyntax
			}
			end := pos - 1
			if pos >= len(text) {
				return ErrSyntax
			}
			if text[pos] != ':' {
				if pos = skipAll(text, pos); at(text, pos) != ':' {
					return ErrSyntax
				}
			}
			pos = skip(text, pos+1)
			field = -1
			if depth <= 2 {
				if name := text[begin:end]; !simple || s.shape.wants(name) {
					var err error
					if field, err = s.find(name, simple, depth); err != nil {
						return err
					}
				}
			}
		}
		start, plain = pos, false
		if pos >= len(text) {
			return ErrSyntax
		}
		switch c := text[pos]; c {
		case '"':
			plain = true
			pos++
			if pos+uuidLen < len(text) && text[pos+uuidLen] == '"' && plainUUID(text, pos) {
				pos += uuidLen + 1
				break
			}
			for pos+8 <= len(text) {
				hit := stops(load(text, pos))
				if hit != 0 {
					pos += bits.TrailingZeros64(hit) >> 3
					break
				}
				pos += 8
			}
			if pos >= len(text) {
				return ErrSyntax
			}
			if text[pos] == '"' {
				pos++
			} else if pos, plain = str(text, pos); pos == 0 {
				return ErrSyntax
			}
		case 'n':
			if len(text)-pos < 4 || string(text[pos:pos+4]) != "null" {
				return ErrSyntax
			}
			pos += 4
		case '{', '[':
			if depth == maxNesting {
				return ErrTooDeep
			}
			if object && depth <= 2 {
				s.pending[depth] = pendingMember{field: field, start: start}
			}
			object = c == '{'
			levels.open(depth, object)
			depth++
			if pos = skip(text, pos+1); pos >= len(text) {
				return ErrSyntax
			}
			if text[pos] != c+2 { // } is two after {, and ] two after [
				continue
			}
			pos++
			depth--
			object = levels.shut(depth)
		default:
			if pos = scalar(text, pos); pos == 0 {
				return ErrSyntax
			}
		}
		if object && pos+4 <= len(text) && binary.LittleEndian.Uint32(text[pos:pos+4])<<8 == nextMember { // as nearly always
			if field >= 0 {
				s.spans[field] = Span{Start: start, End: pos, Plain: plain}
			}
			pos += 2
			continue
		}
		for { // what stands behind a value: the ends of levels, and then a comma or nothing more
			if object {
				if field >= 0 {
					s.spans[field] = Span{Start: start, End: pos, Plain: plain}
				}
			} else if depth == 0 {
				return end(text, pos)
			}
			if pos >= len(text) {
				return ErrSyntax
			}
			c := text[pos]
			if c <= ' ' {
				pos = skipAll(text, pos)
				c = at(text, pos)
			}
			if c == ',' {
				pos = skip(text, pos+1)
				break
			}
			if c != '}' && c != ']' || (c == '}') != object {
				return ErrSyntax
			}
			pos++
			depth--
			if object = levels.shut(depth); object {
				field, plain = -1, false
				if depth <= 2 {
					field, start = s.pending[depth].field, s.pending[depth].start
				}
			}
		}
	}
}

// end refuses everything behind the text but white space.
func end(text []byte, pos int) error {
	if skipAll(text, pos) != len(text) {
		return ErrSyntax
	}
	return nil
}

// nesting remembers of each open level whether it is an object: the innermost ones in a word that is shifted, the others, 64
// at a time, in an array. So a level costs two instructions, and a text that is nested deeply costs no stack.
type nesting struct {
	inner uint64 // bit 0: the innermost level
	outer [maxNesting / 64]uint64
}

// open begins a level within depth others.
func (n *nesting) open(depth int, object bool) {
	if depth&63 == 0 && depth > 0 {
		n.outer[depth>>6-1] = n.inner
	}
	n.inner <<= 1
	if object {
		n.inner |= 1
	}
}

// shut ends a level within depth others, and reports whether the one around it is an object.
func (n *nesting) shut(depth int) bool {
	n.inner >>= 1
	if depth&63 == 0 && depth > 0 {
		n.inner = n.outer[depth>>6-1]
	}
	return n.inner&1 != 0
}

// find returns the field that the name of a member of level 1 or 2 stands for, -1 for none. A member of level 2 stands in one
// of level 1.
func (s *scanner) find(name []byte, plain bool, depth int) (int, error) {
	parent := -1
	if depth == 2 {
		if parent = s.pending[1].field; parent < 0 {
			return -1, nil
		}
	}
	field, err := s.shape.match(parent, name, plain)
	if err == nil && field >= 0 && s.spans[field].Found() {
		err = ErrAmbiguous
	}
	return field, err
}
