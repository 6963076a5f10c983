package events

import (
	"encoding"
	"reflect"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
)

// form is how a Go type is read.
type form uint8

const (
	formNone form = iota
	formStruct
	formSlice
	formMap // with keys that are strings
	formPointer
	formString
	formInt
	formUint
	formBool
	formMethod  // by its own UnmarshalJSON
	formLibrary // by the JSON library, from the value's own bytes: floats, times and the like
)

// layout says how a [reader] fills in a value of a type. It does not change once made.
type layout struct {
	form form
	typ  reflect.Type
	// leaves says that null leaves the zero value. For other types their methods decide.
	leaves bool
	elem   *layout       // what a slice or a map holds or a pointer points to
	empty  reflect.Value // a slice without elements
	object *members      // of a struct
}

// layoutOf returns the layout of t, nil when only the JSON library reads it exactly.
func layoutOf(t reflect.Type) *layout {
	d := draft{known: map[reflect.Type]*layout{}}
	l := d.layout(t)
	if d.unfit || l.form == formMethod || l.form == formLibrary {
		return nil
	}
	return l
}

// draft makes the layouts of a type and of all that it is made of. Types may contain themselves.
type draft struct {
	known map[reflect.Type]*layout
	unfit bool
}

func (d *draft) layout(t reflect.Type) *layout {
	if l := d.known[t]; l != nil {
		return l
	}
	l := &layout{form: formLibrary, typ: t, leaves: true}
	d.known[t] = l
	if d.byMethod(l) {
		return l
	}
	switch t.Kind() {
	case reflect.Struct:
		l.form, l.object = formStruct, d.members(t)
	case reflect.Slice:
		l.elem = d.layout(t.Elem())
		if t.Elem().Kind() != reflect.Uint8 {
			l.form, l.empty = formSlice, reflect.MakeSlice(t, 0, 0)
		}
	case reflect.Pointer:
		l.form, l.elem = formPointer, d.layout(t.Elem())
	case reflect.Map:
		l.elem = d.layout(t.Elem())
		if d.layout(t.Key()).form == formString {
			l.form = formMap
		}
	case reflect.Array:
		d.layout(t.Elem())
	case reflect.Interface:
		d.unfit = d.unfit || t.NumMethod() > 0
	default:
		l.form = formOf(t.Kind())
		d.unfit = d.unfit || l.form == formNone
	}
	return l
}

// formOf returns the form of a kind that is made of nothing else.
func formOf(k reflect.Kind) form {
	switch k {
	case reflect.String:
		return formString
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return formInt
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return formUint
	case reflect.Bool:
		return formBool
	case reflect.Float32, reflect.Float64:
		return formLibrary
	default:
		return formNone
	}
}

var (
	unmarshaler     = reflect.TypeFor[json.Unmarshaler]()
	unmarshalerFrom = reflect.TypeFor[json.UnmarshalerFrom]()
	textUnmarshaler = reflect.TypeFor[encoding.TextUnmarshaler]()
)

// byMethod reports whether l's type reads itself, or is one that the library treats in its own way. A method that gets a
// decoder sees where in the payload it stands, which a part of the payload cannot show it.
func (d *draft) byMethod(l *layout) bool {
	if k := l.typ.Kind(); k == reflect.Pointer || k == reflect.Interface {
		return false
	}
	p := reflect.PointerTo(l.typ)
	switch {
	case l.typ == reflect.TypeFor[time.Time](), l.typ == reflect.TypeFor[time.Duration](): // time.Time's own method is more lenient
		l.leaves = false
	case p.Implements(unmarshalerFrom):
		d.unfit = true
	case p.Implements(unmarshaler):
		l.form, l.leaves = formMethod, false
	case p.Implements(textUnmarshaler):
		l.leaves = false
	default:
		return false
	}
	return true
}

// members returns those of a struct. What the library does not take as it stands, or takes by rules of its own, is unfit.
func (d *draft) members(t reflect.Type) *members {
	m := &members{homes: [][]int{nil}}
	d.collect(m, t, 0)
	if len(m.list) > maxMembers || json.Unmarshal([]byte("{}"), reflect.New(t).Interface()) != nil {
		d.unfit = true
	}
	if !d.unfit {
		m.index()
	}
	return m
}

// collect adds the members of t, which is m's struct itself or one that is embedded in it.
func (d *draft) collect(m *members, t reflect.Type, home int) {
	for i := range t.NumField() {
		f := t.Field(i)
		tag := f.Tag.Get("json")
		if tag == "-" || !f.IsExported() && !f.Anonymous {
			continue
		}
		name, options, _ := strings.Cut(tag, ",")
		if f.Anonymous && name == "" {
			if f.Type.Kind() != reflect.Struct {
				d.unfit = true
				return
			}
			m.homes = append(m.homes, append(append([]int(nil), m.homes[home]...), i))
			d.collect(m, f.Type, len(m.homes)-1)
			continue
		}
		if name == "" {
			name = f.Name
		}
		if !f.IsExported() || !plainName(name) || m.named(name) || options != "" && options != "omitzero" && options != "omitempty" {
			d.unfit = true
			return
		}
		m.list = append(m.list, member{name: name, quoted: name + `"`, of: d.layout(f.Type), home: home, field: i})
	}
}

// plainName reports whether name stands in JSON and in a tag without any quoting.
func plainName(name string) bool {
	rest := strings.TrimLeftFunc(name, func(r rune) bool {
		return r == '_' || r >= '0' && r <= '9' || r|0x20 >= 'a' && r|0x20 <= 'z'
	})
	return name != "" && rest == ""
}
