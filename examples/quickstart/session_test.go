package main

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/linkhook/linkhook/events/pinwheel"
	"github.com/linkhook/linkhook/linkbridge/linkbridgetest"
)

func TestAPagesEventsAreClaimsOfItsTicket(t *testing.T) {
	t.Parallel()
	h := start(t, nil)
	var session linkSession
	require.Equal(t, http.StatusOK, h.call(t, "/api/link-session", nil, &session))
	browser := linkbridgetest.DialURL(t, h.url+"/hooks/link", session.Ticket, nil)
	linkbridgetest.Track(browser, pinwheel.LinkOpen, pinwheel.OpenClaim{})
	linkbridgetest.Track(browser, pinwheel.LinkLogin, pinwheel.LoginClaim{AccountID: "acc-1", PlatformID: "p-1"})
	browser.WaitAck(browser.Track("pinwheel", "brand_new", map[string]any{"screen": "NEW"}))

	rows := h.out.rows(t)
	require.Len(t, rows, 3)
	handlers := []string{"funnel", "funnel", "unhandled"}
	for i, name := range []string{"open", "login", "brand_new"} {
		require.Equal(t, "pinwheel/link/"+name, rows[i]["kind"])
		require.Len(t, rows[i]["id"], 32, "a frame's id")
		require.Equal(t, []any{"link", "claimed", session.EndUserID, session.LinkTokenID, handlers[i]},
			[]any{rows[i]["source"], rows[i]["trust"], rows[i]["end_user_id"], rows[i]["link_token_id"], rows[i]["handler"]})
	}
}

func TestAPageWithoutATicketIsSentAway(t *testing.T) {
	t.Parallel()
	h := start(t, nil)
	browser := linkbridgetest.New(t, h.url+"/hooks/link", "no ticket", nil)
	require.Equal(t, 4401, browser.TryConnect())
	require.Empty(t, h.out.lines(t))
}
