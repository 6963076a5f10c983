package events

import "reflect"

// mapping reads a map from behind the opening brace.
func (r *reader) mapping(l *layout, v reflect.Value, pos int) int {
	all := reflect.MakeMap(l.typ)
	v.Set(all)
	if pos = skip(r.text, pos); at(r.text, pos) == '}' {
		return pos + 1
	}
	key, value := reflect.New(l.typ.Key()).Elem(), reflect.New(l.elem.typ).Elem()
	for at(r.text, pos) == '"' {
		if pos = r.string(key, pos+1); pos == 0 || all.MapIndex(key).IsValid() {
			return 0
		}
		if pos = r.colon(pos); pos == 0 {
			return 0
		}
		value.SetZero()
		pos = r.value(l.elem, value, pos)
		all.SetMapIndex(key, value)
		var goesOn bool
		if pos, goesOn = r.behind(pos, '}'); !goesOn {
			return pos
		}
	}
	return 0
}

// slice reads from behind the opening bracket.
func (r *reader) slice(l *layout, v reflect.Value, pos int) int {
	if pos = skip(r.text, pos); at(r.text, pos) == ']' {
		v.Set(l.empty)
		return pos + 1
	}
	start := pos
	for n, room := 0, 0; pos < len(r.text); {
		if n == room {
			v.Grow(more(n, pos-start, len(r.text)-pos))
			room = v.Cap()
			v.SetLen(room)
		}
		pos = r.value(l.elem, v.Index(n), pos)
		n++
		var goesOn bool
		if pos, goesOn = r.behind(pos, ']'); !goesOn {
			v.SetLen(n)
			return pos
		}
	}
	return 0
}

// more returns how many elements to make room for behind n that took so many bytes: at most what the bytes that are left can
// hold if they are like those, and not many times as much as there has been.
func more(n, bytes, left int) int {
	if n == 0 {
		return 1
	}
	return min(left/(bytes/n)+1, 7*n)
}
