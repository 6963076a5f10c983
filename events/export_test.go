package events

import (
	"crypto/hmac"
	"hash"
	"reflect"
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
