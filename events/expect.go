package events

import (
	"encoding/binary"
	"math"
	"strings"
)

// expectSize is what an expected name takes at most, with its quotes, the colon and the space behind.
const expectSize = 24

// expectation is a member's name as it stands in a text that is written as nearly all are, ready to be compared at once.
type expectation struct {
	words, masks [expectSize / 8]uint64
	name         []byte
	size         int // of the name with its quotes, the colon and the space
	outer, inner int // the field of that name in the body, and the first one in a member of it; -1 for none
}

// Expect says in which order the names of members usually stand, those that a list repeats once. It changes nothing but the pace
// of [Shape.Scan]: a name that stands where it is expected is compared in place of being read, and its value begins at a
// place that is known without. A name that does not is read, and the scan expects what follows on that. Names of more than 20 bytes
// are always read. It must be called before the first Scan, and returns s. It panics on a name that needs escapes or could be
// taken for a member of the shape without being one, and on more than 255 names.
func (s *Shape) Expect(names ...string) *Shape {
	if len(names) > math.MaxUint8 {
		panic("events: a shape expects at most 255 names")
	}
	for _, name := range names {
		if name == "" || len(name)+4 > expectSize {
			continue
		}
		e := s.expect(name)
		bucket := bucketOf(name[0], len(name))
		s.expected = append(s.expected, e)
		if s.after[bucket] == 0 {
			s.after[bucket] = uint8(len(s.expected)) //nolint:gosec // checked above
		}
	}
	return s
}

// expect makes the expectation of one name.
func (s *Shape) expect(name string) expectation {
	if plainEnd([]byte(name), 0) < len(name) {
		panic("events: a shape cannot expect a name that needs escapes")
	}
	e := expectation{name: []byte(name), size: len(name) + 4, outer: -1, inner: -1}
	var text, mask [expectSize]byte
	copy(text[:], `"`+name+`": `)
	for i := range e.size {
		mask[i] = math.MaxUint8
	}
	for i := range e.words {
		e.words[i] = binary.LittleEndian.Uint64(text[8*i:])
		e.masks[i] = binary.LittleEndian.Uint64(mask[8*i:])
	}
	for i := len(s.fields) - 1; i >= 0; i-- {
		switch f := &s.fields[i]; {
		case f.name != name && f.parent < 0 && strings.EqualFold(f.name, name):
			panic("events: a shape cannot expect a name that is ambiguous: " + name)
		case f.name == name && f.parent < 0:
			e.outer = i
		case f.name == name:
			e.inner = i
		}
	}
	return e
}

// stands reports whether the name stands at the beginning of w.
func (e *expectation) stands(w *[expectSize]byte) bool {
	return (binary.LittleEndian.Uint64(w[0:8])^e.words[0])&e.masks[0]|
		(binary.LittleEndian.Uint64(w[8:16])^e.words[1])&e.masks[1]|
		(binary.LittleEndian.Uint64(w[16:24])^e.words[2])&e.masks[2] == 0
}

// inner returns the field that an expected name stands for on level 2, -1 for none.
func (s *scanner) inner(e *expectation) int {
	switch parent := s.pending[1].field; parent {
	case s.shape.fields[e.inner].parent:
		return e.inner
	case -1:
		return -1
	default: // another member of the body has one of that name as well
		field, _ := s.shape.match(parent, e.name, true)
		return field
	}
}
