package events

import (
	"crypto/hmac"
	"encoding/binary"
	"hash"
	"reflect"
	"strings"
)

// CountSums makes every key of the ring add to n[i] for each MAC that the i-th key computes.
func CountSums(r *Keyring, m MAC, n []int) {
	for i, k := range *r.set.Load() {
		k.pools[m].New = func() any {
			return &macState{hash: &countingHash{Hash: hmac.New(m.new(), []byte(k.Secret)), n: &n[i]}}
		}
	}
}

type countingHash struct {
	hash.Hash
	n *int
}

func (c *countingHash) Sum(b []byte) []byte {
	*c.n++
	return c.Hash.Sum(b)
}

// DecodeByLibrary decodes into a new value of the kind's type as if no type had a layout.
func DecodeByLibrary(k AnyKind, payload []byte) (v any, err error) {
	p := reflect.New(k.Type())
	err = planOf(k.Type()).decode(k.ID(), payload, p.Interface(), p.Elem(), nil)
	return p.Interface(), err
}

// DecodeByLayout decodes into a new value of the kind's type. It reports whether the library was not needed.
func DecodeByLayout(k AnyKind, payload []byte) (v any, alone bool, err error) {
	p := reflect.New(k.Type())
	if l := planOf(k.Type()).layout(); l != nil {
		alone = l.read(payload, p.Elem())
	}
	p.Elem().SetZero()
	err = decodeInto(k.ID(), payload, p.Interface())
	return p.Interface(), alone, err
}

// DecodeAny decodes as the bus does.
func DecodeAny(k AnyKind, payload []byte) error {
	_, err := k.decode(payload)
	return err
}

// HasLayout reports whether payloads of the kind can be read without the library.
func HasLayout(k AnyKind) bool { return planOf(k.Type()).layout() != nil }

// Templates returns how many templates the shape has.
func (s *Shape) Templates() int {
	if known := s.memory.known.Load(); known != nil {
		return len(known.list)
	}
	return 0
}

// Memory returns what changes whenever the shape learns.
func (s *Shape) Memory() any { return s.memory.known.Load() }

// Recalls reports whether the text fits one of the templates.
func (s *Shape) Recalls(text []byte) bool { return s.memory.recall(text, make([]Span, len(s.fields))) }

// Remembered prints all that the shape remembers.
func (s *Shape) Remembered() string {
	var b strings.Builder
	for _, t := range s.memory.known.Load().list {
		for _, word := range t.head {
			b.Write(binary.LittleEndian.AppendUint64(nil, word))
		}
		for _, st := range t.steps {
			b.WriteString(st.piece)
			for _, word := range st.words {
				b.Write(binary.LittleEndian.AppendUint64(nil, word))
			}
		}
	}
	return b.String()
}
