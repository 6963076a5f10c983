// Package linkbridgetest is a fake browser for a host's own tests: it speaks linkbridge.v1 to a bridge as the script does,
// with acks, resending and reconnects, so that a test can walk through Link without a page.
//
//	page := linkbridgetest.Dial(t, bridge, ticket, nil)
//	seq := page.Track("pinwheel", "login", map[string]string{"accountId": id})
//	page.WaitAck(seq) // the handlers have run, or the inbox has stored it
package linkbridgetest
