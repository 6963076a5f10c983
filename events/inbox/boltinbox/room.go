package boltinbox

import "slices"

// room is memory for the values of one transaction, which bbolt reads until it is committed. The next one uses it again.
type room struct{ b []byte }

// maxRoom bounds what is kept for the next transaction: what 1,024 events of usual size take.
const maxRoom = 2 << 20

// hold encodes a record. It is valid until clear.
func (m *room) hold(r *record) []byte {
	if need := usualRecord + len(r.body); cap(m.b)-len(m.b) < need { // what was given out keeps the old memory
		m.b = make([]byte, 0, max(min(2*cap(m.b), maxRoom), need))
	}
	out := r.appendTo(m.b[len(m.b):])
	if cap(out) <= cap(m.b)-len(m.b) { // it did not outgrow the room
		m.b = m.b[:len(m.b)+len(out)]
	}
	return slices.Clip(out)
}

// clear takes everything back.
func (m *room) clear() { m.b = m.b[:0] }
