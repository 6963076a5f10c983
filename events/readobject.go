package events

import (
	"bytes"
	"reflect"
)

// object reads from behind the opening brace.
func (r *reader) object(m *members, v reflect.Value, pos int) int {
	text := r.text
	var (
		seen     uint64 // by place in m.list
		last     int    // the place behind that of the member before
		home     int    // whose fields owner holds
		owner    = v
		unknowns = r.unknowns // those of the objects around this one
	)
	if pos = skip(text, pos); at(text, pos) == '}' {
		return pos + 1
	}
	for {
		i, start := r.name(m, pos, last, unknowns)
		if pos = start; pos == 0 {
			return 0
		}
		switch {
		case i < 0:
			pos = r.valid(pos)
		case seen&(1<<i) != 0:
			return 0
		default:
			last, seen = i+1, seen|1<<i
			f := &m.list[i]
			if text[pos] == 'n' && f.of.leaves {
				pos = literal(text, pos, "null")
				break
			}
			if f.home != home {
				home, owner = f.home, m.owner(v, f.home)
			}
			pos = r.value(f.of, owner.Field(f.field), pos)
		}
		if pos > 0 && pos < len(text) && text[pos] == ',' {
			pos = skip(text, pos+1)
			continue
		}
		var goesOn bool
		if pos, goesOn = r.behind(pos, '}'); !goesOn {
			r.unknowns = unknowns
			return pos
		}
	}
}

// name reads a name and what stands between it and the value. It returns the place of the member in m.list, -1 for none. The
// place behind that of the member before, last, says which one is likely.
func (r *reader) name(m *members, pos, last, unknowns int) (i, value int) {
	text := r.text
	if pos >= len(text) || text[pos] != '"' {
		return -1, 0
	}
	pos++
	if i = int(m.after[last].Load()); i < len(m.list) && starts(text, pos, m.list[i].quoted) {
		pos += len(m.list[i].quoted)
	} else {
		end := plainEnd(text, pos)
		if at(text, end) != '"' {
			return -1, 0
		}
		if i = m.find(text[pos:end]); i < 0 && !r.note(unknowns, Span{Start: pos, End: end}) {
			return -1, 0
		}
		if i >= 0 {
			m.learn(last, i)
		}
		pos = end + 1
	}
	return i, r.colon(pos)
}

// colon reads on from behind a name to its value.
func (r *reader) colon(pos int) int {
	if at(r.text, pos) != ':' {
		if pos = skipAll(r.text, pos); at(r.text, pos) != ':' {
			return 0
		}
	}
	if pos = skip(r.text, pos+1); pos == len(r.text) {
		return 0
	}
	return pos
}

// note keeps an unknown name. It reports whether there was room and the name is not among those from first on.
func (r *reader) note(first int, name Span) bool {
	if r.unknowns == maxUnknown {
		return false
	}
	for _, other := range r.unknown[first:r.unknowns] {
		if bytes.Equal(other.Of(r.text), name.Of(r.text)) {
			return false
		}
	}
	r.unknown[r.unknowns] = name
	r.unknowns++
	return true
}

func starts(text []byte, pos int, with string) bool {
	return len(text)-pos >= len(with) && string(text[pos:pos+len(with)]) == with
}
