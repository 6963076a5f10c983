// Package chitest shows that the handlers of package router mount in go-chi/chi as in the standard mux. It is a module of its
// own, so that chi is no dependency of linkhook.
package chitest
