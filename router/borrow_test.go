package router_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/router"
)

// borrower notes what it is given, and keeps nothing but the place of it.
type borrower struct {
	bodies []string
	places []*byte
	grown  bool
}

func (b *borrower) Publish(_ context.Context, env events.Envelope) error {
	b.bodies = append(b.bodies, string(env.Raw))
	b.places = append(b.places, &env.Raw[0])
	b.grown = b.grown || cap(env.Raw) != len(env.Raw)
	return nil
}

func (b *borrower) Borrows(p events.Publisher) bool { return p == events.Publisher(b) }

// lender is a publisher around a borrower.
type lender struct{ *borrower }

// TestABorrowerIsLentTheBuffer: the second delivery lies where the first one lay, and each is whole.
func TestABorrowerIsLentTheBuffer(t *testing.T) {
	t.Parallel()
	bodies := []string{widgetBody, strings.Replace(widgetBody, "w1", "w2", 1)}
	for _, embedded := range []bool{false, true} {
		b := &borrower{}
		var pub events.Publisher = b
		if embedded {
			pub = lender{b}
		}
		h := router.New(pub, newAcme(), quiet())
		reused := false
		for range 100 { // a pool may lose what it has
			b.places = nil
			for _, body := range bodies {
				require.Equal(t, http.StatusOK, serve(h, signed(t, body)).Code)
			}
			reused = reused || b.places[0] == b.places[1]
		}
		for i, got := range b.bodies {
			require.Equal(t, bodies[i%2], got)
		}
		require.False(t, b.grown, "an append must not reach the buffer")
		require.Equal(t, !embedded, reused)
	}
}
