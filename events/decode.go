package events

import (
	"errors"
	"reflect"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// decodeInto decodes payload into v, a pointer to a zero value, and validates it. JSON is read strictly: exact case of names,
// no duplicate names, valid UTF-8. Unknown fields are kept out, never an error.
// A panic of the payload type's own methods is an error as well.
func decodeInto(id KindID, payload []byte, v any) (err error) {
	defer func() {
		if recover() != nil {
			err = &DecodeError{Kind: id, Reason: "the decoder of its type panicked"}
		}
	}()
	target := reflect.ValueOf(v).Elem()
	p := planOf(target.Type())
	return p.decode(id, payload, v, target, p.layout())
}

// decode decodes payload into v, which points to target. Where there is no layout, or its reader gives up, the JSON library
// decodes from the beginning, and says what is wrong; what methods the type's parts have can then run twice.
func (p *plan) decode(id KindID, payload []byte, v any, target reflect.Value, l *layout) error {
	if l == nil || !l.read(payload, target) {
		target.SetZero()
		if err := json.Unmarshal(payload, v); err != nil {
			return newDecodeError(id, err)
		}
	}
	if p.passes(target) {
		return nil
	}
	if err := Validate(v); err != nil {
		if e, ok := errors.AsType[*DecodeError](err); ok {
			e.Kind = id
			return e
		}
		return &DecodeError{Kind: id, Reason: "validation could not run"}
	}
	return nil
}

// newDecodeError keeps the place and the kinds of value of a JSON error and drops its text, which can quote the payload.
func newDecodeError(id KindID, err error) *DecodeError {
	e := &DecodeError{Kind: id, Reason: "it is not valid JSON"}
	if syn, ok := errors.AsType[*jsontext.SyntacticError](err); ok {
		e.Pointer = string(syn.JSONPointer)
		if errors.Is(err, jsontext.ErrDuplicateName) {
			e.Reason = "the same name stands twice in one object"
		}
		return e
	}
	if sem, ok := errors.AsType[*json.SemanticError](err); ok {
		e.Pointer = string(sem.JSONPointer)
		e.Reason = "a JSON " + jsonWord(sem.JSONKind) + " cannot be read"
		if sem.GoType != nil {
			e.Reason += " as " + sem.GoType.String()
		}
	}
	return e
}

func jsonWord(k jsontext.Kind) string {
	switch k {
	case 'n':
		return "null"
	case 't', 'f':
		return "boolean"
	case '"':
		return "string"
	case '0':
		return "number"
	case '{':
		return "object"
	case '[':
		return "array"
	default:
		return "value"
	}
}

// Encode returns the JSON of a payload as it would stand on the wire of kind k. Equal payloads give equal bytes, maps included.
func (k Kind[T]) Encode(data T) ([]byte, error) {
	b, err := json.Marshal(data, json.Deterministic(true))
	if err != nil {
		return nil, &DecodeError{Kind: k.id, Reason: "the payload cannot be encoded: " + strings.TrimPrefix(typeOf(err), "*")}
	}
	return b, nil
}

func typeOf(err error) string {
	if sem, ok := errors.AsType[*json.SemanticError](err); ok && sem.GoType != nil {
		return sem.GoType.String()
	}
	return "unknown type"
}
