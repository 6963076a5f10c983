package events

import (
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// drifter walks one payload along the type that it is decoded into.
type drifter struct {
	kind  KindID
	dec   *jsontext.Decoder
	path  []string
	found []Drift
}

// typeInfo is what a walk needs to know of a type.
type typeInfo struct {
	shape  typeShape
	enum   reflect.Type            // a string type with the method of Enum
	elem   reflect.Type            // of a list or a map
	fields map[string]reflect.Type // of a struct, by name on the wire
}

// typeShape is the sort of JSON value that a walk looks into.
type typeShape uint8

const (
	opaque typeShape = iota // anything, not looked into
	object
	keyed
	list
)

var (
	enumType = reflect.TypeFor[Enum]()
	// decoders are the ways in which a type reads JSON by itself.
	decoders = [...]reflect.Type{
		reflect.TypeFor[json.UnmarshalerFrom](), reflect.TypeFor[json.Unmarshaler](),
		reflect.TypeFor[interface{ UnmarshalText(text []byte) error }](),
	}
	typeInfos sync.Map // reflect.Type → *typeInfo
)

func typeInfoOf(t reflect.Type) *typeInfo {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if known, ok := typeInfos.Load(t); ok {
		return known.(*typeInfo) //nolint:forcetypeassert // only *typeInfo is stored
	}
	info := newTypeInfo(t)
	typeInfos.Store(t, info)
	return info
}

func newTypeInfo(t reflect.Type) *typeInfo {
	if ownDecoder(t) && !tagged(t) {
		return &typeInfo{}
	}
	switch t.Kind() { //nolint:exhaustive // every other kind has nothing within
	case reflect.String:
		if t.Implements(enumType) {
			return &typeInfo{enum: t}
		}
	case reflect.Struct:
		fields := map[string]reflect.Type{}
		addFields(fields, t)
		return &typeInfo{shape: object, fields: fields}
	case reflect.Map:
		return &typeInfo{shape: keyed, elem: t.Elem()}
	case reflect.Slice, reflect.Array:
		if t.Elem().Kind() != reflect.Uint8 { // bytes are a string on the wire
			return &typeInfo{shape: list, elem: t.Elem()}
		}
	}
	return &typeInfo{}
}

// ownDecoder reports whether a type reads JSON by itself.
func ownDecoder(t reflect.Type) bool {
	return slices.ContainsFunc(decoders[:], reflect.PointerTo(t).Implements)
}

// tagged reports whether a type is a struct that says what it is on the wire.
func tagged(t reflect.Type) bool {
	if t.Kind() != reflect.Struct {
		return false
	}
	for f := range t.Fields() {
		if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); name != "" && name != "-" {
			return true
		}
	}
	return false
}

// addFields collects a struct's fields by their name on the wire, with those of embedded structs.
func addFields(fields map[string]reflect.Type, t reflect.Type) {
	for f := range t.Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case f.Tag.Get("json") == "-" || (!f.IsExported() && !f.Anonymous):
		case f.Anonymous && name == "":
			embedded := f.Type
			if embedded.Kind() == reflect.Pointer {
				embedded = embedded.Elem()
			}
			if embedded.Kind() == reflect.Struct {
				addFields(fields, embedded)
			}
		case name == "":
			fields[f.Name] = f.Type
		default:
			fields[name] = f.Type
			if other := f.Tag.Get("also"); other != "" {
				fields[other] = f.Type
			}
		}
	}
}

// value reads one value of the type.
func (f *drifter) value(info *typeInfo) error {
	switch k := f.dec.PeekKind(); {
	case k == '{' && (info.shape == object || info.shape == keyed):
		return f.object(info)
	case k == '[' && info.shape == list:
		return f.list(typeInfoOf(info.elem))
	case k == '"' && info.enum != nil:
		return f.check(info.enum)
	default:
		return f.dec.SkipValue()
	}
}

func (f *drifter) object(info *typeInfo) error {
	if _, err := f.dec.ReadToken(); err != nil {
		return err
	}
	for f.dec.PeekKind() == '"' {
		tok, err := f.dec.ReadToken()
		if err != nil {
			return err
		}
		name, t := "*", info.elem // the keys of a map are data
		if info.shape == object {
			name = tok.String()
			t = info.fields[name]
			name = word(name)
		}
		if err := f.member(name, t); err != nil {
			return err
		}
	}
	_, err := f.dec.ReadToken()
	return err
}

// member reads the value of a member; t is nil when the type has no such member.
func (f *drifter) member(name string, t reflect.Type) error {
	f.path = append(f.path, name)
	defer func() { f.path = f.path[:len(f.path)-1] }()
	if t == nil {
		f.add("")
		return f.dec.SkipValue()
	}
	return f.value(typeInfoOf(t))
}

func (f *drifter) list(elem *typeInfo) error {
	if _, err := f.dec.ReadToken(); err != nil {
		return err
	}
	f.path = append(f.path, "*")
	defer func() { f.path = f.path[:len(f.path)-1] }()
	for k := f.dec.PeekKind(); k != ']' && k != 0; k = f.dec.PeekKind() {
		if err := f.value(elem); err != nil {
			return err
		}
	}
	_, err := f.dec.ReadToken()
	return err
}

// check reads a string of an enumeration. The empty string stands for none.
func (f *drifter) check(enum reflect.Type) error {
	tok, err := f.dec.ReadToken()
	if err != nil {
		return err
	}
	text := tok.String()
	v, ok := reflect.TypeAssert[Enum](reflect.ValueOf(text).Convert(enum))
	if ok && text != "" && !v.Known() {
		f.add(word(text))
	}
	return nil
}

func (f *drifter) add(value string) {
	f.found = append(f.found, Drift{Kind: f.kind, Path: "/" + strings.Join(f.path, "/"), Value: value})
}
