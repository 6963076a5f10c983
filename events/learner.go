package events

import (
	"bytes"
	"math"
	"slices"
)

// Texts that are larger, deeper or more varied than this are not worth a template.
const (
	maxLearnt      = 64 << 10
	maxLearntDepth = 32
	maxSteps       = 128
)

// learner makes the template of a text that was scanned, and so is known to be right.
type learner struct {
	text      []byte
	spans     []Span
	name      int // where the value begins that says the kind, and stays as it is
	follows   int // where the first value behind it begins that does not, 0 for none
	steps     []step
	from      int    // where the piece begins that is being collected
	followed  uint64 // the fields whose values follow on a piece, one bit each
	separator string // what stands between members
}

// makeTemplate reports false for a text of which no template is made.
func makeTemplate(text []byte, spans []Span, name int) (template, bool) {
	if len(text) > maxLearnt {
		return template{}, false
	}
	l := learner{text: text, spans: spans, name: name}
	if l.value(skipAll(text, 0), 0) == 0 {
		return template{}, false
	}
	l.cut(len(text), aPiece, -1)
	at := name + 1
	if len(l.steps) > maxSteps || len(text)-at < headSize || l.follows != 0 && l.follows < at+headSize {
		return template{}, false
	}
	t := template{head: headOf(text, at), steps: l.steps}
	found := make([]Span, len(spans))
	return t, t.fits(text, found) && slices.Equal(found, spans)
}

// value takes one value in and returns where it ends, 0 when no template is made.
func (l *learner) value(pos, depth int) int {
	if depth > maxLearntDepth || len(l.steps) > maxSteps {
		return 0
	}
	switch l.text[pos] {
	case '{':
		return l.object(pos, depth)
	case '[':
		return l.list(pos, depth)
	case 'n', 't', 'f':
		return scalar(l.text, pos)
	case '"':
		end, _ := str(l.text, pos+1)
		if pos != l.name {
			l.cut(pos+1, aString, pos)
			l.from = end - 1
		}
		return end
	default: // a number
		l.cut(pos, aNumber, pos)
		l.from = number(l.text, pos)
		return l.from
	}
}

func (l *learner) object(pos, depth int) int {
	if pos = skipAll(l.text, pos+1); l.text[pos] == '}' {
		return pos + 1
	}
	for {
		colon, _ := str(l.text, pos+1)
		end := l.value(skipAll(l.text, skipAll(l.text, colon)+1), depth+1)
		if end == 0 {
			return 0
		}
		if pos = skipAll(l.text, end); l.text[pos] == '}' {
			return pos + 1
		}
		pos = skipAll(l.text, pos+1)
		l.separator = string(l.text[end:pos])
	}
}

// list takes a list whose elements are all written alike: the next text may have more of them, or fewer.
func (l *learner) list(pos, depth int) int {
	open := pos + 1
	if pos = skipAll(l.text, open); l.text[pos] == ']' {
		return pos + 1
	}
	l.cut(pos, aPiece, -1)
	first, behind := len(l.steps), 0
	separator := l.separator // for a list of one it has to be guessed
	if pos > open {
		separator = "," + string(l.text[open:pos])
	}
	for {
		end := l.value(pos, depth+1)
		if end == 0 {
			return 0
		}
		l.cut(end, aPiece, -1)
		if behind == 0 {
			behind = len(l.steps)
		} else if !slices.EqualFunc(l.steps[first:behind], l.steps[behind:], step.equal) {
			return 0
		}
		l.steps = l.steps[:behind]
		if pos = skipAll(l.text, end); l.text[pos] == ']' {
			break
		}
		pos = skipAll(l.text, pos+1)
		separator = string(l.text[end:pos])
		l.from = pos
	}
	if separator == "" || len(separator) > pieceSize {
		return 0
	}
	s := newStep([]byte(separator), again)
	s.back = behind - first + 1
	l.steps = append(l.steps, s)
	return pos + 1
}

// cut ends a piece, behind which the value that begins at a place follows, if that is what follows.
func (l *learner) cut(end int, then follower, value int) {
	for end-l.from > pieceSize {
		l.step(l.from+pieceSize, aPiece, -1)
	}
	if end > l.from || then != aPiece {
		l.step(end, then, value)
	}
}

func (l *learner) step(end int, then follower, value int) {
	s := newStep(l.text[l.from:end], then)
	if then != aPiece && end > l.name && l.follows == 0 {
		l.follows = end
	}
	for i, span := range l.spans {
		if !span.Found() {
			continue
		}
		if span.Start == value {
			s.field = i
			l.followed |= 1 << i
		}
		if l.followed&(1<<i) != 0 {
			continue
		}
		if span.Start >= l.from && span.Start < end {
			s.marks = append(s.marks, mark{at: span.Start - l.from, field: i})
		}
		if span.End > l.from && span.End <= end {
			s.marks = append(s.marks, mark{at: span.End - l.from, field: i, end: true, plain: span.Plain})
		}
	}
	l.steps = append(l.steps, s)
	l.from = end
}

func newStep(piece []byte, then follower) step {
	s := step{piece: string(piece), then: then, field: -1}
	var text, mask [pieceSize]byte
	copy(text[:], piece)
	copy(mask[:], bytes.Repeat([]byte{math.MaxUint8}, len(piece)))
	for i := range s.words {
		s.words[i], s.masks[i] = load(text[:], 8*i), load(mask[:], 8*i)
	}
	if then == aString {
		s.quote = 1
	}
	return s
}

// equal reports whether two elements of a list have that step in common. No field of a shape is in a list.
func (s step) equal(o step) bool { return s.piece == o.piece && s.then == o.then && s.back == o.back }
