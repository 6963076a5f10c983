package events

import (
	"encoding/binary"
	"math/bits"
	"slices"
)

// A provider writes its deliveries by machine: those of one kind are one text but for their values. A template is what is left of
// such a text without its strings and numbers. A text that fits has the tokens of the one that the template was made of, with other
// values in the same places, so it is right because that one was, and its members stand where the template says. Comparing
// takes half of what scanning takes, and less where lists are long.
type template struct {
	head  [2]uint64 // what stands from the kind's name on, which tells most templates apart
	steps []step
}

// step is a piece of text that has to stand there, and what follows on it.
type step struct {
	piece        string
	words, masks [pieceSize / 8]uint64 // the piece, ready to be compared at once
	then         follower
	field        int    // the field whose value follows, -1 for none
	quote        int    // how many bytes of that value stand in the piece before it, and as many in the next one
	back         int    // for again: how many steps to go back
	marks        []mark // where fields with other values than strings and numbers begin and end in the piece; nil for most
}

// pieceSize is the longest piece of one step; longer ones are several.
const pieceSize = 32

// follower says what follows on a piece.
type follower uint8

const (
	aPiece  follower = iota // the next piece, or the end
	aString                 // the inside of a plain string, whose quotes belong to the pieces around it
	aNumber
	again // where the piece stands at all, one more element of a list; where it does not, the list is over
)

// mark is a place in a piece where the value of a field begins or ends.
type mark struct {
	at    int
	field int
	end   bool
	plain bool
}

// fits reports whether the text fits, and sets the spans of its fields. When it reports false they may hold anything.
func (t *template) fits(text []byte, spans []Span) bool { //nolint:cyclop,gocognit // one loop, in which what it works with stays in registers
	text = slices.Clip(text)
	steps, pos := t.steps, 0
	for i := 0; i < len(steps); i++ {
		s := &steps[i]
		var there bool
		if pos+pieceSize <= len(text) {
			there = s.stands((*[pieceSize]byte)(text[pos : pos+pieceSize]))
		} else {
			there = string(text[pos:min(pos+len(s.piece), len(text))]) == s.piece
		}
		if !there {
			if s.then == again {
				continue
			}
			return false
		}
		if s.marks != nil {
			s.mark(spans, pos)
		}
		pos += len(s.piece)
		start := pos
		switch s.then {
		case aPiece:
			continue
		case again:
			i -= s.back
			continue
		case aString: // what is not plain ends at a place where the next piece does not stand
			if pos+uuidLen < len(text) && text[pos+uuidLen] == '"' {
				id := (*[uuidLen]byte)(text[pos : pos+uuidLen])
				if stops(binary.LittleEndian.Uint64(id[:8]))|stops(binary.LittleEndian.Uint64(id[8:16]))|
					stops(binary.LittleEndian.Uint64(id[16:24]))|stops(binary.LittleEndian.Uint64(id[24:32]))|
					stops(binary.LittleEndian.Uint64(id[28:36])) == 0 { // plainUUID without the call
					pos += uuidLen
					break
				}
			}
			for pos+8 <= len(text) {
				if hit := stops(load(text, pos)); hit != 0 {
					pos += bits.TrailingZeros64(hit) >> 3
					break
				}
				pos += 8
			}
			if pos+8 > len(text) {
				pos = plainEnd(text, pos)
			}
		case aNumber:
			if pos = number(text, pos); pos == 0 {
				return false
			}
		}
		if s.field >= 0 {
			spans[s.field] = Span{Start: start - s.quote, End: pos + s.quote, Plain: s.quote != 0}
		}
	}
	return pos == len(text)
}

// stands reports whether the piece stands at the beginning of w.
func (s *step) stands(w *[pieceSize]byte) bool {
	return (binary.LittleEndian.Uint64(w[0:8])^s.words[0])&s.masks[0]|
		(binary.LittleEndian.Uint64(w[8:16])^s.words[1])&s.masks[1]|
		(binary.LittleEndian.Uint64(w[16:24])^s.words[2])&s.masks[2]|
		(binary.LittleEndian.Uint64(w[24:32])^s.words[3])&s.masks[3] == 0
}

// mark sets the bounds of the values that begin or end in the piece, which stands at pos.
func (s *step) mark(spans []Span, pos int) {
	for _, m := range s.marks {
		if m.end {
			spans[m.field].End, spans[m.field].Plain = pos+m.at, m.plain
		} else {
			spans[m.field].Start = pos + m.at
		}
	}
}
