package pginbox_test

import (
	"testing"

	"github.com/linkhook/linkhook/events/inbox"
	"github.com/linkhook/linkhook/events/inbox/inboxtest"
)

func TestTheStoreKeepsTheContract(t *testing.T) {
	t.Parallel()
	inboxtest.Exercise(t, func(t *testing.T) inbox.Store {
		t.Helper()
		s, _, _ := open(t)
		return s
	})
}
