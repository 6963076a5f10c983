package pinwheel_test

import (
	"reflect"

	"github.com/linkhook/linkhook/events"
)

// decodeAny calls the Decode method of a kind whose payload type is known at run time only.
func decodeAny(kind events.AnyKind, env events.Envelope) (any, error) {
	out := reflect.ValueOf(kind).MethodByName("Decode").Call([]reflect.Value{reflect.ValueOf(env)})
	err, _ := reflect.TypeAssert[error](out[1])
	return out[0].Interface(), err
}

func decode(kind events.AnyKind, env events.Envelope) error {
	_, err := decodeAny(kind, env)
	return err
}
