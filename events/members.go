package events

import (
	"reflect"
	"sync/atomic"
)

// maxMembers is how many members of one object can be remembered in a word.
const maxMembers = 64

// members are those of a struct and of the structs that are embedded in it.
type members struct {
	list  []member
	homes [][]int // the embedded structs, by their index sequence; the first is the struct itself
	slots []uint8 // by hash of the name: the place in list and one, 0 for none
	// after says which member is likely to come first, and behind which one: at first that of the next field, then the one
	// that was the first to come there. Providers write the members of a payload in one order.
	after []atomic.Int64
}

// member is one of them.
type member struct {
	name   string
	quoted string // the name and its closing quote
	of     *layout
	home   int // which of homes it is a field of
	field  int // and which one
}

func (m *members) named(name string) bool {
	for i := range m.list {
		if m.list[i].name == name {
			return true
		}
	}
	return false
}

// index fills the slots: a power of two of them, at least four times as many as there are members.
func (m *members) index() {
	m.after = make([]atomic.Int64, len(m.list)+1)
	for i := range m.after {
		m.after[i].Store(int64(i))
	}
	n := 4
	for n < 4*len(m.list) {
		n *= 2
	}
	m.slots = make([]uint8, n)
	for i := range m.list {
		at := hashName([]byte(m.list[i].name)) & (n - 1)
		for m.slots[at] != 0 {
			at = (at + 1) & (n - 1)
		}
		m.slots[at] = uint8(i + 1)
	}
}

// owner returns the struct in v that has the fields of that home.
func (m *members) owner(v reflect.Value, home int) reflect.Value {
	for _, i := range m.homes[home] {
		v = v.Field(i)
	}
	return v
}

// learn notes that member i has come behind the one before last, once.
func (m *members) learn(last, i int) {
	m.after[last].CompareAndSwap(int64(last), int64(i))
}

// find returns the place of a name without escapes in the list, -1 when it is none of them.
func (m *members) find(name []byte) int {
	if len(name) == 0 {
		return -1
	}
	last := len(m.slots) - 1
	for at := hashName(name) & last; ; at = (at + 1) & last {
		i := int(m.slots[at]) - 1
		if i < 0 || m.list[i].name == string(name) {
			return i
		}
	}
}

// hashName tells names apart by their length and three letters.
func hashName(name []byte) int {
	n := len(name)
	x := uint32(n)<<24 | uint32(name[0])<<16 | uint32(name[n/2])<<8 | uint32(name[n-1]) //nolint:gosec // any bits of n will do
	return int(x * 0x9e3779b1 >> 16)
}
