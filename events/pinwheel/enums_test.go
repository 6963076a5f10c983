package pinwheel_test

import (
	"go/ast"
	"go/token"
	"reflect"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/pinwheel"
)

// enums are all open enumerations, by the name of their type.
func enums() map[string]reflect.Type {
	types := map[string]reflect.Type{}
	for _, t := range []reflect.Type{
		reflect.TypeFor[pinwheel.Outcome](), reflect.TypeFor[pinwheel.MonitoringStatus](), reflect.TypeFor[pinwheel.SyncStatus](),
		reflect.TypeFor[pinwheel.PlatformType](), reflect.TypeFor[pinwheel.DocumentType](), reflect.TypeFor[pinwheel.ReportStatus](),
		reflect.TypeFor[pinwheel.CompanyStatus](), reflect.TypeFor[pinwheel.ConnectionAction](),
		reflect.TypeFor[pinwheel.CalendarType](), reflect.TypeFor[pinwheel.JobName](), reflect.TypeFor[pinwheel.ErrorType](),
		reflect.TypeFor[pinwheel.ErrorCode](), reflect.TypeFor[pinwheel.SwitchAction](), reflect.TypeFor[pinwheel.AllocationType](),
		reflect.TypeFor[pinwheel.AccountType](), reflect.TypeFor[pinwheel.AmountUnit](), reflect.TypeFor[pinwheel.DetectionMethod](),
		reflect.TypeFor[pinwheel.Frequency](), reflect.TypeFor[pinwheel.PaymentType](), reflect.TypeFor[pinwheel.Screen](),
	} {
		types[t.Name()] = t
	}
	return types
}

func isKnown(t *testing.T, typ reflect.Type, value string) bool {
	t.Helper()
	enum, ok := reflect.TypeAssert[events.Enum](reflect.ValueOf(value).Convert(typ))
	require.True(t, ok, "%s is no events.Enum", typ)
	return enum.Known()
}

func TestEveryConstantOfAnEnumerationIsKnown(t *testing.T) {
	t.Parallel()
	types := enums()
	seen := map[string]int{}
	for _, file := range parseSource(t) {
		for _, decl := range file.Decls {
			d, ok := decl.(*ast.GenDecl)
			if !ok || d.Tok != token.CONST {
				continue
			}
			for _, spec := range d.Specs {
				s, _ := spec.(*ast.ValueSpec)
				id, ok := s.Type.(*ast.Ident)
				if !ok || types[id.Name] == nil {
					continue
				}
				lit, _ := s.Values[0].(*ast.BasicLit)
				value, err := strconv.Unquote(lit.Value)
				require.NoError(t, err)
				require.True(t, isKnown(t, types[id.Name], value), "%s is missing from %s.Known", s.Names[0], id.Name)
				seen[id.Name]++
			}
		}
	}
	for name, typ := range types {
		require.Positive(t, seen[name], name)
		require.False(t, isKnown(t, typ, ""), name)
		require.False(t, isKnown(t, typ, "brand_new"), name)
	}
}
