package events_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
)

type requiredTexts struct {
	ID     string `json:"id" validate:"required"`
	Nested struct {
		Name string `json:"name" validate:"required"`
	} `json:"nested"`
	Free string `json:"free"`
}

type requiredTree struct {
	Name string        `json:"name" validate:"required"`
	Next *requiredTree `json:"next"`
}

type requiredBehind struct {
	ID    string         `json:"id" validate:"required"`
	Texts *requiredTexts `json:"texts"`
}

type otherRules struct {
	ID    string `json:"id" validate:"required"`
	Count int    `json:"count" validate:"min=1"`
}

// TestValidateJudgesAlikeOnTheShortWay shows that what goes around the validator is judged as by the validator.
func TestValidateJudgesAlikeOnTheShortWay(t *testing.T) {
	t.Parallel()
	full := requiredTexts{ID: "1"}
	full.Nested.Name = "x"
	for _, valid := range []any{
		&full, &requiredTree{Name: "x"}, &requiredTree{Name: "x", Next: &requiredTree{Name: "y"}},
		&requiredBehind{ID: "1"}, &requiredBehind{ID: "1", Texts: &full}, &otherRules{ID: "1", Count: 1}, &struct{ A string }{},
	} {
		require.NoError(t, events.Validate(valid), "%T %+v", valid, valid)
	}
	for _, invalid := range []any{
		&requiredTexts{}, &requiredTexts{ID: "1"}, &requiredTexts{Free: "x"}, &requiredTree{}, &requiredTree{Name: "x", Next: &requiredTree{}},
		&requiredBehind{ID: "1", Texts: &requiredTexts{}}, &requiredBehind{}, &otherRules{ID: "1"}, &otherRules{Count: 1},
	} {
		require.Error(t, events.Validate(invalid), "%T %+v", invalid, invalid)
	}
}

func TestValidateWithoutTheValidatorAllocatesNothing(t *testing.T) { //nolint:paralleltest // AllocsPerRun counts the whole process //nolint:paralleltest // AllocsPerRun allows no parallel test
	full := requiredTexts{ID: "1"}
	full.Nested.Name = "x"
	require.NoError(t, events.Validate(&full))
	require.Zero(t, testing.AllocsPerRun(100, func() { _ = events.Validate(&full) }))
}
