package events

import (
	"errors"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/go-playground/validator/v10"
)

// validate is made on first use; the validator caches what it learns of each type and is safe for concurrent use.
var validate = sync.OnceValue(func() *validator.Validate {
	v := validator.New(validator.WithRequiredStructEnabled())
	v.RegisterTagNameFunc(func(f reflect.StructField) string {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "" && f.Anonymous {
			return embedded
		}
		return name
	})
	return v
})

// embedded stands for the name of an embedded struct, whose members are those of the struct around it.
const embedded = "\x00"

// plans remembers, per type, how it is decoded and validated: most payloads have no tags and pay nothing.
var plans sync.Map // reflect.Type → *plan

// plan is how a type is decoded and validated.
type plan struct {
	// layout is how it is decoded, nil when the JSON library does that. It is made on first use.
	layout func() *layout
	// tagged says that there are tags at all.
	tagged bool
	// texts are the fields that only have to be a string that is not empty, the one rule that nearly all payloads get by with.
	// When all of them are filled in and simple says that there is no other rule, the validator need not run.
	texts  [][]int
	simple bool
}

// passes reports whether s, of the plan's type, is valid without asking the validator.
func (p *plan) passes(s reflect.Value) bool {
	if !p.tagged {
		return true
	}
	if !p.simple {
		return false
	}
	for _, index := range p.texts {
		if s.FieldByIndex(index).Len() == 0 {
			return false
		}
	}
	return true
}

// Validate checks the `validate` tags of v, a struct or a pointer to one (github.com/go-playground/validator/v10). It
// returns a [DecodeError] that names the field and the rule, never the value, and nil for a type without tags.
func Validate(v any) error {
	rv := reflect.ValueOf(v)
	for rv.Kind() == reflect.Pointer && rv.Elem().Kind() == reflect.Pointer {
		rv = rv.Elem()
	}
	s := reflect.Indirect(rv)
	if s.Kind() != reflect.Struct {
		return nil
	}
	if planOf(s.Type()).passes(s) {
		return nil
	}
	err := validate().Struct(rv.Interface())
	if err == nil {
		return nil
	}
	var fields validator.ValidationErrors
	if !errors.As(err, &fields) || len(fields) == 0 {
		return &DecodeError{Reason: "validation could not run on " + s.Type().String()}
	}
	return &DecodeError{Pointer: pointer(strings.TrimPrefix(fields[0].Namespace(), s.Type().Name()+".")), Reason: "the rule " + fields[0].Tag() + " is not met"}
}

// pointer turns the validator's "list[0].field" into the JSON pointer "/list/0/field". The key of a map is data and is
// replaced by a star.
func pointer(path string) string {
	path = strings.ReplaceAll(path, embedded+".", "")
	var p strings.Builder
	for path != "" {
		name, rest, indexed := strings.Cut(path, "[")
		p.WriteString("/" + strings.ReplaceAll(strings.Trim(name, "."), ".", "/"))
		if !indexed {
			break
		}
		index, after, _ := strings.Cut(rest, "]")
		if _, err := strconv.Atoi(index); err != nil {
			index = "*"
		}
		p.WriteString("/" + index)
		path = after
	}
	return p.String()
}

func planOf(t reflect.Type) *plan {
	if known, ok := plans.Load(t); ok {
		return known.(*plan) //nolint:forcetypeassert // only plans are stored
	}
	p := &plan{simple: true, layout: sync.OnceValue(func() *layout { return layoutOf(t) })}
	if t.Kind() == reflect.Struct {
		p.add(t, nil, map[reflect.Type]bool{})
	} else { // [Validate] looks for the struct behind a pointer
		p.tagged, p.simple = true, false
	}
	known, _ := plans.LoadOrStore(t, p)
	return known.(*plan) //nolint:forcetypeassert // only plans are stored
}

// add takes in the fields of t, which stands at index. What lies behind a pointer can be absent, so its rules are left to the
// validator, as are all rules but the one.
func (p *plan) add(t reflect.Type, index []int, seen map[reflect.Type]bool) {
	seen[t] = true
	defer delete(seen, t)
	for f := range t.Fields() {
		at := append(slices.Clone(index), f.Index...)
		rule := f.Tag.Get("validate")
		switch {
		case rule == "required" && f.Type.Kind() == reflect.String:
			p.tagged, p.texts = true, append(p.texts, at)
		case rule != "":
			p.tagged, p.simple = true, false
		}
		switch f.Type.Kind() {
		case reflect.Struct:
			p.add(f.Type, at, seen)
		case reflect.Pointer:
			p.behind(f.Type, seen)
		}
	}
}

// behind notes whether there are rules behind a pointer.
func (p *plan) behind(t reflect.Type, seen map[reflect.Type]bool) {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct {
		return
	}
	if seen[t] { // a list or a tree: its length is not known beforehand
		p.simple = false
		return
	}
	other := plan{simple: true}
	other.add(t, nil, seen)
	p.tagged = p.tagged || other.tagged
	p.simple = p.simple && other.simple && !other.tagged
}
