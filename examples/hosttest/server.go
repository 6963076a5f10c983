package hosttest

import (
	"log/slog"
	"net/http"

	"github.com/go-chi/chi/v5"
	chimiddleware "github.com/go-chi/chi/v5/middleware"

	"github.com/linkhook/linkhook/events"
	"github.com/linkhook/linkhook/events/pinwheel"
	"github.com/linkhook/linkhook/router"
)

// Handler returns the host's routes. The webhooks' endpoint stands among them, behind the middleware that all of them have.
func Handler(pub events.Publisher, webhooks *pinwheel.Webhooks, log *slog.Logger) http.Handler {
	r := chi.NewRouter()
	r.Use(chimiddleware.RequestID, chimiddleware.Recoverer)
	r.Get("/healthz", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	r.Route("/hooks", func(r chi.Router) {
		r.Mount("/pinwheel", router.New(pub, webhooks, &router.Options{Logger: log}))
	})
	return r
}
