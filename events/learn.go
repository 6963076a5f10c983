package events

import (
	"slices"
	"sync"
	"sync/atomic"
)

// Learn makes the shape remember how the texts of a kind are written, and find the members of the next one by that. It changes
// nothing but the pace of [Shape.Scan], which is about twice as high for a text that is written like one before. What is
// remembered are names of members, null, true and false, and the names of kinds, but no other value.
//
// The member named by says of which kind a text is; it is a member of the body and one of the shape's. Texts are remembered where
// its value begins at the same place in all of them, as it does behind an id of fixed length. Learn must be called before the
// first Scan, and returns s. It panics when the shape has no such member.
func (s *Shape) Learn(by string) *Shape {
	field := s.index(shapeField{name: by, parent: -1})
	if field < 0 {
		panic("events: a shape can only learn by a member of the body that it has")
	}
	s.memory = &memory{by: field}
	return s
}

// Bounds of what a shape remembers: some hundred kilobytes, and usually a few.
const (
	maxTemplates = 32
	maxAlike     = 4 // templates of one head
	headSize     = 16
)

// Of texts that fit nothing, the first are all looked at, and later, when it has become plain that many do not, one in so many:
// making a template takes as long as some ten scans.
const (
	eager  = 64
	seldom = 64
)

// memory has the templates of a shape. It is safe for concurrent use.
type memory struct {
	by     int // the field whose value says the kind
	known  atomic.Pointer[templates]
	misses atomic.Uint64
	mu     sync.Mutex // held by who learns
}

// templates do not change once they are known.
type templates struct {
	at   int // where the kind's name begins in all of them
	list []template
}

func headOf(text []byte, at int) [2]uint64 { return [2]uint64{load(text, at), load(text, at+8)} }

// recall finds the fields of a text that fits a template. When it reports false, spans are as empty as before.
func (m *memory) recall(text []byte, spans []Span) bool {
	known := m.known.Load()
	if known == nil || len(text)-known.at < headSize {
		return false
	}
	head := headOf(text, known.at)
	for i := range known.list {
		if t := &known.list[i]; t.head == head {
			if t.fits(text, spans) {
				return true
			}
			clear(spans)
		}
	}
	return false
}

// learn remembers a text that was scanned and fits no template. A text that it cannot remember is scanned the next time as well.
func (m *memory) learn(text []byte, spans []Span) {
	misses := m.misses.Add(1)
	if misses > eager && misses%seldom != 0 || !m.mu.TryLock() {
		return
	}
	defer m.mu.Unlock()
	name := spans[m.by]
	if !name.Plain {
		return
	}
	t, ok := makeTemplate(slices.Clone(text), slices.Clone(spans), name.Start) // copies, so that callers may have theirs on the stack
	if !ok {
		return
	}
	at := name.Start + 1
	known := &templates{at: at}
	if old := m.known.Load(); old != nil && old.at == at {
		known.list = slices.Clone(old.list)
	}
	known.add(t, int(misses/seldom)) //nolint:gosec // any of its bits will do
	m.known.Store(known)
}

// add keeps within the bounds by letting another template go, one of the same head where there are many of those.
func (k *templates) add(t template, turn int) {
	var alike []int
	for i := range k.list {
		if k.list[i].head == t.head {
			alike = append(alike, i)
		}
	}
	switch {
	case len(alike) == maxAlike:
		k.list[alike[turn%maxAlike]] = t
	case len(k.list) == maxTemplates:
		k.list[turn%maxTemplates] = t
	default:
		k.list = append(k.list, t)
	}
}
