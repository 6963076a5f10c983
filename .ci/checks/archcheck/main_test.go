package main

import (
	"bytes"
	"strings"
	"testing"
)

func TestArrows(t *testing.T) {
	t.Parallel()
	for arrow, want := range map[string]bool{
		"router events":          true,
		"events router":          false,
		"router events/pinwheel": false,
		"events/pinwheel/pinwheelapi events/pinwheel":    true,
		"events/pinwheel events/pinwheel/pinwheelapi":    false,
		"events/pinwheel events/argyle":                  false,
		"events/inbox/boltinbox events/inbox":            true,
		"events/inspector events/inbox":                  true,
		"events/inbox/reconcile events/pinwheel":         true,
		"events/inbox/boltinbox events/pinwheel":         false,
		"js/generate events/argyle":                      true,
		"linkbridge js":                                  true,
		"js events":                                      false,
		"router/routertest events/pinwheel":              true,
		"router router/routertest":                       false,
		"events/inbox/inboxtest/crash events/inbox/bolt": true,
		"examples/quickstart linkbridge":                 true,
		"router/cmd/simulate events/argyle":              true,
		"middleware examples/quickstart":                 false,
	} {
		t.Run(arrow, func(t *testing.T) {
			t.Parallel()
			from, to, _ := strings.Cut(arrow, " ")
			err := run(strings.NewReader(module+from+"\tcontext "+module+to+"\n"), &bytes.Buffer{})
			if (err == nil) != want {
				t.Errorf("allowed: %v", err == nil)
			}
		})
	}
}
