package main

import (
	"net/http"

	"github.com/go-json-experiment/json"

	"github.com/linkhook/linkhook/events/pinwheel"
	"github.com/linkhook/linkhook/linkbridge"
)

// linkSession is what a page needs to open Link.
type linkSession struct {
	Ticket      string `json:"ticket"`        // for LinkBridge.create: who the page speaks for
	LinkToken   string `json:"link_token"`    // for Pinwheel.open
	LinkTokenID string `json:"link_token_id"` // what webhooks call the token
	EndUserID   string `json:"end_user_id"`
}

// linkSession makes a Link token and a ticket for the visitor. A host knows its visitor from the login; here everybody is
// somebody new.
func (a *app) linkSession(w http.ResponseWriter, r *http.Request) {
	s := linkSession{EndUserID: "user-" + randomHex(6)}
	var err error
	if s.LinkToken, s.LinkTokenID, err = a.newToken(r.Context(), s.EndUserID); err != nil {
		a.log.ErrorContext(r.Context(), "no Link token was made", "error", err)
		http.Error(w, "the provider made no Link token", http.StatusBadGateway)
		return
	}
	s.Ticket, err = a.bridge.Ticket(linkbridge.Principal{
		Provider:    pinwheel.Provider,
		EndUserID:   s.EndUserID,
		LinkTokenID: s.LinkTokenID,
	})
	if err != nil {
		a.log.ErrorContext(r.Context(), "no ticket was made", "error", err)
		http.Error(w, "no link session can be made", http.StatusInternalServerError)
		return
	}
	writeJSON(w, s)
}

// writeJSON answers with v.
func writeJSON(w http.ResponseWriter, v any) {
	b, err := json.Marshal(v)
	if err != nil {
		http.Error(w, "the answer cannot be written", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write(b) // a client that went away needs no answer
}
